"""Packed files, opened with a bound, so that a small file cannot fill the disk or the memory."""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from vernost.errors import UnreadableSource
from vernost.messages import reason

MAX_RATIO = 200
"""Tables packed by gzip or zip come out 3 to 30 times larger; beyond this ratio a large file is taken for a bomb."""

MAX_UNPACKED = 1_000_000_000
"""Bytes up to which any ratio is accepted in a gzip file, which is unpacked to disk."""

MAX_WORKBOOK = 100_000_000
"""The same for a workbook, which is unpacked in memory."""

MAX_CELLS = 64_000_000
"""Cells of a sheet's used area, which is laid out in memory whole, blank ones too."""

_BLOCK = 1 << 20
_SHORT_CELLS = frozenset(range(12, 19))


def unpack_gzip(source: str, path: Path, target: Path, *, progress: Callable[[float], None] | None = None) -> None:
    """Unpack a gzip file (of one or several members) into ``target``."""
    packed_size = max(path.stat().st_size, 1)
    unpacked = 0
    try:
        with path.open("rb") as packed, target.open("wb") as out:
            for block in _gunzip(packed):
                unpacked += len(block)
                if unpacked > MAX_UNPACKED and unpacked > MAX_RATIO * packed_size:
                    raise UnreadableSource(
                        source,
                        "it unpacks to more than {ratio} times its size and over {size} GB, as a gzip bomb does",
                        "If its contents are sound, unpack it yourself and name the unpacked file.",
                        ratio=MAX_RATIO,
                        size=MAX_UNPACKED // 10**9,
                    )
                out.write(block)
                if progress is not None:
                    progress(packed.tell() / packed_size)
    except (zlib.error, EOFError) as error:
        raise UnreadableSource(
            source, "the gzip file is damaged ({reason})", "Download or export it again.", reason=reason(error)
        ) from error


def _gunzip(packed: IO[bytes]) -> Iterator[bytes]:
    waiting = packed.read(_BLOCK)
    while waiting:
        member = zlib.decompressobj(wbits=31)
        while not member.eof:
            if not waiting:
                raise EOFError("it ends too early")
            yield member.decompress(waiting, _BLOCK)
            waiting = member.unconsumed_tail or member.unused_data or packed.read(_BLOCK)
            if member.eof:
                # Zero bytes after the last member are padding.
                waiting = (member.unused_data or waiting).lstrip(b"\0") if member.unused_data else packed.read(_BLOCK)


def check_workbook(source: str, path: Path, *, most: int) -> None:
    """Refuse a workbook that would unpack to an absurd size: what it declares and what it really holds.

    Args:
        source: what it is called.
        path: where it is.
        most: bytes that it may unpack to; its cells take some two and a half times as much memory.
    """
    try:
        with zipfile.ZipFile(path) as book:
            declared = sum(entry.file_size for entry in book.infolist())
            _check_size(source, declared, path, most)
            unpacked = 0
            for entry in book.infolist():
                area = _Area() if entry.filename.startswith("xl/worksheets/") else None
                for block in _entry_blocks(path, book, entry):
                    unpacked += len(block)
                    _check_size(source, unpacked, path, most)
                    if area is not None:
                        area.see(source, block)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        # The last two are zipfile's words for packings it lacks and for passwords.
        raise UnreadableSource(
            source,
            "the workbook is damaged ({reason})",
            "Open it in a spreadsheet program and save it again.",
            reason=reason(error),
        ) from error


def has_short_cells(path: Path) -> bool:
    """Whether a binary workbook (.xlsb) holds cells in the short form, which its reader would leave out silently."""
    with zipfile.ZipFile(path) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/") and name.endswith(".bin")]
        return any(_SHORT_CELLS & set(_record_kinds(book.read(name))) for name in sheets)


def _record_kinds(sheet: bytes) -> Iterator[int]:
    """Kinds of the records of a binary sheet: each is a kind, a size in 7-bit groups, and so many bytes."""
    place = 0
    while place < len(sheet):
        kind = sheet[place]
        place += 1
        if kind & 0x80 and place < len(sheet):
            kind |= sheet[place] << 8
            place += 1
        size = shift = 0
        while place < len(sheet):
            byte = sheet[place]
            place += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        yield kind
        place += size


def _check_size(source: str, unpacked: int, path: Path, most: int) -> None:
    bomb = unpacked > MAX_WORKBOOK and unpacked > MAX_RATIO * path.stat().st_size
    if bomb or unpacked > most:
        raise UnreadableSource(
            source,
            "the workbook unpacks to over {most:,} bytes, more than {ratio} times its size, as a zip bomb does"
            if bomb
            else "the workbook unpacks to over {most:,} bytes",
            "Save the sheet as CSV and name that file.",
            most=MAX_WORKBOOK if bomb else most,
            ratio=MAX_RATIO,
        )


def _entry_blocks(path: Path, book: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """What an entry really unpacks to: zipfile itself would stop at the declared size and see nothing wrong."""
    with book.open(entry):  # checks the local header
        pass
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        with book.open(entry) as plain:
            yield from iter(lambda: plain.read(_BLOCK), b"")
        return
    with path.open("rb") as raw:
        raw.seek(entry.header_offset + 26)
        lengths = raw.read(4)
        raw.seek(int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little"), 1)
        stream = zlib.decompressobj(wbits=-15)
        waiting = raw.read(_BLOCK)
        while waiting and not stream.eof:
            yield stream.decompress(waiting, _BLOCK)
            waiting = stream.unconsumed_tail or raw.read(_BLOCK)


class _Area:
    """The used area of a sheet as its cells come by: one cell in a far corner makes it huge."""

    _cells = re.compile(rb' r="([A-Z]{1,3})([0-9]{1,7})"')

    def __init__(self) -> None:
        self.columns: set[bytes] = set()
        self.first_row = self.last_row = 0
        self.tail = b""

    def see(self, source: str, block: bytes) -> None:
        found = self._cells.findall(self.tail + block)
        self.tail = block[-16:]
        if not found:
            return
        self.columns.update(letters for letters, _ in found)
        self.first_row = self.first_row or int(found[0][1])
        self.last_row = max(self.last_row, int(found[-1][1]))
        places = [_column_number(letters) for letters in self.columns]
        area = (max(places) - min(places) + 1) * self.last_row
        if area > MAX_CELLS:
            raise UnreadableSource(
                source,
                "a sheet spreads over {area:,} cells, more than {most:,}",
                "Delete the blank rows and columns after its last cell, or save the sheet as CSV.",
                area=area,
                most=MAX_CELLS,
            )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
