"""Tables and queries of any SQL database that SQLAlchemy knows, copied into the staging engine in batches."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from vernost.errors import UnreadableSource
from vernost.messages import shortened
from vernost.sources.progress import Progress
from vernost.sources.source import RawTable
from vernost.sources.staging import check_width, new_relation, unique_names
from vernost.sources.values import stage_rows

if TYPE_CHECKING:
    import duckdb
    from sqlalchemy import URL, Connection, Engine

_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "mssql": "mssql+pyodbc",
    "oracle": "oracle+oracledb",
}
_PACKAGES = {
    "psycopg": "vernost[postgres]",
    "pymysql": "pymysql",
    "pyodbc": "pyodbc",
    "oracledb": "oracledb",
    "snowflake": "snowflake-sqlalchemy",
    "bigquery": "sqlalchemy-bigquery",
    "clickhouse": "clickhouse-sqlalchemy",
    "redshift": "sqlalchemy-redshift",
    "databricks": "databricks-sqlalchemy",
    "trino": "trino[sqlalchemy]",
}
_MYSQL_ANSWERS = range(1000, 2000)
"""Numbers of what a MySQL server says; those of its client begin at 2000."""

_BATCH = 10_000
_SHOWN = 80
"""Letters of a query that stand in messages."""
_READS = re.compile(r"(\s|--[^\n]*\n|/\*.*?\*/|\()*(select|with|values|table|show)\b", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class DatabaseSource:
    """A database and what is wanted of it.

    Attributes:
        url: the database's own address.
        table: the wanted table, perhaps with its schema.
        query: the wanted query, instead of a table.
        scheme: how the user began the address.
    """

    url: "URL"
    table: str | None
    query: str | None
    scheme: str = "sqlite"

    @property
    def label(self) -> str:
        """What it is called in messages: the address without secrets."""
        hidden = self.url.update_query_dict(
            {key: "***" for key in self.url.query if re.search("pass|secret|token|key|pwd", key, re.IGNORECASE)}
        )
        # As the user wrote it: the driver that we chose is no part of it.
        return hidden.set(drivername=self.scheme).render_as_string(hide_password=True)


def is_database_url(source: str) -> bool:
    """Whether the source is an address such as ``postgresql://...`` rather than a path."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", source) is not None and not source.startswith("file://")


def read_database(
    connection: "duckdb.DuckDBPyConnection", source: str, *, progress: Progress | None = None
) -> list[RawTable]:
    """The tables or the query that a database URL names; all its tables when it names none.

    ``?table=NAME`` or ``?table=SCHEMA.NAME`` wants one table; ``?query=SELECT ...``, as the last part of the URL, a
    query. Nothing is written to the database. Types are those of the database; what has no counterpart is text.
    """
    return _read(connection, parse_url(source), progress)


def read_sqlite_file(
    connection: "duckdb.DuckDBPyConnection", source: str, path: Path, *, progress: Progress | None = None
) -> list[RawTable]:
    """All tables of an SQLite file."""
    from sqlalchemy import URL

    tables = _read(connection, DatabaseSource(URL.create("sqlite", database=str(path)), None, None), progress)
    return [RawTable(source + table.source[table.source.rindex("[") :], *_rest(table)) for table in tables]


def _rest(table: RawTable) -> tuple[str, tuple[str, ...], bool]:
    return table.relation, table.columns, table.is_text


def parse_url(source: str) -> DatabaseSource:
    """Take a URL apart into the database's own address and what is wanted of it."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    scheme = source.split("://", 1)[0].lower()
    if scheme in ("http", "https", "ftp", "s3", "gs", "az"):
        raise UnreadableSource(
            f"{scheme}://...", "files are not fetched over the network", "Download the file and name its path."
        )
    # A query may hold '&', '=' and '%' of its own, so it goes to the end of the URL as it is.
    address, _, query = _cut(source, "query")
    address, rest, table = _cut(address, "table", until="&")
    try:
        url = make_url(address + rest)
    except (ArgumentError, ValueError):
        raise UnreadableSource(
            f"{scheme}://...", "the address cannot be understood", "Write it as scheme://user@host:port/database."
        ) from None
    name, _, driver = url.drivername.partition("+")
    if not driver:
        url = url.set(drivername=_DRIVERS.get(name, name))
    return DatabaseSource(url, unquote(table) or None, _query_text(query) or None, scheme)


def _query_text(query: str) -> str:
    # With blanks in it, it was typed rather than escaped, and its percent signs are its own.
    text = query if re.search(r"\s", query.strip()) else unquote(query)
    return text.strip().rstrip(";")


def _cut(address: str, key: str, *, until: str | None = None) -> tuple[str, str, str]:
    """Split ``...?key=value`` off: what is before, what is after, the value."""
    match = re.search(rf"[?&]{key}=", address)
    if match is None:
        return address, "", ""
    before, value = address[: match.start()], address[match.end() :]
    if until is None or until not in value:
        return before, "", value
    value, _, after = value.partition(until)
    return before, ("&" if "?" in before else "?") + after, value


def _read(connection: "duckdb.DuckDBPyConnection", wanted: DatabaseSource, progress: Progress | None) -> list[RawTable]:
    tables = []
    with _explained(wanted), _opened(wanted) as database:
        quote = database.dialect.identifier_preparer
        for label, statement in _statements(wanted, database, quote):
            if progress is not None:
                progress(label, 0.0)
            tables.append(_copy(connection, database, label, statement))
            if progress is not None:
                progress(label, 1.0)
    return tables


def _shortened(query: str) -> str:
    """A query on one line, with its end left out, and seen to be, when it is long.

    >>> _shortened("SELECT id FROM orders WHERE city = 'Perm' AND status = 'paid' AND amount > 1000000")
    "SELECT id FROM orders WHERE city = 'Perm' AND status = 'paid' AND amount > 1000…"
    """
    line = " ".join(query.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def _statements(wanted: DatabaseSource, database: "Connection", quote: Any) -> Iterator[tuple[str, str]]:
    if wanted.query is not None:
        if not _READS.match(wanted.query):
            raise UnreadableSource(wanted.label, "the query does not only read", "Begin it with SELECT or WITH.")
        yield f"{wanted.label}[{_shortened(wanted.query)}]", wanted.query
        return
    names = [_known_table(wanted, database, wanted.table)] if wanted.table else _all_tables(wanted, database)
    for schema, name in names:
        table = quote.quote_identifier(name)
        full = f"{quote.quote_identifier(schema)}.{table}" if schema else table
        yield f"{wanted.label}[{name}]", f"SELECT * FROM {full}"  # noqa: S608 - quoted by the dialect


def _all_tables(wanted: DatabaseSource, database: "Connection") -> list[tuple[str | None, str]]:
    from sqlalchemy import inspect

    names = sorted(inspect(database).get_table_names())
    if not names:
        raise UnreadableSource(wanted.label, "the database has no tables", "Name another database or a schema's table.")
    return [(None, name) for name in names]


def _known_table(wanted: DatabaseSource, database: "Connection", table: str) -> tuple[str | None, str]:
    from sqlalchemy import inspect

    inspector = inspect(database)
    if inspector.has_table(table):  # a name may have a point of its own
        return None, table
    schema, _, name = table.rpartition(".")
    if schema and inspector.has_table(name, schema=schema):
        return schema, name
    known = sorted([*inspector.get_table_names(), *inspector.get_view_names()])
    close = get_close_matches(table, known, n=3, cutoff=0.5)
    hint = "Did you mean {known}?" if close else "It has {known}."
    raise UnreadableSource(
        wanted.label,
        "the database has no table {table!r}",
        hint,
        table=table,
        known=close or shortened(known, 12),
    )


def _copy(connection: "duckdb.DuckDBPyConnection", database: "Connection", label: str, statement: str) -> RawTable:
    result = database.execution_options(stream_results=True, no_parameters=True).exec_driver_sql(statement)
    names = unique_names(column[0] for column in result.cursor.description) if result.cursor else ()
    check_width(label, len(names))
    relation = new_relation(connection)

    def rows() -> Iterator[tuple[int, Sequence[Any]]]:
        number = 0
        for batch in result.partitions(_BATCH):
            for row in batch:
                number += 1
                yield number, tuple(row)

    stage_rows(connection, relation, names, rows())
    return RawTable(label, relation, names, is_text=False)


@contextmanager
def _opened(wanted: DatabaseSource) -> Iterator["Connection"]:
    """A connection that reads only; what could have been written is rolled back."""
    engine = _engine(wanted)
    try:
        options = {"postgresql_readonly": True} if wanted.url.get_backend_name() == "postgresql" else {}
        with _connected(engine, wanted).execution_options(**options) as database:
            yield database
            database.rollback()
    finally:
        engine.dispose()


def _connected(engine: "Engine", wanted: DatabaseSource) -> "Connection":
    """A connection to a database; what else may listen at its address, or whether anything does, is not told."""
    from sqlalchemy.exc import DBAPIError

    try:
        return engine.connect()
    except DBAPIError as error:
        if wanted.url.get_backend_name() == "sqlite" or _is_answer(error.orig):
            raise
        hint = "Check the address, and that the database runs and may be reached from here."
        raise UnreadableSource(wanted.label, "no such database answers there", hint) from None


def _is_answer(error: BaseException | None) -> bool:
    """Whether a database has said itself why it lets nobody in."""
    code = error.args[0] if error is not None and error.args else None
    return "FATAL:" in str(error) or (isinstance(code, int) and code in _MYSQL_ANSWERS)


def _engine(wanted: DatabaseSource) -> "Engine":
    from sqlalchemy import create_engine

    if wanted.url.get_backend_name() != "sqlite":
        return create_engine(wanted.url, connect_args=_timeout(wanted.url))
    import sqlite3

    path = Path(wanted.url.database or "")
    if not path.is_file():
        raise UnreadableSource(wanted.label, "there is no such file", "Check the path after sqlite:///.")

    def connect() -> sqlite3.Connection:
        database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        database.text_factory = lambda text: text.decode("utf-8", "backslashreplace")
        return database

    return create_engine("sqlite://", creator=connect)


def _timeout(url: "URL") -> dict[str, Any]:
    has_one = "connect_timeout" in url.query or url.get_backend_name() not in ("postgresql", "mysql", "mariadb")
    return {} if has_one else {"connect_timeout": 15}


@contextmanager
def _explained(wanted: DatabaseSource) -> Iterator[None]:
    """Turn what a database or its driver may raise into one sentence without secrets."""
    from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError

    try:
        yield
    except ModuleNotFoundError as error:
        raise _missing_driver(wanted, str(error.name)) from None
    except NoSuchModuleError:
        raise _missing_driver(wanted, wanted.url.get_backend_name()) from None
    except DBAPIError as error:
        hint = "Check the address, the user's rights and that the database runs."
        reason = _without_secrets(error.orig or error, wanted.url)
        raise UnreadableSource(wanted.label, "{reason}", hint, reason=reason) from None
    except SQLAlchemyError as error:
        reason = _without_secrets(error, wanted.url)
        raise UnreadableSource(wanted.label, "{reason}", "Check the address.", reason=reason) from None


def _missing_driver(wanted: DatabaseSource, module: str) -> UnreadableSource:
    package = _PACKAGES.get(module, module)
    return UnreadableSource(
        wanted.label,
        "the driver for {driver} is not installed",
        "Run: pip install '{package}'",
        driver=wanted.url.drivername,
        package=package,
    )


def _without_secrets(error: BaseException, url: "URL") -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    secrets = [str(url.password or ""), *(str(value) for key, value in url.query.items() if "pass" in key.lower())]
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    return text[:300].rstrip(". ")
