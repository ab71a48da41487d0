"""Whether a value reaches its target."""

from datetime import date

from vernost_web.alerts.models import Target

LOWER_IS_BETTER = frozenset({
    "churn_rate", "revenue_churn", "silent_leaver_rate", "unanswered_24h_rate", "first_reply_time", "resolution_time",
    "backlog", "late_delivery_rate", "delivery_delay", "negative_review_rate", "cac", "payback", "order_gaps",
    "lapse_window", "at_risk", "lost",
})  # fmt: skip
"""Measures whose target is a most; that of all others is a least."""


def is_met(target: Target, value: float) -> bool:
    """Whether a value is at least, or at most, what is wished."""
    return value <= target.value if target.measure in LOWER_IS_BETTER else value >= target.value


def in_force(by: str, period: date | None) -> dict[str, Target]:
    """The targets of a period by measure: its own before those for every period."""
    found = Target.objects.filter(by=by)
    every = {each.measure: each for each in found if each.period is None}
    return every | {each.measure: each for each in found if period is not None and each.period == period}
