"""What parts of rules ask of each customer, one row a customer: a table of the log is grouped once for all of them."""

from collections.abc import Hashable, Mapping
from functools import reduce
from operator import and_, or_
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from vernost.explain.segments.behind import customers_behind
from vernost.explain.segments.conditions import Kind, holds
from vernost.explain.segments.facts import ATTRIBUTES, FACTS, KNOWING, SCORES, Fact
from vernost.explain.segments.figures import FIGURES, NPS, RFM, last_answers, places
from vernost.explain.segments.rule import Attribute, Behind, Did, Listed, Measured, Rule, Scored, Span
from vernost.measure.periods import literal_of, midnight

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from vernost.explain.segments.standpoint import Standpoint

Holder = Hashable
"""What holds what a part of a rule asks: a table of the log, or a place of its own."""

CUSTOMERS, SCORED = "customers", "scores"
_SEPARATOR = "\x1f"
_LISTED = 64
"""Ids up to this number are written into the condition; more are taken apart by the engine from one text."""


def holder_of(leaf: Rule) -> Holder:
    """Where a part of a rule finds what it asks."""
    match leaf:
        case Attribute():
            return CUSTOMERS
        case Scored():
            return SCORED
        case Measured(name):
            return FIGURES[name].holder
        case Did(fact, turn=None):
            return _base(FACTS[fact])
        case Did(fact, turn=turn):
            return (fact, turn)
        case _:
            return leaf


def _base(fact: Fact) -> str:
    return "orders" if fact.name == "refunds" else fact.name


def held(at: "Standpoint", holder: Holder, names: Mapping[Rule, str]) -> "ir.Table":
    """One row for each customer of whom a holder knows something: customer_id, and for each part a column.

    Args:
        at: from where the log is looked at.
        holder: of the parts.
        names: part -> its column. Columns are the values that conditions are held against; of customers behind a
            number or on a list, they are true.
    """
    if holder == CUSTOMERS:
        return _of_attributes(at, at.known("customers"), names, ATTRIBUTES)
    if holder == SCORED:
        return _of_attributes(at, _last_scores(at), names, SCORES)
    if holder in {RFM, NPS}:
        row = places(at.scope) if holder == RFM else last_answers(at.scope)
        return row.select("customer_id", **{name: _figure(at, row, leaf) for leaf, name in names.items()})
    if isinstance(holder, Behind | Listed):
        return _marked(_behind(at, holder) if isinstance(holder, Behind) else _listed(at, holder), names)
    return _grouped(at, holder, names)


def everybody(at: "Standpoint") -> "ir.Table":
    """All customers that the log knows: customer_id."""
    known = [_ids(at.known(name)) for name in KNOWING if name in at.log.tables]
    return reduce(lambda one, other: one.union(other), known).distinct()


def _ids(rows: "ir.Table") -> "ir.Table":
    """Ids alone; PostgreSQL tells columns that may be empty from those that may not, and unites only their like."""
    import ibis.expr.datatypes as dt

    return rows.select(customer_id=rows.customer_id.cast(dt.String(nullable=True)))


# -- attributes and scores --------------------------------------------------------------------------------------------


def _of_attributes(
    at: "Standpoint", rows: "ir.Table", names: Mapping[Rule, str], kinds: Mapping[str, Kind]
) -> "ir.Table":
    asked = {name: leaf.name for leaf, name in names.items() if isinstance(leaf, Attribute | Scored)}
    columns = {name: _plain(at, rows[column], kinds[column], "customers") for name, column in asked.items()}
    return rows.select("customer_id", **columns)


def _last_scores(at: "Standpoint") -> "ir.Table":
    rows = at.known("scores")
    rows = rows.filter(rows.scored_on <= at.day)
    return rows.filter(rows.scored_on == rows.scored_on.max().as_scalar())


def _plain(at: "Standpoint", value: Any, kind: Kind, table: str) -> Any:
    """A column as conditions take it: numbers as floats, instants as days of the company's clock."""
    if kind == "number":
        return value.cast("float64")
    if kind == "day" and value.type().is_timestamp():
        return at.scope.clock(table).local(value).date()
    return value


# -- facts ------------------------------------------------------------------------------------------------------------


def _grouped(at: "Standpoint", holder: Holder, names: Mapping[Rule, str]) -> "ir.Table":
    """Aggregates over the facts of each customer; facts that no part asks are left out where that can be said."""
    fact, turn = (FACTS[holder[0]], holder[1]) if isinstance(holder, tuple) else (FACTS[str(holder)], None)
    rows = fact.rows(at.scope)
    if turn:
        rows = _in_turn(rows, fact, turn)
    wanted = [_meant(at, rows, leaf) if isinstance(leaf, Did) else None for leaf in names]
    if all(each is not None for each in wanted):
        rows = rows.filter(reduce(or_, wanted))
    columns = {name: _aggregate(at, rows, leaf) for leaf, name in names.items()}
    return rows.group_by("customer_id").agg(**columns)


def _in_turn(rows: "ir.Table", fact: Fact, turn: str) -> "ir.Table":
    import ibis

    of_kind = fact.holds(rows)
    rows = rows if of_kind is None else rows.filter(of_kind)
    order = [rows[name].desc() if turn == "last" else rows[name].asc() for name in (fact.at, *fact.key)]
    rows = rows.mutate(turn_=ibis.row_number().over(ibis.window(group_by="customer_id", order_by=order)))
    return rows.filter(rows.turn_ == 0)


def _meant(at: "Standpoint", rows: "ir.Table", leaf: Did) -> "ir.BooleanValue | None":
    """Which facts a part asks; None when all."""
    fact = FACTS[leaf.fact]
    of_kind = fact.holds(rows)
    parts = ([] if of_kind is None else [of_kind]) + _spanned(at, rows[fact.at], leaf.span)
    for name, condition in leaf.where:
        kind = fact.attributes[name]
        parts.append(holds(_plain(at, rows[name], kind, fact.table), kind, condition, at.day))
    return reduce(and_, parts) if parts else None


def _spanned(at: "Standpoint", instant: "ir.TimestampValue", span: Span) -> "list[ir.BooleanValue]":
    from datetime import timedelta

    since = at.day - timedelta(days=span.days - 1) if span.days else span.since
    first = [instant >= literal_of(midnight(at.scope.zone, since))] if since else []
    last = [instant < literal_of(midnight(at.scope.zone, span.until + timedelta(days=1)))] if span.until else []
    return first + last


def _aggregate(at: "Standpoint", rows: "ir.Table", leaf: Rule) -> Any:
    if isinstance(leaf, Measured):
        return _figure(at, rows, leaf)
    assert isinstance(leaf, Did)  # noqa: S101 - a table of facts holds nothing else
    meant = _meant(at, rows, leaf)
    if leaf.total is None:
        return rows.count(where=meant)
    return rows[leaf.total].sum(where=meant).cast("float64")


def _figure(at: "Standpoint", rows: "ir.Table", leaf: Rule) -> Any:
    assert isinstance(leaf, Measured)  # noqa: S101 - a holder of figures holds nothing else
    figure = FIGURES[leaf.name]
    value = figure.of(rows, at.scope)
    return value.cast("float64") if figure.kind == "number" else value


# -- customers by name ------------------------------------------------------------------------------------------------


def _behind(at: "Standpoint", leaf: Behind) -> "ir.Table":
    from vernost.measure import find_measure

    measure = find_measure(leaf.measure)
    asked = {name: list(value) if isinstance(value, tuple) else value for name, value in leaf.asked}
    chosen = {name: value for name, value in at.chosen.items() if name in measure.options}
    answer = measure(at.log, **({"as_of": at.day, "timezone": at.scope.zone} | chosen | asked))
    found = customers_behind(answer, dict(leaf.row), leaf.side)
    return found.filter(found.customer_id.notnull())


def _listed(at: "Standpoint", leaf: Listed) -> "ir.Table":
    """The customers of a list whom the log knows."""
    import ibis

    known = everybody(at)
    if len(leaf.customers) <= _LISTED:
        return known.filter(known.customer_id.isin(list(leaf.customers)))
    # One literal for all: an expression of a hundred thousand would take an engine's planner longer than the answer.
    ids = ibis.literal(_SEPARATOR.join(leaf.customers)).split(_SEPARATOR).unnest().name("listed_").as_table()
    return known.semi_join(ids, known.customer_id == ids.listed_)


def _marked(rows: "ir.Table", names: Mapping[Rule, str]) -> "ir.Table":
    import ibis

    return rows.select("customer_id", **dict.fromkeys(names.values(), ibis.literal(value=True)))


_KINDS: Mapping[type[Rule], Mapping[str, Kind]] = MappingProxyType({Attribute: ATTRIBUTES, Scored: SCORES})


def holds_of(leaf: Rule, value: Any, at: "Standpoint") -> "ir.BooleanValue":
    """Whether a part holds, from its column beside a customer; null where its holder knows nothing of the customer."""
    import ibis

    match leaf:
        case Did(counted=condition):
            return holds(value.cast("float64").fill_null(0.0), "number", condition, at.day)
        case Measured(name, condition):
            figure = FIGURES[name]
            filled = value if figure.empty is None else value.fill_null(float(figure.empty))
            return holds(filled, figure.kind, condition, at.day)
        case Attribute(name, condition) | Scored(name, condition):
            return holds(value, _KINDS[type(leaf)][name], condition, at.day)
        case _:
            return ibis.coalesce(value, ibis.literal(value=False))
