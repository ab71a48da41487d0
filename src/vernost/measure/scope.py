"""A log seen through a question: filtered facts on the company's clock, with periods and cuts beside them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from vernost import expressions
from vernost.errors import InvalidValue, MissingFacts, UnknownName
from vernost.measure.periods import Clock, Grain, days, literal_of, midnight
from vernost.measure.question import Question
from vernost.messages import Message
from vernost.schema import CANCELLED, TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from vernost.store.log import Log


class Scope:
    """What a measure reads.

    Attributes:
        log: the log.
        question: what is asked.
        measure: name of the measure, for messages.
        wanted: names of the tables that the measure reads.
        reads: those of them that the log has; their last fact sets ``as_of``.
        zone: the company's time zone.
    """

    def __init__(self, log: "Log", question: Question, *, measure: str, reads: Iterable[str]) -> None:
        self.log = log
        self.question = question
        self.measure = measure
        self.wanted = tuple(reads)
        self.reads = tuple(name for name in self.wanted if name in log.tables)
        self.zone = question.timezone or log.timezone

    # -- time -----------------------------------------------------------------------------------------------------

    def span(self, table: str) -> tuple[datetime, datetime] | None:
        """First and last UTC instant at which facts of a table happened; None when it is empty."""
        spans = [span for column in TABLES[table].happened if (span := self.log.happened_span(table, column))]
        return (_instant(min(first for first, _ in spans)), _instant(max(last for _, last in spans))) if spans else None

    @cached_property
    def as_of(self) -> date:
        """The day at whose end the log is looked at: asked for, or that of the last fact read."""
        if self.question.as_of:
            return self.question.as_of
        spans = [span for name in self.reads if (span := self.span(name))]
        if not spans:
            raise MissingFacts(self.measure, Message("at least one row in {tables}", tables=self.reads or self.wanted))
        last = max(last for _, last in spans)
        return Clock.over(self.zone, last, last).day_of(last)

    @property
    def end(self) -> datetime:
        """UTC instant at which ``as_of`` is over."""
        return midnight(self.zone, self.as_of + timedelta(days=1))

    def as_of_day(self, day: date) -> "Scope":
        """The same log, looked at as a whole at the end of a day."""
        question = replace(self.question, by=None, since=None, until=None, as_of=day)
        return Scope(self.log, question, measure=self.measure, reads=self.reads)

    def clock(self, table: str) -> Clock:
        """The company's clock over the facts of a table."""
        first, last = self.span(table) or (datetime(1970, 1, 1), datetime(1970, 1, 1))  # noqa: DTZ001 - UTC by contract
        return Clock.over(self.zone, first, max(last, self.end))

    def by_default(self, grain: Grain) -> None:
        """Ask by this period when none was asked for."""
        if self.question.by is None:
            self.question = replace(self.question, by=grain)

    def refuse_periods(self) -> None:
        """Refuse periods, where a measure says how customers stand at one date."""
        if self.grain:
            raise InvalidValue(
                "{measure} says how customers stand at one date, not over periods. Leave out the periods, and name "
                "the date with --as-of.",
                measure=self.measure,
            )

    @property
    def grain(self) -> Grain | None:
        """Length of the periods asked for."""
        return self.question.by

    @property
    def window(self) -> tuple[date | None, date | None]:
        """Days counted when no periods are asked for."""
        return (None, None) if self.grain else (self.question.since, self.question.until)

    def last_index(self, grain: Grain) -> int:
        """Index of the period that holds ``as_of``."""
        return grain.index_of(self.as_of)

    def first_index(self, grain: Grain, table: str) -> int:
        """Index of the period that holds the first fact of a table."""
        span = self.span(table)
        if span is None:
            return self.last_index(grain)
        return grain.index_of(self.clock(table).day_of(span[0]))

    # -- facts ----------------------------------------------------------------------------------------------------

    def has(self, table: str, *columns: str) -> bool:
        """Whether the log has a table, and a value somewhere in each of these columns of it."""
        return table in self.log.tables and all(self._is_filled(table, column) for column in columns)

    def _is_filled(self, table: str, column: str) -> bool:
        def make() -> bool:
            facts = self.log.tables[table]
            found = facts.filter(facts[column].notnull()).select(column).limit(1)
            return bool(self.log.fetch(found).num_rows)

        return self.log.cached(("filled", table, column), make)

    def need(self, table: str, *columns: str) -> None:
        """Refuse to go on without a table, or without any value in these columns of it."""
        for column in columns or ("",):
            if not self.has(table, *([column] if column else [])):
                sentence = "{table}.{column}" if column else "the table {table}"
                raise MissingFacts(self.measure, Message(sentence, table=table, column=column))

    def table(self, name: str) -> "ir.Table":
        """A table of the log that remains after ``where``, whatever its time."""
        self.need(name)
        facts = self.log.tables[name]
        text = self.question.where
        if not text or not self._is_about(name, text):
            return facts
        named = self.with_attributes(facts, name, sorted(expressions.columns_of(text)))
        return named.filter(expressions.where(named, text)).select(*facts.columns)

    def _is_about(self, name: str, text: str) -> bool:
        """Whether ``where`` can be asked of a table: each of its names is an attribute of it or of its customers."""
        names = expressions.columns_of(text)
        if all(self._holder(name, column) for column in names):
            return True
        tables = self.reads or tuple(self.log.tables)
        if any(all(self._holder(table, column) for column in names) for table in tables):
            return False
        unknown = next(c for c in sorted(names) if not any(self._holder(table, c) for table in tables))
        raise UnknownName("attribute", unknown, self.attributes(name))

    def _holder(self, table: str, column: str) -> str | None:
        """The table in which an attribute of a fact is found: its own, or that of its customer."""
        facts = self.log.tables[table]
        if column in facts.columns:
            return table
        customers = self.log.tables.get("customers")
        if customers is not None and column in customers.columns and "customer_id" in facts.columns:
            return "customers"
        return None

    def attributes(self, table: str) -> list[str]:
        """Names of all that facts of a table can be cut and filtered by."""
        own = list(self.log.tables[table].columns)
        customers = self.log.tables.get("customers")
        theirs = list(customers.columns) if customers is not None and "customer_id" in own else []
        return [name for name in dict.fromkeys(own + theirs) if name not in ("extra", "loaded_at")]

    def with_attributes(self, facts: "ir.Table", table: str, names: Iterable[str]) -> "ir.Table":
        """Facts with attributes of theirs and of their customers beside them."""
        own: dict[str, ir.Value] = {}
        theirs: list[str] = []
        for name in names:
            holder = self._holder(table, name)
            if holder is None:
                raise UnknownName("attribute", name, self.attributes(table))
            if holder == table:
                own[name] = facts[name]
            else:
                theirs.append(name)
        facts = facts.mutate(**{name: value for name, value in own.items() if name not in facts.columns})
        return self.with_customer(facts, theirs) if theirs else facts

    def with_customer(self, facts: "ir.Table", names: Iterable[str]) -> "ir.Table":
        """Facts with attributes of their customers beside them; null where the customer is not known."""
        names, customers = list(names), self.log.tables.get("customers")
        unknown = [name for name in names if customers is None or name not in customers.columns]
        if customers is None or unknown:
            raise UnknownName(
                "attribute", unknown[0], {name for table in self.reads for name in self.attributes(table)}
            )
        known = customers.select(customer_=customers.customer_id, **{name: customers[name] for name in names})
        return facts.left_join(known, facts.customer_id == known.customer_).drop("customer_")

    def facts(self, name: str, at: str, *, cut: Iterable[str] | None = None, in_window: bool = True) -> "ir.Table":
        """Facts of a table up to ``as_of`` (and in the window), on the company's clock.

        Args:
            name: table of the log.
            at: its column that says when.
            cut: attributes to put beside each fact; None for those of the question.
            in_window: whether only facts in the window are wanted; else its history too.

        Returns:
            The table's columns, then ``local`` (the instant on the company's clock), ``period`` (index, if periods are
            asked for) and each cut under its own name.
        """
        facts = self.table(name)
        facts = facts.filter(facts[at].notnull())
        if self.question.as_of:
            facts = facts.filter(facts[at] < literal_of(self.end))
        since, until = self.window if in_window else (None, None)
        if since:
            facts = facts.filter(facts[at] >= literal_of(midnight(self.zone, since)))
        if until:
            facts = facts.filter(facts[at] < literal_of(midnight(self.zone, until + timedelta(days=1))))
        facts = facts.mutate(local=self.clock(name).local(facts[at]))
        if self.grain:
            facts = facts.mutate(period=self.grain.index(facts.local))
        return self.with_attributes(facts, name, self.question.cut if cut is None else cut)

    def sales(self, *, cut: Iterable[str] | None = None) -> "ir.Table":
        """Sales: orders that are neither refunds nor cancelled. Columns as of `facts`."""
        return self.sold(self.facts("orders", "ordered_at", cut=cut))

    def sold(self, orders: "ir.Table") -> "ir.Table":
        """Of orders, those that are sales."""
        return self.standing(orders).filter(lambda t: t.kind == "sale")

    def standing(self, orders: "ir.Table") -> "ir.Table":
        """Of orders, those not cancelled."""
        # Comparisons that know nulls take an eighth off the CPU of a measure on DuckDB; a list beside a null does not.
        for status in self.cancelled:
            orders = orders.filter(~orders.status.identical_to(status))
        return orders

    @property
    def cancelled(self) -> list[str]:
        """Statuses that mean cancelled, as the orders of this log write them: asked for once, not of each row."""

        def make() -> list[str]:
            orders = self.log.tables["orders"]
            found = orders.filter(orders.status.lower().isin(CANCELLED)).select("status").distinct()
            return sorted(self.log.fetch(found)["status"].to_pylist())

        return self.log.cached(("cancelled",), make)

    def known(self, instant: "ir.TimestampValue") -> "ir.TimestampValue":
        """An instant, or null when it lies after ``as_of``: then it had not happened yet."""
        import ibis

        return (instant < literal_of(self.end)).ifelse(instant, ibis.null("timestamp"))

    @property
    def keys(self) -> tuple[str, ...]:
        """Columns that tell the rows of the answer apart."""
        return (("period",) if self.grain else ()) + self.question.cut

    def day(self, local: "ir.TimestampValue") -> "ir.IntegerValue":
        """Days since 1970-01-01 of a local time."""
        return days(local)


def _instant(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - UTC by contract
    raise InvalidValue("{value!r} is not an instant.", value=value)
