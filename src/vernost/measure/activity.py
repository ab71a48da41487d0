"""When each customer was active: the ground on which retention, lifecycle and cohorts stand.

A customer's activity over up to 62 periods fits into one whole number, a bit a period. All that retention asks then
falls out of the distinct masks with their counts, after a single pass over the facts. Longer logs, cuts by an attribute
of the order and minimum amounts need the pairs of customer and period themselves.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from vernost.errors import InvalidValue, MissingFacts
from vernost.measure.periods import Grain, is_plain_midnight, literal_of, midnight
from vernost.measure.scope import Scope
from vernost.messages import Message
from vernost.schema import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

MASK_BITS = 62
"""Periods that fit into one signed 64-bit mask with room to shift."""

BASES = {"subscriptions": "started_at", "orders": "ordered_at", "events": "occurred_at"}
"""Tables that can make a customer active, the weightiest first, with the column that says when."""


def find_base(scope: Scope, base: str | None) -> str:
    """The table that makes a customer active: the one asked for, else subscriptions, orders or events."""
    if base is not None and base not in BASES:
        raise InvalidValue("{name} is {value!r}, must be one of {known}.", name="base", value=base, known=BASES)
    found = [name for name in ([base] if base else BASES) if scope.has(name)]
    if found:
        # A table that is there without a row says nothing when another one has rows.
        return next((name for name in found if scope.span(name)), found[0])
    raise MissingFacts(
        scope.measure, Message("the table {table}", table=base) if base else "the table orders, subscriptions or events"
    )


@dataclass
class Activity:
    """Activity of customers by period.

    Attributes:
        scope: the log seen through the question.
        grain: length of the periods.
        base: the table that makes a customer active.
        event: name of the event that counts, with events as the base; None for any.
        min_orders: facts that a period needs to count as active.
        min_amount: money that a period needs to count as active.
        counts_start: whether a subscription makes active in the period in which it starts, and in those at whose first
            instant it runs; else only in the latter, which is what keeping compares.
    """

    scope: Scope
    grain: Grain
    base: str
    event: str | None = None
    min_orders: int = 1
    min_amount: float | None = None
    counts_start: bool = False

    @cached_property
    def first(self) -> int:
        """Index of the first period of the log."""
        return self.scope.first_index(self.grain, self.base)

    @property
    def compares_ends(self) -> bool:
        """Whether activity is looked at on the first instants of periods, so that a period lies between two looks."""
        return self.base == "subscriptions" and not self.counts_start

    @property
    def last(self) -> int:
        """Index of the last period; of the instant at which ``as_of`` is over, when ends are compared."""
        return self.scope.last_index(self.grain) + self.compares_ends

    @property
    def customer_cuts(self) -> list[str]:
        """Cuts that belong to the customer and so never change."""
        own = self.scope.log.tables[self.base].columns
        return [name for name in self.scope.question.cut if name not in own]

    @property
    def fact_cuts(self) -> list[str]:
        """Cuts that belong to the fact and are read at the start of each period."""
        return [name for name in self.scope.question.cut if name not in self.customer_cuts]

    @cached_property
    def facts(self) -> "ir.Table":
        """Facts that make active: customer_id, local, and what the cuts need."""
        if self.base == "subscriptions":
            return self._running()
        facts = self.scope.facts(self.base, BASES[self.base], cut=())
        if self.base == "orders":
            facts = self.scope.sold(facts)
        elif self.event:
            facts = facts.filter(facts.name == self.event)
        facts = facts.filter(facts.customer_id.notnull())
        return facts.mutate(period=self.grain.index(facts.local))

    def _running(self) -> "ir.Table":
        """One row a subscription and period at whose first instant it runs (or in which it starts)."""
        import ibis

        scope = self.scope
        rows = scope.facts("subscriptions", "started_at", cut=())
        ended = (rows.ended_at > literal_of(scope.end)).ifelse(ibis.null("timestamp"), rows.ended_at)
        until = self._boundary(ended, scope.clock("subscriptions").local(ended)).fill_null(self.last + 1)
        rows = rows.mutate(from_=self._boundary(rows.started_at, rows.local), until=until)
        if self.counts_start:
            start = self.grain.index(rows.local)
            rows = rows.mutate(seen_=rows.from_, from_=start, until=ibis.greatest(rows.until, start + 1))
        periods = ibis.range(self.first, self.last + 1).unnest().name("period").as_table()
        # The period of its start, which facts carry when periods are asked for, is another one.
        rows = (rows.drop("period") if "period" in rows.columns else rows).cross_join(periods)
        return rows.filter((rows.period >= rows.from_) & (rows.period < rows.until)).mutate(
            period=lambda t: t.period.cast("int64")
        )

    def _boundary(self, instant: "ir.TimestampValue", local: "ir.TimestampValue") -> "ir.IntegerValue":
        """Index of the first period whose first instant is not before a UTC instant (local on the company's clock)."""
        index = self.grain.index(local)
        unit = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}[self.grain.value]
        is_inside = local > local.truncate(unit)
        for period, start in self._odd_starts:
            is_inside = (index == period).ifelse(instant > literal_of(start), is_inside)
        return index + is_inside.cast("int32")

    @cached_property
    def _odd_starts(self) -> list[tuple[int, datetime]]:
        """Periods that do not begin at a midnight of their own, since clocks change there, with their UTC instant."""
        zone = self.scope.zone
        if not self.scope.clock(self.base).changes:
            return []
        days = {period: self.grain.first_day(period) for period in range(self.first, self.last + 1)}
        return [(period, midnight(zone, day)) for period, day in days.items() if not is_plain_midnight(zone, day)]

    @property
    def fits_masks(self) -> bool:
        """Whether one mask a customer answers the question."""
        is_plain = self.min_orders <= 1 and self.min_amount is None and not self.fact_cuts
        return is_plain and self.last - self.first < MASK_BITS

    def masks(self) -> "ir.Table":
        """Distinct masks: cuts, ``mask`` (bit i is the i-th period of the log), its ``lowest`` bit, ``n`` customers."""
        import ibis

        one = ibis.literal(1).cast("int64")
        bits = self.facts.mutate(bit=one << (self.facts.period - self.first).cast("int32"))
        customers = self.with_customer_cuts(bits.group_by("customer_id").agg(mask=bit_or(bits.bit)))
        masks = customers.group_by([*self.customer_cuts, "mask"]).agg(n=customers.count())
        return masks.mutate(lowest=masks["mask"] & -masks["mask"])

    def pairs(self, **sums: Any) -> "ir.Table":
        """One row a customer and active period: customer_id, period, previous and next active period, cuts, sums.

        A cut of the fact is the customer's value at the start of the period: that of the last fact before it, or of the
        first fact in it for who had none; with subscriptions, of the last one that runs there, or of the first since.
        ``after_`` + name is the value at its end.
        """
        import ibis

        facts = self.facts
        aggregates: dict[str, Any] = {name: make(facts) for name, make in sums.items()}
        if self.fact_cuts:
            facts, marks = self._marked(facts)
            aggregates = {name: make(facts) for name, make in sums.items()} | marks(facts)
        if self.min_amount is not None:
            aggregates["amount_"] = facts.amount.sum()
        pairs = facts.group_by("customer_id", "period").agg(facts_=facts.count(), **aggregates)
        turn = ibis.window(group_by="customer_id", order_by="period")
        if self.fact_cuts:
            pairs = self._at_start(pairs, pairs.period.lag().over(turn), turn)
        if self.min_orders > 1:
            pairs = pairs.filter(pairs.facts_ >= self.min_orders)
        if self.min_amount is not None:
            pairs = pairs.filter(pairs.amount_ >= self.min_amount)
        pairs = pairs.mutate(previous=pairs.period.lag().over(turn), next=pairs.period.lead().over(turn))
        return self.with_customer_cuts(pairs)

    def _at_start(self, pairs: "ir.Table", previous: "ir.IntegerValue", turn: Any) -> "ir.Table":
        """Pairs with each cut of the fact as it was at the start of the period."""
        import ibis

        has_value = previous.notnull()
        if self.base == "subscriptions":
            # Of subscriptions only what runs at the start counts; `_marked` puts it first where starts are counted.
            has_value = ibis.literal(value=False) if self.counts_start else previous == pairs.period - 1
        return pairs.mutate(
            **{
                name: has_value.ifelse(pairs[f"after_{name}"].lag().over(turn), pairs[f"first_{name}"])
                for name in self.fact_cuts
            }
        )

    def _marked(self, facts: "ir.Table") -> tuple["ir.Table", Any]:
        """Facts with their place within customer and period, so that first and last values can be taken.

        Where starts of subscriptions are counted, the first is the last one that already runs at the period's start.
        """
        import ibis

        at, (key,) = BASES[self.base], TABLES[self.base].key
        backward = [ibis.desc(at), ibis.desc(key)]
        forward: list[Any] = [at, key]
        if self.base == "subscriptions" and self.counts_start:
            runs = facts.seen_ <= facts.period
            forward = [
                ibis.desc(runs.cast("int32")),
                *(ibis.desc(runs.ifelse(facts[n], None)) for n in (at, key)),
                at,
                key,
            ]
        up = ibis.window(group_by=["customer_id", "period"], order_by=forward)
        down = ibis.window(group_by=["customer_id", "period"], order_by=backward)
        facts = facts.mutate(up_=ibis.row_number().over(up), down_=ibis.row_number().over(down))

        def marks(t: "ir.Table") -> dict[str, Any]:
            firsts = {f"first_{name}": t[name].max(where=t.up_ == 0) for name in self.fact_cuts}
            return firsts | {f"after_{name}": t[name].max(where=t.down_ == 0) for name in self.fact_cuts}

        return facts, marks

    def with_customer_cuts(self, table: "ir.Table") -> "ir.Table":
        """A table of customers with the cuts that belong to them."""
        return self.scope.with_customer(table, self.customer_cuts) if self.customer_cuts else table


def bit_or(bits: "ir.IntegerColumn") -> "ir.IntegerScalar":
    """Bitwise or of a column, on every engine."""
    return _bit_or()(bits)


def _bit_or() -> Any:
    import ibis

    # Ibis knows no bit_or for Spark, though all three engines have it under one name.
    @ibis.udf.agg.builtin(name="bit_or")
    def bit_or(bits: int) -> int: ...  # type: ignore[empty-body]  # the engine has the body

    return bit_or


def latest_of_customer(scope: Scope, customers: "ir.Table", table: str, at: str) -> "ir.Table":
    """Customers with the cuts beside them; one that belongs to facts is read at the customer's last fact."""
    import ibis

    own = [name for name in scope.question.cut if name in scope.log.tables[table].columns]
    fixed = [name for name in scope.question.cut if name not in own]
    if own:
        facts = scope.facts(table, at, cut=())
        turn = ibis.window(group_by="customer_id", order_by=[ibis.desc(at), *map(ibis.desc, TABLES[table].key)])
        last = facts.mutate(turn_=ibis.row_number().over(turn)).filter(lambda t: t.turn_ == 0)
        last = last.select(customer_=last.customer_id, **{name: last[name] for name in own})
        customers = customers.left_join(last, customers.customer_id == last.customer_).drop("customer_")
    return scope.with_customer(customers, fixed) if fixed else customers
