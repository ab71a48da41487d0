"""Companies made like a log: like real ones in all that is stated, and like a made-up one in what was put into it."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from vernost.errors import InvalidValue
from vernost.sources import read
from vernost.sources.synthetic import Setting, load_preset, simulate
from vernost.sources.synthetic.fitting import Likeness, fit
from vernost.sources.synthetic.likeness import agreements, portrait_of_company, worst

ROOT = Path(__file__).parents[4]
REAL = {"cdnow": "cdnow/CDNOW_master.txt.gz", "online_retail": "online_retail/online_retail.parquet"}


@cache
def learned(name: str) -> Likeness:
    with read([str(ROOT / "demo-data" / REAL[name])]) as reading:
        return fit(reading, load_preset("shop"))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", REAL)
def test_a_company_made_like_a_real_one_agrees_with_it(name: str, seed: int, tmp_path: Path) -> None:
    likeness = learned(name)
    setting = replace(likeness.setting, seed=seed)
    made = simulate(setting, tmp_path / name)

    found = agreements(likeness.portrait, portrait_of_company(made.folder, setting))

    assert not [each for each in found if not each.is_within]
    assert {each.figure for each in found} >= {
        "buyers",
        "repeat_share",
        "orders_many",
        "worth_mean",
        "weekday",
        "month",
    }


def test_the_span_is_that_of_the_log() -> None:
    setting = learned("online_retail").setting

    assert setting.last_day == learned("online_retail").portrait.last_day
    assert setting.start.date() <= learned("online_retail").portrait.first_day
    assert setting.months == 13
    assert setting.customers == 4339


def test_nobody_orders_on_the_day_on_which_nobody_ever_did() -> None:
    weekdays = learned("online_retail").setting.preset.calendar.weekdays

    assert np.argmin(weekdays) == 5
    assert weekdays[5] < 0.01


def test_what_was_put_into_a_company_is_found_in_it(tmp_path: Path) -> None:
    shop = load_preset("shop")
    tills = replace(shop.purchases, rate=9.0, shape=0.8, channels={"till": 0.7, "web": 0.3}, cancelled=0.03)
    known = replace(shop, purchases=tills, spend=replace(shop.spend, mean=5000.0, p=8.0, q=4.0))
    setting = Setting(known, customers=4000, months=18, seed=11)
    folder = simulate(setting, tmp_path / "known").folder
    with read([str(folder)]) as reading:
        likeness = fit(reading, shop, seed=5)

    found, calendar = likeness.setting.preset, likeness.setting.preset.calendar
    assert found.purchases.channels == pytest.approx({"till": 0.7, "web": 0.3}, abs=0.01)
    assert found.purchases.cancelled == pytest.approx(0.03, abs=0.005)
    assert found.delivery.channels == ("web",)
    assert found.spend.mean == pytest.approx(5000, rel=0.1)
    assert found.purchases.rate == pytest.approx(9.0, rel=0.3)
    assert found.purchases.shape == pytest.approx(0.8, rel=0.3)
    assert calendar.hours == pytest.approx(np.array(shop.calendar.hours) / np.mean(shop.calendar.hours), abs=0.1)
    channels = {channel.name: channel.share for channel in found.acquisition.channels}
    assert channels == pytest.approx({c.name: c.share for c in shop.acquisition.channels}, abs=0.03)
    made = simulate(likeness.setting, tmp_path / "alike")
    compared = agreements(likeness.portrait, portrait_of_company(made.folder, likeness.setting))
    assert not [each for each in compared if not each.is_within]


def test_the_same_log_is_fitted_in_the_same_way(tmp_path: Path) -> None:
    folder = simulate(Setting(load_preset("shop"), customers=300, months=8), tmp_path / "small").folder
    fitted = []
    for _ in range(2):
        with read([str(folder)]) as reading:
            fitted.append(fit(reading, load_preset("shop")).setting)

    assert fitted[0] == fitted[1]


def test_loading_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    folder = simulate(Setting(load_preset("shop"), customers=200, months=6), tmp_path / "small").folder
    orders = folder / "orders.parquet"
    (folder / "again.parquet").write_bytes(orders.read_bytes())
    with read([str(orders)]) as one, read([str(orders), str(folder / "again.parquet")]) as two:
        once, twice = (fit(reading, load_preset("shop")).portrait for reading in (one, two))

    assert once.histories.buyer_count == twice.histories.buyer_count
    assert once.by_day.tolist() == twice.by_day.tolist()


def test_contracts_are_not_fitted(tmp_path: Path) -> None:
    with (
        read([str(ROOT / "docs" / "examples" / "orders.csv")]) as reading,
        pytest.raises(InvalidValue, match="'saas' is of contracts"),
    ):
        fit(reading, load_preset("saas"))


def test_a_figure_with_parts_is_shown_by_the_one_that_differs_most() -> None:
    likeness = learned("cdnow")
    other = replace(likeness.portrait, by_day=np.roll(likeness.portrait.by_day, 200))
    found = agreements(likeness.portrait, other)
    shown = {each.figure: each for each in worst(found)}

    assert len([each for each in found if each.figure == "month"]) == 18
    assert not shown["month"].is_within
    assert shown["month"].gap == max(each.gap for each in found if each.figure == "month")
    assert shown["buyers"].is_within
