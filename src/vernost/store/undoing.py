"""Undo of a load: of each row that it wrote, the newest version that still stands comes back.

``loaded_at`` names the load that wrote a version of a row, for instants of loads strictly rise; so two versions of a
row are the same exactly when their ``loaded_at`` is. A load that brought a row as it was confirms that version: when
the load that wrote it falls, the row stays, as one of the newest load that confirmed it and stands.
"""

# ruff: noqa: S608 - every name and literal in the queries is quoted, or is the schema's own

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from vernost.messages import Message
from vernost.schema import Table
from vernost.store.history import Turn
from vernost.store.receipt import Tally
from vernost.store.sifting import instant_literal, listed, quoted

if TYPE_CHECKING:
    import duckdb

_TOUCHED, _VERSION = "_vernost_touched", "_vernost_version"

COUNTS = (
    "count(*), "
    "count(*) FILTER (WHERE goes_back AND stands IS NULL), "
    "count(*) FILTER (WHERE NOT goes_back OR version = stands), "
    "count(*) FILTER (WHERE goes_back AND version <> stands), "
    "count(*) FILTER (WHERE goes_back AND was IS NULL)"
)
"""What a tally of an undo says of the touched rows: read, accepted, unchanged, replaced, removed."""


def tally_of(table: Table, counts: tuple[int, ...]) -> Tally:
    """The tally of an undo from its `COUNTS`."""
    read, accepted, unchanged, replaced, removed = counts
    return Tally(table.name, read=read, accepted=accepted, unchanged=unchanged, replaced=replaced, removed=removed)


def standing_versions(table: Table, versions: Iterable[str], confirmations: str, undone: Iterable[datetime]) -> str:
    """Query of the versions of rows in these queries whose loads are not undone.

    A version stands once for the load that wrote it, and once for each that confirmed it, under the instant of that
    load; ``_vernost_version`` is that of the load that wrote it.
    """
    every = " UNION ALL ".join(versions)
    rows = f"SELECT *, loaded_at AS {_VERSION} FROM ({every})"
    if confirmations:
        is_same = " AND ".join(f"v.{quoted(key)} = c.{quoted(key)}" for key in table.key)
        rows += (
            f" UNION ALL SELECT v.* REPLACE (c.confirmed_at AS loaded_at), v.loaded_at AS {_VERSION} "
            f"FROM ({every}) v JOIN ({confirmations}) c ON {is_same} AND v.loaded_at = c.version"
        )
    return f"SELECT * FROM ({rows}) WHERE loaded_at NOT IN {_instants(undone)}"


def _instants(instants: Iterable[datetime]) -> str:
    """Instants as an SQL list, never an empty one."""
    return f"({', '.join(map(instant_literal, (*instants, datetime.min)))})"  # noqa: DTZ901 - UTC as all are


def touched(
    connection: "duckdb.DuckDBPyConnection",
    table: Table,
    turned: Turn,
    *,
    written: str,
    confirmations: str,
    standing: str,
    now: str,
) -> tuple[Tally, int]:
    """Tell what turning a load does to its rows; ``restored`` is the query of the table then.

    Args:
        connection: the engine that compares.
        table: the table.
        turned: the load.
        written: query of the versions that the load wrote.
        confirmations: query of what all loads confirmed; or empty.
        standing: query of the versions that stand after the undo, those of ``now`` among them; of rows that the load
            did not bring they may lack.
        now: query of all rows.

    Returns:
        The tally, and how many rows go back, those among them that only change the load they are of.
    """
    keys = listed(table.key)
    brought = f"SELECT {keys}, true AS is_written FROM ({written})"
    if confirmations:
        instant = instant_literal(turned.load.loaded_at)
        brought += f" UNION ALL SELECT {keys}, false FROM ({confirmations}) WHERE confirmed_at = {instant}"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_TOUCHED} AS "
        f"WITH brought AS (SELECT {keys}, bool_or(is_written) AS is_written FROM ({brought}) GROUP BY {keys}), "
        f"newest AS (SELECT {keys}, max(loaded_at) AS was, arg_max({_VERSION}, loaded_at) AS version "
        f"FROM ({standing}) SEMI JOIN brought USING ({keys}) GROUP BY {keys}), "
        f"told AS (SELECT {keys}, is_written, was, version, n.loaded_at AS stands, "
        # A row that stays word for word need not change hands while the load that it is of stands.
        f"stands IS DISTINCT FROM was AND (stands IS DISTINCT FROM version OR stands IN {_instants(turned.undone)}) "
        f"AS goes_back FROM brought LEFT JOIN newest USING ({keys}) "
        f"LEFT JOIN (SELECT {keys}, loaded_at FROM ({now})) n USING ({keys})) "
        f"SELECT * FROM told WHERE is_written OR goes_back"
    )
    *counts, moved = (
        connection.execute(f"SELECT {COUNTS}, count(*) FILTER (WHERE goes_back) FROM {_TOUCHED}").fetchone() or ()
    )
    return tally_of(table, tuple(counts)), moved


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
            "{table}: {count} rows of load {load} stay, because later loads brought them too.",
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
