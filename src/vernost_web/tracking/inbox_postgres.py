"""The inbox in a schema of PostgreSQL, beside the tables of the application."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from vernost_web.tracking.inbox import COLUMNS, SCHEMA, TALLY, Row, Taken, counted

if TYPE_CHECKING:
    import psycopg

NAME = "vernost_inbox"
_SERIAL = "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
_SIGNS = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NAMES = ", ".join(COLUMNS)
# In one order, so that two that write the same events at once do not wait for each other.
_INSERT = f"INSERT INTO event ({_NAMES}) SELECT {_NAMES} FROM arrived ORDER BY source, id ON CONFLICT DO NOTHING"  # noqa: S608
_ARRIVED = f"CREATE TEMP TABLE arrived ON COMMIT DELETE ROWS AS SELECT {_NAMES} FROM event WITH NO DATA"  # noqa: S608
_LOCK = "SELECT pg_try_advisory_lock(hashtext('vernost inbox'), hashtext(current_database()))"


class PostgresInbox:
    """Events in a schema of their own.

    Attributes:
        url: of the database.
    """

    def __init__(self, url: str) -> None:
        self.url = url

    def connect(self) -> "PostgresConnection":
        """A connection to the schema, which is made when it is not there."""
        import psycopg

        connection = psycopg.connect(self.url, autocommit=True)
        found = connection.execute("SELECT to_regclass(%s)", [f"{NAME}.tally"]).fetchone()
        connection.execute("SELECT set_config('search_path', %s, false)", [NAME])
        connection.execute("SELECT set_config('client_connection_check_interval', '1000', false)")
        if found == (None,):
            _make(connection)
        connection.execute(_ARRIVED)
        return PostgresConnection(connection)

    def add(self, connection: Any, rows: Sequence[Row]) -> Taken:
        """Write events in one transaction."""
        own = connection.own
        with own.transaction(), own.cursor() as cursor:
            with cursor.copy(f"COPY arrived ({_NAMES}) FROM STDIN") as copy:
                copy.write("".join(map(_line, rows)))
            cursor.execute(_INSERT)
            fresh = cursor.rowcount
            cursor.executemany(TALLY.replace("?", "%s"), sorted(counted(rows, fresh)))
        return Taken(fresh, len(rows) - fresh)

    @contextmanager
    def transaction(self, connection: Any) -> Iterator[None]:
        """All or nothing."""
        with connection.own.transaction():
            yield

    def give_up_space(self, connection: Any) -> None:
        """Write the tables anew, without what was deleted."""
        connection.execute("SET lock_timeout = '30s'")
        for table in ("event", "fact", "link"):
            connection.execute(f"VACUUM (FULL) {table}")

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether nobody else brings events into the log."""
        connection = self.connect()
        try:
            yield connection.execute(_LOCK).fetchone() == (True,)
        finally:
            connection.close()


class PostgresConnection:
    """A connection that takes statements as SQLite does.

    Attributes:
        own: that of PostgreSQL.
    """

    def __init__(self, own: "psycopg.Connection[Any]") -> None:
        self.own = own

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """Do a statement whose gaps are question marks."""
        return self.own.execute(sql.replace("?", "%s"), parameters or None)

    def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> Any:
        """Do a statement once for each of several values."""
        with self.own.cursor() as cursor:
            cursor.executemany(sql.replace("?", "%s"), parameters)

    def close(self) -> None:
        """End it."""
        self.own.close()


def _make(connection: "psycopg.Connection[Any]") -> None:
    with connection.transaction():
        # Of several processes that start at once one makes it.
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('vernost inbox made'))")
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {NAME}")
        for statement in SCHEMA:
            connection.execute(statement.format(serial=_SERIAL))


def _line(row: Row) -> str:
    """An event as a line of COPY."""
    return "\t".join(["\\N" if value is None else str(value).translate(_SIGNS) for value in row]) + "\n"
