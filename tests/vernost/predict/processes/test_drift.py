"""A factor for totals, learnt from earlier forecasts alone."""

import numpy as np
import pyarrow as pa
import pytest
from tests.vernost.predict.processes import cdnow
from tests.vernost.predict.processes.shop import Shop

from vernost.errors import InvalidValue
from vernost.predict import BetaGeoNBD, DriftCorrection, ModifiedBetaGeoNBD, ParetoNBD
from vernost.predict.histories import Past, pasts_of
from vernost.predict.processes.process import PurchaseProcess

HOLDOUT_WEEKS = 39


def pasts(shop: Shop, now: float, count: int = 4) -> list[Past]:
    """What the shop knew and what came until now, from half of the time known on."""
    found = []
    for part in range(count, 0, -1):
        back = now / 2 * part / count
        frame = shop.until(now - back)
        found.append(Past(frame.append_column("bought", pa.array(shop.bought(now - back, now))), back))
    return [
        Past(past.frame.append_column("weight", pa.array(np.ones(len(past.frame)))), past.horizon) for past in found
    ]


def error(shop: Shop, correction: DriftCorrection | None, now: float = 39, horizon: float = 39) -> float:
    """The total foretold over what came, less one."""
    before = shop.until(now)
    expected = BetaGeoNBD().fit(before).expected_purchases(before, horizon)
    total = correction.total(expected) if correction else expected.sum()
    return float(total / shop.bought(now, now + horizon).sum() - 1)


@pytest.mark.parametrize("process", [BetaGeoNBD, ModifiedBetaGeoNBD, ParetoNBD])
def test_the_total_of_cdnow_comes_within_a_tenth(process: type[PurchaseProcess]) -> None:
    later = cdnow.customers(cdnow.HOLDOUT)
    known = {row["customer_id"]: row["frequency"] for row in cdnow.customers().to_pylist()}
    truth = sum(row["frequency"] - known[row["customer_id"]] for row in later.to_pylist())
    expected = process().fit(cdnow.customers()).expected_purchases(cdnow.customers(), HOLDOUT_WEEKS)

    past = pasts_of(cdnow.log(), cdnow.CALIBRATION, horizon=HOLDOUT_WEEKS, unit="week")
    correction = DriftCorrection(process()).fit(past)

    assert expected.sum() / truth < 0.89  # as every package is
    assert correction.total(expected) / truth == pytest.approx(1, abs=0.1)


def test_where_nothing_drifts_nothing_is_spoilt() -> None:
    shops = [Shop.open(6_000, weeks=78, arriving=12, seed=seed) for seed in range(5)]
    corrections = [DriftCorrection(BetaGeoNBD()).fit(pasts(shop, 39)) for shop in shops]

    raw = [abs(error(shop, None)) for shop in shops]
    corrected = [abs(error(shop, correction)) for shop, correction in zip(shops, corrections, strict=True)]

    assert np.mean(corrected) < np.mean(raw) + 0.01
    assert max(abs(correction.factor_ - 1) for correction in corrections) < 0.06


def test_a_shop_that_gains_is_followed() -> None:
    shop = Shop.open(6_000, weeks=78, arriving=12, seed=3)
    is_first = np.append(True, shop.customer[1:] != shop.customer[:-1])
    # At first four of ten later purchases are made elsewhere; the part falls week by week, to none in the end.
    got = is_first | (np.random.default_rng(4).random(len(shop.at)) < 0.6 + 0.4 * shop.at / 78)
    gaining = Shop(shop.customer[got], shop.at[got])

    correction = DriftCorrection(BetaGeoNBD()).fit(pasts(gaining, 39))

    assert correction.factor_ > 1.05
    assert abs(error(gaining, correction)) < abs(error(gaining, None))


def test_few_customers_move_little() -> None:
    few = DriftCorrection(BetaGeoNBD()).fit(pasts(Shop.open(60, weeks=40, arriving=12, seed=1), 39))
    ratio = sum(few.ratios_) / len(few.ratios_)

    assert abs(np.log(few.factor_)) < abs(np.log(ratio)) / 2


def test_one_look_is_believed_by_half() -> None:
    past = pasts(Shop.open(60_000, weeks=78, arriving=12, seed=3), 39)[0]
    doubled = Past(
        past.frame.drop_columns("bought").append_column("bought", pa.array(2 * past.frame["bought"].to_numpy())),
        past.horizon,
    )

    correction = DriftCorrection(BetaGeoNBD()).fit([doubled])

    assert np.log(correction.factor_) == pytest.approx(np.log(correction.ratios_[0]) / 2, rel=0.02)


@pytest.mark.parametrize(
    ("found", "message"),
    [
        pytest.param([], "no earlier day to learn from", id="no past"),
        pytest.param([0], "Nobody bought again after any", id="nothing came"),
    ],
)
def test_a_past_that_tells_nothing_is_refused(found: list[int], message: str) -> None:
    frame = {"frequency": [0, 1, 2], "recency": [0, 3, 4], "T": [5, 6, 7], "weight": [9, 3, 1]}
    past = [Past(pa.table({**frame, "bought": [count] * 3}), 3.0) for count in found]

    with pytest.raises(InvalidValue, match=message):
        DriftCorrection(BetaGeoNBD()).fit(past)
