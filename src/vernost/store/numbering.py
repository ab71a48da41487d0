"""Orders whose numbers begin anew: a reading names them as the log does, however many days it has of them."""

# ruff: noqa: S608 - every name and literal in the queries is quoted, or is our own

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from vernost.messages import Message
from vernost.sources.order_numbers import begin_anew, dated_sql, day_sql
from vernost.store.history import undone
from vernost.store.receipt import LoadRecord
from vernost.store.sifting import REFUND_KEY, literal, quoted

if TYPE_CHECKING:
    from vernost.sources.source import Reading

Find = Callable[[str], str]
"""Makes of a query of ``order_id`` the query of the log's orders under these ids; both are the staging engine's."""

_MOST_ROWS = 20_000
"""So many rows tell well enough whether the log has their numbers for other orders."""

_ASKED, _KNOWN = "_vernost_asked", "_vernost_known"


def named_alike(reading: "Reading", history: Sequence[LoadRecord], find: Find) -> "Reading":
    """The reading with its orders under the names that the log has for them, or would have.

    A till's file of one day does not tell that its numbers begin anew. An earlier load may have told, or the log has
    the same numbers for orders of other days. Orders that were loaded before it was known keep their plain numbers.
    """
    if not history:
        return reading
    fallen = undone(history)
    remembered = {column for record in history if record.load_id not in fallen for column in record.numbers_begin_anew}
    begun = frozenset(
        column
        for column, sales in reading.open_numbers.items()
        if column in remembered or _begin_anew_in(reading, sales, find)
    )
    dated = reading.with_days(begun)
    return _under_known_numbers(dated, find) if dated.numbers_begin_anew else dated


def _begin_anew_in(reading: "Reading", sales: str, find: Find) -> bool:
    """Whether the numbers of these sales begin anew, seen together with the log's sales under the same numbers."""
    execute = reading.connection.execute
    execute(
        f"CREATE OR REPLACE TEMP TABLE {_ASKED} AS SELECT * FROM ({sales}) WHERE number IS NOT NULL LIMIT {_MOST_ROWS}"
    )
    day = day_sql("ordered_at", reading.timezone)
    execute(
        f"CREATE OR REPLACE TEMP TABLE {_KNOWN} AS SELECT order_id AS number, customer_id, amount, {day} AS day "
        f"FROM ({find(f'SELECT DISTINCT number AS order_id FROM {_ASKED}')}) WHERE kind = 'sale'"
    )
    return begin_anew(
        reading.connection, f"SELECT * FROM {_ASKED} SEMI JOIN {_KNOWN} USING (number) UNION ALL FROM {_KNOWN}"
    )


def _under_known_numbers(reading: "Reading", find: Find) -> "Reading":
    """The reading with plain numbers for the orders that the log has under these, of the same day and store."""
    execute = reading.connection.execute
    day = day_sql("ordered_at", reading.timezone)
    plain = f"split_part(order_id, {dated_sql(literal(''), day, 'store')}, 1)"
    execute(
        f"CREATE OR REPLACE TEMP TABLE {_ASKED} AS "
        f"SELECT name, unnest([order_id] || CASE kind WHEN 'refund' THEN [{REFUND_KEY}] ELSE [] END) AS order_id, "
        f"kind, day, store FROM (SELECT order_id AS name, * REPLACE ({plain} AS order_id), {day} AS day "
        f"FROM {quoted(reading.tables['orders'])}) s WHERE name <> s.order_id"
    )
    execute(
        f"CREATE OR REPLACE TEMP TABLE {_KNOWN} AS SELECT name, min(order_id) AS order_id FROM {_ASKED} a "
        f"JOIN (SELECT *, {day} AS day FROM ({find(f'SELECT DISTINCT order_id FROM {_ASKED}')})) k "
        f"USING (order_id, kind, day) WHERE a.store IS NOT DISTINCT FROM k.store GROUP BY name"
    )
    count, *_ = execute(f"SELECT count(*) FROM {_KNOWN}").fetchone() or (0,)
    if not count:
        return reading
    tables = {name: relation for name, relation in reading.tables.items() if name in ("orders", "order_lines")}
    for name, relation in tables.items():
        execute(
            f"CREATE OR REPLACE TEMP VIEW {quoted(f'named_{name}')} AS SELECT r.* REPLACE "
            f"(coalesce(k.order_id, r.order_id) AS order_id) FROM {quoted(relation)} r "
            f"LEFT JOIN {_KNOWN} k ON k.name = r.order_id"
        )
    note = Message(
        "Orders that were loaded before their numbers were known to begin anew keep them without a day: {count}.",
        count=count,
    )
    return replace(
        reading, tables={**reading.tables, **{name: f"named_{name}" for name in tables}}, notes=(*reading.notes, note)
    )
