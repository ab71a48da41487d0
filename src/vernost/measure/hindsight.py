"""What is known of a period grows after it: parcels arrive, requests are answered.

Few orders of the last days are known to have come late, for most are still under way. Beside weeks long delivered the
newest would always look well, so each is judged as it was known when it was as young. What was overdue then counts as
late (`vernost.measure.point`): most parcels that will be late have not come within their week.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from vernost.measure.band import SEASON, WEEK
from vernost.measure.course import MOST
from vernost.measure.periods import Grain
from vernost.measure.point import Row

RIPENING = frozenset(
    "answered_review_rate first_reply_time late_delivery_rate resolution_time roi second_order_rate silent_leaver_rate "
    "unanswered_24h_rate".split()
)
"""Measures whose newest periods change as more becomes known of them."""

_NOTHING = {"value": None, "low": None, "high": None, "numerator": None, "denominator": 0}


def without_hindsight(
    ask: Callable[..., Iterable[Row]], rows: Sequence[Row], by: str, as_of: date, cut: Sequence[str] = ()
) -> list[Row]:
    """Finished periods as each was known when it was as old as the newest is now.

    Args:
        ask: gives the rows of a window (since, until) as they were known on a day (as_of).
        rows: of all periods, as they are known now.
        by: length of the periods; of days, seven are asked at once, as they are judged.
        as_of: the day on which ``rows`` are known.
        cut: columns that tell groups apart.
    """
    grain, step = Grain(by), WEEK if by == "day" else 1
    done = sorted({row["period"] for row in rows if row["complete"]})
    if len(done) < step:
        return []
    last_days = [grain.last_day(grain.index_of(period)) for period in done]
    age, first = as_of - last_days[-1], done[-1]
    known: dict[tuple[Any, ...], Row] = {}
    for end in range(len(done), step - 1, -step)[: SEASON[by] + MOST]:
        first, last = done[end - step], last_days[end - 1]
        known |= {_key(row, cut): row for row in ask(since=first, until=last, as_of=last + age)}
    then = [row for row in rows if first <= row["period"] <= done[-1]]
    return [known.get(_key(row, cut), dict(row) | _NOTHING) for row in then]


def _key(row: Row, cut: Sequence[str]) -> tuple[Any, ...]:
    return (row["period"], *(row[name] for name in cut))
