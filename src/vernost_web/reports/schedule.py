"""Reports that are due: each is asked for once, however late it is noticed."""

from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.utils import timezone

from vernost_web.company.queries import company
from vernost_web.jobs.actions import ask_for
from vernost_web.reports.models import Report, Schedule


@transaction.atomic
def ask_for_due() -> int:
    """Ask for the reports that are due; how many they are."""
    now = timezone.now()
    due = list(Schedule.objects.select_for_update().filter(next_at__lte=now))
    for each in due:
        report = Report.objects.create(
            id=uuid5(NAMESPACE_URL, f"report:{each.pk}:{each.next_at}"),
            language=each.language,
            where=each.where,
            has_forecast=each.has_forecast,
            recipients=each.recipients,
            schedule=each,
        )
        start(report)
        each.set_next(after=now, zone=company().timezone)
        each.save(update_fields=["next_at"])
    return len(due)


def start(report: Report) -> None:
    """Have a report made in the background."""
    job = ask_for("reports.make", by=report.asked_by, key=f"report:{report.pk}", report=str(report.pk))
    report.job = job.pk
    report.save(update_fields=["job"])


def is_due() -> bool:
    """Whether a report is due."""
    return Schedule.objects.filter(next_at__lte=timezone.now()).exists()
