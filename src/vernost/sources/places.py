"""Where files are: a path, a folder or a pattern becomes the files it means."""

import glob
import os
import re
import shlex
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import unquote, urlsplit

from vernost.errors import UnreadableSource
from vernost.messages import Message, reason, shortened
from vernost.sources.own import is_log, is_own_workbook

TABLE_SUFFIXES = frozenset(
    ".csv .tsv .tab .psv .txt .dat .xlsx .xlsm .xls .xlsb .ods .parquet .pq .json .jsonl .ndjson".split()
)
"""What a file's name ends with, before ``.gz``, when a folder is searched for tables."""

IGNORED = ".vernostignore"
"""A file of this name keeps a folder from being read together with the folder above it."""


Skipped = Callable[[Path, str], None]
"""Told of a file that cannot be opened, and why."""


def find_files(source: str, *, skipped: Skipped = lambda _path, _why: None) -> list[Path]:
    """The files that a path, a folder or a pattern means, as people count: ``order_2`` before ``order_10``.

    Args:
        source: the path, folder or pattern.
        skipped: hears of files of a folder or a pattern that cannot be opened; one named by itself is an error.
    """
    path = Path(urlsplit(source).path if source.startswith("file://") else source).expanduser()
    if source.startswith("file://"):
        path = Path(unquote(str(path)))
    try:
        return _find(source, path, skipped)
    except PermissionError as error:
        raise UnreadableSource(source, "permission is denied", "Ask its owner for the right to read it.") from error
    except (OSError, ValueError) as error:  # a name too long, a null byte within
        raise UnreadableSource(
            source, "it is not a usable path ({reason})", "Check the spelling.", reason=reason(error)
        ) from error


def _find(source: str, path: Path, skipped: Skipped) -> list[Path]:
    if "\0" in source:
        raise ValueError("it has a zero byte")
    if path.is_dir():
        return _usable(source, _in_folder(source, path), skipped)
    if path.exists():
        if not path.is_file():
            raise UnreadableSource(source, "it is a device or a pipe, not a file", "Save its contents to a file first.")
        if is_own_workbook(path):
            raise UnreadableSource(source, "it is a report of Vernost", "Name the files that it was made of.")
        return [path]
    if glob.has_magic(str(path)):
        return _usable(source, _by_pattern(source, str(path)), skipped)
    raise UnreadableSource(source, "there is no such file or folder", _suggestion(path))


def _in_folder(source: str, folder: Path) -> list[Path]:
    found = []

    def refuse(error: OSError) -> None:
        raise error

    if is_log(folder):
        raise UnreadableSource(
            source, "it is a log, not a source", "Name it as one: --log {path}", path=shlex.quote(source)
        )
    # Links to folders are not followed: they may lead in circles.
    for root, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if _is_searched(Path(root, name))]
        found += [path for name in names if _is_table_name(name) and not is_own_workbook(path := Path(root, name))]
    if not found:
        raise UnreadableSource(
            source, "the folder has no file of a known form", "Known are CSV, text, Excel, Parquet and JSON files."
        )
    return sorted(found, key=_natural_order)


def _by_pattern(source: str, pattern: str) -> list[Path]:
    found = [Path(name) for name in glob.glob(pattern, recursive=True)]  # noqa: PTH207 - takes absolute patterns too
    files = [path for path in found if not path.is_dir() and not _is_own(path)]
    for folder in (path for path in found if path.is_dir() and "**" not in pattern and not is_log(path)):
        files += _in_folder(str(folder), folder)
    if not files:
        raise UnreadableSource(source, "no file fits the pattern", "Check the pattern, or name a folder.")
    return sorted(files, key=_natural_order)


def _usable(source: str, files: list[Path], skipped: Skipped) -> list[Path]:
    """Those files that can be opened."""
    hindered = {path: why for path in files if (why := _hindrance(path))}
    if len(hindered) == len(files):
        path, why = next(iter(hindered.items()))
        raise UnreadableSource(
            source,
            "none of its files can be opened ({file}: {reason})",
            "Mend or remove them.",
            file=path.name,
            reason=why,
        )
    for path, why in hindered.items():
        skipped(path, why)
    return [path for path in files if path not in hindered]


def _hindrance(path: Path) -> str | None:
    """Why a file cannot be opened; None when it can."""
    try:
        if not path.is_file():
            return Message("it is a link to nothing") if path.is_symlink() else Message("it is not a file")
        path.open("rb").close()
    except OSError as error:
        return reason(error)
    return None


def _is_searched(folder: Path) -> bool:
    return not _is_hidden(folder.name) and not Path(folder, IGNORED).exists() and not is_log(folder)


def _is_own(path: Path) -> bool:
    return is_own_workbook(path) or any(is_log(folder) for folder in path.parents)


def _is_hidden(name: str) -> bool:
    # Excel leaves '~$book.xlsx' beside an open workbook; macOS archives leave '__MACOSX'.
    return name.startswith((".", "~$", "__MACOSX"))


def _is_table_name(name: str) -> bool:
    stem = name.lower().removesuffix(".gz")
    return not _is_hidden(name) and Path(stem).suffix in TABLE_SUFFIXES


def _natural_order(path: Path) -> list[tuple[int, int, str]]:
    """Order in which numbers within names count as numbers."""
    parts = re.split(r"(\d+)", str(path))
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]


def _suggestion(path: Path) -> Message:
    folder = path.parent
    while not folder.is_dir() and folder != folder.parent:
        path, folder = folder, folder.parent
    names = sorted(entry.name for entry in folder.iterdir() if not _is_hidden(entry.name))
    close = get_close_matches(path.name, names, n=3, cutoff=0.6)
    if close:
        return Message("Did you mean {known}?", known=[str(folder / name) for name in close])
    if not names:
        return Message("The folder {folder} has nothing in it. Check the spelling.", folder=folder)
    return Message("The folder {folder} has {names}. Check the spelling.", folder=folder, names=shortened(names, 5))
