"""Small logs written as lines, for cases that a person can count."""

from typing import Any

import pandas as pd

from vernost.store.log import Log


def frame(columns: str, *lines: str) -> pd.DataFrame:
    """Rows of cells in the order of the columns; ``-`` and what is left out are null, ``*_at`` are instants."""
    names = columns.split()
    cells = [
        [None if cell == "-" else cell for cell in (line.split() + ["-"] * len(names))[: len(names)]] for line in lines
    ]
    table = pd.DataFrame(cells, columns=names, dtype="string")
    for name in names:
        if name.endswith("_at"):
            table[name] = pd.to_datetime(table[name], format="ISO8601")
    return table


def orders(*lines: str, more: str = "") -> pd.DataFrame:
    """Lines of: customer, instant, amount, then further columns; a negative amount is a refund."""
    table = frame(f"customer_id ordered_at amount {more}", *lines)
    table["order_id"] = [f"{number:04}" for number in range(len(lines))]
    table["kind"] = ["refund" if str(amount).startswith("-") else "sale" for amount in table.amount]
    return table


def subscriptions(*lines: str, more: str = "") -> pd.DataFrame:
    """Lines of: customer, start, end, plan, then further columns."""
    table = frame(f"customer_id started_at ended_at plan {more}", *lines)
    table["subscription_id"] = [f"{number:04}" for number in range(len(lines))]
    return table.assign(plan=table.plan.fillna("basic"), monthly_price="1")


def customers(*lines: str, more: str = "city") -> pd.DataFrame:
    """Lines of: customer, then attributes."""
    return frame(f"customer_id {more}", *lines)


def shop(*lines: str, more: str = "", timezone: str = "UTC", **tables: Any) -> Log:
    """A log of orders, and of further tables."""
    return Log.wrap(orders=orders(*lines, more=more), timezone=timezone, **tables)


def who(answer: Any) -> list[dict[str, Any]]:
    """The customers behind an answer, in the order of their ids."""
    rows = answer.scope.log.connection.to_pyarrow(answer.who()).to_pylist()
    return sorted(rows, key=lambda row: tuple(map(str, row.values())))


def picked(answer: Any, *names: str) -> list[tuple[Any, ...]]:
    """Columns of an answer's rows."""
    return [tuple(row[name] for name in names) for row in answer.rows]
