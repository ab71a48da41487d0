"""The canary: a person with traces in every place is erased; then every byte that is kept is searched for them."""

import gzip
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pyarrow.parquet as pq
import pytest
from tests.vernost_web.canary_words import spelled

ROOT = Path(__file__).parents[2]

LIVED_IN = {
    "alerts_watch", "audit_record", "customers_customer", "customers_look", "customers_note", "customers_tagging",
    "data_intake", "files", "jobs_job", "predictions", "reports", "reports_report",
}  # fmt: skip
"""Tables and folders in which the person leaves traces in any installation; the log comes to them."""


@pytest.fixture(params=["sqlite", "postgres"])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """The environment of an installation that keeps all in a folder, or application and log in PostgreSQL."""
    settings = {"VERNOST_DATA": str(tmp_path / "data"), "DJANGO_SETTINGS_MODULE": "vernost_web.project.settings"}
    if request.param == "postgres":
        server = request.getfixturevalue("postgres_server")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS canary")
            connection.execute("CREATE DATABASE canary")
        url = urlunsplit(urlsplit(server)._replace(path="/canary"))
        settings |= {"DATABASE_URL": url, "VERNOST_LOG": f"{url}{'&' if '?' in url else '?'}schema=facts"}
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("VERNOST", "DJANGO"))}
    return plain | settings


def run(installation: dict[str, str], what: str) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603 - words are ours
        [sys.executable, "-m", "tests.vernost_web.canary", what],
        cwd=ROOT,
        env=installation,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def kept(installation: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    """All that is kept: each file and each cell, as it is, and opened where it is packed."""
    folder = Path(installation["VERNOST_DATA"])
    for path in folder.rglob("*"):
        if path.is_file() and "static" not in path.relative_to(folder).parts[0]:
            yield from opened(str(path.relative_to(folder)), path.read_bytes())
    if "DATABASE_URL" in installation:
        yield from _of_postgres(installation["DATABASE_URL"])
    else:
        yield from _of_sqlite(folder / "application.sqlite3")


def opened(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """A file or a cell, and what is packed in it."""
    yield name, content
    if content[:4] == b"PAR1":
        yield f"{name} opened", repr(pq.read_table(io.BytesIO(content)).to_pylist()).encode()
    elif content[:2] == b"\x1f\x8b":
        yield from opened(f"{name} opened", gzip.decompress(content))
    elif content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for each in archive.namelist():
                yield from opened(f"{name} {each}", archive.read(each))
    elif content[:1] == b"\x78":
        try:
            yield f"{name} opened", zlib.decompress(content)
        except zlib.error:
            return


def _of_sqlite(path: Path) -> Iterator[tuple[str, bytes]]:
    with closing(sqlite3.connect(path)) as connection:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 - names are our own
                for cell in row:
                    if cell is not None:
                        yield from opened(table, cell if isinstance(cell, bytes) else str(cell).encode())


def _of_postgres(url: str) -> Iterator[tuple[str, bytes]]:
    """Cells of all tables, and the files in which they and their indexes are."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        (root,) = connection.execute("SHOW data_directory").fetchone() or ("",)
        found = connection.execute(
            "SELECT relname, pg_relation_filepath(c.oid), relkind, nspname FROM pg_class c "
            "JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname IN ('public', 'facts', 'pg_toast')"
        ).fetchall()
        for name, place, kind, schema in found:
            if place and Path(root, place).exists():
                yield f"file of {name}", Path(root, place).read_bytes()
            if kind == "r" and schema != "pg_toast":
                for row in connection.execute(f'SELECT * FROM "{schema}"."{name}"'):  # noqa: S608 - names are our own
                    for cell in row:
                        if cell is not None:
                            yield from opened(name, bytes(cell) if isinstance(cell, bytes) else str(cell).encode())


def traces(installation: dict[str, str]) -> set[str]:
    """Places in which the person is still to be found."""
    words = re.compile(b"|".join(map(re.escape, spelled())), re.IGNORECASE)
    return {place for place, content in kept(installation) if words.search(content)}


def test_after_the_erasure_no_byte_tells_of_the_person(installation: dict[str, str]) -> None:
    run(installation, "live")
    before = {re.split(r"[/ ]", place)[0] for place in traces(installation)}
    # Else the person was never there, and nothing is tested.
    assert before >= LIVED_IN
    told = run(installation, "erase")
    assert told["error"] is None
    assert told["ended"]
    assert traces(installation) == set()
