"""Does the newest value fit what came before it? A seasonal band, learnt from the past alone.

A course is followed by a level and a damped trend that one odd period can hardly move; what the same time of last year
did beyond chance is expected again. How far values fell from what was expected of them before gives the
width of the band, never narrower than what chance alone does to the measure.

Days are judged by their last seven: weekdays weigh out, and a change is seen within seven days of its beginning.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vernost.measure.course import Course, Scale
from vernost.measure.point import Point, Row, point_of, pooled

LIMIT = 4.0
"""Spreads from what was expected at which a value is out of its band; chosen by ``benchmarks/bench_alarms.py``."""

BACK = 2.0
"""Spreads within which it is back."""

WEEK = 7
SEASON = {"day": 52, "week": 52, "month": 12, "quarter": 4}
"""Steps of a year, by the length of periods; days are taken by sevens."""


@dataclass(frozen=True, slots=True)
class Band:
    """Where a value was to be expected, by what was known before it.

    Attributes:
        value: what came.
        expected: the middle of the band.
        low: its lower edge.
        high: its upper edge.
        score: spreads between what came and what was expected, above it or below.
    """

    value: float
    expected: float
    low: float
    high: float
    score: float

    @property
    def is_out(self) -> bool:
        """Whether the value is out of the band."""
        return abs(self.score) > LIMIT

    @property
    def is_back(self) -> bool:
        """Whether it is well within it."""
        return abs(self.score) < BACK


def bands(rows: Sequence[Row], unit: str, by: str) -> list[tuple[Row, Band | None]]:
    """The rows that are judged together with the newest, each with its band by what came before; None while unknown.

    Args:
        rows: of one group, in order, with value and, where there are, low, high, numerator and denominator; only
            finished periods are read.
        unit: of the values.
        by: length of the periods; of days, every seventh before the last is told, with its seven.
    """
    done = [row for row in rows if row.get("complete", True)]
    if by == "day":
        sevens = [done[end - WEEK : end] for end in range(len(done), WEEK - 1, -WEEK)][::-1]
        pairs = [(each[-1], pooled(each, unit)) for each in sevens]
    else:
        pairs = [(row, point_of(row, unit)) for row in done]
    known = [(row, point) for row, point in pairs if point is not None]
    return list(zip((row for row, _ in known), _judged([point for _, point in known], unit, SEASON[by]), strict=True))


def newest(rows: Sequence[Row], unit: str, by: str) -> Band | None:
    """The band of the last finished period; None when it has no value or too little came before it."""
    done = [row for row in rows if row.get("complete", True)]
    judged = bands(done, unit, by)
    return judged[-1][1] if judged and judged[-1][0]["period"] == done[-1]["period"] else None


def _judged(points: Sequence[Point], unit: str, season: int) -> Iterator[Band | None]:
    """Each point's band by the points before it."""
    scale, course = Scale(unit), Course(season)
    for point in points:
        yield _band(course, scale, point) if course.is_known else None
        course.follow(scale.there(point.value), scale.error(point))
        scale.seen.append(point.value)


def _band(course: Course, scale: Scale, point: Point) -> Band:
    least, most = course.middles
    distance = course.distance(scale.there(point.value))
    below = above = course.spread(0.0)
    # One giant order lifts a sum and its error together, and none of a few heads is less than it seems: only the fall
    # of an amount is judged by the usual error.
    if distance > 0:
        above = course.spread(scale.error(point))
    elif scale.unit == "share":
        below = course.spread(scale.error(point))
    return Band(
        value=point.value,
        expected=scale.back((least + most) / 2),
        low=scale.back(least - LIMIT * below),
        high=scale.back(most + LIMIT * above),
        score=distance / (above if distance > 0 else below),
    )
