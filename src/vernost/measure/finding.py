"""What a measure finds: one Ibis expression with its values, intervals and counts, and the customers behind it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vernost import statistics
from vernost.measure.notes import Note
from vernost.measure.scope import Scope

if TYPE_CHECKING:
    import ibis.expr.types as ir

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The lazy answer of a measure.

    Attributes:
        table: keys of the question, then the measure's columns; ``period`` is an index, made a date by the answer.
        columns: the measure's columns in the order shown; further ones in ``table`` are for `finish`.
        interval: how ``low`` and ``high`` were made, or None.
        unit: overrides the unit of the measure, where it depends on the question.
        who: lazy rows of the customers behind the number: keys, ``customer_id``, ``numerator`` (boolean).
        empty: what a period without facts shows; None when periods are not filled up.
        first: index of the first period to fill from, when periods are asked for.
        axis: column of a second axis, if any.
        finish: completes executed rows where an expression cannot.
        summary: what is said once beside the rows, from the finished rows.
        base: the table that makes a customer active.
    """

    table: "ir.Table"
    columns: tuple[str, ...]
    interval: str | None = None
    unit: str | None = None
    who: "Callable[[], ir.Table] | None" = None
    empty: Mapping[str, Any] | None = None
    first: int | None = None
    axis: tuple[str, ...] = ()
    finish: Callable[[list[Row]], list[Row]] | None = None
    summary: Callable[[list[Row]], Mapping[str, Any]] | None = None
    base: str | None = None
    notes: Sequence[Note] = ()


SHARE = ("value", "low", "high", "numerator", "denominator")
TOTAL = ("value", "low", "high")


def share(
    scope: Scope,
    counts: "ir.Table",
    *,
    who: "Callable[[], ir.Table] | None" = None,
    complement: bool = False,
    also: tuple[str, ...] = (),
    **rest: Any,
) -> Finding:
    """A share from its counts; Wilson's interval.

    Args:
        scope: the log seen through the question.
        counts: keys, ``numerator``, ``denominator``, further columns.
        who: lazy rows of the customers behind it.
        complement: whether the share of the others is wanted.
        also: further columns of ``counts`` to show.
        **rest: further attributes of the finding.
    """
    import ibis

    top, bottom = counts.numerator.cast("float64"), counts.denominator.cast("float64")
    if complement:
        top = bottom - top
    safe = bottom.nullif(ibis.literal(0.0))
    low, high = statistics.wilson(top, safe)
    table = counts.select(
        *scope.keys,
        *also,
        value=top / safe,
        low=low.clip(lower=0.0),
        high=high.clip(upper=1.0),
        numerator=top.cast("int64"),
        denominator=counts.denominator.cast("int64"),
    )
    return Finding(
        table=table,
        columns=(*SHARE, *also),
        interval="wilson",
        who=_complement(who) if complement and who else who,
        empty={"numerator": 0, "denominator": 0},
        **rest,
    )


def _complement(who: "Callable[[], ir.Table]") -> "Callable[[], ir.Table]":
    def flipped() -> "ir.Table":
        table = who()
        return table.mutate(numerator=~table.numerator)

    return flipped


def share_of(scope: Scope, units: "ir.Table", hit: "ir.BooleanValue", **rest: Any) -> Finding:
    """A share from its units, one row each: ``hit`` says which of them count in the numerator."""
    import ibis

    marked = units.mutate(hit_=ibis.coalesce(hit, _false()))
    counts = grouped(marked, scope.keys, numerator=marked.hit_.cast("int32").sum(), denominator=marked.count())
    counts = counts.mutate(numerator=counts.numerator.fill_null(0))

    def who() -> "ir.Table":
        return marked.select(*scope.keys, "customer_id", numerator=marked.hit_)

    has_customers = "customer_id" in units.columns
    return share(scope, counts, who=who if has_customers else None, **rest)


def total(
    scope: Scope, units: "ir.Table", amount: "ir.NumericValue", *, is_signed: bool = False, **rest: Any
) -> Finding:
    """A sum over independent customers; interval by the variance of a compound Poisson sum ('delta').

    Args:
        scope: the log seen through the question.
        units: one row per customer and key.
        amount: what each contributes.
        is_signed: whether the sum may be below 0.
        **rest: further attributes of the finding.
    """
    import ibis

    weighed = units.mutate(amount_=amount)
    one = weighed.amount_.cast("float64")
    sums = grouped(
        weighed,
        scope.keys,
        value=weighed.amount_.sum(),
        squares=(one * one).sum(),
        **(_taken_off(one) if is_signed else {}),
    )
    # Of nothing, no interval: it would have no width.
    error = statistics.total_error(sums.squares.nullif(ibis.literal(0.0))) * statistics.Z
    # What is taken off alone brings a sum below 0.
    least = 0.0 - sums.off - statistics.total_error(sums.off_squares) * statistics.Z if is_signed else 0.0
    value = sums.value.fill_null(0)
    low, high = value.cast("float64") - error, value.cast("float64") + error
    return Finding(
        table=sums.select(*scope.keys, value=value, low=(low < least).ifelse(least, low), high=high),
        columns=TOTAL,
        interval="delta",
        who=lambda: weighed.filter(weighed.customer_id.notnull()).select(*scope.keys, "customer_id", numerator=_true()),
        empty={"value": 0},
        **rest,
    )


def _taken_off(amount: "ir.FloatingValue") -> "dict[str, ir.FloatingScalar]":
    """The sum of what is below 0, and of its squares."""
    off = (-amount).clip(lower=0.0)
    return {"off": off.sum(), "off_squares": (off * off).sum()}


def ratio(
    scope: Scope,
    units: "ir.Table",
    top: "ir.NumericValue",
    bottom: "ir.NumericValue",
    *,
    also: "Mapping[str, ir.NumericValue] | None" = None,
    sums: "Mapping[str, ir.NumericValue] | None" = None,
    **rest: Any,
) -> Finding:
    """A ratio of sums over independent customers; interval by the delta method.

    Args:
        scope: the log seen through the question.
        units: one row per customer and key.
        top: what each adds to the numerator.
        bottom: what each adds to the denominator.
        also: further numerators over the same denominator, by the name of their column.
        sums: further sums shown as they are, by the name of their column.
        **rest: further attributes of the finding.
    """
    import ibis

    beside, plain = dict(also or {}), dict(sums or {})
    weighed = units.mutate(top_=top.cast("float64"), bottom_=bottom.cast("float64"))
    a, b = weighed.top_, weighed.bottom_
    found = grouped(
        weighed,
        scope.keys,
        n=weighed.count().cast("float64"),
        numerator=a.sum(),
        denominator=b.sum(),
        aa=(a * a).sum(),
        ab=(a * b).sum(),
        bb=(b * b).sum(),
        **{name: value.cast("float64").sum() for name, value in beside.items()},
        **{name: value.sum() for name, value in plain.items()},
    )
    safe = found.denominator.nullif(ibis.literal(0.0))
    many = (found.n > 1).ifelse(found.n, ibis.null("float64"))
    error = statistics.Z * statistics.ratio_error(many, found.numerator, safe, found.aa, found.ab, found.bb)
    value = found.numerator / safe
    table = found.select(
        *scope.keys,
        value=value,
        low=value - error,
        high=value + error,
        numerator=found.numerator.fill_null(0.0),
        denominator=found.denominator.fill_null(0.0),
        **{name: found[name] / safe for name in beside},
        **{name: found[name].fill_null(0) for name in plain},
    )
    return Finding(
        table=table,
        columns=(*SHARE, *beside, *plain),
        interval="delta",
        who=lambda: weighed.filter(weighed.customer_id.notnull()).select(
            *scope.keys,
            "customer_id",
            numerator=weighed.top_ != 0,
        ),
        empty={"numerator": 0, "denominator": 0, **dict.fromkeys(plain, 0)},
        **rest,
    )


def count(scope: Scope, counts: "ir.Table", **rest: Any) -> Finding:
    """A number of customers, from keys and ``value``; interval of a Poisson number ('delta')."""
    import ibis

    number = counts.value.cast("float64")
    error = statistics.Z * statistics.total_error(number.nullif(ibis.literal(0.0)))
    table = counts.select(*scope.keys, "value", low=(number - error).clip(lower=0.0), high=number + error)
    return Finding(table=table, columns=TOTAL, interval="delta", empty={"value": 0}, **rest)


def grouped(table: "ir.Table", keys: Sequence[str], **aggregates: Any) -> "ir.Table":
    """Aggregates by keys, or over the whole table when there are none."""
    return table.group_by(list(keys)).agg(**aggregates) if keys else table.agg(**aggregates)


def _true() -> Any:
    import ibis

    return ibis.literal(value=True)


def _false() -> Any:
    import ibis

    return ibis.literal(value=False)


def nulls_last(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """By what keys of rows are sorted, those without a value after the others."""
    return tuple((value is None, "" if value is None else value) for value in values)
