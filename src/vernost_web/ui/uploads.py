"""Files that no page asked for are not taken in, or anybody could fill the disk before a page looks who came."""

from typing import Any, NoReturn

from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class NoFiles(FileUploadHandler):
    """Reads a form as far as its first file; a page that takes files in names its own handler."""

    def new_file(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse the file, unread."""
        raise StopUpload(connection_reset=True)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep nothing."""

    def file_complete(self, file_size: int) -> None:
        """Make no file."""
