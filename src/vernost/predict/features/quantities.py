"""Quantities that several subjects are made of: ratios, hours, the last of something."""

from typing import TYPE_CHECKING

from vernost.measure.periods import whole_seconds

if TYPE_CHECKING:
    import ibis.expr.types as ir


def ratio(top: "ir.NumericValue", bottom: "ir.NumericValue") -> "ir.FloatingValue":
    """One by the other; null where there is nothing to divide by."""
    import ibis

    return top.cast("float64") / bottom.cast("float64").nullif(ibis.literal(0.0))


def hours(start: "ir.TimestampValue", end: "ir.TimestampValue") -> "ir.FloatingValue":
    """Hours from one instant to another; 0 when the clocks disagree about which came first."""
    return (whole_seconds(end) - whole_seconds(start)).cast("float64").clip(lower=0.0) / 3600


def latest(rows: "ir.Table", *order: str, by: tuple[str, ...] = ("customer_id",)) -> "ir.Table":
    """The last row of each customer in an order of columns."""
    import ibis

    turn = ibis.window(group_by=list(by), order_by=[ibis.desc(name) for name in order])
    return rows.mutate(turn_=ibis.row_number().over(turn)).filter(lambda t: t.turn_ == 0)
