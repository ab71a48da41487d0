"""Whether a value reaches its target."""

from datetime import date

from vernost.measure import find_measure
from vernost_web.alerts.models import Target
from vernost_web.company.queries import company

LOWER_IS_BETTER = frozenset({
    "churn_rate", "revenue_churn", "silent_leaver_rate", "unanswered_24h_rate", "first_reply_time", "resolution_time",
    "backlog", "late_delivery_rate", "delivery_delay", "negative_review_rate", "cac", "payback", "order_gaps",
    "lapse_window", "at_risk", "lost",
})  # fmt: skip
"""Measures whose target is a most; that of all others is a least."""


def is_met(target: Target, value: float) -> bool:
    """Whether a value is at least, or at most, what is wished."""
    return value <= target.value if target.measure in LOWER_IS_BETTER else value >= target.value


def counts_working_hours(measure: str) -> bool | None:
    """Whether a measure of waits counts working hours alone, as the settings are; None for one of no waits."""
    return "working_hours" in company().chosen if "working_hours" in find_measure(measure).options else None


def holds(target: Target) -> bool:
    """Whether a target is of hours that are still counted: one of all hours says nothing of working ones."""
    return target.in_working_hours in {None, counts_working_hours(target.measure)}


def in_force(by: str, period: date | None) -> dict[str, Target]:
    """The targets of a period by measure: its own before those for every period."""
    found = [each for each in Target.objects.filter(by=by) if holds(each)]
    every = {each.measure: each for each in found if each.period is None}
    return every | {each.measure: each for each in found if period is not None and each.period == period}
