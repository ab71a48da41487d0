"""Scores written back to the log, through the same door as all that is loaded."""

from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from vernost.schema import TABLES
from vernost.sources.source import Reading
from vernost.sources.staging import quote_name, stage_connection
from vernost.workdir import Workdir

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from vernost.store import Receipt, Store

SOURCE = "vernost predict"
"""Where scores are from, as the log says of each row."""

_TYPES = {"money": "DECIMAL(18, 4)", "instant": "TIMESTAMP", "integer": "BIGINT", "number": "DOUBLE", "date": "DATE"}


def keep_scores(store: "Store", batches: "Iterable[pa.Table]", *, at: datetime, key: str = "") -> "Receipt":
    """Write scores to the log; those of the same customers on the same day replace the ones before.

    Args:
        store: the log.
        batches: scores, as `Forecast.batches` gives them; held on disk, not in memory.
        at: when they are written.
        key: makes repeats harmless: under a key that a load has, that load's receipt.
    """
    with Workdir() as folder, closing(stage_connection(Path(folder))) as connection:
        _stage(connection, batches)
        reading = Reading(connection=connection, tables={"scores": "staged_scores"}, rejected="staged_rejected")
        return store.load(reading, loaded_at=at, key=key)


def _stage(connection: "duckdb.DuckDBPyConnection", batches: "Iterable[pa.Table]") -> None:
    table = TABLES["scores"]
    columns = ", ".join(f"{quote_name(each.name)} {_TYPES.get(each.type, 'VARCHAR')}" for each in table.columns)
    connection.execute(f"CREATE TEMP TABLE staged_scores ({columns}, extra VARCHAR, source VARCHAR, _row BIGINT)")
    names = ", ".join(quote_name(name) for name in table.names)
    for batch in batches:
        connection.register("batch", batch)
        connection.execute(
            f"INSERT INTO staged_scores SELECT {names}, NULL, ?, "  # noqa: S608 - names are the schema's own
            "(SELECT count(*) FROM staged_scores) + row_number() OVER () FROM batch",
            [SOURCE],
        )
        connection.unregister("batch")
    connection.execute(
        "CREATE TEMP TABLE staged_rejected"
        " (table_name VARCHAR, source VARCHAR, line BIGINT, reason VARCHAR, raw VARCHAR)"
    )
