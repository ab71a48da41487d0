"""The typed rows of one source, and how views of them in the shape of the log are made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING

from vernost.schema import TABLES
from vernost.sources.cells import SQL_TYPES
from vernost.sources.mapped import Found, SourceMapping, type_of
from vernost.sources.notes import Note
from vernost.sources.profile import Profile
from vernost.sources.staging import LINE, new_relation, quote_name, quote_text
from vernost.sources.typed import Typed

if TYPE_CHECKING:
    import duckdb


@dataclass
class Rows:
    """Typed rows of one source.

    Attributes:
        connection: the staging engine.
        profile: the raw table and its first rows.
        mapping: what fills the log.
        typed: the rows as values.
        base: what is added to a line to get the row's place over all sources.
        zone: the company's clock.
        numbers_begin_anew: whether the user says that numbers of orders do; None when nothing is said.
        notes: what was assumed.
    """

    connection: "duckdb.DuckDBPyConnection"
    profile: Profile
    mapping: SourceMapping
    typed: Typed
    base: int
    zone: str = "UTC"
    numbers_begin_anew: bool | None = None
    notes: list[Note] = field(default_factory=list)

    def has(self, column: str, table: str | None = None) -> bool:
        """Whether the source fills a column."""
        return self.mapping.has(column, table)

    @property
    def has_lines(self) -> bool:
        """Whether the rows are lines of orders."""
        return self.mapping.has_lines(self.profile)

    def value(self, column: str, table: str | None = None) -> str:
        """SQL of a column's value, null where the source does not fill it."""
        home = table or self.mapping.table
        place = (home, column)
        if place in self.typed.values:
            return self.typed.values[place]
        return f"CAST(NULL AS {SQL_TYPES[type_of(place)]})"

    def found(self, column: str, table: str | None = None) -> Found | None:
        """What fills a column."""
        return self.mapping.found.get((table or self.mapping.table, column))

    def note(self, code: str, **values: object) -> None:
        """Remember what was assumed."""
        self.notes.append(Note(code, source=self.profile.raw.source, **values))

    @property
    def stem(self) -> str:
        """The source's short name."""
        name = self.profile.raw.source.replace("\\", "/").rstrip("/")
        return PurePath(name).name.split(".")[0] or name

    def customer_sql(self, table: str | None = None) -> str:
        """SQL of the customer's id; an e-mail or a phone that stands for it is brought to one form."""
        value = self.value("customer_id", table)
        found = self.found("customer_id", table)
        if found is None or found.why == "given" or not found.note:
            return value
        if found.note.startswith("email"):
            return f"lower({value})"
        if found.note.startswith("phone"):
            digits = f"regexp_replace({value}, '[^0-9]', '', 'g')"
            return f"CASE WHEN length({digits}) = 11 AND {digits}[1] = '8' THEN '7' || {digits}[2:] ELSE {digits} END"
        return value

    def key_sql(self, column: str) -> str:
        """SQL of a key: the source's own, else one made of the row's contents."""
        return self.value(column) if self.has(column) else "_hash"

    def view(
        self,
        table: str,
        values: Mapping[str, str],
        *,
        rows: str | None = None,
        extra: str | None = None,
        line: str = LINE,
        tail: str = "",
    ) -> str:
        """Make a view in the shape of a table of the log.

        Args:
            table: the table.
            values: SQL of its columns; those left out are taken as the source fills them.
            rows: SQL of the rows; all good ones when not given.
            extra: SQL of what is kept beside; by default what the source has beside.
            line: SQL of the row's line.
            tail: SQL that follows, such as a condition.
        """
        columns = ", ".join(
            f"CAST({values.get(column.name) or self.value(column.name, table)} AS {SQL_TYPES[column.type]})"
            f" AS {quote_name(column.name)}"
            for column in TABLES[table].columns
        )
        beside = f"CAST({extra or self.typed.extra_sql} AS VARCHAR) AS extra"
        view = new_relation(self.connection)
        self.connection.execute(
            f"CREATE TEMP VIEW {quote_name(view)} AS SELECT {columns}, {beside},"  # noqa: S608
            f" {quote_text(self.profile.raw.source)} AS source, CAST({self.base} + {line} AS BIGINT) AS _row"
            f" FROM {rows or quote_name(self.typed.relation)} {tail}"
        )
        return view
