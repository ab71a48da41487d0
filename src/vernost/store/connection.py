"""A log by its URL: a folder read by DuckDB or by Spark, or a schema of PostgreSQL."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol
from urllib.parse import unquote

from vernost.errors import InvalidValue, UnusableLog
from vernost.sources.progress import Progress
from vernost.store.log import Log, check_timezone
from vernost.store.receipt import LoadRecord, Receipt, Rehearsal

if TYPE_CHECKING:
    import pyarrow as pa

    from vernost.sources.source import Reading

_NOT_IN_PATHS = "[]|^\\%"
"""Characters that deltalake cannot bear in a path."""


class Store(Protocol):
    """Writes a log."""

    def load(
        self, reading: "Reading", *, loaded_at: datetime, progress: Progress | None = None, key: str = ""
    ) -> Receipt:
        """Bring a reading into the log, all of it or nothing; under a key that a load has, that load's receipt.

        What ``progress`` raises stops the load, and nothing is kept.
        """

    def rehearse(self, reading: "Reading", *, progress: Progress | None = None) -> Rehearsal:
        """Tell what a load of a reading would do, and leave the log as it is."""

    def undo(self, load_id: int, *, at: datetime, key: str = "") -> Receipt:
        """Take a load back, as if it had never been: of its rows the newest version that stands comes back.

        Under a key that an undo has, nothing is done, and its receipt given.
        """

    def erase(
        self,
        ids: Iterable[str],
        *,
        at: datetime,
        contacts: Iterable[str] = (),
        key: str = "",
        pseudonym: str = "",
    ) -> Receipt:
        """Take from all rows of these customers whose they are, for good: their names, addresses and texts go.

        Counts, times and money stay. What is loaded of them later, they do not come back by. States before this one
        can no longer be opened or undone. Under a key that an erasure has, only what that one left undone is done.

        Args:
            ids: of one customer, or of several.
            at: the instant, aware.
            contacts: addresses and telephones beside those that the log knows, by which rejected rows are found.
            key: by which the erasure is known again.
            pseudonym: what stands in the place of the first id; random by default.
        """

    def expire(self, before: Mapping[str, datetime], *, at: datetime) -> Receipt | None:
        """Give up for good what happened before an instant; states before that can no longer be opened or undone.

        Args:
            before: kind of data, of ``expiring.EXPIRIES`` -> aware instant.
            at: the instant of doing it, aware.

        Returns:
            What went; None when there was nothing to go.
        """

    def loads(self) -> Sequence[LoadRecord]:
        """All loads, undoes and erasures, the first one first."""

    def rejected(self, load_id: int | None = None) -> "pa.Table":
        """Rows that were rejected, by one load or by all: load_id, table_name, source, line, reason, raw."""

    def rejected_batches(self, load_id: int) -> "Iterator[pa.RecordBatch]":
        """The rows that a load rejected, as ``rejected`` has them, a few thousand at a time."""

    def untidy(self, *, at: datetime, keep_days: int = 30) -> int:
        """How many states ``tidy`` would give up."""

    def tidy(self, *, at: datetime, keep_days: int = 30) -> int:
        """Give up what only states older than ``keep_days`` need; those can no longer be read or undone."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a log is, as its URL says.

    Attributes:
        kind: a folder, a folder queried by Spark, or PostgreSQL.
        path: the folder; None in PostgreSQL.
        master: the Spark master.
    """

    kind: Literal["folder", "spark", "postgres"]
    path: Path | None = None
    master: str = ""


def place(url: str) -> Place:
    """Where the URL points.

    >>> place("spark://cluster:7077/srv/log")
    Place(kind='spark', path=PosixPath('/srv/log'), master='spark://cluster:7077')
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        return Place("folder", _folder(url))
    match scheme.lower():
        case "file":
            return Place("folder", _folder(unquote(rest.removeprefix("localhost"))))
        case "spark":
            host, slash, path = rest.partition("/")
            return Place("spark", _folder(slash + unquote(path)), f"spark://{host}" if host else "local[*]")
        case "postgres" | "postgresql" | "postgresql+psycopg":
            return Place("postgres")
    raise InvalidValue(
        "A log cannot be at {scheme}://. Name a folder, spark:///folder or postgresql://user@host/database.",
        scheme=scheme,
    )


def open_log(
    url: str, *, at_load: int | None = None, timezone: str | None = None, memory_limit: str | None = None
) -> Log:
    """Open a log to read it, as it is now.

    Args:
        url: a folder, ``spark:///folder``, ``spark://host:port/folder`` or ``postgresql://…?schema=…``.
        at_load: the state after that load instead of the last one.
        timezone: the company's clock instead of the one that the log remembers.
        memory_limit: what DuckDB may use, such as '2GB'; it spills to disk beyond.
    """
    where = place(url)
    if timezone is not None:
        check_timezone(timezone)
    if where.path is None:
        from vernost.store.postgres import open_postgres

        return open_postgres(url, at_load=at_load, timezone=timezone)
    if where.kind == "spark":
        from vernost.store.spark import open_spark

        return open_spark(where.path, where.master, url=url, at_load=at_load, timezone=timezone)
    from vernost.store.embedded import open_folder

    return open_folder(where.path, url=url, at_load=at_load, timezone=timezone, memory_limit=memory_limit)


def open_store(url: str, *, create: bool = False) -> Store:
    """Open a log to load into it.

    Args:
        url: as in ``open_log``; rows of a log in Spark are written without Spark.
        create: make an empty log where there is none.
    """
    where = place(url)
    if where.path is None:
        from vernost.store.postgres import PostgresStore

        return PostgresStore(url, create=create)
    from vernost.store import manifest
    from vernost.store.folder import FolderStore, prepare

    if create:
        prepare(where.path)
    manifest.numbers(where.path)
    return FolderStore(where.path)


def newest_load(url: str) -> int:
    """Number of the last load, which names the state of a log, found without opening it; 0 of an empty log."""
    where = place(url)
    if where.path is None:
        from vernost.store.postgres import last_load

        return last_load(url)
    from vernost.store import manifest

    return max(manifest.numbers(where.path))


def _folder(text: str) -> Path:
    if not text or "\0" in text:
        raise InvalidValue("The log has no folder. Name one, such as ./log or spark:///srv/log.")
    path = Path(text).expanduser().resolve()
    bad = sorted({letter for letter in str(path) if letter in _NOT_IN_PATHS or ord(letter) < ord(" ")})
    if bad:
        raise UnusableLog("A log cannot be in {path}: its name has {bad!r}. Name another folder.", path=path, bad=bad)
    return path
