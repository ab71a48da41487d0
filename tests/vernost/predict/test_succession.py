"""A new model beside the one in use: the same customers, days that neither knew."""

from datetime import date, timedelta

import pytest

from vernost.predict.forecast import Forecast
from vernost.predict.succession import compare
from vernost.store.log import Log


def test_a_model_learnt_anew_from_the_same_days_is_neither_better_nor_worse(shop: Log, shop_forecast: Forecast) -> None:
    card = shop_forecast.card
    found = compare(shop, shop_forecast, old_model=card.model, old_as_of=date.fromisoformat(card.as_of))
    assert found is not None
    assert (found.difference.low, found.difference.high) == (0, 0)
    assert not found.is_better
    assert not found.is_worse


def test_a_model_that_tells_nobody_apart_is_clearly_worse(shop: Log, shop_forecast: Forecast) -> None:
    as_of = date.fromisoformat(shop_forecast.card.as_of)
    found = compare(shop, shop_forecast, old_model="base_rate", old_as_of=as_of)
    assert found is not None
    assert found.is_better
    assert found.new_loss - found.old_loss == pytest.approx(found.difference.estimate)
    assert found.to_dict()["is_better"] is True


def test_what_is_held_out_begins_at_the_last_day_of_which_it_is_known_what_came(
    shop: Log, shop_forecast: Forecast
) -> None:
    card = shop_forecast.card
    found = compare(shop, shop_forecast, old_model="base_rate", old_as_of=date.fromisoformat(card.as_of))
    assert found is not None
    assert found.as_of.isoformat() == card.learnt_on[-1]
    assert found.until == found.as_of + timedelta(days=card.days) <= date.fromisoformat(card.as_of)
    assert found.left == card.trials[-1].left
    assert found.new_loss == pytest.approx(card.trials[-1].loss)


def test_a_model_of_another_business_cannot_be_compared(shop: Log, shop_forecast: Forecast) -> None:
    assert compare(shop, shop_forecast, old_model="renewals", old_as_of=date(2024, 1, 1)) is None
