"""Figures of the report one at a time, for pages on which each is fetched by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from vernost.report.chapters.cohorts import cohort_means, cohorts
from vernost.report.chapters.customers import concentration, groups, rfm, silent
from vernost.report.chapters.figures import measured
from vernost.report.chapters.retention import kept, lifecycle
from vernost.report.chapters.returning import returns, second, survival
from vernost.report.chapters.service import delay, reply
from vernost.report.document import Figure, Part
from vernost.report.inquiry import Inquiry
from vernost.report.voice import Voice


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A figure that can be asked for.

    Attributes:
        measure: what it shows; what that needs, the figure needs.
        make: draws it; None when there is nothing or too little to show.
    """

    measure: str
    make: Callable[..., Part | Figure | None]


def _course(measure: str) -> Exhibit:
    return Exhibit(measure, partial(measured, name=measure))


GALLERY: dict[str, Exhibit] = {
    "cohorts": Exhibit("cohort_retention", cohorts),
    "cohort-means": Exhibit("cohort_retention", cohort_means),
    "retention": Exhibit("retention_rate", kept),
    "lifecycle": Exhibit("lifecycle", lifecycle),
    "survival": Exhibit("survival", survival),
    "return": Exhibit("return_curve", returns),
    "second": Exhibit("second_order_rate", second),
    "rfm": Exhibit("rfm", rfm),
    "groups": Exhibit("lost", groups),
    "concentration": Exhibit("concentration", concentration),
    "silent": Exhibit("silent_leaver_rate", silent),
    "aov": _course("aov"),
    "purchase_frequency": _course("purchase_frequency"),
    "revenue_per_customer": _course("revenue_per_customer"),
    "unanswered_24h_rate": _course("unanswered_24h_rate"),
    "reply": Exhibit("first_reply_time", reply),
    "backlog": _course("backlog"),
    "late_delivery_rate": _course("late_delivery_rate"),
    "delay": Exhibit("delivery_delay", delay),
}
"""Figures by their anchors."""


def figure_of(anchor: str, inquiry: Inquiry, voice: Voice, **options: Any) -> Figure | None:
    """A figure by its anchor; None when there is nothing or too little to show.

    Args:
        anchor: its place in the report.
        inquiry: the log.
        voice: the language.
        **options: what cohorts are asked beside: the options of their measure, and ``cut``.
    """
    made = GALLERY[anchor].make(inquiry, voice, **options)
    return made[0] if isinstance(made, tuple) else made
