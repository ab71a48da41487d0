"""The time after a world's end: where it begins, what has happened for good, what comes again."""

from dataclasses import replace
from datetime import date

import pytest

from vernost.errors import InvalidValue
from vernost.sources.synthetic import Setting, load_preset
from vernost.sources.synthetic.ahead import ahead, price_level_at_end, with_chance_of


@pytest.mark.parametrize(
    ("last_day", "months", "ends"),
    [
        pytest.param(date(2025, 12, 31), 3, date(2026, 4, 1), id="whole months"),
        pytest.param(date(2025, 1, 30), 1, date(2025, 2, 28), id="into a shorter month"),
        pytest.param(date(2025, 3, 30), 1, date(2025, 4, 30), id="from the last of a month"),
    ],
)
def test_it_begins_where_the_world_ended(last_day: date, months: int, ends: date) -> None:
    setting = Setting(load_preset("shop"), last_day=last_day)
    future = ahead(setting, months)

    assert future.start == setting.end
    assert future.end.date() == ends
    assert future.season.days == future.days == (ends - setting.end.date()).days


def test_events_that_came_once_are_over_and_those_of_each_year_come_again() -> None:
    future = ahead(Setting(load_preset("shop")), 12)
    events = {event.name: event for event in future.preset.events}
    times = {name: list(future.windows(each.month, each.begins, each.days)) for name, each in events.items()}

    assert times["december_delays"] == [(334.0, 365.0)]
    assert events["december_delays"].chance > 0
    for name in ("bad_release", "price_rise", "support_queue", "rival_sale"):
        assert events[name].chance == 0, name
        assert events[name].price == events[name].slows == 1, name


def test_an_event_that_is_not_over_lasts_for_the_rest_of_its_days() -> None:
    preset = load_preset("shop")
    late = [replace(event, begins=0.9, days=100.0) if not event.month else event for event in preset.events]
    setting = Setting(replace(preset, events=tuple(late)), months=12)
    events = {event.name: event for event in ahead(setting, 3).preset.events}

    # 365 days, of which 0.9 are 328: 37 days were within.
    assert events["support_queue"].days == 63
    assert events["support_queue"].slows == 7
    # A bad release came to each customer once.
    assert events["bad_release"].chance == 0


def test_prices_stay_risen() -> None:
    setting = Setting(load_preset("telecom"))
    rises = [event.price for event in setting.preset.events if event.price != 1]
    before, after = setting.preset.contract.plans[0].price, ahead(setting, 3).preset.contract.plans[0].price

    assert len(rises) == 1
    assert price_level_at_end(setting) == pytest.approx(rises[0])
    assert after == pytest.approx(before * rises[0])


def test_its_chance_is_its_own() -> None:
    setting = Setting(load_preset("shop"), seed=5)
    future = ahead(setting, 3)

    assert len({setting.seed, future.seed, with_chance_of(future, "call-0").seed, ahead(setting, 3).seed}) == 3
    assert ahead(Setting(load_preset("shop"), seed=6), 3).seed != future.seed


def test_it_lasts_at_least_a_month() -> None:
    with pytest.raises(InvalidValue, match="months is 0, must be from 1"):
        ahead(Setting(load_preset("shop")), 0)
