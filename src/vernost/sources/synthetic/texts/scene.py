"""One text being written: who speaks, of which thing, and the chance that picks the words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

Draw = Callable[[], float]

_BLOCK = 4096


def draws(generator: "np.random.Generator") -> Draw:
    """Numbers between 0 and 1, one a call; taken from the generator in blocks, which is ten times faster."""
    blocks = iter(lambda: generator.random(_BLOCK).tolist(), None)
    return chain.from_iterable(blocks).__next__


@dataclass(slots=True)
class Scene:
    """What the words of the present text have to agree with."""

    draw: Draw
    thing: Mapping[str, str]
    firm: Mapping[str, str]
    other: Mapping[str, str]
    thing_number: int = 0
    woman: int = 0
    rival: str = ""
    last: "dict[Lines, int]" = field(default_factory=dict)


Say = Callable[[Scene], str]


class Lines:
    """Ways to say one thing; the same way is never taken twice in a row."""

    __slots__ = ("ways",)

    def __init__(self, ways: tuple[Say, ...]) -> None:
        self.ways = ways

    def say(self, scene: Scene) -> str:
        """One of the ways, other than the last time."""
        count = len(self.ways)
        last = scene.last.get(self, count)
        if last == count:
            way = int(scene.draw() * count)
        else:
            way = int(scene.draw() * (count - 1)) if count > 1 else 0
            way += count > 1 and way >= last
        scene.last[self] = way
        return self.ways[way](scene)
