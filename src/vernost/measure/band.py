"""Does the newest value fit what came before it? A seasonal band, learnt from the past alone.

A course is followed by a level and a damped trend that one odd period can hardly move; what the same time of last year
did beyond chance is expected again. How far values fell from what was expected of them before gives the
width of the band, never narrower than what chance alone does to the measure.

Days are judged by their last seven: weekdays weigh out, and a change is seen within seven days of its beginning.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from vernost.statistics import Z

Row = Mapping[str, Any]
LIMIT = 4.0
"""Spreads from what was expected at which a value is out of its band; chosen by ``benchmarks/bench_alarms.py``."""

BACK = 2.0
"""Spreads within which it is back."""

WEEK = 7
SEASON = {"day": 52, "week": 52, "month": 12, "quarter": 4}
"""Steps of a year, by the length of periods; days are taken by sevens."""

_LEARN, _TREND, _DAMP = 0.45, 0.1, 0.9
"""How fast level and trend follow, and how a trend fades."""

_CLIP = 2.0
"""Spreads beyond which a value moves the level no further."""

_FIRST, _LEAST, _MOST = 4, 8, 26
"""Values that begin the level; errors needed before anything is judged; errors that the spread is learnt from."""

_FEW = 2.0
"""The spread is widened by so much over the number of errors it is learnt from."""

_FLOOR = 0.05
"""Values below this part of their median count as this part, so that an empty week has a logarithm."""

_MAD = 1.4826
"""The standard deviation of errors that come by chance, in medians of their sizes."""

_EDGE = 0.001
"""Shares nearer than this to none, or to all, count as this near, so that they have log-odds."""

_HIGHEST = 700.0
"""The greatest logarithm whose number a float can hold, or nearly so."""


@dataclass(frozen=True, slots=True)
class Point:
    """A value with the error that chance gives it.

    Attributes:
        value: as the measure gives it.
        error: standard error; None when it is not known.
    """

    value: float
    error: float | None = None


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
        pairs = [(row, _point(row, unit)) for row in done]
    known = [(row, point) for row, point in pairs if point is not None]
    return list(zip((row for row, _ in known), _judged([point for _, point in known], unit, SEASON[by]), strict=True))


def newest(rows: Sequence[Row], unit: str, by: str) -> Band | None:
    """The band of the last finished period; None when it has no value or too little came before it."""
    done = [row for row in rows if row.get("complete", True)]
    judged = bands(done, unit, by)
    return judged[-1][1] if judged and judged[-1][0]["period"] == done[-1]["period"] else None


def pooled(rows: Sequence[Row], unit: str) -> Point | None:
    """Several periods as one: shares of all their heads, other ratios by their weights, all else on average."""
    known = [(row, point) for row in rows if (point := _point(row, unit)) is not None]
    if not known:
        return None
    if unit == "share" and all(_is_counted(row) for row, _ in known):
        return _share(sum(row["numerator"] for row, _ in known), sum(row["denominator"] for row, _ in known))
    weights = [float(row["denominator"] or 0) if _is_ratio(row) else 1.0 for row, _ in known]
    total = sum(weights)
    value = sum(weight * point.value for weight, (_, point) in zip(weights, known, strict=True)) / total
    errors = [
        weight * point.error for weight, (_, point) in zip(weights, known, strict=True) if point.error is not None
    ]
    return Point(value, math.hypot(*errors) / total if len(errors) == len(known) else None)


def _is_counted(row: Row) -> bool:
    """Whether a value is a share of whole heads."""
    return isinstance(row.get("numerator"), int) and isinstance(row.get("denominator"), int)


def _is_ratio(row: Row) -> bool:
    """Whether a value is its numerator over its denominator."""
    top, bottom = row.get("numerator"), row.get("denominator")
    if not top or not bottom:
        return False
    return math.isclose(float(top) / float(bottom), float(row["value"]), rel_tol=1e-6)


def _share(hits: int, heads: int) -> Point:
    """A share drawn a little to the middle, so that none or all of a few heads says no more than it can."""
    share = (hits + 1) / (heads + 2)
    return Point(share, math.sqrt(share * (1 - share) / (heads + 2)))


def _point(row: Row, unit: str) -> Point | None:
    if row.get("value") is None or row.get("denominator") == 0:
        return None
    if unit == "share" and _is_counted(row):
        return _share(row["numerator"], row["denominator"])
    value = float(row["value"])
    if row.get("low") is not None and row.get("high") is not None:
        return Point(value, (float(row["high"]) - float(row["low"])) / (2 * Z))
    # Whole things that come by chance spread by their root.
    return Point(value, math.sqrt(max(value, 1.0))) if unit == "count" else Point(value)


# -- following a course ----------------------------------------------------------------------------------------------


def _judged(points: Sequence[Point], unit: str, season: int) -> Iterator[Band | None]:
    """Each point's band by the points before it."""
    scale, course = _Scale(unit), _Course(season)
    for point in points:
        value, chance = scale.there(point.value), scale.error(point)
        yield course.band(value, chance, point, scale) if course.is_known else None
        course.follow(value, chance)
        scale.seen.append(point.value)


@dataclass
class _Course:
    """A level with a damped trend that follows values, and how far they fell from it.

    Attributes:
        season: steps of a year.
        level: where values are.
        trend: how far they go a step.
        errors: of each value, from the level and trend before it.
        chances: what chance alone does to each value.
        begun: the first values, whose middle is the first level.
    """

    season: int
    level: float = 0.0
    trend: float = 0.0
    errors: list[float] = field(default_factory=list)
    chances: list[float] = field(default_factory=list)
    begun: list[float] = field(default_factory=list)

    @property
    def is_known(self) -> bool:
        """Whether enough has been seen to say what comes next."""
        return len(self.errors) >= _LEAST and self._spread > 0

    def band(self, value: float, chance: float, point: Point, scale: "_Scale") -> Band:
        """The band of the next value."""
        least, most = self._middles
        usual, spread = self._usual_chance, self._spread
        if value > most and usual:
            # One giant order lifts a sum and its error together; a fall is judged by the usual error.
            spread *= max(chance, usual) / usual
        return Band(
            value=point.value,
            expected=scale.back((least + most) / 2),
            low=scale.back(least - LIMIT * spread),
            high=scale.back(most + LIMIT * spread),
            score=(value - min(max(value, least), most)) / spread,
        )

    def follow(self, value: float, chance: float) -> None:
        """Take the next value in; one that is far out moves the level only so far."""
        if len(self.begun) < _FIRST:
            self.begun.append(value)
            self.level = median(self.begun)
            return
        least, most = self._middles
        reach = _CLIP * self._spread if len(self.errors) >= _LEAST else math.inf
        moved = _LEARN * min(max(value, least - reach), most + reach) - _LEARN * (self.level + self.trend)
        self.errors.append(value - self.level - self.trend)
        self.chances.append(chance)
        self.level, self.trend = self.level + self.trend + moved, _DAMP * self.trend + _TREND * moved

    @property
    def _middles(self) -> tuple[float, float]:
        """From where to where the next is expected: the level, and what this time of last year did beyond chance."""
        middle, place = self.level + self.trend, len(self.errors) - self.season
        ago = self.errors[max(place - 1, 0) : place + 2] if place >= 0 else []
        swings = [math.copysign(max(abs(error) - self._spread, 0.0), error) for error in ago]
        return middle + min([0.0, *swings]), middle + max([0.0, *swings])

    @property
    def _usual_chance(self) -> float:
        return median(self.chances[-_LEAST:])

    @property
    def _spread(self) -> float:
        """How far values fall from what is expected: so many times what chance does, which falls as a company grows."""
        if not self.errors:
            return 0.0
        usual = self._usual_chance
        pairs = zip(self.errors[-_MOST:], self.chances[-_MOST:], strict=True)
        known = [abs(error) / (chance or 1.0) * (usual or 1.0) for error, chance in pairs]
        return max(_MAD * median(known), usual) * (1 + _FEW / len(known))


@dataclass
class _Scale:
    """The scale on which changes of a unit are alike wherever they happen: logarithms of amounts, log-odds of shares.

    Attributes:
        unit: of the values.
        seen: values so far.
    """

    unit: str
    seen: list[float] = field(default_factory=list)

    @property
    def _floor(self) -> float:
        return _FLOOR * median(self.seen[-_MOST:]) if self.seen else 0.0

    @property
    def _is_plain(self) -> bool:
        """Whether values are taken as they are: scores, and amounts that go below nothing."""
        return self.unit in {"points", "rating"} or (self.unit != "share" and (self._floor <= 0))

    def there(self, value: float) -> float:
        """A value on this scale."""
        if self._is_plain:
            return value
        if self.unit == "share":
            odds = min(max(value, _EDGE), 1 - _EDGE)
            return math.log(odds / (1 - odds))
        return math.log(max(value, self._floor))

    def back(self, value: float) -> float:
        """A value of this scale as it was."""
        if self._is_plain:
            return value
        return (1 + math.tanh(value / 2)) / 2 if self.unit == "share" else math.exp(min(value, _HIGHEST))

    def error(self, point: Point) -> float:
        """The error of a point on this scale; 0 when it is not known."""
        if point.error is None or self._is_plain:
            return point.error or 0.0
        if self.unit == "share":
            share = min(max(point.value, _EDGE), 1 - _EDGE)
            return point.error / (share * (1 - share))
        return point.error / max(point.value, self._floor)
