"""Where the inbox of this installation is."""

from functools import cache
from urllib.parse import urlsplit

from django.conf import settings

from vernost_web.tracking.inbox import Inbox

FILE = "inbox.sqlite3"


def inbox() -> Inbox:
    """The inbox beside the application's database: a file in the data folder, or a schema of PostgreSQL."""
    configuration = settings.CONFIGURATION
    url = configuration.database_url
    return _inbox(url if urlsplit(url).scheme.startswith("postgres") else "", str(configuration.data / FILE))


@cache
def _inbox(url: str, path: str) -> Inbox:
    if url:
        from vernost_web.tracking.inbox_postgres import PostgresInbox

        return PostgresInbox(url)
    from pathlib import Path

    from vernost_web.tracking.inbox_sqlite import SqliteInbox

    return SqliteInbox(Path(path))
