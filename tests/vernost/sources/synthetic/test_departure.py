"""Who leaves, why, and what planted events did."""

import numpy as np
import pytest
from tests.vernost.sources.synthetic.companies import piece

from vernost.sources.synthetic import PRESETS
from vernost.sources.synthetic.departure import STAYS
from vernost.sources.synthetic.truth import tally_of

CUSTOMERS = 5000


@pytest.mark.parametrize("preset", PRESETS)
def test_each_who_left_has_one_cause_and_those_who_stay_have_none(preset: str) -> None:
    setting, made = piece(preset, CUSTOMERS)
    departure = made.departure
    gone = np.isfinite(departure.left)

    assert 0.1 < gone.mean() < 0.6
    assert ((departure.cause != STAYS) == gone).all()
    assert departure.cause.max() < len(setting.preset.causes)
    assert (departure.event[~gone] == STAYS).all()
    assert departure.chances.sum(axis=1) == pytest.approx(np.ones(gone.sum()))
    assert tally_of(setting, made).causes.sum() == gone.sum()


@pytest.mark.parametrize("preset", PRESETS)
def test_causes_come_as_often_as_their_chances_say(preset: str) -> None:
    _, made = piece(preset, CUSTOMERS)
    gone = made.departure.cause[made.departure.cause != STAYS]
    drawn = np.bincount(gone, minlength=made.departure.chances.shape[1])
    expected = made.departure.chances.sum(axis=0)
    deviation = np.sqrt((made.departure.chances * (1 - made.departure.chances)).sum(axis=0))

    assert (np.abs(drawn - expected) < 4 * deviation + 1).all()


@pytest.mark.parametrize("preset", PRESETS)
def test_events_only_ever_drive_customers_out(preset: str) -> None:
    setting, made = piece(preset, CUSTOMERS)
    departure = made.departure

    assert not (departure.spared & ~departure.delayed).any()
    assert not (departure.delayed & ~departure.exposed).any()
    assert (departure.exposed.sum(axis=1) > 10).all()
    assert (departure.spared.sum(axis=1)[departure.exposed.sum(axis=1) > 200] > 0).all()
    for place in range(len(setting.preset.events)):
        assert not (departure.exposed[place] < (departure.event == place)).any()


@pytest.mark.parametrize("preset", ["subscription", "saas", "telecom"])
def test_contracts_end_at_a_renewal_not_before_the_decision(preset: str) -> None:
    _, made = piece(preset, CUSTOMERS)
    gone = np.isfinite(made.departure.left)
    left, decided = made.departure.left[gone], made.departure.decided[gone]
    days = made.facts["terms"]["days"][gone]
    renewals = (left - made.facts["terms"]["anchor"][gone]) / days

    assert renewals == pytest.approx(np.round(renewals))
    assert (renewals > 0.5).all()
    assert (left >= decided - 1e-9).all()
    assert (left - decided < days + 1e-6).all()


def test_a_bad_release_brings_more_leavers_just_after_it() -> None:
    setting, made = piece("shop", 25_000)
    event = next(place for place, each in enumerate(setting.preset.events) if each.name == "bad_release")
    first, last = next(setting.windows(0, setting.preset.events[event].begins, 60.0))
    cause = setting.preset.causes.index("bad_interface")
    by_it = made.departure.left[made.departure.cause == cause]

    during, before = ((by_it >= a) & (by_it < b) for a, b in ((first, last), (2 * first - last, first)))

    assert during.sum() > 3 * before.sum()
