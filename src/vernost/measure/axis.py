"""A second axis of an answer, such as quantiles or top shares: columns turned into rows, each period showing all."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from vernost.measure.finding import Row, nulls_last
from vernost.measure.scope import Scope

if TYPE_CHECKING:
    import ibis.expr.types as ir


def unfolded(
    wide: "ir.Table", keep: Sequence[str], *, axis: str, values: Sequence[float], **columns: Sequence[str]
) -> "ir.Table":
    """One row a place on the axis for each row of a table.

    Args:
        wide: the table, whose rows are few.
        keep: its columns that are the same at each place.
        axis: name of the axis.
        values: what stands on it, a place each.
        **columns: for each column made, its names in ``wide``, place by place.
    """
    import ibis

    places = ibis.range(0, len(values)).unnest().name("place_").as_table()
    rows = wide.cross_join(places)

    def at_place(options: Sequence[Any]) -> "ir.Value":
        return ibis.cases(*((rows.place_ == place, option) for place, option in enumerate(options)))

    literals = [exactly(value) for value in values]
    made = {name: at_place([rows[source] for source in sources]) for name, sources in columns.items()}
    return rows.select(*keep, **{axis: at_place(literals)}, **made)


def exactly(value: float) -> "ir.FloatingScalar":
    """A number of up to four decimals as the nearest float on every engine.

    A quotient of whole numbers is just that; as it stands, DuckDB reads 0.95 in a CASE as 0.9500000000000001, and
    PostgreSQL reads it as a decimal.
    """
    import ibis

    return ibis.literal(round(value * 10_000)).cast("float64") / 10_000


def filled(
    scope: Scope,
    rows: Sequence[Row],
    *,
    first: int,
    empty: Mapping[str, Any],
    axis: Mapping[str, Sequence[float]] | None = None,
) -> list[Row]:
    """Rows for each period from the first to that of ``as_of``, value of the cuts and place on the axis.

    Args:
        scope: the log seen through the question.
        rows: those found.
        first: index of the first period.
        empty: what a row shows that was not found.
        axis: the values of each axis by its name.
    """
    grain, axis = scope.grain, axis or {}
    if grain is None:
        return list(rows)
    names = ("period", *scope.question.cut, *axis)
    known = {tuple(row[name] for name in names): row for row in rows}
    width = len(scope.question.cut)
    groups = sorted({key[1 : 1 + width] for key in known}, key=nulls_last) or ([] if width else [()])
    wanted = product(range(first, scope.last_index(grain) + 1), groups, product(*axis.values()))
    return [
        known.get(key) or dict(zip(names, key, strict=True)) | dict(empty)
        for key in ((period, *group, *place) for period, group, place in wanted)
    ]
