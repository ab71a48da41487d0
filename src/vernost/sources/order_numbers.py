"""Numbers that do not name one order alone: those of tills begin anew, and a return bears that of its sale."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from vernost.sources.names import folded
from vernost.sources.refunds import is_refund_sql
from vernost.sources.rows import Rows
from vernost.sources.staging import new_relation, quote_name, quote_text

if TYPE_CHECKING:
    import duckdb

_FEWEST = 3
"""So many numbers must stand for different orders; fewer are mistakes, of which the last row stands."""

_NUMBER = ("orders", "order_id")


def column_of_numbers(rows: Rows) -> str | None:
    """The column that numbers the orders of a source, without what writers vary; None where no column does."""
    found = rows.found("order_id")
    is_column = rows.mapping.table == "orders" and found is not None and not found.is_expression
    return folded(found.source) if is_column and found is not None else None


def numbered_sales(sources: Sequence[Rows]) -> dict[str, str]:
    """Column of numbers -> query of the sales under them, of sources about whose numbers the user says nothing."""
    open_ = [(column_of_numbers(rows), rows) for rows in sources if rows.numbers_begin_anew is None]
    columns = dict.fromkeys(column for column, _ in open_ if column is not None)
    return {
        column: " UNION ALL ".join(_sales_sql(rows) for named, rows in open_ if named == column) for column in columns
    }


def columns_begun_anew(sources: Sequence[Rows]) -> frozenset[str]:
    """Columns of numbers that begin anew; sources of the same columns are judged together."""
    alike: dict[tuple[str, ...], list[Rows]] = {}
    for rows in sources:
        alike.setdefault(rows.profile.raw.columns, []).append(rows)
    return frozenset(
        column
        for group in alike.values()
        for column, sales in numbered_sales(group).items()
        if begin_anew(group[0].connection, sales)
    )


def begin_anew(connection: "duckdb.DuckDBPyConnection", sales: str) -> bool:
    """Whether most numbers that stand more than once do so on several days and for several customers.

    Where no customer is recognised, it is enough that most numbers stand on several days, and one on most days.

    Args:
        connection: the staging engine.
        sales: query of ``number, customer_id, amount, day``; an order may have several rows.
    """
    row = connection.execute(
        f"""SELECT count(*), count(*) FILTER (times > 1), count(*) FILTER (is_spread),
                   count(*) FILTER (is_spread AND differs), coalesce(sum(known), 0)
            FROM (SELECT count(*) AS times, min(day) < max(day) AS is_spread, min(who) < max(who) AS differs,
                         count(customer_id) AS known
                  FROM (SELECT *, COALESCE(customer_id, CAST(amount AS VARCHAR), CAST(day AS VARCHAR)) AS who
                        FROM ({sales}))
                  WHERE number IS NOT NULL GROUP BY number)"""  # noqa: S608
    ).fetchone()
    numbers, repeated, spread, anew, known = row or (0, 0, 0, 0, 0)
    if anew >= _FEWEST and anew > 0.5 * repeated:
        return True
    return not known and spread >= _FEWEST and spread > 0.5 * numbers and _is_one_on_most_days(connection, sales)


def _is_one_on_most_days(connection: "duckdb.DuckDBPyConnection", sales: str) -> bool:
    row = connection.execute(
        f"""SELECT max(days) > 0.5 * (SELECT count(DISTINCT day) FROM ({sales}))
            FROM (SELECT count(DISTINCT day) AS days FROM ({sales}) WHERE number IS NOT NULL GROUP BY number)"""  # noqa: S608
    ).fetchone()
    return bool(row and row[0])


def with_days(rows: Rows, begun_anew: frozenset[str]) -> Rows:
    """The rows with the day in the numbers of their orders, and the store, where the numbers begin anew."""
    column, found = column_of_numbers(rows), rows.found("order_id")
    is_anew = column in begun_anew if rows.numbers_begin_anew is None else rows.numbers_begin_anew
    if column is None or found is None or not is_anew:
        return rows
    rows.note("numbers_begin_anew", column=found.source)
    named = dated_sql(rows.value("order_id"), _day(rows), rows.value("store"))
    typed = replace(rows.typed, values={**rows.typed.values, _NUMBER: named})
    return replace(rows, typed=typed, numbers_begin_anew=True)


def dated_sql(number: str, day: str, store: str) -> str:
    """SQL of the name of an order whose number begins anew; without a number there is no order."""
    return f"(CASE WHEN {number} IS NOT NULL THEN concat_ws(' ', {number}, CAST({day} AS VARCHAR), {store}) END)"


def day_sql(instant: str, zone: str) -> str:
    """SQL of the day of an instant in UTC, by the clock of ``zone``."""
    return f"CAST(timezone({quote_text(zone)}, timezone('UTC', {instant})) AS DATE)"


def key_sql(rows: Rows, is_refund: str) -> str:
    """SQL of the key of an order in rows of one order each: a refund under the number of a sale gets its own."""
    key = rows.key_sql("order_id")
    if not rows.has("order_id"):
        return key
    relation, shared = quote_name(rows.typed.relation), quote_name(new_relation(rows.connection))
    rows.connection.execute(
        f"""CREATE TEMP TABLE {shared} AS SELECT DISTINCT {key} AS number FROM {relation} WHERE NOT {is_refund}
            AND {key} IN (SELECT {key} FROM {relation} WHERE {is_refund} AND {key} IS NOT NULL)"""  # noqa: S608
    )
    if rows.connection.execute(f"SELECT 1 FROM {shared} LIMIT 1").fetchone() is None:  # noqa: S608
        return key
    refund = f"{key} || ' refund ' || CAST({rows.value('ordered_at')} AS VARCHAR)"
    return f"CASE WHEN {is_refund} AND {key} IN (SELECT number FROM {shared}) THEN {refund} ELSE {key} END"  # noqa: S608


def _sales_sql(rows: Rows) -> str:
    return (
        f"SELECT {rows.value('order_id')} AS number, {rows.customer_sql()} AS customer_id,"  # noqa: S608
        f" {rows.value('amount')} AS amount, {_day(rows)} AS day"
        f" FROM {quote_name(rows.typed.relation)} WHERE NOT {is_refund_sql(rows)}"
    )


def _day(rows: Rows) -> str:
    return day_sql(rows.value("ordered_at"), rows.zone)
