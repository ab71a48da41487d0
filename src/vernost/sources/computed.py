"""Columns that the user computes: ``--map amount="Quantity*UnitPrice"`` becomes one more column of the raw table."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from vernost.expressions import value
from vernost.sources.mapped import Found, Place
from vernost.sources.profile import Profile, whole_decimal
from vernost.sources.staging import LINE, new_relation, quote_name

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir

_CLUTTER = r"[^0-9.,eE()+-]"


def compute_columns(
    connection: "duckdb.DuckDBPyConnection", profile: Profile, found: Mapping[Place, Found]
) -> tuple[str, dict[Place, Found], dict[str, str]]:
    """A relation with the computed columns too, what fills each place now, and the types of its columns."""
    raw = profile.raw
    written = {place: each for place, each in found.items() if each.is_expression}
    if not written:
        return raw.relation, dict(found), {name: profile.types[name] for name in raw.columns}
    import ibis
    from ibis.backends.sql.datatypes import DuckDBType

    types = {name: profile.types[name] for name in (*raw.columns, LINE)}
    schema = ibis.schema({name: DuckDBType.from_string(type_) for name, type_ in types.items()})
    table = ibis.table(schema, name=raw.relation)
    names = {place: _free_name(number, raw.columns) for number, place in enumerate(written)}

    def as_number(text: "ir.StringValue") -> "ir.NumericValue":
        return _as_number(connection, profile, text)

    columns = {names[place]: value(table, each.source, as_number=as_number) for place, each in written.items()}
    relation = new_relation(connection)
    query = ibis.to_sql(table.mutate(**columns), dialect="duckdb")
    connection.execute(f"CREATE TEMP VIEW {quote_name(relation)} AS {query}")
    described = connection.execute(f"DESCRIBE {quote_name(relation)}").fetchall()
    now = {place: replace(each, source=names[place]) if place in names else each for place, each in found.items()}
    return relation, now, {str(row[0]): str(row[1]) for row in described if row[0] != LINE}


def _free_name(number: int, columns: tuple[str, ...]) -> str:
    taken = {name.casefold() for name in columns}
    name = f"computed {number}"
    while name in taken:
        name += "'"
    return name


def _as_number(connection: "duckdb.DuckDBPyConnection", profile: Profile, text: "ir.StringValue") -> "ir.NumericValue":
    """A text in arithmetic, read with the decimal sign of its column."""
    column = text.get_name()
    sign = None
    if column in profile.types:
        sign = profile.numbers(column).decimal or whole_decimal(connection, profile.raw, column)
    bare = text.re_replace(_CLUTTER, "")
    plain = bare.replace(".", "").replace(",", ".") if sign == "," else bare.replace(",", "")
    return plain.re_replace(r"^\((.*)\)$", r"-\1").try_cast("float64")
