"""A plain log put into an engine."""

from typing import TYPE_CHECKING, Any

from tests.oracle.logs import RandomLog

from vernost.schema import MONEY_PRECISION, MONEY_SCALE, TABLES, Table
from vernost.store.log import Log

if TYPE_CHECKING:
    import pyarrow as pa


def arrow_table(table: Table, rows: list[dict[str, Any]]) -> "pa.Table":
    """Rows as Arrow, typed as the log types them."""
    import pyarrow as pa

    types = {
        "instant": pa.timestamp("us"),
        "date": pa.date32(),
        "money": pa.decimal128(MONEY_PRECISION, MONEY_SCALE),
        "number": pa.float64(),
        "integer": pa.int64(),
        "boolean": pa.bool_(),
    }
    fields = [pa.field(column.name, types.get(column.type, pa.string())) for column in table.stored]
    return pa.Table.from_pylist(rows, schema=pa.schema(fields))


def duckdb_log(connection: Any, log: RandomLog) -> Log:
    """The log in DuckDB, in place of the one before it there."""
    tables = {}
    for name, rows in log.tables.items():
        arrow = arrow_table(TABLES[name], rows)
        connection.con.register("incoming", arrow)
        connection.con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM incoming")  # noqa: S608 - ours
        connection.con.unregister("incoming")
        tables[name] = connection.table(name)
    return Log(tables, connection=connection, timezone=log.zone, url="random")
