"""Rows that a load brought word for word as the log had them: it confirms them.

They stay when the load that wrote them is undone. Kept for that, in ``_loads/confirmed``, is a small file a load and
table: the keys, each with ``loaded_at`` of the version that was confirmed.
"""

# ruff: noqa: S608 - every name and literal in the queries is quoted, or is the schema's own

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vernost.schema import Table
from vernost.store import manifest
from vernost.store.delta import read_parquet
from vernost.store.receipt import LoadRecord
from vernost.store.sifting import instant_literal, listed, literal

if TYPE_CHECKING:
    import duckdb

_FOLDER = "confirmed"


def path_of(root: Path, load_id: int, table: Table) -> Path:
    """Where it is kept which rows of a table a load confirmed."""
    return _folder(root, load_id) / f"{table.name}.parquet"


def keep(root: Path, load_id: int, table: Table, connection: "duckdb.DuckDBPyConnection", rows: str) -> None:
    """Keep the confirmed rows of a query, lastingly; they count once the load is in the manifest."""
    path = path_of(root, load_id, table)
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"COPY ({rows}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)")
    for written in (path, path.parent, path.parent.parent, path.parent.parent.parent):
        manifest.settle(written)


def confirmations(root: Path, table: Table, history: Sequence[LoadRecord]) -> str:
    """Query of all confirmations of a table: the key, the ``version`` confirmed, and ``confirmed_at``; or empty."""
    kept = [(record.loaded_at, path_of(root, record.load_id, table)) for record in history]
    return " UNION ALL ".join(
        f"SELECT {listed(table.key)}, loaded_at AS version, {instant_literal(instant)} AS confirmed_at "
        f"FROM {read_parquet([path])}"
        for instant, path in kept
        if path.is_file()
    )


def forget(root: Path, load_id: int) -> None:
    """Drop what a load confirmed, when there is anything."""
    shutil.rmtree(_folder(root, load_id), ignore_errors=True)


def forget_until(root: Path, load_id: int) -> None:
    """Drop what loads up to that one confirmed; none of them can be undone any more."""
    for number in range(1, load_id + 1):
        forget(root, number)


def _folder(root: Path, load_id: int) -> Path:
    return root / manifest.FOLDER / _FOLDER / f"{load_id:08}"
