"""What was spent, on whom it can be said to have been spent, and whom it won.

Money spent knows its channel and its purpose, and nothing of single customers. So it is set beside the customers won in
the same period, by channel beside those who came by it; that is a comparison, not a proof that the money won them.
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from vernost.errors import InvalidValue, Unfilterable
from vernost.measure.activity import BASES
from vernost.measure.finding import grouped
from vernost.measure.notes import Note
from vernost.measure.periods import EPOCH, day_number, days
from vernost.measure.scope import Scope

if TYPE_CHECKING:
    import ibis.expr.types as ir

CHANNEL = "acquisition_channel"
"""The only cut that both customers and money spent know: a customer's, matched to the channel of the money."""

PURPOSES = ("acquisition", "retention")


@dataclass(frozen=True)
class Spending:
    """Money spent, set beside customers.

    Attributes:
        scope: the log seen through the question.
        purpose: what the money was for; None for all of it.
    """

    scope: Scope
    purpose: str | None = None

    def __post_init__(self) -> None:
        if self.purpose is not None and self.purpose not in PURPOSES:
            raise InvalidValue(
                "{name} is {value!r}, must be one of {known}.", name="purpose", value=self.purpose, known=PURPOSES
            )
        self.scope.need("spend")
        if self.scope.question.where:
            raise Unfilterable(
                "{measure} cannot be filtered by --where: money spent knows no customers.", measure=self.scope.measure
            )
        for name in self.scope.question.cut:
            if name != CHANNEL:
                raise InvalidValue(
                    "{measure} can be cut by {channel} only, not by {name}.",
                    measure=self.scope.measure,
                    channel=CHANNEL,
                    name=name,
                )

    def rows(self) -> "ir.Table":
        """Money spent by ``as_of`` (and in the window): keys, ``spent_``."""
        rows = self._known()
        since, until = self.scope.window
        day = days(rows.period_on.cast("timestamp"))
        for is_kept in (since and day >= day_number(since), until and day <= day_number(until)):
            rows = rows.filter(is_kept) if is_kept is not None else rows
        at = rows.period_on.cast("timestamp")
        period = {"period": self.scope.grain.index(at)} if self.scope.grain else {}
        rows = rows.mutate(**period, **dict.fromkeys(self.scope.question.cut, rows.channel))
        return rows.select(*self.scope.keys, spent_=rows.amount.cast("float64"))

    def _known(self) -> "ir.Table":
        rows = self.scope.log.tables["spend"]
        rows = rows if self.purpose is None else rows.filter(rows.purpose == self.purpose)
        return rows.filter(days(rows.period_on.cast("timestamp")) <= day_number(self.scope.as_of))

    def first_day(self) -> date:
        """First day that counts: that of the window, but none before money spent is known."""
        first, _ = self._ends()
        since = self.scope.window[0]
        return max(first, since) if since else first

    def notes(self) -> tuple[Note, ...]:
        """From when to when money spent is known."""
        first, last = self._ends()
        return (Note("spend_known", {"first": first.isoformat(), "last": last.isoformat()}),)

    def _ends(self) -> tuple[date, date]:
        def make() -> tuple[date, date]:
            rows = self._known()
            found = rows.agg(first=rows.period_on.min(), last=rows.period_on.max())
            (row,) = self.scope.log.fetch(found).to_pylist()
            return (row["first"] or EPOCH, row["last"] or EPOCH)

        return self.scope.log.cached(("spend ends", self.purpose, self.scope.as_of), make)

    def won(self, base: str) -> "ir.Table":
        """Customers by their first fact; without periods, those before any money spent is known are left out.

        Returns:
            The keys (periods and channel of the first fact), customer_id, ``first_`` (its day's number).
        """
        scope = self.scope
        customers = first_facts(scope, base)
        if scope.grain is None:
            customers = customers.filter(customers.first_ >= day_number(self.first_day()))
        until = scope.window[1]
        customers = customers.filter(customers.first_ <= day_number(until)) if until else customers
        return customers.select(*scope.keys, "customer_id", "first_")

    def beside(self, customers: "ir.Table", **sums: Any) -> "ir.Table":
        """Money spent beside sums over customers, by key: ``spent``, ``is_known_``, and the sums."""
        import ibis

        # Whole numbers cast, because PostgreSQL takes 0.0 for an exact number.
        nothing, one = ibis.literal(0).cast("float64"), ibis.literal(1).cast("float64")
        spent = self.rows()
        spent = spent.mutate(payments_=one, **dict.fromkeys(sums, nothing))
        theirs = customers.select(*self.scope.keys, **{name: value.cast("float64") for name, value in sums.items()})
        theirs = theirs.mutate(spent_=nothing, payments_=nothing)[list(spent.columns)]
        both = spent.union(theirs)
        columns = {"spent": "spent_", "payments_": "payments_"} | {name: name for name in sums}
        found = grouped(
            both,
            self.scope.keys,
            **{name: both[column].sum().fill_null(nothing) for name, column in columns.items()},
        )
        # Where no money spent is known, nothing can be set beside it: that is not the same as nothing spent.
        return found.mutate(is_known_=found.payments_ > 0)


def first_facts(scope: Scope, base: str) -> "ir.Table":
    """One row a customer: customer_id, ``first_`` (day of the first fact), ``period`` of it, channel if it is a cut."""
    facts = scope.facts(base, BASES[base], cut=(), in_window=False)
    facts = scope.sold(facts) if base == "orders" else facts
    facts = facts.filter(facts.customer_id.notnull())
    customers = facts.group_by("customer_id").agg(first_local_=facts.local.min())
    customers = customers.mutate(first_=days(customers.first_local_))
    if scope.grain:
        customers = customers.mutate(period=scope.grain.index(customers.first_local_))
    if not scope.question.cut:
        return customers
    if "customers" not in scope.log.tables:
        raise InvalidValue(
            "{measure} by {channel} needs the table customers, which says who came by which.",
            measure=scope.measure,
            channel=CHANNEL,
        )
    return scope.with_customer(customers, scope.question.cut)
