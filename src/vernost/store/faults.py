"""Faults that rows of the log can have, each as the lazy rows that have it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import exp, log
from typing import TYPE_CHECKING, Any, Literal

from vernost.schema import CANCELLED, PLANNED, Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

_EARLIEST = datetime(1990, 1, 1)  # noqa: DTZ001 - instants of the log are UTC without a zone
_EPOCH, _EPOCH_END = datetime(1970, 1, 1), datetime(1970, 1, 2)  # noqa: DTZ001
_DAY_SECONDS = 86_400
_LATE_DAYS = 7
_FAR_OUT = 6
"""An amount is huge when its logarithm is so many interquartile ranges above the upper quartile: for a log-normal
that is one in 10 to the 18th."""
_NARROWEST = log(2)
_BACKWARDS = (
    ("orders", "ordered_at", "delivered_at"),
    ("subscriptions", "started_at", "ended_at"),
    ("tickets", "opened_at", "first_reply_at"),
    ("tickets", "opened_at", "resolved_at"),
    ("reviews", "posted_at", "replied_at"),
    ("answers", "asked_at", "answered_at"),
    ("contacts", "sent_at", "opened_at"),
)
_PLANNABLE_YEARS = 10
"""So far ahead may be planned; what lies beyond is a slip, or stands for never."""
_PARENTS = (("customer_id", "customers"), ("order_id", "orders"))


_Found = tuple[str, Literal["info", "warning", "error"], Any, dict[str, Any]]
"""Code, severity, condition and values of a fault that a row shows by itself."""


@dataclass(frozen=True)
class Fault:
    """Rows that have a fault.

    Attributes:
        code: what kind of fault.
        severity: how much it matters.
        table: the log's table.
        rows: the lazy rows that have it.
        key: column of ``rows`` that names them.
        condition: which rows of the table they are, where that can be told row by row.
        of: what the share is of, when not of the table's rows.
        values: what a sentence about it names.
    """

    code: str
    severity: Literal["info", "warning", "error"]
    table: str
    rows: "ir.Table"
    key: str
    condition: Any = None
    of: "ir.Table | None" = None
    values: Mapping[str, Any] = field(default_factory=dict)


def row_faults(table: Table, rows: "ir.Table") -> list[Fault]:
    """Faults that a row shows by itself."""
    import ibis

    found: list[_Found] = []
    if table.name == "orders":
        cancelled = rows.status.strip().lower().isin(CANCELLED)
        found += [
            ("walk_ins", "info", rows.customer_id.isnull(), {}),
            ("cancelled", "info", cancelled, {}),
            ("missing_amount", "warning", rows.amount.isnull(), {}),
            ("negative_sales", "error", (rows.kind == "sale") & (rows.amount < 0), {}),
            ("positive_refunds", "warning", (rows.kind == "refund") & (rows.amount > 0), {}),
        ]
    if table.happened:
        happened = rows[table.happened[0]].cast("timestamp")
        is_epoch = (happened >= _EPOCH) & (happened < _EPOCH_END)
        seconds = rows.loaded_at.epoch_seconds() - happened.epoch_seconds()
        found += [
            ("epoch", "error", is_epoch, {}),
            ("before_1990", "warning", (happened < _EARLIEST) & ~is_epoch, {}),
            ("future", "error", seconds < -_DAY_SECONDS, {}),
        ]
    for name, before, after in _BACKWARDS:
        if name == table.name:
            values = {"before": before, "after": after}
            found.append((f"backwards_{after}", "warning", rows[after] < rows[before], values))
    found += _ahead(table, rows)
    no = ibis.literal(value=False)
    return [
        Fault(code, severity, table.name, rows.filter(test), table.key[0], test.fill_null(no), values=values)
        for code, severity, test, values in found
    ]


def _ahead(table: Table, rows: "ir.Table") -> "Iterator[_Found]":
    """Instants and dates beside the first that lie implausibly far after their row was loaded."""
    for column in table.columns:
        if column.type not in {"instant", "date"} or column.name in table.happened[:1]:
            continue
        is_planned = column.name in PLANNED
        slack = _PLANNABLE_YEARS * 366 * _DAY_SECONDS if is_planned else _DAY_SECONDS
        seconds = rows[column.name].cast("timestamp").epoch_seconds() - rows.loaded_at.epoch_seconds()
        values = {"column": column.name} | ({"years": _PLANNABLE_YEARS} if is_planned else {})
        yield f"{'far_ahead' if is_planned else 'ahead'}_{column.name}", "warning", seconds > slack, values


def late_rows(table: Table, rows: "ir.Table", first_load: datetime | None) -> Iterator[Fault]:
    """Rows that a later load brought though they had happened a week before the first load."""
    if table.happened and first_load is not None:
        happened = rows[table.happened[0]].cast("timestamp")
        test = (rows.loaded_at > first_load) & (happened < first_load - timedelta(days=_LATE_DAYS))
        yield Fault("late", "info", table.name, rows.filter(test), table.key[0], values={"days": _LATE_DAYS})


def huge_amounts(name: str, rows: "ir.Table") -> Iterator[Fault]:
    """Orders far above what orders are here."""
    if name != "orders":
        return
    amount = rows.amount.cast("float64")
    sales = rows.filter((rows.kind == "sale") & (amount > 0))
    sold = sales.amount.cast("float64")
    low, high = sales.aggregate(low=sold.quantile(0.25), high=sold.quantile(0.75)).to_pyarrow().to_pylist()[0].values()
    if low is None:
        return
    limit = exp(log(high) + _FAR_OUT * max(log(high) - log(low), _NARROWEST))
    yield Fault("huge_amounts", "warning", name, rows.filter(amount > limit), "order_id", values={"limit": limit})


def orphans(name: str, tables: "Mapping[str, ir.Table]") -> Iterator[Fault]:
    """Rows that point to a customer or an order that is not there."""
    rows = tables[name]
    for column, parent in _PARENTS:
        if parent in tables and name != parent and column in rows.columns:
            lost = rows.filter(rows[column].notnull()).anti_join(tables[parent], column)
            values = {"column": column, "parent": parent}
            yield Fault(f"orphans_{parent}", "warning", name, lost, column, values=values)


def doubles(name: str, rows: "ir.Table") -> Iterator[Fault]:
    """Orders of one customer at one instant for one amount, beyond the first."""
    import ibis

    if name != "orders":
        return
    window = ibis.window(group_by=["customer_id", "ordered_at", "amount", "kind"], order_by="order_id")
    numbered = rows.filter(rows.customer_id.notnull() & rows.amount.notnull())
    numbered = numbered.select("order_id", number=ibis.row_number().over(window))
    yield Fault("doubles", "warning", name, numbered.filter(numbered.number > 0), "order_id")


def refunds_only(name: str, rows: "ir.Table") -> Iterator[Fault]:
    """Customers who gave back what the log never sold them."""
    if name != "orders":
        return
    buyers = rows.filter(rows.customer_id.notnull()).group_by("customer_id")
    sales = buyers.aggregate(sales=(rows.kind == "sale").ifelse(1, 0).sum())
    yield Fault("refunds_only", "info", name, sales.filter(sales.sales == 0), "customer_id", of=sales)


def shared_contacts(name: str, rows: "ir.Table") -> Iterator[Fault]:
    """Customers who share a phone or an e-mail address with another: perhaps one person twice."""
    if name != "customers":
        return
    phone = rows.phone.re_replace("[^0-9]", "").right(10)
    for column, plain in (("phone", phone), ("email", rows.email.strip().lower())):
        known = rows.select("customer_id", plain=plain).filter(lambda table: table.plain.length() > 0)
        several = known.group_by("plain").aggregate(number=known.count()).filter(lambda table: table.number > 1)
        yield Fault(f"shared_{column}", "warning", name, known.semi_join(several, "plain"), "customer_id")
