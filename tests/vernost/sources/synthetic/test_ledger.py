"""The ledger of points, by hand and by laws."""

from dataclasses import replace

import numpy as np
import pytest
from tests.vernost.sources.synthetic.companies import piece

from vernost.sources.synthetic import Setting, load_preset
from vernost.sources.synthetic.columns import Columns
from vernost.sources.synthetic.ledger import BURN, EARN, EXPIRE, KINDS, REVERSE, draw_points

NO_REFUND: Columns = {
    "order": np.array([], int),
    "customer": np.array([], int),
    "at": np.array([]),
    "cents": np.array([], int),
    "share": np.array([]),
}


def ledger(at: list[float], *, burn: float, refunds: Columns = NO_REFUND) -> list[tuple[int, str, float]]:
    """Entries of one member who paid 100 roubles at each of these days, as (day, kind, points): 3 points a time."""
    shop = load_preset("shop")
    points = replace(shop.points, burn=burn, expire_days=100.0, earn=0.03)
    setting = Setting(replace(shop, points=points), customers=1, language="ru")
    count = len(at)
    orders: Columns = {
        "customer": np.zeros(count, int),
        "at": np.array(at),
        "cents": np.full(count, 10_000),
        "is_cancelled": np.zeros(count, bool),
    }
    found = draw_points(setting, 0, {"is_member": np.array([True])}, orders, refunds)
    rows = zip(found["at"].tolist(), found["kind"].tolist(), found["points"].tolist(), strict=True)
    return [(int(day), KINDS[kind], points) for day, kind, points in rows]


def test_points_that_nobody_takes_expire_by_their_own_date() -> None:
    assert ledger([10.0, 50.0], burn=0.0) == [
        (10, "earn", 3.0),
        (50, "earn", 3.0),
        (110, "expire", -3.0),
        (150, "expire", -3.0),
    ]


def test_a_reward_takes_all_that_was_earned_before_and_has_not_expired() -> None:
    assert ledger([10.0, 50.0, 120.0], burn=1.0) == [
        (10, "earn", 3.0),
        (50, "earn", 3.0),
        (50, "burn", -3.0),
        (120, "earn", 3.0),
        (120, "burn", -3.0),
        (220, "expire", -3.0),
    ]


def test_a_refund_takes_its_share_back_and_the_rest_expires() -> None:
    refunds = NO_REFUND | {
        "order": np.array([0]),
        "customer": np.array([0]),
        "at": np.array([20.0]),
        "cents": np.array([5000]),
        "share": np.array([0.5]),
    }

    assert ledger([10.0], burn=0.0, refunds=refunds) == [
        (10, "earn", 3.0),
        (20, "reverse", -1.0),
        (110, "expire", -2.0),
    ]


def test_a_refund_after_the_reward_takes_nothing() -> None:
    refunds = NO_REFUND | {
        "order": np.array([0]),
        "customer": np.array([0]),
        "at": np.array([60.0]),
        "cents": np.array([10_000]),
        "share": np.array([1.0]),
    }

    kinds = [kind for _, kind, _ in ledger([10.0, 50.0], burn=1.0, refunds=refunds)]

    assert kinds == ["earn", "earn", "burn", "expire"]


@pytest.mark.parametrize("seed", [1, 2])
def test_no_balance_is_ever_below_zero(seed: int) -> None:
    _, made = piece("shop", 25_000, seed)
    points = made.facts["points"]

    total = np.cumsum(points["points"])
    before = np.concatenate([[0.0], total])[np.searchsorted(points["customer"], points["customer"])]

    assert (total - before).min() == 0
    assert set(np.unique(points["kind"])) == {EARN, BURN, EXPIRE, REVERSE}
