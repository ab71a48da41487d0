"""Numbers that do not name one order alone: those of tills begin anew, and a return bears that of its sale."""

from dataclasses import replace

from vernost.sources.rows import Rows
from vernost.sources.staging import new_relation, quote_name, quote_text

_FEWEST = 3
"""So many numbers must stand for different orders; fewer are mistakes, of which the last row stands."""

_NUMBER = ("orders", "order_id")


def with_days(rows: Rows) -> Rows:
    """The rows with the day in the numbers of their orders, and the store, where the numbers begin anew."""
    found = rows.found("order_id")
    if found is None or found.is_expression or not _begin_anew(rows):
        return rows
    parts = [rows.value("order_id"), f"CAST({_day(rows)} AS VARCHAR)"]
    if rows.has("store"):
        parts.append(f"COALESCE({rows.value('store')}, '')")
    rows.note("numbers_begin_anew", column=found.source)
    # Without a number there is no order, with or without a day.
    named = f"({' || chr(32) || '.join(parts)})"
    return replace(rows, typed=replace(rows.typed, values={**rows.typed.values, _NUMBER: named}))


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


def _begin_anew(rows: Rows) -> bool:
    """Whether most numbers that stand more than once do so on several days and for several customers."""
    number, relation = rows.value("order_id"), quote_name(rows.typed.relation)
    who = f"COALESCE({rows.customer_sql()}, CAST({rows.value('amount')} AS VARCHAR), CAST({_day(rows)} AS VARCHAR))"
    row = rows.connection.execute(
        f"""SELECT count(*), count(*) FILTER (is_anew) FROM (
              SELECT min({_day(rows)}) < max({_day(rows)}) AND min({who}) < max({who}) AS is_anew
              FROM {relation} GROUP BY {number} HAVING count(*) > 1)"""  # noqa: S608
    ).fetchone()
    repeated, anew = row or (0, 0)
    return bool(anew >= _FEWEST and anew > 0.5 * repeated)


def _day(rows: Rows) -> str:
    instant = f"timezone('UTC', {rows.value('ordered_at')})"
    return f"CAST(timezone({quote_text(rows.zone)}, {instant}) AS DATE)"
