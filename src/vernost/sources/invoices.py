"""Orders and their lines: a row a sale, a row an order, or a row a product of an order."""

from vernost.sources.numbers import MONEY
from vernost.sources.order_numbers import key_sql
from vernost.sources.refunds import is_cancellation_sql, refund_mark
from vernost.sources.rows import Rows
from vernost.sources.staging import LINE, quote_name

_WIDE = "DECIMAL(19, 4)"
"""Two numbers of this type multiply exactly."""

_FROM_FIRST_ROW = ("status", "discount", "channel", "store", "promised_at", "delivered_at", "coupon")


def shape_orders(rows: Rows) -> dict[str, str]:
    """Views of the orders in a source, and of their lines where it has them."""
    if rows.has_lines:
        return _orders_of_lines(rows)
    if not rows.has("order_id"):
        rows.note("lines_are_sales")
    amount = rows.value("amount") if rows.has("amount") else _amount_of_row(rows)
    mark = refund_mark(rows, amount)
    is_refund = f"({mark} OR COALESCE({amount} < 0, FALSE))"
    values = {
        "order_id": key_sql(rows, is_refund),
        "customer_id": rows.customer_sql(),
        "amount": f"CASE WHEN {mark} THEN -abs({amount}) ELSE {amount} END",
        "kind": f"CASE WHEN {is_refund} THEN 'refund' ELSE 'sale' END",
    }
    return {"orders": rows.view("orders", values)}


def shape_order_lines(rows: Rows) -> dict[str, str]:
    """View of the lines of orders whose orders come from another source."""
    return {"order_lines": rows.view("order_lines", _line_values(rows, "order_lines"), rows=_numbered(rows))}


def _orders_of_lines(rows: Rows) -> dict[str, str]:
    found = rows.found("order_id")
    rows.note("lines_are_orders", column="the order's number" if found is None else found.source)
    line_view = rows.view("order_lines", _line_values(rows, "orders"), rows=_numbered(rows))
    return {"orders": _grouped(rows), "order_lines": line_view}


def _numbered(rows: Rows) -> str:
    order_id = rows.value("order_id")
    return (
        f"(SELECT *, row_number() OVER (PARTITION BY {order_id} ORDER BY {LINE}) AS _place"  # noqa: S608
        f" FROM {quote_name(rows.typed.relation)})"
    )


def _line_values(rows: Rows, home: str) -> dict[str, str]:
    """SQL of a line: pieces default to one, and a price follows from the line's amount where it is not given."""
    lines = "order_lines"
    quantity = f"COALESCE({rows.value('quantity', lines)}, 1)"
    price = rows.value("unit_price", lines)
    line_amount = _line_amount(rows)
    if line_amount is not None:
        price = f"COALESCE({price}, CAST({line_amount} / nullif({quantity}, 0) AS {MONEY}))"
    line = rows.value("line", lines) if rows.has("line", lines) else "_place"
    return {
        "order_id": rows.value("order_id", home),
        "line": line,
        "product_id": f"COALESCE({rows.value('product_id', lines)}, {rows.value('product', lines)}, '')",
        "quantity": quantity,
        "unit_price": f"COALESCE({price}, 0)",
    }


def _line_amount(rows: Rows) -> str | None:
    if rows.has("line_amount", "order_lines"):
        return rows.value("line_amount", "order_lines")
    if rows.mapping.table == "orders" and rows.has("amount") and not is_total(rows):
        return rows.value("amount")
    return None


def is_total(rows: Rows, column: str = "amount") -> bool:
    """Whether an amount on each line is that of the whole order: the same on all its lines, or on one of them."""
    if not rows.has(column) or not rows.has("order_id"):
        return False
    row = rows.connection.execute(
        f"""SELECT count(*), count(*) FILTER (amounts > 1) FROM (
              SELECT count(DISTINCT {rows.value(column)}) AS amounts FROM {quote_name(rows.typed.relation)}
              GROUP BY {rows.value("order_id")} HAVING count(*) > 1)"""  # noqa: S608
    ).fetchone()
    repeated, differing = row or (0, 0)
    return bool(differing <= 0.1 * repeated)


def _grouped(rows: Rows) -> str:
    """View of one row an order: its first time, what its lines add up to, and what its first line says."""
    total = _order_amount(rows)
    first = {name: f"arg_min({rows.value(name)}, {LINE})" for name in _FROM_FIRST_ROW if rows.has(name)}
    inner = ", ".join(
        [
            f"{rows.value('order_id')} AS order_id",
            f"arg_min({rows.customer_sql()}, {LINE}) AS customer_id",
            f"min({rows.value('ordered_at')}) AS ordered_at",
            f"{total} AS amount",
            (
                f"bool_or({refund_mark(rows, rows.value('amount') if is_total(rows) else None)}) "
                f" OR COALESCE(max({rows.value('quantity', 'order_lines')}) < 0, FALSE) AS is_marked"
            ),
            *(f"{sql} AS {name}" for name, sql in first.items()),
            f"min({LINE}) AS {LINE}",
        ]
    )
    grouped = f"(SELECT {inner} FROM {quote_name(rows.typed.relation)} GROUP BY {rows.value('order_id')})"  # noqa: S608
    mark = f"(is_marked OR ({is_cancellation_sql(rows, 'order_id')} AND COALESCE(amount, 0) <= 0))"
    values = {name: name for name in (*first, "order_id", "customer_id", "ordered_at")} | {
        "amount": "CASE WHEN is_marked THEN -abs(amount) ELSE amount END",
        "kind": f"CASE WHEN {mark} OR amount < 0 THEN 'refund' ELSE 'sale' END",
    }
    return rows.view("orders", values, rows=grouped, extra="NULL")


def _order_amount(rows: Rows) -> str:
    """SQL of an order's amount: its total where that is given, else the exact sum over its lines."""
    if rows.has("amount") and is_total(rows):
        return f"arg_min({rows.value('amount')}, {LINE})"
    paid = _paid(rows)
    rows.note("no_amount" if paid is None else "amounts_summed")
    return _money("NULL" if paid is None else f"sum({paid})")


def _amount_of_row(rows: Rows) -> str:
    """SQL of what a row comes to that is a sale of its own and names no amount."""
    paid = _paid(rows)
    if paid is None:
        rows.note("no_amount")
        return _money("NULL")
    columns = ("line_amount",) if rows.has("line_amount", "order_lines") else ("quantity", "unit_price")
    found = [each.source for column in columns if (each := rows.found(column, "order_lines"))]
    rows.note("amounts_computed", column=" × ".join(found))
    return _money(paid)


def _paid(rows: Rows) -> str | None:
    """SQL of what one line comes to, exactly: its amount, else its price times its pieces; None without a price."""
    line_amount = _line_amount(rows)
    if line_amount is not None or not rows.has("unit_price", "order_lines"):
        return line_amount
    quantity, price = rows.value("quantity", "order_lines"), rows.value("unit_price", "order_lines")
    return f"TRY_CAST(COALESCE({quantity}, 1) AS {_WIDE}) * CAST({price} AS {_WIDE})"


def _money(number: str) -> str:
    return f"TRY_CAST(round({number}, 4) AS {MONEY})"
