"""What the processes write of their work."""

import logging
from http import HTTPStatus


def without_trace(record: logging.LogRecord) -> bool:
    """Leave the traceback of a page that was refused out: it is no mistake of the application; always True."""
    if getattr(record, "status_code", HTTPStatus.INTERNAL_SERVER_ERROR) < HTTPStatus.INTERNAL_SERVER_ERROR:
        record.exc_info = record.exc_text = None
    return True
