"""What makes a row a refund: its kind, its status, its number, or an amount below zero."""

from vernost.sources.choices import choice_sql, is_refund_status_sql
from vernost.sources.rows import Rows

_CANCELLED_NUMBER = r"^[CcСс]\d{4,}( |$)"
"""How a cancelled invoice is numbered beside plain numbers: C536379 (in Latin or Cyrillic)."""


def refund_mark(rows: Rows, amount: str | None) -> str:
    """SQL that tells a row marked as a refund: by its kind, its status, or its number where the amount agrees."""
    marks = []
    if rows.has("kind"):
        marks.append(f"({choice_sql(rows.value('kind'), ('orders', 'kind'))} = 'refund') IS TRUE")
    if rows.has("status"):
        marks.append(f"({is_refund_status_sql(rows.value('status'))}) IS TRUE")
    if amount is not None and rows.has("order_id"):
        marks.append(f"({is_cancellation_sql(rows, rows.value('order_id'))} AND {amount} <= 0) IS TRUE")
    return f"({' OR '.join(marks)})" if marks else "FALSE"


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
