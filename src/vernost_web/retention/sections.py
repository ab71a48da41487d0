"""What stands in the room: sections, and the figures of each."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from vernost_web.ui.slice import Words


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the room that is looked at by itself.

    Attributes:
        title: its words.
        anchors: its figures, as the gallery of the report names them.
    """

    title: Words
    anchors: tuple[str, ...]


COHORTS = "cohorts"
OF_COHORTS = ("cohorts", "cohort-means")
"""Figures that are asked by all options of the cohort measure."""

RETURNS = "returns"
SECTIONS = {
    COHORTS: Section(_("Cohorts"), OF_COHORTS),
    "staying": Section(_("Who stays"), ("retention", "lifecycle", "survival")),
    RETURNS: Section(_("Who comes back"), ("return", "second")),
    "customers": Section(_("Customers"), ("rfm", "groups", "concentration", "silent")),
    "checks": Section(_("Average check"), ("aov", "purchase_frequency", "revenue_per_customer")),
    "service": Section(_("Service"), ("unanswered_24h_rate", "reply", "backlog")),
    "delivery": Section(_("Delivery"), ("late_delivery_rate", "delay")),
}
