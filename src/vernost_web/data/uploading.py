"""Uploaded files go to the disk as they come, into a folder of their own, under names of ours."""

import re
import shutil
import uuid
from pathlib import PurePath
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from vernost_web.data.models import folder_of

LONGEST_NAME = 120
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")


class Arrival(FileUploadHandler):
    """The files of one request on their way to the disk.

    Attributes:
        intake: id of the intake that they will be.
        files: those that are there: name, stored, bytes.
        is_too_large: whether they are more than may come; then the rest is not read.
        is_full: whether the disk could not take them.
    """

    chunk_size = 1 << 20

    def __init__(self) -> None:
        super().__init__()
        self.intake = uuid.uuid4()
        self.files: list[dict[str, Any]] = []
        self.is_too_large = self.is_full = False
        self._left = int(settings.CONFIGURATION.most_upload)
        self._file: IO[bytes] | None = None

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any) -> None:
        """Know at once what is said to be too large; it is refused where its first file begins."""
        self.is_too_large = content_length > self._left + (1 << 20)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        if self.is_too_large:
            raise StopUpload(connection_reset=True)
        name = clean_name(str(self.file_name))
        stored = f"{len(self.files)}{''.join(_SUFFIX.findall(PurePath(name).suffix))}"
        self.files.append(
            {"name": free_name(name, {each["name"] for each in self.files}), "stored": stored, "bytes": 0}
        )
        try:
            folder_of(self.intake).mkdir(parents=True, exist_ok=True)
            self._file = (folder_of(self.intake) / stored).open("xb")
        except OSError:
            self._stop_full()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write what came."""
        self._left -= len(raw_data)
        if self._left < 0:
            self.is_too_large = True
            raise StopUpload(connection_reset=True)
        self.files[-1]["bytes"] += len(raw_data)
        try:
            if self._file is not None:
                self._file.write(raw_data)
        except OSError:
            self._stop_full()

    def file_complete(self, file_size: int) -> "UploadedFile[bytes]":
        """End a file."""
        self._close()
        return UploadedFile(name=self.files[-1]["name"], size=file_size)

    def upload_interrupted(self) -> None:
        """Forget what came when the sender goes away."""
        self.discard()

    def discard(self) -> None:
        """Forget all that came."""
        self._close()
        shutil.rmtree(folder_of(self.intake), ignore_errors=True)

    def _stop_full(self) -> None:
        self.is_full = True
        raise StopUpload(connection_reset=True)

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def clean_name(name: str) -> str:
    r"""A file's name as it may be shown and kept: without folders and without what cannot be seen.

    >>> [clean_name(name) for name in ("../../etc/passwd", "C:\\a\\b.csv", "or\nders.csv", "...", "")]
    ['passwd', 'b.csv', 'orders.csv', 'file', 'file']
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(letter for letter in last if letter.isprintable()).strip(". ")
    return seen[-LONGEST_NAME:] or "file"


def free_name(name: str, taken: set[str]) -> str:
    """A name that differs from those before.

    >>> free_name("a.csv", {"a.csv", "2 a.csv"})
    '3 a.csv'
    """
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{number} {name}"
    return free
