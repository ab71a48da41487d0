"""The newest facts of one customer: what pages ask so often that the question is put into SQL once."""

from functools import partial
from typing import TYPE_CHECKING

from vernost.schema import TABLES
from vernost.store.sifting import literal

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from vernost.store.log import Log

_WHO, _MOST = "who is asked for, \N{SECTION SIGN} 1", 987_654_321
"""Stand in the SQL for the id and the number of rows that a question names."""


def newest(log: "Log", table: str, customer_id: str, most: int) -> "pa.Table":
    """The newest rows of an id in a table of facts, the newest first; of one instant in the order of their keys.

    Args:
        log: the log.
        table: one with customers and a time, such as 'orders'.
        customer_id: an id that rows came with: of several that were merged each is asked for by itself, for a list of
            them would be looked for in the whole file.
        most: how many at most.
    """
    if log.engine != "duckdb":
        return log.fetch(_asked(log, table, customer_id, most))
    sql: str = log.cached(("newest", table), partial(_sql, log, table))
    # The id last, for it may hold anything.
    sql = sql.replace(str(_MOST), str(most)).replace(literal(_WHO), literal(customer_id))
    return log.connection.con.sql(sql).to_arrow_table()


def _sql(log: "Log", table: str) -> str:
    return str(log.connection.compile(_asked(log, table, _WHO, _MOST)))


def _asked(log: "Log", table: str, customer_id: str, most: int) -> "ir.Table":
    rows, shape = log.stored[table], TABLES[table]
    found = rows.filter(rows.customer_id == customer_id)
    keys = [found[name].desc() for name in (shape.happened[0], *shape.key)]
    return found.order_by(keys).limit(most)
