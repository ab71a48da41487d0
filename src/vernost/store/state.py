"""The tables of a log in a folder as they are in one state, to be asked while the state stays."""

# ruff: noqa: S608 - every name and literal in the queries is quoted, or is the schema's own

from collections.abc import Mapping, Sequence
from pathlib import Path

from vernost.schema import TABLES, Table
from vernost.store import delta
from vernost.store.sifting import literal

REJECTED = "rejected"
"""Where rejected rows are kept."""


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

    def rejected(self) -> str | None:
        """Query of the rows that were rejected; None while none was."""
        if REJECTED not in self.versions:
            return None
        path = self.root / REJECTED
        found = delta.files(delta.at_version(path, self.versions[REJECTED]), path)
        return f"SELECT * FROM {delta.read_parquet(found)}" if found else None

    def orders_of(self, customers: Sequence[str]) -> str:
        """Query of ``order_id`` of the log's orders of these customers."""
        table = TABLES["orders"]
        ids = ", ".join(map(literal, customers)) or "NULL"
        return f"SELECT order_id FROM ({self.now(table) or delta.query(table, (), ())}) WHERE customer_id IN ({ids})"

    def orders_among(self, ids: str) -> str:
        """Query of the log's orders under the ids of a query."""
        table = TABLES["orders"]
        now = self.now(table)
        return f"SELECT * FROM ({now}) SEMI JOIN ({ids}) USING (order_id)" if now else delta.query(table, (), ())
