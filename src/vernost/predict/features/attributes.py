"""What customers are: attributes that stay, without those that the company may change when a customer leaves."""

from typing import TYPE_CHECKING

from vernost.predict.features.known import Known

if TYPE_CHECKING:
    import ibis.expr.types as ir

ATTRIBUTES = ("acquisition_channel", "city", "country", "language")
MANY_KINDS = 100
"""A text with more kinds than this is free text: too many to learn from."""


def facts(known: Known) -> "ir.Table":
    """Customers."""
    return known.scope.table("customers")


def summary(known: Known) -> "ir.Table":
    """One row a customer."""
    import ibis

    rows = facts(known)
    kinds = known.scope.log.cached("kinds of attributes", lambda: _kinds(known, rows))
    texts = {name: rows[name] if kinds[name] <= MANY_KINDS else ibis.null("string") for name in ATTRIBUTES}
    return rows.select("customer_id", is_business=rows.is_business.ifelse(1, 0), **texts)


def _kinds(known: Known, rows: "ir.Table") -> dict[str, int]:
    counts = rows.agg(**{name: rows[name].nunique() for name in ATTRIBUTES})
    return {str(name): int(count) for name, count in known.scope.log.fetch(counts).to_pylist()[0].items()}
