"""Making a report's files by the company's settings, and sending them."""

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from vernost.errors import VernostError
from vernost.messages import reason
from vernost_web.audit import actions as audit
from vernost_web.company.queries import company
from vernost_web.data.queries import reading
from vernost_web.jobs.kinds import Run
from vernost_web.reports.models import Report
from vernost_web.reports.reportfiles import KINDS, path_of
from vernost_web.ui.mail import is_mail_sent, same_mail
from vernost_web.webhooks.actions import tell

SENDING = 0.97
"""Share of the time after which the files are made."""


def make(report: Report, run: Run) -> None:
    """Make the files of a report, unless they are there."""
    from vernost.report import render_report
    from vernost.report.inquiry import Inquiry

    if report.made_at is not None:
        return
    found, now = company(), timezone.now().replace(microsecond=0)
    where, industry = report.where or None, found.industry or None
    with reading() as log:
        report.load, report.day = log.load_count, Inquiry(log, report.as_of, found.timezone, where).day
        render_report(
            log,
            path_of(report.pk, "html"),
            language="ru" if report.language == "ru" else "en",
            title=found.name or None,
            currency=found.currency,
            industry=industry,
            as_of=report.as_of,
            timezone=found.timezone,
            where=where,
            generated_at=now,
            forecast=report.has_forecast,
            progress=lambda what, share: run.tell(SENDING * share, what),
            **found.chosen,
        )
    report.made_at = now
    with transaction.atomic():
        report.save(update_fields=["made_at", "day", "load"])
        audit.record("reports.make", by=report.asked_by, thing=report, after={"language": report.language})
        told = {"report": str(report.pk), "day": str(report.day), "load": report.load, "language": report.language}
        tell("reports.made", told, key=f"reports.made {report.pk}")


def send(report: Report, run: Run) -> None:
    """Send a report to those who have not got it yet, where a mail server is known."""
    if not is_mail_sent():
        return
    for address in [each for each in report.recipients if each not in report.sent_to]:
        run.tell(SENDING)
        _send(report, address)
        report.sent_to = [*report.sent_to, address]
        with transaction.atomic():
            report.save(update_fields=["sent_to"])
            audit.record("reports.send", by=report.asked_by, thing=report, after={"recipients": [address]})


def _send(report: Report, address: str) -> None:
    with translation.override(report.language):
        name = company().name or "Vernost"
        message = EmailMessage(
            _("Retention report of %(company)s, %(day)s") % {"company": " ".join(name.split()), "day": report.day},
            _("The report is attached: as a page, for print and as a workbook. Open the page in a browser."),
            None,
            [address],
            headers=same_mail(f"report {report.pk} {address}"),
        )
    for kind, media in KINDS.items():
        content = path_of(report.pk, kind).read_bytes()
        message.attach(f"retention-{report.day}.{kind}", content, media.partition(";")[0])
    try:
        message.send()
    except OSError as error:
        raise VernostError(
            "The report is made, but could not be mailed to {address}: {reason}. Check EMAIL_URL.",
            address=address,
            reason=reason(error),
        ) from error
