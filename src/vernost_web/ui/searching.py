"""Looking for words in files of any kind that people bring in or take away: archives and Parquet are opened."""

import gzip
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

Tells = Callable[[str], bool]
"""Whether a text holds what is looked for."""

_PIECE, _OVERLAP = 4_000_000, 1_000
"""Bytes looked at together, and those looked at twice, so that no word is cut in two."""

_ENCODINGS = ("utf-8", "utf-16-le", "cp1251")
_DEEPEST = 3
"""Archives within archives that are opened."""


def is_told_in(path: Path, tells: Tells) -> bool:
    """Whether a file holds what is looked for, in any usual encoding, also within archives."""
    with path.open("rb") as file:
        return _is_in(file, tells, 0)


def _is_in(file: IO[bytes], tells: Tells, depth: int) -> bool:
    start = file.read(4)
    file.seek(0)
    try:
        if start[:2] == b"\x1f\x8b" and depth < _DEEPEST:
            with gzip.open(file) as inner:
                return _is_in(io.BufferedReader(inner), tells, depth + 1)
        if start == b"PK\x03\x04" and depth < _DEEPEST:
            with zipfile.ZipFile(file) as archive:
                return any(_is_in_member(archive, each, tells, depth) for each in archive.infolist())
        if start == b"PAR1":
            return any(map(tells, _texts_of_parquet(file)))
    except (OSError, EOFError, zipfile.BadZipFile, RuntimeError):
        file.seek(0)  # what says it is an archive and is none is looked at as it is
    return any(map(tells, _texts(file)))


def _is_in_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, tells: Tells, depth: int) -> bool:
    if tells(member.filename):
        return True
    with archive.open(member) as inner:
        return _is_in(inner, tells, depth + 1)


def _texts(file: IO[bytes]) -> Iterator[str]:
    """Pieces of a file, read in each usual encoding."""
    rest = b""
    while piece := file.read(_PIECE):
        content = rest + piece
        for encoding in _ENCODINGS:
            yield content.decode(encoding, errors="ignore")
        yield content[1:].decode("utf-16-le", errors="ignore")
        rest = content[-_OVERLAP:]


def _texts_of_parquet(file: IO[bytes]) -> Iterator[str]:
    from pyarrow import parquet

    with parquet.ParquetFile(file) as found:
        for batch in found.iter_batches(10_000):
            yield repr(batch.to_pylist())
