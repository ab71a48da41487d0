"""Forecasts held against made-up companies with known futures; `benchmarks/bench_truth.py` does it at full size."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from vernost.predict.business import find_business
from vernost.predict.evaluate import auc, calibration_line
from vernost.predict.forecast import Forecast, fit
from vernost.predict.outlook import LEVELS, YEAR, PurchaseOutlook, contract_outlook
from vernost.predict.prices import yearly_changes
from vernost.predict.snapshot import customers_as_of, now
from vernost.sources import read
from vernost.sources.synthetic import Branch, Setting, World, continue_, load_preset, make_world, simulate
from vernost.store import Log, open_log, open_store

Floats = NDArray[np.float64]
MOST_ORDERS = 150


@dataclass(frozen=True)
class Company:
    """A world of 1,500 customers and two years, its log, and some futures of twelve months."""

    world: World
    log: Log
    futures: list[Branch]


@contextmanager
def made_up(preset: str, folder: Path) -> Iterator[Company]:
    setting = Setting(load_preset(preset), customers=1500)
    simulate(setting, folder / "made")
    with read([str(folder / "made")], timezone=setting.timezone) as reading:
        open_store(str(folder / "log"), create=True).load(reading, loaded_at=datetime(2026, 1, 1, tzinfo=UTC))
    world = make_world(setting)
    futures = [continue_(world, (), 12, future_seed=seed).without_actions for seed in (1, 2, 3)]
    with open_log(str(folder / "log")) as log:
        yield Company(world, log, futures)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with made_up("shop", tmp_path_factory.mktemp("shop")) as company:
        yield company


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with made_up("subscription", tmp_path_factory.mktemp("club")) as company:
        yield company


@pytest.fixture(scope="module")
def forecast(shop: Company) -> Forecast:
    return fit(shop.log)


@pytest.fixture(scope="module")
def present(shop: Company, forecast: Forecast) -> pa.Table:
    """What is known of the customers who are not gone."""
    known = shop.log.fetch(forecast.known(shop.log))
    return known.filter(pa.array(known["silence"].to_numpy() <= forecast.business.window))


def numbers_of(customers: pa.Table) -> NDArray[np.intp]:
    """Places of customers in their world."""
    return np.array([int(name[1:]) - 1 for name in customers["customer_id"].to_pylist()])


def inside(less: Floats, most: Floats) -> Floats:
    """Part of each outcome that lies between the levels; an outcome has the chances from ``less`` to ``most``.

    An interval of whole numbers cannot hold four of five customers exactly; an outcome on its bound counts in part.
    """
    low, high = LEVELS
    part = np.clip(np.minimum(most, high) - np.maximum(less, low), 0, None) / np.maximum(most - less, 1e-12)
    return np.where(most > less, part, (low <= less) & (less <= high))


def test_risks_come_true(shop: Company, forecast: Forecast, present: pa.Table) -> None:
    def silent(future: Branch) -> Floats:
        orders = future.orders
        soon = (orders["at"] < forecast.business.days) & ~orders["is_cancelled"]
        return (np.bincount(orders["customer"][soon], minlength=1500) == 0).astype(float)

    risk = np.tile(forecast.scorer.model.risk(present), len(shop.futures))
    left = np.concatenate([silent(future)[numbers_of(present)] for future in shop.futures])
    slope, intercept = calibration_line(left, risk)

    assert auc(left, risk) > 0.8
    assert slope == pytest.approx(1, abs=0.25)
    assert intercept == pytest.approx(0, abs=0.5)


def test_four_of_five_customers_order_within_their_intervals(
    shop: Company, forecast: Forecast, present: pa.Table
) -> None:
    assert isinstance(forecast.scorer.outlook, PurchaseOutlook)
    chances = forecast.scorer.outlook.process.purchase_probabilities(present, YEAR, MOST_ORDERS)
    reached = np.pad(np.cumsum(chances, axis=1), ((0, 0), (1, 0)))
    rows, held = np.arange(len(reached)), []
    for future in shop.futures:
        count = np.minimum(future.order_count[numbers_of(present)], MOST_ORDERS).astype(int)
        held.append(inside(reached[rows, count], reached[rows, count + 1]))

    assert np.mean(held) == pytest.approx(0.8, abs=0.04)


def test_four_of_five_customers_of_a_shop_bring_money_within_their_intervals(
    shop: Company, forecast: Forecast, present: pa.Table
) -> None:
    assert isinstance(forecast.scorer.outlook, PurchaseOutlook)
    revenue = forecast.scorer.outlook.revenue(present)
    assert revenue is not None
    held = [inside(*revenue.below(future.cents[numbers_of(present)] / 100.0)) for future in shop.futures]

    assert np.mean(held) == pytest.approx(0.8, abs=0.04)


def test_four_of_five_contracts_bring_money_within_their_intervals(club: Company) -> None:
    business = find_business(club.log)
    customers = club.log.fetch(customers_as_of(club.log, business, business.as_of))
    outlook = contract_outlook(now(club.log, business), yearly_changes(club.log, business))
    revenue = outlook.revenue(customers)
    money = [future.cents[numbers_of(customers)] / 100.0 for future in club.futures]

    assert np.mean([inside(*revenue.below(each)) for each in money]) == pytest.approx(0.8, abs=0.04)
    assert revenue.mean.sum() == pytest.approx(np.mean([each.sum() for each in money]), rel=0.1)
