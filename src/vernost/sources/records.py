"""Lines become records one by one, for files in which not every line is one: exact line numbers, nothing lost."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from vernost.messages import Message
from vernost.sources.dialect import Dialect

MAX_RECORD = 2_000_000
"""Bytes of a record at most; an open quote is sought to be closed no further than this."""

Malformed = tuple[int, str, str]
"""Line, reason, raw text."""

_MAX_LINE = 64_000_000

NEVER_CLOSED = "has a quote that is never closed"
BROKEN_QUOTES = "has quotes that do not enclose a whole cell"
NOT_UTF8 = "has bytes that are not UTF-8 text"
TOO_LONG = f"is longer than {MAX_RECORD:,} bytes"


class LineTooLong(Exception):
    """A line that goes on and on: the file is no table, and its line would not fit in memory."""


def write_records(
    path: Path,
    target: Path,
    dialect: Dialect,
    keep: Callable[[list[Malformed]], None],
    *,
    progress: Callable[[float], None] | None = None,
) -> int:
    """Copy the records of a UTF-8 file to ``target``, each followed by a cell with its line number.

    Args:
        path: the file.
        target: the copy; the same dialect, without the lines above the records.
        dialect: how the file is cut.
        keep: takes the lines that are not records, some thousands at a time.
        progress: hears the share of the file that is done.

    Returns:
        The number of records.
    """
    size = max(path.stat().st_size, 1)
    count = done = 0
    with path.open("rb") as file, target.open("wb") as out:
        records = _Records(_lines_of(file), dialect)
        ready = iter(records)
        while batch := list(islice(ready, 20_000)):
            out.writelines(batch)
            count += len(batch)
            done += sum(map(len, batch))
            _keep_some(records, keep)
            if progress is not None:
                progress(min(done / size, 1.0))
        _keep_some(records, keep)
    return count


def _lines_of(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(_MAX_LINE):
        if len(line) == _MAX_LINE:
            raise LineTooLong(Message("it has a line of more than {size} MB", size=_MAX_LINE // 10**6))
        yield line


def _keep_some(records: "_Records", keep: Callable[[list[Malformed]], None]) -> None:
    keep(records.malformed)
    records.malformed = []


@dataclass(frozen=True, slots=True)
class _Shape:
    """Patterns of whole and of open records in a dialect."""

    whole: re.Pattern[bytes]
    opening: re.Pattern[bytes]
    closing: re.Pattern[bytes]
    cell: re.Pattern[bytes]

    @classmethod
    def of(cls, dialect: Dialect) -> "_Shape":
        mark, quote = re.escape(dialect.delimiter.encode()), dialect.quote.encode()
        inside = rb'(?:[^"\\]|\\.)*+' if dialect.escape == "\\" else rb'[^"]*+(?:""[^"]*+)*+'
        # DuckDB, which reads the copy, takes spaces around quotes for no part of the cell.
        opens, closes = rb" *+" + quote, quote + rb" *+"
        quoted = opens + inside + closes
        bare = rb"(?!" + opens + rb")[^" + mark + rb"]++"
        cell = rb"(?:" + quoted + rb"|" + bare + rb")?+"
        return cls(
            whole=re.compile(cell + rb"(?:" + mark + cell + rb")*+", re.DOTALL),
            opening=re.compile(rb"(?:" + cell + mark + rb")*+" + opens + inside, re.DOTALL),
            closing=re.compile(inside + closes + rb"(?:" + mark + cell + rb")*+", re.DOTALL),
            cell=re.compile(rb"(?:^|" + mark + rb")(?:" + quoted + rb"|[^" + mark + rb"]*+)", re.DOTALL),
        )

    def count(self, record: bytes) -> int:
        """How many cells a whole record has."""
        return sum(1 for _ in self.cell.finditer(record))


class _Records:
    """Walks over the lines; yields records ready to be written, gathers ``malformed`` on the way."""

    def __init__(self, lines: Iterator[bytes], dialect: Dialect) -> None:
        self.malformed: list[Malformed] = []
        self._lines = enumerate(lines, 1)
        self._ahead: list[tuple[int, bytes]] = []
        self._above = dialect.above
        self._width = len(dialect.names)
        self._mark = dialect.delimiter.encode()
        self._quote = dialect.quote.encode()
        self._shape = _Shape.of(dialect) if dialect.quote else None

    def __iter__(self) -> Iterator[bytes]:
        for number, line in self._all_lines():
            if number <= self._above:
                continue
            body = line.rstrip(b"\r\n")
            if self._is_plain(body):
                yield b"%b%b%d\n" % (body, self._mark, number)
                continue
            if not body.strip(b" \t") and (self._width > 1 or not body):
                continue
            if len(body) > MAX_RECORD:
                self._refuse(number, TOO_LONG, body)
            elif self._shape is not None and self._quote in body:
                yield from self._quoted(number, body, self._shape)
            else:
                yield from self._checked(number, body, body.count(self._mark) + 1)

    def _is_plain(self, body: bytes) -> bool:
        """Whether it is clear at first sight that the line is a record: most are, and this is quick."""
        return (
            body.count(self._mark) == self._width - 1
            and body.isascii()
            and (self._shape is None or self._quote not in body)
            and 0 < len(body) <= MAX_RECORD
        )

    def _all_lines(self) -> Iterator[tuple[int, bytes]]:
        while True:
            while self._ahead:
                yield self._ahead.pop()
            line = next(self._lines, None)
            if line is None:
                return
            yield line

    def _checked(self, number: int, body: bytes, cells: int) -> Iterator[bytes]:
        if cells != self._width:
            self._refuse(number, f"has {cells} cells instead of {self._width}", body)
        elif not body.isascii() and not _is_utf8(body):
            self._refuse(number, NOT_UTF8, body)
        else:
            yield b"%b%b%d\n" % (body, self._mark, number)

    def _quoted(self, number: int, body: bytes, shape: _Shape) -> Iterator[bytes]:
        if shape.whole.fullmatch(body):
            yield from self._checked(number, body, shape.count(body))
        elif shape.opening.fullmatch(body):
            yield from self._spanning(number, body, shape)
        else:
            self._refuse(number, BROKEN_QUOTES, body)

    def _spanning(self, number: int, body: bytes, shape: _Shape) -> Iterator[bytes]:
        """A record over several lines; when its quote is never closed, only its first line is refused."""
        taken: list[tuple[int, bytes]] = []
        parts, size = [body], len(body)
        reason = NEVER_CLOSED
        for following, line in self._all_lines():
            taken.append((following, line))
            part = line.rstrip(b"\r\n")
            size += len(part) + 1
            if size > MAX_RECORD:
                break
            parts.append(part)
            if self._quote not in part:
                continue
            if shape.closing.fullmatch(part):
                whole = b"\n".join(parts)
                yield from self._checked(number, whole, shape.count(whole))
                return
            # Closed and opened again, or with doubled quotes only: as if it began with an open quote.
            if not shape.opening.fullmatch(self._quote + part):
                reason = BROKEN_QUOTES
                break
        self._refuse(number, reason, body)
        self._ahead.extend(reversed(taken))

    def _refuse(self, number: int, reason: str, body: bytes) -> None:
        self.malformed.append((number, reason, body.decode("utf-8", "backslashreplace")))


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
