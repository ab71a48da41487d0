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
from vernost.store.sifting import instant_literal, listed

if TYPE_CHECKING:
    import duckdb

_BROUGHT, _NEWEST, _TOUCHED = "_vernost_brought", "_vernost_newest", "_vernost_touched"

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


def touched(
    connection: "duckdb.DuckDBPyConnection",
    table: Table,
    turned: Turn,
    *,
    written: str,
    confirmations: str,
    versions: str,
    now: str,
) -> tuple[Tally, int]:
    """Tell what turning a load does to its rows; ``restored`` is the query of the table then.

    Args:
        connection: the engine that compares.
        table: the table.
        turned: the load.
        written: query of the versions that the load wrote.
        confirmations: query of what all loads confirmed; or empty.
        versions: query of all versions of the rows that the load brought, some of them twice, those of ``now`` among
            them.
        now: query of all rows.

    Returns:
        The tally, and how many rows go back, those among them that only change the load they are of.
    """
    keys, undone = listed(table.key), _instants(turned.undone)
    brought, standing = _brought(table, turned, written, confirmations), _standing(table, versions, confirmations)
    # One after the other, for each must have the memory to itself.
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {_BROUGHT} AS {brought}")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_NEWEST} AS "
        f"SELECT {keys}, max(loaded_at) AS was, arg_max(version, loaded_at) AS version FROM ({standing}) "
        f"SEMI JOIN {_BROUGHT} USING ({keys}) WHERE loaded_at NOT IN {undone} GROUP BY {keys}"
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_TOUCHED} AS "
        f"SELECT {keys}, is_written, was, version, n.loaded_at AS stands, "
        # A row that stays word for word need not change hands while the load that it is of stands.
        f"stands IS DISTINCT FROM was AND (stands IS DISTINCT FROM version OR stands IN {undone}) AS goes_back "
        f"FROM {_BROUGHT} LEFT JOIN {_NEWEST} USING ({keys}) "
        f"LEFT JOIN (SELECT {keys}, loaded_at FROM ({now})) n USING ({keys}) WHERE is_written OR goes_back"
    )
    counts = f"SELECT {COUNTS}, count(*) FILTER (WHERE goes_back) FROM {_TOUCHED}"
    *told, moved = connection.execute(counts).fetchone() or ()
    return tally_of(table, tuple(told)), moved


def _brought(table: Table, turned: Turn, written: str, confirmations: str) -> str:
    """Query of the keys that a load brought, and whether it wrote them or only confirmed what was there."""
    keys, query = listed(table.key), f"SELECT {listed(table.key)}, true AS is_written FROM ({written})"
    if confirmations:
        instant = instant_literal(turned.load.loaded_at)
        query += f" UNION ALL SELECT {keys}, false FROM ({confirmations}) WHERE confirmed_at = {instant}"
    return query


def _standing(table: Table, versions: str, confirmations: str) -> str:
    """Query of keys with each load that wrote or confirmed a version, by its instant, and that of the version."""
    keys = listed(table.key)
    query = f"SELECT {keys}, loaded_at, loaded_at AS version FROM ({versions})"
    return f"{query} UNION ALL SELECT {keys}, confirmed_at, version FROM ({confirmations})" if confirmations else query


def _instants(instants: Iterable[datetime]) -> str:
    """Instants as an SQL list, never an empty one."""
    return f"({', '.join(map(instant_literal, (*instants, datetime.min)))})"  # noqa: DTZ901 - UTC as all are


def restored(table: Table, *, versions: str, now: str) -> str:
    """Query of the table's rows once those that ``touched`` found go back."""
    keys, names = listed(table.key), listed(tuple(column.name for column in table.stored))
    is_other = "goes_back AND version IS DISTINCT FROM stands"
    # Files that were rewritten hold the same version again: of such twins one is enough.
    return (
        f"SELECT {names} FROM (SELECT n.* REPLACE (coalesce(was, n.loaded_at) AS loaded_at) FROM ({now}) n "
        f"LEFT JOIN (SELECT {keys}, was, {is_other} AS leaves FROM {_TOUCHED} WHERE goes_back) t USING ({keys}) "
        f"WHERE leaves IS NOT TRUE) "
        f"UNION ALL SELECT {names} FROM (SELECT v.* REPLACE (was AS loaded_at) FROM ({versions}) v "
        f"JOIN (SELECT {keys}, was, version FROM {_TOUCHED} WHERE {is_other}) t USING ({keys}) "
        f"WHERE v.loaded_at = t.version QUALIFY row_number() OVER (PARTITION BY {keys}) = 1)"
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
