"""Views of many sources become one view a table; customers that other rows tell of are merged in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vernost.schema import TABLES
from vernost.sources.staging import new_relation, quote_name

if TYPE_CHECKING:
    import duckdb

_ABOUT_CUSTOMERS = tuple(column.name for column in TABLES["customers"].columns if column.name != "customer_id")


@dataclass
class Gathering:
    """The views that the sources of one reading gave, by the table that they fill.

    Attributes:
        connection: the staging engine.
        views: table of the log -> the views of it.
        told: views of customers that rows of other tables tell of.
    """

    connection: "duckdb.DuckDBPyConnection"
    views: dict[str, list[str]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def add(self, table: str, view: str, *, is_told: bool) -> None:
        """Take a view of one source in."""
        (self.told if is_told else self.views.setdefault(table, [])).append(view)

    def tables(self) -> dict[str, str]:
        """Table of the log, in the order of the log's tables -> the view of all its rows."""
        views = dict(self.views)
        if self.told:
            told = self._merged()
            views["customers"] = [self._completed(views["customers"], told)] if "customers" in views else [told]
        return {name: self._view(union_sql(views[name]), name=f"staged_{name}") for name in TABLES if name in views}

    def _merged(self) -> str:
        """One row for each customer that other tables tell of, over all sources."""
        if len(self.told) == 1:
            return self.told[0]
        last = ", ".join(f"arg_max({quote_name(name)}, _row) AS {quote_name(name)}" for name in _ABOUT_CUSTOMERS)
        return self._view(
            f"SELECT customer_id, {last}, arg_max(extra, _row) AS extra, arg_max(source, _row) AS source,"  # noqa: S608
            f" max(_row) AS _row FROM ({union_sql(self.told)}) GROUP BY customer_id"
        )

    def _completed(self, known: list[str], told: str) -> str:
        """Customers of their own source, their gaps filled by what other tables tell, and those only told of."""
        filled = ", ".join(
            f"COALESCE(k.{quote_name(name)}, t.{quote_name(name)}) AS {quote_name(name)}" for name in _ABOUT_CUSTOMERS
        )
        own = union_sql(known)
        return self._view(
            f"SELECT k.customer_id, {filled}, k.extra, k.source, k._row FROM ({own}) AS k"  # noqa: S608
            f" LEFT JOIN {quote_name(told)} AS t USING (customer_id) UNION ALL"
            f" SELECT * FROM {quote_name(told)} WHERE customer_id NOT IN (SELECT customer_id FROM ({own}))"
        )

    def _view(self, query: str, *, name: str | None = None) -> str:
        view = name or new_relation(self.connection)
        self.connection.execute(f"CREATE OR REPLACE TEMP VIEW {quote_name(view)} AS {query}")
        return view


def union_sql(views: Sequence[str]) -> str:
    """Query of the rows of all views."""
    return " UNION ALL ".join(f"SELECT * FROM {quote_name(view)}" for view in views)  # noqa: S608
