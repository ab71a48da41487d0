"""What Vernost itself wrote: its logs and workbooks lie among a company's exports and are none."""

import zipfile
from pathlib import Path

AUTHOR = "Vernost"
"""Author of the workbooks that Vernost writes, by which it knows them again."""

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
        # Whoever reads it says what is wrong with it.
        return False
    return f"<dc:creator>{AUTHOR}</dc:creator>".encode() in content
