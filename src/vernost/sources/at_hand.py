"""Rows that the program itself has made, such as scores, staged like those of any source."""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vernost.schema import MONEY_PRECISION, MONEY_SCALE, TABLES
from vernost.sources.source import Reading
from vernost.sources.staging import quote_name, stage_connection
from vernost.workdir import Workdir

if TYPE_CHECKING:
    import pyarrow as pa

_TYPES = {
    "money": f"DECIMAL({MONEY_PRECISION}, {MONEY_SCALE})",
    "instant": "TIMESTAMP",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "date": "DATE",
    "boolean": "BOOLEAN",
}


@contextmanager
def at_hand(name: str, batches: "Iterable[pa.Table]", *, source: str) -> Iterator[Reading]:
    """A reading of rows of one table of the log, held on disk and not in memory.

    Args:
        name: the table.
        batches: its rows, with all of its own columns.
        source: where they are from, as the log says of each row.
    """
    columns = ", ".join(f"{quote_name(each.name)} {_TYPES.get(each.type, 'VARCHAR')}" for each in TABLES[name].columns)
    names = ", ".join(quote_name(each) for each in TABLES[name].names)
    with Workdir() as folder, closing(stage_connection(Path(folder))) as connection:
        connection.execute(f"CREATE TEMP TABLE staged_rows ({columns}, extra VARCHAR, source VARCHAR, _row BIGINT)")
        for batch in batches:
            connection.register("batch", batch)
            connection.execute(
                f"INSERT INTO staged_rows SELECT {names}, NULL, ?, "  # noqa: S608 - names are the schema's own
                "(SELECT count(*) FROM staged_rows) + row_number() OVER () FROM batch",
                [source],
            )
            connection.unregister("batch")
        connection.execute(
            "CREATE TEMP TABLE staged_rejected"
            " (table_name VARCHAR, source VARCHAR, line BIGINT, reason VARCHAR, raw VARCHAR)"
        )
        yield Reading(connection=connection, tables={name: "staged_rows"}, rejected="staged_rejected")
