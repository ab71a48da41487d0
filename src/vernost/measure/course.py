"""Following a course: a level that chance hardly moves, and how far values fall from it."""

import math
from dataclasses import dataclass, field
from statistics import median

from vernost.measure.point import Point

_LEARN, _TREND, _DAMP = 0.45, 0.1, 0.9
"""How fast level and trend follow, and how a trend fades."""

_CLIP = 2.0
"""Spreads beyond which a value moves the level no further."""

FIRST, LEAST, MOST = 4, 8, 26
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


@dataclass
class Course:
    """A level with a damped trend that follows values, and how far they fell from it.

    One value far out moves the level only so far. Two in a row on one side are no chance: the level is where the second
    is, so that a change that stays is learnt in two steps, and does not widen the band of the half year after it.

    Attributes:
        season: steps of a year.
        level: where values are.
        trend: how far they go a step.
        beyond: how far the value before was beyond what moves the level.
        errors: of each value, from the level and trend before it.
        chances: what chance alone does to each value.
        begun: the first values, whose middle is the first level.
    """

    season: int
    level: float = 0.0
    trend: float = 0.0
    beyond: float = 0.0
    errors: list[float] = field(default_factory=list)
    chances: list[float] = field(default_factory=list)
    begun: list[float] = field(default_factory=list)

    @property
    def is_known(self) -> bool:
        """Whether enough has been seen to say what comes next."""
        return len(self.errors) >= LEAST and self._spread > 0

    @property
    def middles(self) -> tuple[float, float]:
        """From where to where the next is expected: the level, and what this time of last year did beyond chance."""
        middle, place = self.level + self.trend, len(self.errors) - self.season
        ago = range(max(place - 1, 0), place + 2) if place >= 0 else ()
        swings = [self._swing(each) for each in ago]
        return middle + min([0.0, *swings]), middle + max([0.0, *swings])

    def distance(self, value: float) -> float:
        """How far a value is from what is expected, above or below."""
        least, most = self.middles
        return value - min(max(value, least), most)

    def spread(self, chance: float) -> float:
        """How far a value may fall from what is expected, once in a while; wider where chance does more than usual."""
        usual = self._usual_chance
        return self._spread * max(chance, usual) / usual if usual else self._spread

    def follow(self, value: float, chance: float) -> None:
        """Take the next value in."""
        if len(self.begun) < FIRST:
            self.begun.append(value)
            self.level = median(self.begun)
            return
        expected, beyond = self.level + self.trend, self._beyond(value)
        self.errors.append(value - expected)
        self.chances.append(chance)
        if beyond * self.beyond > 0:
            self.level, self.trend = value, 0.0
        else:
            moved = _LEARN * (value - beyond - expected)
            self.level, self.trend = expected + moved, _DAMP * self.trend + _TREND * moved
        self.beyond = beyond

    def _beyond(self, value: float) -> float:
        """What of a value is too far out to move the level."""
        if len(self.errors) < LEAST:
            return 0.0
        distance = self.distance(value)
        return math.copysign(max(abs(distance) - _CLIP * self._spread, 0.0), distance)

    def _swing(self, place: int) -> float:
        """What of an error neither chance explains, which is most while a company is small, nor a level just begun."""
        error, seen = self.errors[place], place + 1
        chance = max(self.chances[place], median(self.chances[max(seen - LEAST, 0) : seen]))
        return math.copysign(max(abs(error) - self.spread(chance) * (1 + _FEW / seen), 0.0), error)

    @property
    def _usual_chance(self) -> float:
        return median(self.chances[-LEAST:])

    @property
    def _spread(self) -> float:
        """How far values fall from what is expected: so many times what chance does, which falls as a company grows."""
        if not self.errors:
            return 0.0
        usual = self._usual_chance
        pairs = zip(self.errors[-MOST:], self.chances[-MOST:], strict=True)
        known = [abs(error) / (chance or 1.0) * (usual or 1.0) for error, chance in pairs]
        return max(_MAD * median(known), usual) * (1 + _FEW / len(known))


@dataclass
class Scale:
    """The scale on which changes of a unit are alike wherever they happen: logarithms of amounts, log-odds of shares.

    Attributes:
        unit: of the values.
        seen: values so far.
    """

    unit: str
    seen: list[float] = field(default_factory=list)

    @property
    def _floor(self) -> float:
        return _FLOOR * median(self.seen[-MOST:]) if self.seen else 0.0

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
