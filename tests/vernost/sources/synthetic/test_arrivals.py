"""When customers come: by growth, or by what a preset says of the parts of the span."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from vernost.errors import InvalidValue
from vernost.sources.synthetic import Setting, load_preset
from vernost.sources.synthetic.traits import draw_traits

SHOP = load_preset("shop")
WEEKS = (0.0, 3.0, 1.0, 0.0)


def with_arrivals(*weights: float) -> Setting:
    preset = replace(SHOP, acquisition=replace(SHOP.acquisition, arrivals=weights))
    return Setting(preset, customers=4000, months=1, last_day=date(2023, 2, 28))


def test_customers_come_in_the_parts_that_have_weight() -> None:
    arrived = draw_traits(with_arrivals(*WEEKS), 0)["arrived"]

    assert np.histogram(arrived, bins=[0, 7, 14, 21, 28])[0].tolist() == [0, 3000, 1000, 0]
    assert (np.diff(arrived) >= -0.1).all()


def test_within_a_part_they_come_by_the_rhythm_of_the_company() -> None:
    arrived = draw_traits(with_arrivals(1.0), 0)["arrived"]
    by_hour = np.bincount((arrived % 1 * 24).astype(int), minlength=24)

    assert by_hour[20] > 5 * by_hour[3]


def test_the_last_customer_is_seen() -> None:
    setting = with_arrivals(0.0, 1.0)

    assert draw_traits(setting, 0)["arrived"].max() <= setting.days - 2 / 24


def test_weights_of_nothing_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('extends = "shop"\n[acquisition]\narrivals = [0.0, 0.0]\n', encoding="utf-8")
    with pytest.raises(InvalidValue, match="arrivals are all 0"):
        load_preset(path)
