"""Undo of a load: of each row that it wrote, the newest version that still stands comes back.

``loaded_at`` names the load that wrote a version of a row, for instants of loads strictly rise; so two versions of a
row are the same exactly when their ``loaded_at`` is.
"""

# ruff: noqa: S608 - every name and literal in the queries is quoted, or is the schema's own

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from vernost.messages import Message
from vernost.schema import Table
from vernost.store.history import Turn
from vernost.store.receipt import Tally
from vernost.store.sifting import instant_literal, listed

if TYPE_CHECKING:
    import duckdb

_TOUCHED = "_vernost_touched"

COUNTS = (
    "count(*), "
    "count(*) FILTER (WHERE goes_back AND stands IS NULL), "
    "count(*) FILTER (WHERE NOT goes_back), "
    "count(*) FILTER (WHERE goes_back AND stands IS NOT NULL AND was IS NOT NULL), "
    "count(*) FILTER (WHERE goes_back AND was IS NULL)"
)
"""What a tally of an undo says of the touched rows: read, accepted, unchanged, replaced, removed."""


def tally_of(table: Table, counts: tuple[int, ...] | None) -> Tally:
    """The tally of an undo from its `COUNTS`."""
    assert counts is not None  # noqa: S101 - an aggregate without groups always has a row
    read, accepted, unchanged, replaced, removed = counts
    return Tally(table.name, read=read, accepted=accepted, unchanged=unchanged, replaced=replaced, removed=removed)


def standing_versions(versions: Iterable[str], undone: Iterable[datetime]) -> str:
    """Query of the versions of rows in these queries whose loads are not undone."""
    every = " UNION ALL ".join(versions)
    taken_back = ", ".join(map(instant_literal, undone))
    return f"SELECT * FROM ({every}) {f'WHERE loaded_at NOT IN ({taken_back})' if taken_back else ''}"


def touched(connection: "duckdb.DuckDBPyConnection", table: Table, *, written: str, standing: str, now: str) -> Tally:
    """Tell what undoing does to the rows that a load wrote; ``restored`` is the query of the table then.

    Args:
        connection: the engine that compares.
        table: the table.
        written: query of the versions that the load wrote.
        standing: query of the versions that stand after the undo, those of ``now`` among them; of rows that the load
            did not write they may lack.
        now: query of all rows.
    """
    keys = listed(table.key)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_TOUCHED} AS WITH wrote AS (SELECT {keys} FROM ({written})), "
        f"newest AS (SELECT {keys}, max(loaded_at) AS was FROM ({standing}) SEMI JOIN wrote USING ({keys}) "
        f"GROUP BY {keys}) "
        f"SELECT {keys}, was, n.loaded_at AS stands, stands IS DISTINCT FROM was AS goes_back "
        f"FROM wrote LEFT JOIN newest USING ({keys}) LEFT JOIN (SELECT {keys}, loaded_at FROM ({now})) n USING ({keys})"
    )
    return tally_of(table, connection.execute(f"SELECT {COUNTS} FROM {_TOUCHED}").fetchone())


def restored(table: Table, *, standing: str, now: str) -> str:
    """Query of the table's rows once those that ``touched`` found go back."""
    keys, names = listed(table.key), listed(tuple(column.name for column in table.stored))
    # Files that were rewritten hold the same version again: of such twins one is enough.
    return (
        f"SELECT {names} FROM ({now}) ANTI JOIN (SELECT * FROM {_TOUCHED} WHERE goes_back) USING ({keys}) "
        f"UNION ALL SELECT {names} FROM ({standing}) "
        f"JOIN (SELECT {keys}, was FROM {_TOUCHED} WHERE goes_back) USING ({keys}) WHERE loaded_at = was "
        f"QUALIFY row_number() OVER (PARTITION BY {keys}) = 1"
    )


def notes_on(tallies: tuple[Tally, ...], load_id: int, turned: Turn | None) -> tuple[str, ...]:
    """What the user should know about an undo."""
    if turned is None:
        return (Message("Load {load} was undone before; nothing has changed.", load=load_id),)
    later = tuple(
        Message(
            "{table}: {count} rows of load {load} stay, because later loads changed them.",
            table=tally.table,
            count=tally.unchanged,
            load=load_id,
        )
        for tally in tallies
        if tally.unchanged
    )
    return later or (
        () if any(tally.read for tally in tallies) else (Message("Load {load} had changed nothing.", load=load_id),)
    )
