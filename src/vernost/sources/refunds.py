"""What makes a row a refund: its kind, its status, its number, or an amount below zero."""

from vernost.sources.choices import (
    REFUND_STATUSES,
    REFUNDED_STATUSES,
    RETURN_STATUSES,
    SALE_STATUSES,
    choice_sql,
    is_one_of_sql,
)
from vernost.sources.rows import Rows
from vernost.sources.staging import quote_name

_CANCELLED_NUMBER = r"^[CcСс]\d{4,}( |$)"
"""How a cancelled invoice is numbered beside plain numbers: C536379 (in Latin or Cyrillic)."""


def refund_mark(rows: Rows, amount: str | None) -> str:
    """SQL that tells a row marked as a refund: by its kind, its status, or its number where the amount agrees."""
    marks = []
    if rows.has("kind"):
        marks.append(f"({choice_sql(rows.value('kind'), ('orders', 'kind'))} = 'refund') IS TRUE")
    if rows.has("status"):
        marks.append(_status_mark(rows))
    if amount is not None and rows.has("order_id"):
        marks.append(f"({is_cancellation_sql(rows, rows.value('order_id'))} AND {amount} <= 0) IS TRUE")
    return f"({' OR '.join(marks)})" if marks else "FALSE"


def refunded_statuses(rows: Rows) -> tuple[str, ...]:
    """Statuses by which a source says of a sale that it was given back in full."""
    return REFUNDED_STATUSES if _names_sales(rows) else (*REFUNDED_STATUSES, *RETURN_STATUSES)


def _status_mark(rows: Rows) -> str:
    """SQL that tells a row whose status names it a refund, or whose number bears a sale besides."""
    status = rows.value("status")
    if _names_sales(rows):
        return is_one_of_sql(status, (*REFUND_STATUSES, *RETURN_STATUSES))
    mark = is_one_of_sql(status, REFUND_STATUSES)
    if not rows.has("order_id"):
        return mark
    number, is_return = rows.value("order_id"), is_one_of_sql(status, RETURN_STATUSES)
    all_numbers = f"SELECT {number} FROM {quote_name(rows.typed.relation)} WHERE"  # noqa: S608
    # Of the numbers of sales only those that returns bear, too: the engine would hold all the others in memory.
    others = f"{all_numbers} NOT {is_return} AND {number} IN ({all_numbers} {is_return})"
    return f"({mark} OR ({is_return} AND COALESCE({number} IN ({others}), FALSE)))"


def _names_sales(rows: Rows) -> bool:
    """Whether the statuses of a source name sales and refunds, rather than saying how far a sale has come."""
    found = rows.found("status")
    if found is None or found.is_expression:
        return False
    return any(cell.casefold() in SALE_STATUSES for cell in rows.profile.cells(found.source))


def is_refund_sql(rows: Rows) -> str:
    """SQL that tells a row, be it an order or a line of one, which gives money back."""
    amount, quantity = rows.value("amount"), rows.value("quantity", "order_lines")
    return f"({refund_mark(rows, amount)} OR COALESCE({amount} < 0, FALSE) OR COALESCE({quantity} < 0, FALSE))"


def is_cancellation_sql(rows: Rows, number: str) -> str:
    """SQL that tells the number of a cancelled invoice, in a source where other numbers are plain."""
    found = rows.found("order_id")
    if found is None or found.is_expression:
        return "FALSE"
    cells = rows.profile.cells(found.source)
    is_plain = sum(cell.isdigit() for cell in cells) >= 0.5 * len(cells)
    return f"regexp_matches({number}, '{_CANCELLED_NUMBER}')" if is_plain else "FALSE"
