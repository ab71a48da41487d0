"""Over which span a measure is first shown: period by period, or all time at once."""

from vernost.measure.measure import Measure

ALL_TIME = frozenset(
    "benchmarks concentration clv clv_to_cac customer_features order_gaps return_curve lapse_window vip at_risk lost "
    "new regular survival rfm retention_value payback delivery_delay".split()
)
"""Measures that say how customers stand at one date, or need all that is known."""

SEVERAL_VALUES = frozenset({"cohort_retention", "lifecycle"})
"""Measures that go by periods and have several values in each."""


def natural_period(measure: Measure) -> str:
    """The period by which a measure is first shown; none for those that have one answer over all time."""
    return "" if measure.name in ALL_TIME else "month"


def is_course(measure: Measure) -> bool:
    """Whether a measure has one value in each period, so that it can be followed."""
    return measure.name not in ALL_TIME | SEVERAL_VALUES
