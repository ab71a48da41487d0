"""Customers in parts, one after another: what an engine holds of them then grows with a part and not with all."""

from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from vernost.store.log import Log

MOST = 500_000
"""Weight of a part: what an engine holds while it groups the facts of so many customers is some half a gigabyte."""

FACT = 0.05
"""Weight of a fact, where that of a customer is 1: each customer has a row of features, facts only pass by."""

SAMPLED = 1_000
"""One customer in so many is looked at to see where parts begin; parts differ by some hundredths."""


@dataclass(frozen=True, slots=True)
class Part:
    """Customers whose ids lie in a range; a log in a folder keeps them side by side, so only their rows are read.

    Attributes:
        first: the first id; None where the part begins with the very first.
        beyond: the first id that comes after it; None where it ends with the very last.
    """

    first: str | None = None
    beyond: str | None = None

    def of(self, table: "ir.Table") -> "ir.Table":
        """Rows of the customers of this part."""
        if self.first is not None:
            table = table.filter(table.customer_id >= self.first)
        return table if self.beyond is None else table.filter(table.customer_id < self.beyond)


def parts(log: "Log", base: str, *, most: float = MOST, sampled: int = SAMPLED) -> list[Part]:
    """All customers with facts in a table, in parts of about the same weight, in the engine's own order of ids.

    Args:
        log: the customer log.
        base: the table whose customers they are.
        most: weight of a part.
        sampled: one customer in so many is looked at.
    """
    rows = log.tables[base]
    rows = rows.filter(rows.customer_id.notnull() & (rows.customer_id.hash() % sampled == 0))
    # Sorted by the engine: its order of texts is the one by which it will compare.
    drawn = log.fetch(rows.group_by("customer_id").agg(facts=rows.count()).order_by("customer_id")).to_pydict()
    reached = list(accumulate(sampled * (1 + FACT * facts) for facts in drawn["facts"]))
    count = ceil(reached[-1] / most) if reached else 1
    full = {bisect_left(reached, reached[-1] * part / count) for part in range(1, count)}
    bounds = [drawn["customer_id"][last + 1] for last in sorted(full) if last + 1 < len(reached)]
    return [Part(first, beyond) for first, beyond in zip([None, *bounds], [*bounds, None], strict=True)]
