"""Asking for reports, saying when they are made, writing down who took them away."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from vernost_web.audit import actions as audit
from vernost_web.company.queries import company
from vernost_web.reports.models import Report, Schedule
from vernost_web.reports.queries import reports_before
from vernost_web.reports.reportfiles import folder_of, path_of, remove
from vernost_web.reports.schedule import start
from vernost_web.ui.searching import Tells, is_told_in

SHOWN = ("every", "hour", "language", "where", "has_forecast", "recipients")


@transaction.atomic
def ask_for_report(*, by: Any, **content: Any) -> Report:
    """Have a report made: language, as_of, where, has_forecast."""
    report = Report.objects.create(asked_by=by, **content)
    start(report)
    after = {name: str(value) for name, value in content.items() if value not in (None, "")}
    audit.record("reports.ask", by=by, thing=report, after=after)
    return report


@transaction.atomic
def add_schedule(*, by: Any, **values: Any) -> Schedule:
    """Have a report made again and again."""
    schedule = Schedule(made_by=by, **values)
    schedule.set_next(after=timezone.now(), zone=company().timezone)
    schedule.full_clean(exclude=["made_by"])
    schedule.save()
    audit.record("reports.schedule", by=by, thing=schedule, after=_shown(schedule))
    return schedule


@transaction.atomic
def remove_schedule(schedule: Schedule, *, by: Any) -> None:
    """Make a report no more; those that were made stay."""
    audit.record("reports.unschedule", by=by, thing=schedule, before=_shown(schedule))
    schedule.delete()


@transaction.atomic
def remove_report(report: Report, *, by: Any) -> None:
    """Throw a report and its files away."""
    audit.record("reports.remove", by=by, thing=report, before={"language": report.language})
    folder = folder_of(report.pk)
    report.delete()
    transaction.on_commit(lambda: remove(folder))


def forget_telling(tells: Tells) -> int:
    """Throw away the reports whose pages tell of somebody; how many. What they counted can be asked again."""
    return _forget([each for each in Report.objects.all() if _tells(each, tells)])


def forget_before(limit: datetime) -> int:
    """Throw away the reports that were asked for before an instant, and made; how many."""
    return _forget(reports_before(limit))


def _forget(reports: Iterable[Report]) -> int:
    count = 0
    for each in reports:
        remove(folder_of(each.pk))
        each.delete()
        count += 1
    return count


def _tells(report: Report, tells: Tells) -> bool:
    # A print holds what the page holds, in letters that are not to be searched.
    paths = [path_of(report.pk, kind) for kind in ("html", "xlsx")]
    return any(is_told_in(path, tells) for path in paths if path.exists())


def note_reading(request: HttpRequest, report: Report, kind: str) -> None:
    """Write down that somebody opened a report or took it away."""
    audit.record("reports.open" if kind == "html" else "reports.export", request=request, thing=report,
                 after={"kind": kind})  # fmt: skip


def _shown(schedule: Schedule) -> dict[str, Any]:
    return {name: getattr(schedule, name) for name in SHOWN}
