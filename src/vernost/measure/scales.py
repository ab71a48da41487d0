"""Values on a scale: those off it are left out of the measure, and it is said how many."""

from typing import TYPE_CHECKING

from vernost.measure.notes import Note
from vernost.measure.scope import Scope

if TYPE_CHECKING:
    import ibis.expr.types as ir


def on_scale(
    scope: Scope, facts: "ir.Table", column: str, low: float, high: float
) -> "tuple[ir.Table, tuple[Note, ...]]":
    """Facts without the values that lie off the scale (blanks stay), and a note on how many were left out.

    Args:
        scope: the log seen through the question.
        facts: facts of one table.
        column: the value.
        low: least value of the scale.
        high: greatest value of the scale.
    """
    value = facts[column]
    is_off = (value < low) | (value > high)
    count = scope.log.fetch(facts.agg(count=is_off.cast("int32").sum()))["count"][0].as_py()
    if not count:
        return facts, ()
    note = Note("off_scale", {"column": column, "low": low, "high": high, "count": int(count)})
    return facts.filter(value.isnull() | ~is_off), (note,)
