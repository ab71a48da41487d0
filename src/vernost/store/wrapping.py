"""Tables at hand (pandas, Polars, Arrow, Ibis) in the shape of the log."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from vernost.errors import InvalidValue, MissingColumn, UnknownName
from vernost.messages import Message, reason
from vernost.schema import TABLES, Column, Table

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa
    from ibis.backends import BaseBackend

Wrapped = tuple[dict[str, "ir.Table"], "BaseBackend", tuple[Callable[[], None], ...]]


def wrapped(tables: Mapping[str, object]) -> Wrapped:
    """The tables in the shape of the log, their Ibis connection, and what closes it."""
    import ibis.expr.types as ir

    for name in tables:
        if name not in TABLES:
            raise UnknownName("table", name, TABLES)
    if not tables:
        raise InvalidValue("There is no table to wrap. Give one by name, such as orders=frame.")
    living = {name: table for name, table in tables.items() if isinstance(table, ir.Table) and _backends(table)}
    if not living:
        return _in_memory(tables)
    if len(living) < len(tables):
        lost = ", ".join(sorted(set(tables) - set(living)))
        raise InvalidValue(
            "{lost}: tables at hand and tables in a database cannot be mixed. Give all as one kind.", lost=lost
        )
    backends = {id(backend): backend for table in living.values() for backend in _backends(table)}
    if len(backends) > 1:
        raise InvalidValue("The tables live in different databases. Give tables of one connection.")
    return {name: shaped(TABLES[name], table) for name, table in living.items()}, next(iter(backends.values())), ()


def shaped(table: Table, rows: "ir.Table") -> "ir.Table":
    """Ibis rows with all columns of a table of the log and no others, typed as the log types them."""
    _check_columns(table, rows.columns)
    columns = {column.name: _typed(rows[column.name], column) for column in table.stored if column.name in rows.columns}
    for column in table.stored:
        if column.name not in columns:
            columns[column.name] = _default(table, column, columns)
    return rows.select(**{column.name: columns[column.name] for column in table.stored})


def _in_memory(tables: Mapping[str, object]) -> Wrapped:
    """Tables copied into an embedded DuckDB."""
    import ibis
    from duckdb import Error

    connection = ibis.duckdb.connect()
    connection.raw_sql("SET TimeZone = 'UTC'")
    found = {}
    for name, rows in tables.items():
        arrow = _with_types(_arrow(name, rows))
        _check_columns(TABLES[name], arrow.column_names)
        source = connection.create_table(f"_{name}", arrow, temp=True)
        try:
            found[name] = connection.create_table(name, shaped(TABLES[name], source), temp=True)
        except Error as error:
            raise InvalidValue(
                "{name}: {reason}. Give values of the log's types.", name=name, reason=reason(error)
            ) from error
        connection.drop_table(f"_{name}")
    return found, connection, (connection.disconnect,)


def _with_types(table: "pa.Table") -> "pa.Table":
    """A table whose columns without any value are text: engines have no column without a type."""
    import pyarrow as pa

    fields = [field.with_type(pa.string()) if pa.types.is_null(field.type) else field for field in table.schema]
    return table.cast(pa.schema(fields))


def _arrow(name: str, rows: Any) -> "pa.Table":
    """Rows of any kind at hand as an Arrow table."""
    import pandas as pd
    import pyarrow as pa

    try:
        if isinstance(rows, pd.DataFrame):
            return pa.Table.from_pandas(rows, preserve_index=False)
        if hasattr(rows, "to_pyarrow"):  # an Ibis table of no database
            return rows.to_pyarrow()
        if hasattr(rows, "collect") and not hasattr(rows, "__arrow_c_stream__"):  # a lazy Polars frame
            rows = rows.collect()
        return pa.table(rows)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise InvalidValue(
            "{name} cannot be read as a table: {reason}. Give a pandas, Polars, Arrow or Ibis table.",
            name=name,
            reason=reason(error),
        ) from error


def _check_columns(table: Table, found: "tuple[str, ...] | list[str]") -> None:
    for name in found:
        if name not in table:
            raise UnknownName(
                Message("column of {table}", table=table.name), name, (column.name for column in table.stored)
            )
    if len(set(found)) < len(found):
        raise InvalidValue("{table} has two columns of one name. Give each its own.", table=table.name)
    for column in table.columns:
        if column.is_required and column.name not in found and not _has_default(table, column):
            raise MissingColumn(table.name, column.name, found)


def _has_default(table: Table, column: Column) -> bool:
    if (table.name, column.name) in {("orders", "kind"), ("order_lines", "line")}:
        return True
    return table.key == (column.name,) and bool(table.happened)


def _default(table: Table, column: Column, given: Mapping[str, Any]) -> Any:
    """What stands for a column that was left out."""
    import ibis

    if table.name == "orders" and column.name == "kind":
        amount = given.get("amount", ibis.null("float64"))
        return ibis.ifelse(amount < 0, "refund", "sale")
    if column.name in table.key:
        order = [given[name] for name in ("order_id", "customer_id", *table.happened) if name in given]
        number = ibis.row_number().over(order_by=order) + 1
        return number.cast(column.ibis_type)
    return ibis.null(column.ibis_type)


def _typed(value: Any, column: Column) -> Any:
    """A column as the log types it: instants in UTC without a zone, an id read as 17850.0 as 17850."""
    import ibis.expr.datatypes as dt

    kind = value.type()
    if column.ibis_type == "string" and kind.is_floating():
        whole = value.cast("int64")
        return (value == whole.cast("float64")).ifelse(whole.cast("string"), value.cast("string"))
    if kind.is_timestamp() and kind.timezone and kind.timezone != "UTC":
        value = value.cast(dt.Timestamp("UTC"))
    return value if kind == dt.dtype(column.ibis_type) else value.cast(column.ibis_type)


def _backends(table: Any) -> tuple["BaseBackend", ...]:
    """Databases in which a table lives; none for a table in memory."""
    found, _ = table._find_backends()  # noqa: SLF001 - Ibis says it nowhere else without connecting to a default
    return tuple(found)
