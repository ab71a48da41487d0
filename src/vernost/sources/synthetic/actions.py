"""What a company may do for some of its customers, and what each kind of it does to whom."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np

from vernost.errors import InvalidValue, UnknownName
from vernost.sources.synthetic.columns import Array, Columns
from vernost.sources.synthetic.preset import GROUPS
from vernost.sources.synthetic.shapes import shaped
from vernost.sources.synthetic.world import World, customer_id

PERSUADABLE, SURE_THING, LOST_CAUSE, DO_NOT_DISTURB = range(len(GROUPS))


@dataclass(frozen=True)
class Kind:
    """What a kind of action does.

    Attributes:
        cost: roubles for one customer, when the action does not say.
        days: for which it works.
        discount: off the first order in these days of the persuadable and the sure things.
        brings: chance that a persuadable customer orders once more in these days; nothing under a contract.
        soothes: share of what past experiences still weigh that is gone at once, for the persuadable.
        eases: share of their hazard that is gone for these days.
        spares: occasions on which nothing bad happens to them in these days.
        disturbs: hazard in all that it adds for those who want to be left alone, faded as an unasked message.
        deters: chance that they do not make an order of these days; nothing under a contract.
    """

    cost: float
    days: float
    discount: float
    brings: float
    soothes: float
    eases: float
    spares: tuple[str, ...]
    disturbs: float
    deters: float


@cache
def kinds() -> Mapping[str, Kind]:
    """All kinds of actions by name.

    >>> list(kinds())
    ['coupon', 'call', 'apology', 'points', 'reminder', 'faster_replies']
    """
    told = tomllib.loads((files("vernost.sources.synthetic") / "actions.toml").read_text("utf-8"))
    return MappingProxyType({name: shaped(Kind, table, where=name) for name, table in told.items()})


@dataclass(frozen=True, eq=False)
class Action:
    """Something done for some customers of a world.

    Attributes:
        kind: one of `kinds`.
        customers: for whom: a mask over the customers of the world in order of their numbers, or their ids.
        cost: for one customer, in the company's money; that of the kind when it is None.
        at: days after the end of the world.
    """

    kind: str
    customers: Array | Sequence[str]
    cost: float | None = None
    at: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in kinds():
            raise UnknownName("kind of action", self.kind, kinds())
        for name, value in (("cost", self.cost), ("at", self.at)):
            if value is not None and not (math.isfinite(value) and value >= 0):
                raise InvalidValue(
                    "{name} of the {kind} is {value}, must be a number, not below 0.",
                    name=name,
                    kind=self.kind,
                    value=value,
                )

    @property
    def does(self) -> Kind:
        """What it does."""
        return kinds()[self.kind]

    @property
    def until(self) -> float:
        """Days after the end of the world when it has stopped working."""
        return self.at + self.does.days

    def cost_in(self, world: World) -> float:
        """What it costs for one customer."""
        return self.does.cost * world.setting.money if self.cost is None else self.cost

    def mask_in(self, world: World) -> Array:
        """For which customers of a world it is."""
        count, told = world.setting.customers, np.asarray(self.customers)
        if told.dtype == bool:
            if told.shape != (count,):
                raise InvalidValue(
                    "The mask of the {kind} has {size} places, the world has {count} customers. Give one for each, "
                    "in the order of world.ids.",
                    kind=self.kind,
                    size=told.size,
                    count=count,
                )
            return told.copy()
        mask = np.zeros(count, bool)
        mask[[_number(str(name), count) for name in told.tolist()]] = True
        return mask

    def group_in(self, customers: Columns) -> Array:
        """How customers respond to it: places in `GROUPS`."""
        name = f"group_{self.kind}"
        if name not in customers:
            raise UnknownName("response of the preset", self.kind, _responses(customers))
        return customers[name]


def _number(name: str, count: int) -> int:
    """The number of a customer by its id."""
    digits = name[1:]
    number = int(digits) - 1 if digits.isascii() and digits.isdigit() else -1
    if not 0 <= number < count or customer_id(number) != name:
        raise InvalidValue(
            "There is no customer {name!r} in this world; ids run from {first} to {last}.",
            name=name,
            first=customer_id(0),
            last=customer_id(count - 1),
        )
    return number


def _responses(customers: Columns) -> list[str]:
    return [name.removeprefix("group_") for name in customers if name.startswith("group_")]


def named(actions: Sequence[Action]) -> list[str]:
    """A name for each action that does not depend on the others: chance and coupons are known by it.

    >>> nobody = np.zeros(0, bool)
    >>> named([Action("call", nobody), Action("coupon", nobody, at=7), Action("call", nobody)])
    ['call-0', 'coupon-7', 'call-0-2']
    """
    names: list[str] = []
    for action in actions:
        name, count = f"{action.kind}-{action.at:g}", 1
        while (candidate := name if count == 1 else f"{name}-{count}") in names:
            count += 1
        names.append(candidate)
    return names
