"""Undo of a load by comparing three states of a table by key: before it, after it, and now.

``loaded_at`` names the load that wrote a row, for instants of loads strictly rise; so two states of a row are the
same exactly when their ``loaded_at`` is.
"""

# ruff: noqa: S608 - every name and literal in the queries is quoted, or is the schema's own

from typing import TYPE_CHECKING

from vernost.schema import Table
from vernost.store.receipt import Tally
from vernost.store.sifting import listed

if TYPE_CHECKING:
    import duckdb

_TOUCHED = "_vernost_touched"


def touched(connection: "duckdb.DuckDBPyConnection", table: Table, *, before: str, after: str, now: str) -> Tally:
    """Tell what undoing does to the rows that a load changed; ``undone`` is the query of the table then.

    Args:
        connection: the engine that compares.
        table: the table.
        before: query of the rows before the load that are not the same after it; more of them do no harm.
        after: query of the rows after the load that are not the same before it; more of them do no harm.
        now: query of all rows.
    """
    keys = listed(table.key)

    def versions(rows: str) -> str:
        return f"(SELECT {keys}, loaded_at FROM ({rows}))"

    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_TOUCHED} AS WITH changed AS ("
        f"SELECT {keys}, b.loaded_at AS was, a.loaded_at AS became "
        f"FROM {versions(before)} b FULL JOIN {versions(after)} a USING ({keys}) "
        f"WHERE b.loaded_at IS DISTINCT FROM a.loaded_at) "
        f"SELECT {keys}, was, became, n.loaded_at AS stands, stands IS NOT DISTINCT FROM became AS goes_back "
        f"FROM changed LEFT JOIN {versions(now)} n USING ({keys})"
    )
    counts = connection.execute(
        "SELECT count(*), "
        "count(*) FILTER (goes_back AND stands IS NULL), "
        "count(*) FILTER (NOT goes_back), "
        "count(*) FILTER (goes_back AND stands IS NOT NULL AND was IS NOT NULL), "
        f"count(*) FILTER (goes_back AND was IS NULL) FROM {_TOUCHED}"
    ).fetchone()
    assert counts is not None  # noqa: S101 - an aggregate without groups always has a row
    read, accepted, unchanged, replaced, removed = counts
    return Tally(table.name, read=read, accepted=accepted, unchanged=unchanged, replaced=replaced, removed=removed)


def undone(table: Table, *, before: str, now: str) -> str:
    """Query of the table's rows once those that ``touched`` found go back."""
    keys, names = listed(table.key), listed(tuple(column.name for column in table.stored))
    return (
        f"SELECT {names} FROM ({now}) ANTI JOIN (SELECT * FROM {_TOUCHED} WHERE goes_back) USING ({keys}) "
        f"UNION ALL SELECT {names} FROM ({before}) "
        f"SEMI JOIN (SELECT * FROM {_TOUCHED} WHERE goes_back AND was IS NOT NULL) USING ({keys})"
    )


def notes_on(tallies: tuple[Tally, ...], load_id: int) -> tuple[str, ...]:
    """What the user should know about an undo."""
    later = tuple(
        f"{tally.table}: {tally.unchanged} rows of load {load_id} stay, because later loads changed them."
        for tally in tallies
        if tally.unchanged
    )
    return later or (() if any(tally.read for tally in tallies) else (f"Load {load_id} had changed nothing.",))
