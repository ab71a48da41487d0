"""The tables of a log in a folder as they are in one state, to be asked while the state stays."""

# ruff: noqa: S608 - every name and literal in the queries is quoted, or is the schema's own

from collections.abc import Mapping
from pathlib import Path

from vernost.schema import TABLES, Table
from vernost.store import delta


class State:
    """The tables of a log at one version each.

    Attributes:
        root: the folder of the log.
        versions: table -> its Delta version; a table that is not there was never loaded.
    """

    def __init__(self, root: Path, versions: Mapping[str, int]) -> None:
        self.root, self.versions = root, versions

    def now(self, table: Table) -> str | None:
        """Query of the rows of a table; None while it has none."""
        if table.name not in self.versions:
            return None
        path = self.root / table.name
        current = delta.at_version(path, self.versions[table.name])
        found = delta.files(current, path)
        return delta.query(table, delta.columns(current), found) if found else None

    def orders_among(self, ids: str) -> str:
        """Query of the log's orders under the ids of a query."""
        table = TABLES["orders"]
        now = self.now(table)
        return f"SELECT * FROM ({now}) SEMI JOIN ({ids}) USING (order_id)" if now else delta.query(table, (), ())
