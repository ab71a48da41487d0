"""Making reports, and the schedule of reports."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from vernost_web.jobs.kinds import Run, job
from vernost_web.reports.making import make, send
from vernost_web.reports.models import Report
from vernost_web.reports.schedule import ask_for_due


@job("reports.make", title=_("Make a report"), permission="schedule_reports")
def make_report(run: Run, report: str) -> dict[str, Any]:
    """Make a report, and send it where it is to be sent; done again, it makes and sends nothing twice."""
    found = Report.objects.get(pk=report)
    make(found, run)
    send(found, run)
    return {"report": report, "sent": len(found.sent_to)}


@job("reports.start_due", title=_("Make the reports that are due"), permission="schedule_reports")
def start_due(run: Run) -> dict[str, Any]:
    """Ask for the reports that are due."""
    return {"count": ask_for_due()}
