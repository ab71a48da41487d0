"""Money given back of a sale of which the sale's own row tells: it becomes a refund of its own beside the sale."""

from collections.abc import Sequence

from vernost.sources.choices import is_one_of_sql
from vernost.sources.gathering import union_sql
from vernost.sources.invoices import is_total
from vernost.sources.refunds import refunded_statuses
from vernost.sources.rows import Rows
from vernost.sources.staging import LINE, new_relation, quote_name


def refunds_beside(shaped: Sequence[tuple[Rows, str]]) -> list[str]:
    """Tables of the refunds that rows of sales tell of, in the shape of the log.

    None is made of a sale whose refund has a row of its own: under its number, or of its customer and amount.

    Args:
        shaped: sources of orders, each with the view of its orders.
    """
    telling = [(rows, view) for rows, view in shaped if _tells(rows)]
    if not telling:
        return []
    connection = telling[0][0].connection
    known = quote_name(new_relation(connection))
    connection.execute(
        f"""CREATE TEMP TABLE {known} AS
            SELECT split_part(order_id, ' refund ', 1) AS number, customer_id, -amount AS amount
            FROM ({union_sql([view for _, view in shaped])}) WHERE kind = 'refund'"""  # noqa: S608
    )
    return [table for rows, view in telling if (table := _refunds(rows, view, known)) is not None]


def _tells(rows: Rows) -> bool:
    """Whether a source says of any sale that money was given back."""
    if rows.has("refund_amount") or rows.has("is_refunded"):
        return True
    relation, is_refunded = quote_name(rows.typed.relation), _is_refunded(rows, rows.value("status"))
    query = f"SELECT 1 FROM {relation} WHERE {is_refunded} LIMIT 1"  # noqa: S608
    return rows.has("status") and rows.connection.execute(query).fetchone() is not None


def _is_refunded(rows: Rows, status: str) -> str:
    return is_one_of_sql(status, refunded_statuses(rows))


def _refunds(rows: Rows, sales: str, known: str) -> str | None:
    """Table of the refunds beside the sales of one source; None when there are none."""
    table = new_relation(rows.connection)
    rows.connection.execute(f"CREATE TEMP TABLE {quote_name(table)} AS FROM {quote_name(sales)} LIMIT 0")
    whole = f"CASE WHEN is_refunded OR {_is_refunded(rows, 'status')} THEN amount END"
    rows.connection.execute(
        f"""INSERT INTO {quote_name(table)} BY NAME
            SELECT order_id || ' refund' AS order_id, customer_id, COALESCE(refunded_at, ordered_at) AS ordered_at,
                   -given_back AS amount, 'refund' AS kind, status, channel, store, source,
                   _row + {rows.typed.last_line} AS _row
            FROM (SELECT *, COALESCE(nullif(refund_amount, 0), {whole}) AS given_back
                  FROM {quote_name(sales)} LEFT JOIN ({_told(rows)}) ON {rows.base} + told_line = _row
                  WHERE kind = 'sale')
            WHERE given_back > 0 AND order_id NOT IN (SELECT number FROM {known} WHERE number IS NOT NULL)
              AND NOT COALESCE((customer_id, given_back) IN (SELECT (customer_id, amount) FROM {known}), FALSE)"""  # noqa: S608
    )
    row = rows.connection.execute(f"SELECT count(*) FROM {quote_name(table)}").fetchone()  # noqa: S608
    count = row[0] if row else 0
    if not count:
        return None
    code = "refunds_dated" if rows.has("refunded_at") else "refunds_on_the_day_of_the_sale"
    rows.note(code, column=_columns(rows), count=count)
    return table


def _columns(rows: Rows) -> str:
    """The columns that tell of refunds."""
    told = (rows.found(name) for name in ("refund_amount", "is_refunded", "status"))
    return ", ".join(found.source for found in told if found is not None)


def _told(rows: Rows) -> str:
    """Query of what the rows say of refunds beside their status, by the line of the order."""
    amount, flag, when = f"abs({rows.value('refund_amount')})", rows.value("is_refunded"), rows.value("refunded_at")
    line, tail = LINE, ""
    if rows.has_lines:
        amount = f"arg_min({amount}, {LINE})" if is_total(rows, "refund_amount") else f"sum({amount})"
        flag, when, line = f"bool_and({flag})", f"min({when})", f"min({LINE})"
        tail = f"GROUP BY {rows.value('order_id')}"
    return (
        f"SELECT {line} AS told_line, {amount} AS refund_amount, {flag} AS is_refunded, {when} AS refunded_at"  # noqa: S608
        f" FROM {quote_name(rows.typed.relation)} {tail}"
    )
