"""Ids of customers out of a small file or what was typed; nothing of it is kept but the ids."""

import csv
from io import StringIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from vernost.errors import InvalidValue
from vernost_web.ui.words import storable

MOST_BYTES = 16 << 20
MOST_LETTERS = 200
"""Of an id; longer cells are text that slipped in."""

_HEADINGS = ("customer_id", "id", "customer", "клиент", "номер клиента")


class SmallFile(FileUploadHandler):
    """One file of a form, held in memory; a larger one is not read to its end.

    Attributes:
        is_too_large: whether it was.
    """

    def __init__(self) -> None:
        super().__init__()
        self.is_too_large = False
        self._parts: list[bytes] = []
        self._size = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self._parts, self._size = [], 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Hold what came."""
        self._size += len(raw_data)
        if self._size > MOST_BYTES:
            self.is_too_large = True
            raise StopUpload(connection_reset=True)
        self._parts.append(raw_data)

    def file_complete(self, file_size: int) -> SimpleUploadedFile:
        """The file."""
        return SimpleUploadedFile("ids", b"".join(self._parts))


def ids_in(content: bytes) -> list[str]:
    r"""Ids in the column of a file that is called customer_id, or in its first one, each once.

    >>> ids_in("city;customer_id\nOmsk;ann\nPerm; bob \nPerm;ann\n".encode())
    ['ann', 'bob']
    >>> ids_in(b"ann\r\nbob\r\n")
    ['ann', 'bob']
    """
    rows = list(_rows(_text(content)))
    heading = [cell.strip().casefold() for cell in rows[0]] if rows else []
    place = next((heading.index(name) for name in _HEADINGS if name in heading), None)
    cells = (row[place or 0].strip() for row in (rows if place is None else rows[1:]) if len(row) > (place or 0))
    found = list(dict.fromkeys(storable(cell) for cell in cells if cell))
    if any(len(each) > MOST_LETTERS for each in found):
        raise InvalidValue("An id has more than {most} letters. Put ids into the first column.", most=MOST_LETTERS)
    return found


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", errors="replace")


def _rows(text: str) -> Any:
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    try:
        yield from csv.reader(StringIO(text), delimiter=delimiter)
    except csv.Error as error:
        raise InvalidValue("The file is not a list of ids. Save it as CSV, an id a line.") from error
