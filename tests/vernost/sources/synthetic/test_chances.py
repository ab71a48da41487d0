"""True chances: what can be counted by hand, and what really happens in futures that they know nothing of."""

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from vernost.errors import InvalidValue
from vernost.sources.synthetic import PRESETS, Setting, World, continue_, load_preset, make_world, true_chances
from vernost.sources.synthetic.columns import Array
from vernost.sources.synthetic.preset import Preset
from vernost.sources.synthetic.setting import CHUNK
from vernost.sources.synthetic.traits import DAYS_A_YEAR

CONTRACTS = ("subscription", "saas", "telecom")
CUSTOMERS, DAYS = 8_000, 90


@cache
def world(preset: str) -> World:
    return make_world(Setting(load_preset(preset), customers=CUSTOMERS, seed=4))


@cache
def chances(preset: str, what: str) -> Array:
    return getattr(true_chances(world(preset), DAYS, futures=30), what)


def happened(preset: str, what: str, future_seed: int) -> Array:
    """What came to pass within the days in one future."""
    branch = continue_(world(preset), [], 3, future_seed=future_seed).without_actions
    if what == "leaves":
        return branch.left < DAYS
    orders = branch.orders
    soon = (orders["at"] < DAYS) & ~orders["is_cancelled"]
    return ~np.isin(np.arange(CUSTOMERS), orders["customer"][soon])


def quiet(name: str) -> Preset:
    """A preset in which nothing is lived through and no message brings an order."""
    preset = load_preset(name)
    campaigns = replace(preset.campaigns, lift=0.0)
    weightless = tuple(replace(each, weight=0.0) for each in preset.experiences)
    return replace(preset, experiences=weightless, events=(), campaigns=campaigns)


def base_a_day(of: World) -> Array:
    return of.customers["unfaithfulness"] * sum(each.hazard for each in of.setting.preset.leaving.base) / DAYS_A_YEAR


@pytest.mark.parametrize("days", [1, 31, 60, 90, 200])
def test_without_experiences_the_chance_is_that_of_a_constant_hazard(days: int) -> None:
    of = make_world(Setting(quiet("shop"), customers=500))

    expected = np.where(of.is_here, -np.expm1(-base_a_day(of) * days), 1.0)
    assert true_chances(of, days, futures=1).leaves == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("preset", CONTRACTS)
def test_under_a_contract_the_time_up_to_the_last_renewal_counts(preset: str) -> None:
    of = make_world(Setting(quiet(preset), customers=500))
    known, end, found = of.customers, of.setting.days, true_chances(of, DAYS, futures=1).leaves
    for row in range(500):
        renewals = [known["anchor"][row] + term * known["days"][row] - end for term in range(1, 40)]
        ahead = [each for each in renewals if 0 <= each < DAYS]
        if math.isfinite(known["decided"][row]):
            expected = float(known["left"][row] < end or bool(ahead))
        else:
            expected = -math.expm1(-base_a_day(of)[row] * max(ahead, default=0.0))
        assert found[row] == pytest.approx(expected, abs=1e-9), row


@pytest.mark.parametrize(
    ("preset", "what"),
    [*((preset, "leaves") for preset in PRESETS), ("shop", "orders_nothing"), ("restaurant", "orders_nothing")],
)
@pytest.mark.parametrize("future_seed", [0, 777])
def test_chances_are_calibrated_against_futures_that_they_do_not_average(
    preset: str, what: str, future_seed: int
) -> None:
    here = world(preset).is_here
    chance, came = chances(preset, what)[here], happened(preset, what, future_seed)[here]
    spread, apart = chance * (1 - chance), chance - chance.mean()

    assert abs(came.sum() - chance.sum()) < 3.5 * math.sqrt(spread.sum())
    # The line of what happened over true chances has slope 1, but for chance, and for thirty futures being few.
    slope, error = (apart * came).sum() / (apart**2).sum(), math.sqrt((apart**2 * spread).sum()) / (apart**2).sum()
    assert slope == pytest.approx(1, abs=0.03 + 3 * error)


def test_chances_tell_customers_apart() -> None:
    leaves, silent = chances("shop", "leaves"), chances("shop", "orders_nothing")
    here = world("shop").is_here

    assert np.quantile(leaves[here], 0.9) > 4 * np.quantile(leaves[here], 0.1)
    assert np.quantile(silent[here], 0.9) > 2 * np.quantile(silent[here], 0.1)
    assert (leaves[~here] == 1).all()
    assert (silent[~here] == 1).all()


def test_the_longer_one_looks_the_likelier_is_leaving() -> None:
    short, long = (true_chances(world("shop"), days, futures=3).leaves for days in (20, 28))
    here = world("shop").is_here

    assert (short <= long).all()
    assert (short < long)[here].all()


def test_customers_of_the_second_chunk_have_their_chances_too() -> None:
    of = make_world(Setting(quiet("shop"), customers=CHUNK + 300, months=2))
    expected = np.where(of.is_here, -np.expm1(-base_a_day(of) * 30), 1.0)

    assert true_chances(of, 30, futures=2).leaves == pytest.approx(expected, abs=1e-9)


def test_contracts_have_no_chance_of_ordering_nothing() -> None:
    assert true_chances(world("saas"), 30, futures=1).orders_nothing is None


def test_the_same_futures_give_the_same_chances_and_progress_is_told() -> None:
    heard: list[float] = []
    one = true_chances(world("shop"), 30, futures=2, progress=lambda _, share: heard.append(share))
    two = true_chances(world("shop"), 30, futures=2)

    assert (one.leaves == two.leaves).all()
    assert heard == [0.5, 1.0]


@pytest.mark.parametrize("wrong", [{"days": 0}, {"days": 30, "futures": 0}])
def test_no_days_and_no_futures_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(InvalidValue, match="is 0, must be above 0"):
        true_chances(world("shop"), **wrong)
