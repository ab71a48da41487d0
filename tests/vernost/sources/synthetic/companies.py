"""Made-up companies, written once for all tests of a process."""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import duckdb

from vernost.sources.synthetic import Setting, load_preset, simulate
from vernost.sources.synthetic.basket import catalogue
from vernost.sources.synthetic.piece import Piece, make_piece

CUSTOMERS = 1500


@cache
def company(preset: str, language: str = "en") -> Path:
    """Folder of a small company with that preset."""
    folder = Path(mkdtemp(prefix="vernost-company-")) / preset
    setting = Setting(load_preset(preset), customers=CUSTOMERS, seed=1, language=language)  # type: ignore[arg-type]
    return simulate(setting, folder).folder


@cache
def piece(preset: str, customers: int, seed: int = 1) -> tuple[Setting, Piece]:
    """A chunk of a company, as numbers."""
    setting = Setting(load_preset(preset), customers=customers, seed=seed)
    return setting, make_piece(setting, 0, catalogue(setting))


def facts(folder: Path) -> duckdb.DuckDBPyConnection:
    """Its files as views; those of the truth are named ``truth_…``."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for path in sorted(folder.rglob("*.parquet")):
        name = path.stem if path.parent == folder else f"truth_{path.stem}"
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM '{path}'")  # noqa: S608
    return connection


def count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """The one number that a query gives."""
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])
