"""Whose clock the times of a source were read by: its own offset, or for want of one the company's clock."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from vernost.sources.cells import CellForm, cleaned_sql
from vernost.sources.dates import offset_sql
from vernost.sources.mapped import Found, Place, type_of
from vernost.sources.staging import quote_name

if TYPE_CHECKING:
    import duckdb

_MOMENTS = ("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")


def has_local_times(
    connection: "duckdb.DuckDBPyConnection",
    relation: str,
    found: Mapping[Place, Found],
    forms: Mapping[Place, CellForm],
    types: Mapping[str, str],
) -> bool:
    """Whether the company's clock was asked for any instant.

    Args:
        connection: the staging engine.
        relation: the raw table.
        found: what fills each place.
        forms: how the cells of each place are written.
        types: type of each column of the raw table.
    """
    sources = {
        each.source
        for place, each in found.items()
        if type_of(place) == "instant" and forms.get(place, CellForm()).zone != "UTC"
    }
    return any(
        types[source] in _MOMENTS or _lacks_offsets(connection, relation, source, types[source]) for source in sources
    )


def _lacks_offsets(connection: "duckdb.DuckDBPyConnection", relation: str, source: str, type_: str) -> bool:
    if type_ == "TIMESTAMP WITH TIME ZONE":
        return False
    cell = cleaned_sql(quote_name(source), type_)
    query = (
        f"SELECT 1 FROM (SELECT {cell} AS cell FROM {quote_name(relation)})"  # noqa: S608
        rf" WHERE regexp_matches(cell, '\d') AND {offset_sql('cell')} IS NULL LIMIT 1"
    )
    return connection.execute(query).fetchone() is not None
