"""Parquet files as lazy relations."""

from pathlib import Path
from typing import TYPE_CHECKING

from vernost.errors import UnreadableSource
from vernost.messages import reason
from vernost.sources.source import RawTable
from vernost.sources.staging import LINE, check_width, new_relation, quote_name, quote_path, unique_names

if TYPE_CHECKING:
    import duckdb


def read_parquet(connection: "duckdb.DuckDBPyConnection", source: str, path: Path) -> RawTable:
    """A Parquet file as one raw table with the types of the file; ``_line`` is the record's number."""
    import duckdb
    import pyarrow as pa
    import pyarrow.parquet as pq

    scan = f"read_parquet({quote_path(path)}, hive_partitioning = false, binary_as_string = false"
    relation = new_relation(connection)
    try:
        own = pq.read_schema(path).names
        check_width(source, len(own))
        names = unique_names(own)
        # By place, not by name: names that differ in case alone are one name to DuckDB.
        described = connection.execute(f"SELECT * FROM {scan}) LIMIT 0").description or []  # noqa: S608
        cells = [
            f"{quote_name(column[0])} AS {quote_name(name)}" for column, name in zip(described, names, strict=True)
        ]
        number = "file_row_number"
        if number in (name.lower() for name in own):
            line, options = "row_number() OVER ()", ")"
        else:
            line, options = f"{number} + 1", f", {number} = true)"
        connection.execute(
            f"CREATE VIEW {relation} AS SELECT {', '.join([*cells, f'{line} AS {LINE}'])} FROM {scan}{options}"  # noqa: S608
        )
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        raise UnreadableSource(
            source, "the Parquet file is damaged ({reason})", "Write it again.", reason=reason(error)
        ) from error
    return RawTable(source, relation, names, is_text=False)
