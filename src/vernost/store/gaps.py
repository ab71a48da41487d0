"""Days on which nothing is recorded though much should be: a lost export rather than a quiet day."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from vernost.schema import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

EXPECTED = 10
"""A run of empty days is suspicious when so many facts would be usual in it: by chance, 1 in 20,000."""
_NEIGHBOURS = 4
_FROM, _TO = datetime(1990, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001 - instants of the log are UTC without a zone


def empty_days(rows: "ir.Table", table: Table, timezone: str) -> list[date]:
    """Suspiciously empty days by the company's clock, in order."""
    return suspicious(daily(rows, table, timezone))


def suspicious(counts: Mapping[date, int]) -> list[date]:
    """Days within the first and the last counted one that lie in a run without facts where many are usual.

    What is usual on a day is the median of the same weekday in the four weeks before and the four after, so that
    closed Sundays, growth and decline raise no alarm.

    >>> busy = {date(2024, 5, day): 20 for day in range(1, 31) if day != 15}
    >>> suspicious(busy)
    [datetime.date(2024, 5, 15)]
    """
    if not counts:
        return []
    first, last = min(counts), max(counts)
    found: list[date] = []
    run: list[date] = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if not counts.get(day):
            run.append(day)
            continue
        usual = {one: _usual(counts, one, first, last) for one in run}
        if sum(usual.values()) >= EXPECTED:
            found.extend(one for one in run if usual[one])
        run = []
    return found


def _usual(counts: Mapping[date, int], day: date, first: date, last: date) -> float:
    weeks = [week for week in range(-_NEIGHBOURS, _NEIGHBOURS + 1) if week]
    near = [day + timedelta(weeks=week) for week in weeks]
    known = [counts.get(other, 0) for other in near if first <= other <= last]
    return float(median(known)) if known else 0.0


def daily(rows: "ir.Table", table: Table, timezone: str) -> dict[date, int]:
    """Facts by day of the company's clock, none of a table without instants.

    The engine counts by quarter of an hour, which fits every zone's offset.
    """
    if not table.happened or table[table.happened[0]].type != "instant":
        return {}
    column = table.happened[0]
    rows = rows.filter(rows[column] >= _FROM, rows[column] < _TO)
    quarter = (rows[column].epoch_seconds() // 900).cast("int64")
    counted = rows.select(quarter=quarter).group_by("quarter").aggregate(number=lambda table: table.count())
    zone = ZoneInfo(timezone)
    days: dict[date, int] = {}
    for row in counted.to_pyarrow().to_pylist():
        day = datetime.fromtimestamp(row["quarter"] * 900, tz=UTC).astimezone(zone).date()
        days[day] = days.get(day, 0) + row["number"]
    return days
