"""The true chance of each customer to leave, or to order nothing, in the days after a world's end."""

from dataclasses import dataclass

import numpy as np

from vernost.errors import InvalidValue
from vernost.messages import Message
from vernost.sources.synthetic.ahead import Course, ahead, courses
from vernost.sources.synthetic.basket import catalogue
from vernost.sources.synthetic.columns import Array, Columns
from vernost.sources.synthetic.departure import renewal_before
from vernost.sources.synthetic.setting import Setting
from vernost.sources.synthetic.world import Progress, World

FUTURES = 100
MOST_DAYS_OF_A_MONTH = 31


@dataclass(frozen=True)
class Chances:
    """True chances of all customers of a world, in the order of their numbers.

    Attributes:
        days: after the world's end, within which it may happen.
        leaves: chance that the customer is gone by then; 1 for who is gone already.
        orders_nothing: chance that no order is made in these days, cancelled ones aside; None under a contract.
    """

    days: int
    leaves: Array
    orders_nothing: Array | None


def true_chances(world: World, days: int, *, futures: int = FUTURES, progress: Progress | None = None) -> Chances:
    """The chances over all that may still happen to customers whose past is that of a world.

    Averages over possible futures: those of `continue_` with ``future_seed`` from 1 on. In each of them only what
    customers live through and when they would order is drawn; over the threshold the chance is exact, as it is that of
    an exponential distribution. So a chance is much closer than the share of futures in which it happened.

    Args:
        world: as `make_world` gave it.
        days: how far to look.
        futures: over how many to average.
        progress: hears of the share that is done.

    Raises:
        InvalidValue: no days or no futures.
    """
    for name, value in (("days", days), ("futures", futures)):
        if value < 1:
            raise InvalidValue("{name} is {value}, must be above 0.", name=name, value=value)
    months, products = _months(world.setting, days), catalogue(world.setting)
    leaves, silent = np.zeros((2, world.setting.customers))
    for seed in range(1, futures + 1):
        setting = ahead(world.setting, months, future_seed=seed)
        for chunk, course in enumerate(courses(world, setting, products)):
            numbers = setting.numbers(chunk)
            gone, nothing = _chances(course, days)
            leaves[numbers.start : numbers.stop] += gone
            silent[numbers.start : numbers.stop] += nothing
        if progress:
            progress(Message("futures"), seed / futures)
    is_contract = world.setting.preset.is_contract
    return Chances(days, leaves / futures, None if is_contract else silent / futures)


def _months(setting: Setting, days: int) -> int:
    """So many months that the days are within."""
    months = max(days // MOST_DAYS_OF_A_MONTH, 1)
    while ahead(setting, months).days < days:
        months += 1
    return months


def _chances(course: Course, days: int) -> tuple[Array, Array]:
    """Chances to leave and to order nothing, given what happens in one future."""
    until = np.full(course.gone.size, float(days))
    if course.terms is not None:
        # Who decides after the last renewal within these days is still there at their end.
        until = renewal_before(until, course.terms)
    was_here = np.isinf(course.hazard.left)
    leaves = np.where(was_here, _chance_before(course, until), course.gone < days)
    first = _first_orders(course.orders, course.gone.size)
    ordered = np.where(was_here & (first < days), 1 - _chance_before(course, np.minimum(first, days)), 0.0)
    return leaves, 1 - ordered


def _chance_before(course: Course, until: Array) -> Array:
    """The chance that each customer decides to leave before an instant of its own."""
    return -np.expm1(-course.hazard.summed(course.experiences, until))


def _first_orders(orders: Columns, count: int) -> Array:
    """When each customer orders for the first time; infinite who does not."""
    first, made = np.full(count, np.inf), ~orders["is_cancelled"]
    np.minimum.at(first, orders["customer"][made], orders["at"][made])
    return first
