"""The tables of a log with merged customers as one, whatever engine holds them.

A row belongs to the customer into whom its own was merged. What is stored stays as it came, under its own id: so later
rows of an absorbed id follow by themselves, and all come back once the merge has ended. Without merges the tables are
the very ones that are stored.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING, Any

from vernost.schema import TABLES
from vernost.store.belonging import Belonging, Merge, belonging, rows_of

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend

    from vernost.store.log import Log

Held = tuple["ir.Table", tuple[Callable[[], None], ...]]

_FAMILY = {"own_id_": "string", "whose_id_": "string", "place_": "int64"}
"""Columns of the table of families: an id, the customer whom it belongs to, and its place among that one's ids."""

_held = count(1)


def found_in(log: "Log", merges: "ir.Table", *, at: datetime | None) -> Belonging:
    """Who belongs to whom by a table of merges, now or as it was at an instant."""
    wanted = merges.select(*Merge._fields)
    rows = log.fetch(wanted.filter(wanted.ended_at.isnull()) if at is None else wanted).to_pylist()
    return belonging((Merge(**row) for row in rows), at=at)


def merged(tables: "Mapping[str, ir.Table]", family: "ir.Table") -> "dict[str, ir.Table]":
    """The tables of a log with the rows of each family under the id of its survivor.

    Args:
        tables: as they are stored.
        family: a table of families, as ``held`` makes it.
    """
    return {
        name: _merged(name, rows, family) if "customer_id" in TABLES[name] else rows for name, rows in tables.items()
    }


def _merged(name: str, rows: "ir.Table", family: "ir.Table") -> "ir.Table":
    """Rows of one table.

    Two halves and not one outer join: what is asked of one customer goes down into both, where the engine finds the
    few rows by index or by the order of the file.
    """
    import ibis

    is_keyed = "customer_id" in TABLES[name].key
    # Where a survivor may have one row alone, its own is dealt with beside those of the absorbed.
    concerned = family if is_keyed else family.filter(family.place_ > 0)
    theirs = rows.anti_join(concerned, rows.customer_id == concerned.own_id_)
    kin = rows.inner_join(concerned, rows.customer_id == concerned.own_id_)
    kin = kin.drop("customer_id", "own_id_").rename(customer_id="whose_id_")
    if is_keyed:
        kin = _filled(kin) if TABLES[name].key == ("customer_id",) else _first(kin, TABLES[name].key)
    return ibis.union(theirs, kin.select(*rows.columns))


def _filled(kin: "ir.Table") -> "ir.Table":
    """One row a customer: what the survivor lacks is taken from the absorbed, in their order."""
    names = [name for name in kin.columns if name not in {"customer_id", "place_"}]
    return kin.group_by("customer_id").agg(
        **{name: kin[name].argmin(kin.place_, where=kin[name].notnull()) for name in names}
    )


def _first(kin: "ir.Table", key: Sequence[str]) -> "ir.Table":
    """Of rows that have come to share a key that of the survivor, or of the absorbed one before the others."""
    import ibis

    return kin.mutate(turn_=ibis.row_number().over(group_by=list(key), order_by="place_")).filter(ibis._.turn_ == 0)


def held(connection: "BaseBackend", merges: "ir.Table", found: Belonging) -> Held:
    """A table of families in the engine of a log, and what drops it where it would outlive the connection.

    Args:
        connection: the engine.
        merges: its table of merges, after which texts are compared.
        found: who belongs to whom.
    """
    name, rows = f"vernost_family_{next(_held)}", rows_of(found)
    hold = {"duckdb": _in_duckdb, "postgres": _in_postgres, "pyspark": _in_spark}[connection.name]
    return hold(connection, name, merges, rows)


def _in_duckdb(connection: Any, name: str, _merges: Any, rows: Any) -> Held:
    import pyarrow as pa

    columns = zip(*rows, strict=True)
    arrow = pa.table([pa.array(column) for column in columns], names=list(_FAMILY))
    connection.con.register(f"{name}_rows", arrow)
    connection.con.execute(f"CREATE TEMP TABLE {name} AS FROM {name}_rows")
    connection.con.unregister(f"{name}_rows")
    return connection.table(name), ()


def _in_postgres(connection: Any, name: str, merges: Any, rows: Any) -> Held:
    from psycopg.sql import SQL, Identifier

    # Made of the table of merges, the ids are compared and sorted as those of the log are.
    shape = merges.select(own_id_=merges.absorbed_id, whose_id_=merges.surviving_id).limit(0)
    table = Identifier("pg_temp", name)
    with connection.con.cursor() as cursor:
        cursor.execute(
            SQL("CREATE TEMP TABLE {} AS SELECT *, NULL::bigint AS place_ FROM ({}) AS merges").format(
                Identifier(name), SQL(connection.compile(shape))
            )
        )
        with cursor.copy(SQL("COPY {} FROM STDIN").format(table)) as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(SQL("ANALYZE {}").format(table))
    query = SQL("SELECT * FROM {}").format(table).as_string(connection.con)
    return connection.sql(query, schema=_FAMILY), ()


def _in_spark(connection: Any, name: str, _merges: Any, rows: Any) -> Held:
    session = connection._session  # noqa: SLF001 - Ibis has no other word for it
    frame = session.createDataFrame(list(rows), "own_id_ string, whose_id_ string, place_ bigint")
    frame.createOrReplaceTempView(name)
    return connection.table(name), (lambda: session.catalog.dropTempView(name),)
