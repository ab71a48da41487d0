"""The trial of candidates, with planted ones whose risks are known."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from math import log
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pytest

from vernost.errors import InvalidValue
from vernost.messages import told
from vernost.predict.backtest import BASE, Standing, back_test
from vernost.predict.candidates.candidate import Candidate
from vernost.predict.snapshot import Snapshot

FIRST = date(2024, 1, 1)


def day(number: int, left: Sequence[int] = (1, 0, 0, 0), *, weight: Sequence[float] = (1, 1, 1, 1)) -> Snapshot:
    """The day so many months after the first, with four customers of whom the first left."""
    frame = pa.table({"customer_id": list("abcd"), "month": [number] * 4})
    left_, weight_ = np.array(left, dtype=np.float64), np.array(weight, dtype=np.float64)
    return Snapshot(FIRST + timedelta(days=30 * number), 30, frame, weight_, left_)


class Planted:
    """Gives who left the chance planted for the month, and the others the rest; remembers what it was shown."""

    def __init__(self, name: str, chances: Sequence[float], seen: list[Any] | None = None) -> None:
        self.name = name
        self.chances = chances
        self.seen = [] if seen is None else seen

    def learn(self, past: Sequence[Snapshot], now: Snapshot) -> Self:
        self.seen.append(([each.as_of for each in past], now.as_of))
        return self

    def risk(self, frame: Any) -> Any:
        chance = self.chances[frame["month"][0].as_py()]
        return np.array([chance, *[1 - chance] * 3])

    def contributions(self, frame: Any) -> Any:
        raise NotImplementedError


class Unfit(Planted):
    """Cannot learn."""

    def learn(self, past: Sequence[Snapshot], now: Snapshot) -> Self:
        raise InvalidValue("{name} is {value!r}, must be {kind}.", name=self.name, value="", kind="a text")


def trial(*candidates: Planted, days: Sequence[Snapshot], most: int = 3) -> list[Standing]:
    makers: dict[str, Callable[[], Candidate]] = {each.name: lambda each=each: each for each in candidates}
    return back_test(makers, days, most_trials=most)


DAYS = [day(number) for number in range(4)]
COIN = Planted(BASE, [0.5] * 4)
"""Its log loss is log 2 each month."""


def test_the_candidate_with_the_lowest_log_loss_is_first() -> None:
    found = trial(COIN, Planted("good", [0.8] * 4), Planted("poor", [0.4] * 4), days=DAYS)

    assert [each.name for each in found] == ["good", BASE, "poor"]
    assert found[0].loss == pytest.approx(-log(0.8))
    assert found[0].gains == pytest.approx([log(2) + log(0.8)] * 3)
    assert found[1].gains == (0.0, 0.0, 0.0)


def test_one_that_is_better_on_average_but_unsteady_loses() -> None:
    steady, unsteady = Planted("steady", [0.7] * 4), Planted("unsteady", [0.5, 0.97, 0.97, 0.4])

    first, second, _ = trial(COIN, unsteady, steady, days=DAYS)

    assert (first.name, second.name) == ("steady", "unsteady")
    assert second.loss < first.loss
    # Gains of 0.663, 0.663 and −0.223 have a mean of 0.367 and a spread of 0.511: 0.112 is left of them.
    assert second.score == pytest.approx(0.112, abs=0.001)
    assert first.score == pytest.approx(0.336, abs=0.001)


def test_days_learnt_from_are_over_before_the_day_that_is_tried() -> None:
    seen: list[Any] = []

    trial(COIN, Planted("watched", [0.6] * 4, seen), days=DAYS)

    starts = [each.as_of for each in DAYS]
    assert seen == [(starts[:1], starts[1]), (starts[:2], starts[2]), (starts[:3], starts[3])]


def test_a_day_whose_outcome_was_not_known_is_not_learnt_from() -> None:
    seen: list[Any] = []
    overlapping = [*DAYS[:2], Snapshot(FIRST + timedelta(days=45), 30, DAYS[2].frame, DAYS[2].weight, DAYS[2].left)]

    trial(COIN, Planted("watched", [0.6] * 4, seen), days=overlapping)

    # What left after the day 30 is known on the day 60.
    assert [len(past) for past, _ in seen] == [1, 1]


def test_the_last_days_are_tried() -> None:
    found = trial(COIN, days=DAYS, most=2)

    assert [each.as_of for each in found[0].trials] == [each.as_of for each in DAYS[2:]]


def test_customers_count_as_many_as_they_stand_for() -> None:
    days = [day(0), day(1, weight=(7, 1, 1, 1))]

    (found,) = trial(Planted(BASE, [0.8, 0.8]), days=days)

    assert found.loss == pytest.approx(-log(0.8))
    (other,) = trial(Planted(BASE, [0.5, 0.2]), days=[day(0), day(1, (1, 0, 1, 0), weight=(7, 1, 2, 0))])
    # Chances 0.2, 0.8, 0.8 of what came for 7, 0 (stayed: 0.2), 2 customers.
    assert other.loss == pytest.approx((7 * -log(0.2) + -log(0.2) + 2 * -log(0.8)) / 10)


def test_one_that_cannot_learn_is_last_and_says_why() -> None:
    found = trial(COIN, Unfit("unfit", []), days=DAYS)

    assert [each.name for each in found] == [BASE, "unfit"]
    assert found[1].failure == "unfit is '', must be a text."
    assert told(found[1].failure, "ru") == "Значение unfit — «», а нужно: a text."
    assert found[1].trials == ()


def test_without_a_base_rate_there_is_nothing_to_choose_by() -> None:
    with pytest.raises(InvalidValue, match="base_rate is ''"):
        trial(Unfit(BASE, []), Planted("good", [0.8] * 4), days=DAYS)


def test_progress_names_each_candidate() -> None:
    heard: list[tuple[str, float]] = []
    makers: dict[str, Callable[[], Candidate]] = {BASE: lambda: COIN, "good": lambda: Planted("good", [0.8] * 4)}

    back_test(makers, DAYS, most_trials=3, progress=lambda what, share: heard.append((what, share)))

    assert heard == [(BASE, 0.0), ("good", 0.5)]
