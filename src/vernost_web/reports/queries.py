"""Reports that were made, and when they are made."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from vernost_web.jobs.queries import job_of
from vernost_web.reports.models import Report, Schedule


def reports(user: Any) -> QuerySet[Report]:
    """The reports that a user may read, the newest first."""
    found = Report.objects.select_related("asked_by", "schedule")
    return found if may_read_forecasts(user) else found.filter(has_forecast=False)


def reports_before(limit: datetime) -> QuerySet[Report]:
    """The reports that were asked for before an instant, and made."""
    return Report.objects.filter(asked_at__lt=limit, made_at__isnull=False)


def may_read_forecasts(user: Any) -> bool:
    """Whether a user may read reports with a forecast, which list customers by their ids."""
    return bool(user.may("see_predictions") and user.may("see_customers"))


def report_of(pk: UUID, user: Any) -> Report | None:
    """A report that a user may read."""
    return reports(user).filter(pk=pk).first()


def with_jobs(page: Any) -> list[tuple[Report, Any]]:
    """Reports, and the job of each that is not made yet."""
    return [(each, job_of(each.job) if each.job and not each.is_ready else None) for each in page]


def schedules() -> QuerySet[Schedule]:
    """When reports are made."""
    return Schedule.objects.select_related("made_by")
