"""Is the data fit to measure: doubles, orphans, gaps, impossible dates and amounts, by table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from vernost.schema import TABLES
from vernost.store import gaps
from vernost.store.faults import (
    Fault,
    doubles,
    huge_amounts,
    late_rows,
    orphans,
    refunds_only,
    row_faults,
    shared_contacts,
)

if TYPE_CHECKING:
    from vernost.store.log import Log

severities = Literal["info", "warning", "error"]
_SAMPLE = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a table that whoever reads its numbers should know.

    Attributes:
        code: what kind of thing it is.
        severity: 'error' makes numbers wrong, 'warning' may, 'info' is worth knowing.
        table: the log's table.
        count: how many rows, customers, days or columns it concerns, by its code.
        share: of all such, 0..1; None where that says nothing.
        values: what its sentence names.
        sample: keys of some of those concerned.
    """

    code: str
    severity: severities
    table: str
    count: int
    share: float | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    sample: tuple[str, ...] = ()


def check(log: "Log") -> list[Finding]:
    """What is suspicious in a log; nothing when all is well.

    >>> import pandas
    >>> from vernost.store.log import Log
    >>> orders = pandas.DataFrame({"customer_id": ["ann", None], "ordered_at": "2024-05-01", "amount": [9, 9]})
    >>> [(finding.code, finding.count) for finding in check(Log.wrap(orders=orders)) if finding.code == "walk_ins"]
    [('walk_ins', 1)]
    """
    return [finding for name in log.tables for finding in _of_table(log, name)]


def _of_table(log: "Log", name: str) -> Iterator[Finding]:
    rows = log.tables[name]
    faults = row_faults(TABLES[name], rows)
    counts, first_load = _counted(log, name, faults)
    total = counts["_rows"]
    if not total:
        yield Finding("empty", "info", name, 0)
        return
    for fault in faults:
        yield from _found(fault, counts[fault.code], total)
    yield from _unfilled(name, counts, total)
    late = late_rows(TABLES[name], rows, first_load)
    for fault in (*late, *huge_amounts(name, rows), *orphans(name, log.tables)):
        yield from _found(fault, _count(fault), total)
    for fault in (*doubles(name, rows), *refunds_only(name, rows), *shared_contacts(name, rows)):
        yield from _found(fault, _count(fault), int(fault.of.count().execute()) if fault.of is not None else total)
    days = gaps.empty_days(rows, TABLES[name], log.timezone)
    if days:
        values = {"first": min(days), "last": max(days)}
        yield Finding("gaps", "warning", name, len(days), None, values, tuple(map(str, days[:_SAMPLE])))


def _counted(log: "Log", name: str, faults: list[Fault]) -> tuple[dict[str, int], datetime | None]:
    """Rows, rows with each fault, and filled cells of each column; the first load: one aggregate."""
    rows = log.tables[name]
    wanted: dict[str, Any] = {"_rows": rows.count()}
    wanted |= {fault.code: fault.condition.ifelse(1, 0).sum() for fault in faults}
    wanted |= {f"filled_{column.name}": rows[column.name].count() for column in TABLES[name].columns}
    values = rows.aggregate(**wanted, _first_load=rows.loaded_at.min()).to_pyarrow().to_pylist()[0]
    first_load = values.pop("_first_load")
    return {key: int(value or 0) for key, value in values.items()}, first_load


def _count(fault: Fault) -> int:
    return int(fault.rows.count().execute())


def _found(fault: Fault, count: int, total: int) -> Iterator[Finding]:
    if not count:
        return
    chosen = fault.rows.select(key=fault.rows[fault.key].cast("string")).order_by("key").limit(_SAMPLE)
    sample = tuple(row["key"] for row in chosen.to_pyarrow().to_pylist())
    yield Finding(fault.code, fault.severity, fault.table, count, count / total, fault.values, sample)


def _unfilled(name: str, counts: Mapping[str, int], total: int) -> Iterator[Finding]:
    """Optional columns without a single value, and those with gaps."""
    filled = {column.name: counts[f"filled_{column.name}"] for column in TABLES[name].columns if not column.is_required}
    empty = [column for column, count in filled.items() if not count]
    partly = {column: count / total for column, count in filled.items() if 0 < count < total}
    if empty or partly:
        values = {"columns": ", ".join(empty), "filled": partly}
        yield Finding("unfilled", "info", name, len(empty), len(empty) / len(filled), values, tuple(empty[:_SAMPLE]))
