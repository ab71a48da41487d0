"""An embedded DuckDB whose memory is bounded and that spills into a folder of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vernost.workdir import Workdir

if TYPE_CHECKING:
    import duckdb


@contextmanager
def staging(memory_limit: str = "800MB") -> Iterator["duckdb.DuckDBPyConnection"]:
    """A DuckDB in memory, freed with its temporary files at the end."""
    import duckdb

    with Workdir() as spill, duckdb.connect() as connection:
        connection.execute("SET memory_limit = ?", [memory_limit])
        connection.execute("SET temp_directory = ?", [spill])
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
