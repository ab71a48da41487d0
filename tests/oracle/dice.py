"""Two sources of chance with one face: Hypothesis, which shrinks what it finds, and a seed, which stays the same."""

import random
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Dice(Protocol):
    """What makes a random log or question."""

    def integer(self, low: int, high: int) -> int:
        """A whole number, both ends included; the low end is the simplest."""

    def pick(self, options: Sequence[T]) -> T:
        """One of some; the first is the simplest."""

    def chance(self, percent: int) -> bool:
        """Whether something rather uncommon happens; not to happen is simplest."""


class HypothesisDice:
    """Chance drawn by Hypothesis."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self._draw = draw

    def integer(self, low: int, high: int) -> int:
        return self._draw(st.integers(low, high))

    def pick(self, options: Sequence[T]) -> T:
        return self._draw(st.sampled_from(options))

    def chance(self, percent: int) -> bool:
        return self._draw(st.integers(0, 99)) >= 100 - percent


class SeededDice:
    """Chance that is the same whenever the seed is."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - nothing here is a secret

    def integer(self, low: int, high: int) -> int:
        return self._random.randint(low, high)

    def pick(self, options: Sequence[T]) -> T:
        return self._random.choice(options)

    def chance(self, percent: int) -> bool:
        return self._random.randrange(100) >= 100 - percent
