"""Anything usual, a file, a folder, a pattern or a database, becomes raw tables in the staging engine."""

import re
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from vernost.errors import UnreadableSource
from vernost.messages import Message, reason
from vernost.sources.databases import is_database_url, read_database, read_sqlite_file
from vernost.sources.delimited import read_delimited
from vernost.sources.excel import read_workbook
from vernost.sources.jsonfile import read_json
from vernost.sources.parquet import read_parquet
from vernost.sources.places import Skipped, find_files
from vernost.sources.progress import Progress
from vernost.sources.source import RawTable
from vernost.sources.staging import memory_of
from vernost.sources.text import copy_as_utf8, survey_text
from vernost.sources.unpacking import check_workbook, has_short_cells, unpack_gzip

if TYPE_CHECKING:
    import duckdb

_FOREIGN = (
    (b"%PDF", Message("a PDF document")),
    (b"\x89PNG", Message("a picture")),
    (b"\xff\xd8\xff", Message("a picture")),
    (b"GIF8", Message("a picture")),
    (b"7z\xbc\xaf", Message("a 7z archive")),
    (b"Rar!", Message("a RAR archive")),
    (b"BZh", Message("a bzip2 file")),
    (b"\xfd7zXZ", Message("an xz file")),
    (b"\x28\xb5\x2f\xfd", Message("a Zstandard file")),
    (b"ARROW1", Message("an Arrow file")),
    (b"ORC", Message("an ORC file")),
    (b"Obj\x01", Message("an Avro file")),
    (b"{\\rtf", Message("an RTF document")),
)
_GZIP, _ZIP, _OLE, _PARQUET, _SQLITE = (
    b"\x1f\x8b",
    b"PK",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"PAR1",
    b"SQLite format 3\0",
)


def read_raw(
    connection: "duckdb.DuckDBPyConnection",
    source: str,
    *,
    workdir: Path,
    label: str = "",
    progress: Progress | None = None,
    skipped: Skipped = lambda _path, _why: None,
) -> list[RawTable]:
    """Read a source as it is: the raw tables of a file, a folder, a pattern of files or a database.

    The form of a file is told by its contents. CSV, text in columns, JSON and Parquet stay where they lie and stream
    when they are queried; workbooks and databases are copied into the engine.

    Args:
        connection: the staging engine, of ``stage_connection``.
        source: a path, a folder, a pattern such as ``orders_*.csv`` or a database URL.
        workdir: a folder for copies; it must stay while the relations are used.
        label: what a single file is called instead of its path.
        progress: hears what is being read and the share that is done.
        skipped: hears of files of a folder or a pattern that cannot be opened.

    Raises:
        UnreadableSource: there is nothing to read, or it cannot be read.
    """
    if is_database_url(source):
        return read_database(connection, source, progress=progress)
    tables = []
    for path in find_files(source, skipped=skipped):
        called = (label or source) if str(path) == source else str(path)
        tables += _read_file(connection, called, path, workdir=workdir, progress=progress)
    return tables


def _read_file(
    connection: "duckdb.DuckDBPyConnection", source: str, path: Path, *, workdir: Path, progress: Progress | None
) -> list[RawTable]:
    import duckdb

    def share(done: float) -> None:
        if progress is not None:
            progress(source, done)

    scratch = Path(tempfile.mkdtemp(prefix="source-", dir=workdir))
    share(0.0)
    try:
        tables = _File(connection, source, scratch, share).read(path.resolve())
    except PermissionError as error:
        raise UnreadableSource(source, "permission is denied", "Ask its owner for the right to read it.") from error
    except OSError as error:
        raise UnreadableSource(source, "{reason}", "Check the disk and the path.", reason=reason(error)) from error
    except duckdb.Error as error:
        raise UnreadableSource(
            source, "{reason}", "Export it again, as CSV in UTF-8 if you can.", reason=reason(error)
        ) from error
    share(1.0)
    return tables


class _File:
    """One file on its way to raw tables; a packed one comes by twice."""

    def __init__(
        self, connection: "duckdb.DuckDBPyConnection", source: str, scratch: Path, share: Callable[[float], None]
    ) -> None:
        self._connection, self._source, self._scratch, self._share = connection, source, scratch, share

    def read(self, path: Path, *, is_unpacked: bool = False) -> list[RawTable]:
        with path.open("rb") as file:
            head = file.read(512)
        if not head:
            raise UnreadableSource(self._source, "it is empty", "Export it again; it must have at least a header.")
        self._refuse_foreign(head)
        if head.startswith(_GZIP) and not is_unpacked:
            unpacked = self._scratch / "unpacked"
            unpack_gzip(self._source, path, unpacked, progress=self._share)
            return self.read(unpacked, is_unpacked=True)
        if head.startswith(_PARQUET):
            return [read_parquet(self._connection, self._source, path)]
        if head.startswith(_SQLITE):
            return read_sqlite_file(self._connection, self._source, path)
        if head.startswith((_ZIP + b"\x03\x04", _ZIP + b"\x05\x06")):
            return self._read_zip(path)
        if head.startswith(_OLE):
            return read_workbook(self._connection, self._source, path, progress=self._share)
        return [self._read_text(path)]

    def _refuse_foreign(self, head: bytes) -> None:
        kind = next((kind for magic, kind in _FOREIGN if head.startswith(magic)), None)
        if head[257:262] == b"ustar":
            kind = Message("a tar archive")
        if head[8:12] == b"DUCK":
            kind = Message("a DuckDB database")
        if kind is not None:
            self._refuse(Message("it is {kind}", kind=kind))

    def _refuse(self, why: Message) -> None:
        raise UnreadableSource(self._source, why, "Export the table in it as CSV, Excel or Parquet and name that file.")

    def _read_zip(self, path: Path) -> list[RawTable]:
        try:
            with zipfile.ZipFile(path) as book:
                names = set(book.namelist())
        except zipfile.BadZipFile:
            names = {"xl/workbook.xml"}  # check_workbook says what is wrong
        if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
            raise UnreadableSource(self._source, "it is a zip archive of other files", "Unpack it and name the folder.")
        check_workbook(self._source, path, most=memory_of(self._connection) // 2)
        if "xl/workbook.bin" in names and has_short_cells(path):
            raise UnreadableSource(
                self._source, "its cells are in a short form that Excel does not write", "Save it as .xlsx instead."
            )
        return read_workbook(self._connection, self._source, path, progress=self._share)

    def _is_json(self, head: str) -> bool:
        name = self._source.lower().removesuffix(".gz")
        return name.endswith((".json", ".jsonl", ".ndjson")) or bool(re.match(r"\s*(\{\s*[\"}]|\[\s*\{)", head))

    def _read_text(self, path: Path) -> RawTable:
        survey = survey_text(path)
        is_json = self._is_json(survey.head)
        if survey.is_binary:
            self._refuse(Message("it is a binary file of no known form"))
        if re.match(r"\s*<(!doctype|html|\?xml|table|!--)", survey.head, re.IGNORECASE):
            self._refuse(Message("it is a web page or XML, whatever its name says"))
        # DuckDB passes over a byte order mark in CSV, not in JSON.
        if survey.needs_copy or (is_json and survey.has_mark):
            copy = self._scratch / "utf8"
            copy_as_utf8(path, copy, survey.encoding, progress=self._share)
            path, survey = copy, survey_text(copy)
        if is_json:
            return read_json(self._connection, self._source, path, survey.head)
        return read_delimited(self._connection, self._source, path, survey, scratch=self._scratch, progress=self._share)
