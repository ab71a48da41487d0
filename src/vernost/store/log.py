"""The customer log as every measure reads it: typed Ibis tables in one engine, and the company's clock."""

from collections.abc import Callable, Hashable, Mapping
from datetime import date, datetime
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from vernost.errors import InvalidValue
from vernost.schema import PLANNED, TABLES
from vernost.sources.staging import quote_name
from vernost.store import merging
from vernost.store.belonging import Belonging
from vernost.store.past import BULK, Past

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    import pyarrow as pa
    from ibis.backends import BaseBackend

engines = Literal["duckdb", "postgres", "pyspark"]
T = TypeVar("T")
Span = tuple[date, date]
"""First and last instant (or date) of facts; instants are UTC without a zone."""


class Log:
    """What is known about the customers, as of one load; later loads do not show until it is opened again.

    Attributes:
        tables: table of the log -> Ibis table with all its columns; only those that were ever loaded.
        engine: where expressions over the tables run: 'duckdb', 'postgres' or 'pyspark'.
        connection: the Ibis connection to it.
        timezone: the company's clock, by which periods are cut.
        url: what was opened, without a password.
        load_count: how many loads it holds.
        is_exact: whether it is what it says; a log of the past may stand in for a state that is no longer kept.
        belonging: which customer each merged id belongs to; the tables have their rows under that one's id.

    >>> import pandas
    >>> log = Log.wrap(orders=pandas.DataFrame({"customer_id": ["ann"], "ordered_at": ["2024-05-01"], "amount": [9]}))
    >>> log.tables["orders"].amount.sum().execute()
    Decimal('9.0000')
    """

    def __init__(
        self,
        tables: Mapping[str, "ir.Table"],
        *,
        connection: "BaseBackend",
        timezone: str,
        url: str,
        load_count: int = 0,
        closers: tuple[Callable[[], None], ...] = (),
        span: Callable[[str, str], Span | None] | None = None,
        past: Callable[[datetime], Past] | None = None,
        is_exact: bool = True,
        merged_by: datetime | None = None,
    ) -> None:
        check_timezone(timezone)
        self.connection = connection
        self.engine = _engine(connection)
        self._stored = {name: tables[name] for name in TABLES if name in tables}
        self.timezone = timezone
        self.url = url
        self.load_count = load_count
        self._closers = closers
        self.is_exact = is_exact
        self._span = span or self._scanned_span
        self._past = past or self._loaded_by
        self._cache: dict[Hashable, Any] = {}
        self.belonging = Belonging()
        self.tables: Mapping[str, ir.Table] = MappingProxyType(self._merged(merged_by))

    def _merged(self, instant: datetime | None) -> "dict[str, ir.Table]":
        """The stored tables with the rows of merged customers under the ids that they belong to."""
        if "merges" not in self._stored:
            return self._stored
        merges = self._stored["merges"]
        self.belonging = merging.found_in(self, merges, at=instant)
        if not self.belonging:
            return self._stored
        family, droppers = merging.held(self.connection, merges, self.belonging)
        self._closers = (*droppers, *self._closers)
        return merging.merged(self._stored, family)

    @property
    def stored(self) -> "Mapping[str, ir.Table]":
        """The tables as they are stored: with the rows of merged customers under the ids that these came with."""
        return MappingProxyType(self._stored)

    @classmethod
    def wrap(cls, *, timezone: str = "UTC", **tables: object) -> "Log":
        """A log of tables at hand: pandas, Polars, Arrow or Ibis, named and with columns as in the log.

        Columns that may be empty can be left out, ids of facts too. Ibis tables stay where they are. Instants without
        a zone are UTC, as the log keeps them. An end after its ``loaded_at`` was but planned; without ``loaded_at`` all
        ends count as happened.

        Args:
            timezone: the company's clock, by which periods are cut.
            **tables: table of the log -> its rows.
        """
        from vernost.store.wrapping import wrapped

        found, connection, closers = wrapped(tables)
        return cls(found, connection=connection, timezone=timezone, url="tables at hand", closers=closers)

    def fetch(self, expression: "ir.Table") -> "pa.Table":
        """The rows of an expression over the log's tables, as Arrow.

        On DuckDB they are asked for directly: Ibis would import pandas on the way, half a second and 60 MB.

        Raises:
            InvalidValue: when the expression takes the engine beyond the numbers it knows, or a cell to a kind that it
                is not.
        """
        try:
            return self._fetched(expression)
        except _beyond(self.engine) as error:
            # Without the engine's words, which hold the cell, and so whatever a customer wrote.
            raise InvalidValue(
                "The engine cannot work this out: a number is beyond all measure, or a cell does not fit its CAST."
                " Ask with smaller numbers, or without CAST."
            ) from error

    def _fetched(self, expression: "ir.Table") -> "pa.Table":
        if self.engine != "duckdb":
            return self.connection.to_pyarrow(expression)
        rows = _narrowed(self.connection.con.sql(self.connection.compile(expression))).to_arrow_table()
        schema = expression.schema().to_pyarrow()
        return rows if rows.schema.equals(schema) else rows.cast(schema)

    def cached(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` gave the first time it was asked for under this key; the log does not change meanwhile."""
        if key not in self._cache:
            self._cache[key] = make()
        return cast("T", self._cache[key])

    def span(self, table: str, column: str) -> Span | None:
        """First and last value of a column of instants or dates; None when it has no value."""
        return self.cached(("span", table, column), lambda: self._span(table, column))

    def known_by(self, instant: datetime) -> "Log":
        """The log as it was known at an instant: without what later loads brought, and with what they replaced.

        What the first day of loads of a table holds counts as known when it happened. Facts that had not happened yet
        are still there; the log that this is of must stay open.

        Args:
            instant: UTC without a zone.
        """
        return self.cached(("known by", instant), lambda: self._known_by(instant))

    def _known_by(self, instant: datetime) -> "Log":
        past = self._past(instant)
        if not past.tables and not self._merged_otherwise(instant):
            return self
        known = Log(
            {**self._stored, **past.tables},
            connection=self.connection,
            timezone=self.timezone,
            url=self.url,
            load_count=self.load_count,
            is_exact=past.is_exact,
            merged_by=instant,
        )
        self._closers = (*known._closers, *self._closers)
        return known

    def _merged_otherwise(self, instant: datetime) -> bool:
        """Whether other customers belonged together at an instant than do now, by the merges as they stand."""
        if "merges" not in self._stored:
            return False
        return merging.found_in(self, self._stored["merges"], at=instant) != self.belonging

    def _loaded_by(self, instant: datetime) -> Past:
        """Tables without rows that say that they were loaded later, the first day of loads of each table apart."""
        found = {}
        for name, rows in self._stored.items():
            first, last = cast("tuple[datetime, datetime]", self.span(name, "loaded_at") or (instant, instant))
            limit = max(first + BULK, instant)
            if last > limit:
                found[name] = rows.filter(rows.loaded_at.isnull() | (rows.loaded_at <= limit))
        return Past(found)

    def happened_span(self, table: str, column: str) -> Span | None:
        """As `span`, without what was planned ahead when its row was loaded, such as the end of a paid year."""
        span, loads = self.span(table, column), self.span(table, "loaded_at")
        if span is None or loads is None or column not in PLANNED or span[1] <= loads[0]:
            return span
        return self.cached(("happened span", table, column), lambda: self._scanned_span(table, column, planned=False))

    def _scanned_span(self, table: str, column: str, *, planned: bool = True) -> Span | None:
        rows = self.tables[table]
        if not planned:
            rows = rows.filter(rows.loaded_at.isnull() | (rows[column] <= rows.loaded_at))
        ends = self.connection.to_pyarrow(rows.agg(first=rows[column].min(), last=rows[column].max()))
        first, last = ends["first"][0].as_py(), ends["last"][0].as_py()
        return None if first is None else (first, last)

    def close(self) -> None:
        """Leave the engine; the tables can no longer be read."""
        for closer in self._closers:
            closer()
        self._closers = ()

    def __enter__(self) -> "Log":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Log {self.url}: {', '.join(self.tables) or 'empty'}>"

    def _repr_html_(self) -> str:
        """What a notebook shows: each table with its rows and the span of its facts."""
        rows = "".join(
            f"<tr><td>{escape(name)}</td><td style='text-align:right'>{count:,}</td>"
            f"<td>{escape(str(first or ''))}</td><td>{escape(str(last or ''))}</td></tr>"
            for name, (count, first, last) in self.extents().items()
        )
        return (
            f"<p><b>Customer log</b> {escape(self.url)} · {escape(self.engine)} · {escape(self.timezone)}"
            f" · loads: {self.load_count}</p>"
            f"<table><tr><th>table</th><th>rows</th><th>first</th><th>last</th></tr>{rows}</table>"
        )

    def extents(self) -> Mapping[str, tuple[int, Any, Any]]:
        """Table -> its number of rows, and the first and the last instant (UTC) of its facts, null when it has none."""
        return self.cached("extents", lambda: {name: self._extent(name) for name in self.tables})

    def _extent(self, name: str) -> tuple[int, Any, Any]:
        spans = [span for column in TABLES[name].happened if (span := self.happened_span(name, column))]
        first = min((first for first, _ in spans), default=None)
        last = max((last for _, last in spans), default=None)
        return self.connection.to_pyarrow(self.tables[name].count()).as_py(), first, last


def check_timezone(name: str) -> str:
    """The name of a time zone, when there is such a zone."""
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise InvalidValue(
            "{zone!r} is not a time zone. Name one as in the IANA list, such as Europe/Moscow or UTC.", zone=name
        ) from error
    return name


def _beyond(engine: engines) -> tuple[type[Exception], ...]:
    """What an engine raises where a number or a cell does not fit the kind that it is to be of."""
    if engine == "duckdb":
        import duckdb

        return (duckdb.DataError,)
    if engine == "postgres":
        import psycopg

        return (psycopg.DataError,)
    from pyspark.errors import ArithmeticException, NumberFormatException

    return ArithmeticException, NumberFormatException


def _engine(connection: "BaseBackend") -> engines:
    if connection.name not in {"duckdb", "postgres", "pyspark"}:
        raise InvalidValue("{engine} is no engine of the log. Use DuckDB, PostgreSQL or Spark.", engine=connection.name)
    return cast("engines", connection.name)


def _narrowed(rows: "duckdb.DuckDBPyRelation") -> "duckdb.DuckDBPyRelation":
    """Rows with sums of whole numbers, which DuckDB makes 128 bits wide, as the 64 bits that Ibis takes them for.

    Arrow could cast them too, but loads its functions for it: a tenth of a second of the first answer.
    """
    wide = [quote_name(name) for name, kind in zip(rows.columns, rows.types, strict=True) if kind == "HUGEINT"]
    if not wide:
        return rows
    return rows.project(f"* REPLACE ({', '.join(f'CAST({name} AS BIGINT) AS {name}' for name in wide)})")
