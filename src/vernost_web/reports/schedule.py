"""Reports that are due: each is asked for once, however late it is noticed."""

from uuid import NAMESPACE_URL, uuid5

from vernost_web.company.queries import company
from vernost_web.jobs.actions import ask_for
from vernost_web.reports.models import Report, Schedule
from vernost_web.ui.recurrence import do_due, is_any_due


def ask_for_due() -> int:
    """Ask for the reports that are due; how many they are."""
    return do_due(Schedule, _ask_for, zone=company().timezone)


def _ask_for(schedule: Schedule) -> None:
    report = Report.objects.create(
        id=uuid5(NAMESPACE_URL, f"report:{schedule.pk}:{schedule.next_at}"),
        language=schedule.language,
        where=schedule.where,
        has_forecast=schedule.has_forecast,
        recipients=schedule.recipients,
        schedule=schedule,
    )
    start(report)


def start(report: Report) -> None:
    """Have a report made in the background."""
    job = ask_for("reports.make", by=report.asked_by, key=f"report:{report.pk}", report=str(report.pk))
    report.job = job.pk
    report.save(update_fields=["job"])


def is_due() -> bool:
    """Whether a report is due."""
    return is_any_due(Schedule)
