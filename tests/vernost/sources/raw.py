"""Reads a source in a test and shows what came of it."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from vernost.sources.files import read_raw
from vernost.sources.source import RawTable
from vernost.sources.staging import quote_name


@dataclass(frozen=True)
class Read:
    """Raw tables with the engine that holds them."""

    connection: duckdb.DuckDBPyConnection
    tables: list[RawTable]

    @property
    def table(self) -> RawTable:
        """The only one."""
        (table,) = self.tables
        return table

    def rows(self, table: RawTable | None = None) -> list[tuple[Any, ...]]:
        """All rows, each with its line last."""
        table = table or self.table
        relation = self.connection.execute(f"SELECT * FROM {quote_name(table.relation)}")  # noqa: S608
        assert tuple(column[0] for column in relation.description or ()) == (*table.columns, "_line")
        return relation.fetchall()

    def lines(self) -> list[int]:
        return [row[-1] for row in self.rows()]

    def malformed(self) -> list[tuple[int, str, str]]:
        table = self.table
        if table.malformed is None:
            return []
        return self.connection.execute(
            f"SELECT line, reason, raw FROM {table.malformed} ORDER BY line"  # noqa: S608
        ).fetchall()

    def types(self) -> list[str]:
        described = self.connection.execute(f"DESCRIBE {quote_name(self.table.relation)}").fetchall()
        return [row[1] for row in described][:-1]

    def __iter__(self) -> Iterator[RawTable]:
        return iter(self.tables)


class Reader:
    """Writes sources into a folder and reads them."""

    def __init__(self, folder: Path, connection: duckdb.DuckDBPyConnection, workdir: Path) -> None:
        self.folder, self._connection, self._workdir = folder, connection, workdir

    def read(self, source: str | Path) -> Read:
        return Read(self._connection, read_raw(self._connection, str(source), workdir=self._workdir))

    def read_bytes(self, content: bytes, name: str = "orders.csv") -> Read:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return self.read(path)

    def read_text(self, content: str, name: str = "orders.csv", encoding: str = "utf-8") -> Read:
        return self.read_bytes(content.encode(encoding), name)


def packed(entries: dict[str, bytes]) -> bytes:
    """A zip archive of these files."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in entries.items():
            book.writestr(name, content)
    return archive.getvalue()
