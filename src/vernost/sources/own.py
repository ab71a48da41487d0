"""What Vernost itself wrote: its logs and workbooks lie among a company's exports and are none."""

import zipfile
from dataclasses import replace
from pathlib import Path

from vernost.sources.source import RawTable

AUTHOR = "Vernost"
"""Author of the workbooks that Vernost writes, by which it knows them again."""

REJECTED_COLUMNS = ("vernost:line", "vernost:reason", "vernost:raw")
"""Columns that stand beside rejected rows when these are handed out to be mended: line, reason, the unread line."""

_MOST_BYTES = 65_536


def is_log(folder: Path) -> bool:
    """Whether a folder is a customer log; its files hold old states beside the present one."""
    return any((folder / "_loads").glob("[0-9]*.json"))


def is_own_workbook(path: Path) -> bool:
    """Whether a file is a workbook that Vernost wrote."""
    if path.suffix.lower() != ".xlsx":
        return False
    try:
        if not path.is_file():  # a pipe would be waited for
            return False
        with zipfile.ZipFile(path) as parts:
            properties = parts.getinfo("docProps/core.xml")
            content = parts.read(properties) if properties.file_size <= _MOST_BYTES else b""
    except (OSError, KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        # The last two are zipfile's words for packings it lacks and for passwords. Whoever reads it says what is wrong.
        return False
    return f"<dc:creator>{AUTHOR}</dc:creator>".encode() in content


def without_own_columns(raw: RawTable) -> RawTable:
    """A raw table without the columns that Vernost put beside its rows when it rejected them.

    >>> without_own_columns(RawTable("orders.csv", "raw", ("vernost:line", "id"), is_text=True)).columns
    ('id',)
    """
    return replace(raw, columns=tuple(name for name in raw.columns if name not in REJECTED_COLUMNS))
