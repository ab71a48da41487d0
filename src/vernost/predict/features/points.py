"""Points of the loyalty programme: how many there are, how many soon expire, whether they are spent."""

from typing import TYPE_CHECKING

from vernost.predict.features.known import Known

if TYPE_CHECKING:
    import ibis.expr.types as ir

EXPIRING_DAYS = 30
SPENT_DAYS = 180


def facts(known: Known) -> "ir.Table":
    """Entries of the ledger, with ``is_expiring_`` (earned, and over within a month) and ``is_spent_``."""
    rows = known.facts("points")
    left = known.day("points", rows.expires_at) - known.today
    return rows.mutate(
        is_expiring_=(rows.points > 0) & (left > 0) & (left <= EXPIRING_DAYS),
        is_spent_=rows.kind == "burn",
    )


def summary(known: Known) -> "ir.Table":
    """One row a customer with an entry. No more points expire than are there."""
    import ibis

    rows = facts(known)
    customers = rows.group_by("customer_id").agg(
        points_balance=rows.points.sum(),
        expiring_=rows.points.sum(where=rows.is_expiring_).fill_null(0.0),
        points_spent_180d=-rows.points.sum(where=rows.is_spent_ & known.recent(rows, SPENT_DAYS)).fill_null(0.0),
    )
    return customers.mutate(
        points_expiring_30d=ibis.least(customers.expiring_, customers.points_balance).clip(lower=0.0)
    )
