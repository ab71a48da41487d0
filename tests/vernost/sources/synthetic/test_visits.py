"""What is seen of customers before they leave: under a contract use fades and renewal is turned off."""

import numpy as np
import pytest
from tests.vernost.sources.synthetic.companies import piece

from vernost.sources.synthetic.departure import renewed
from vernost.sources.synthetic.visits import CANCELLED, names_of

CUSTOMERS, RECENT, NEAR = 20_000, 20.0, 15.0
PRESETS = ("subscription", "saas", "telecom")


@pytest.mark.parametrize("preset", ["saas", "telecom"])
def test_who_has_decided_uses_less_though_the_renewal_lies_after_the_end(preset: str) -> None:
    setting, made = piece(preset, CUSTOMERS)
    seen, decided, start = made.facts["events"], made.departure.decided, setting.days - RECENT
    is_visit = (seen["at"] > start) & (seen["name"] < len(setting.preset.visits.names))
    counts = np.bincount(seen["customer"][is_visit], minlength=CUSTOMERS)
    is_here = np.isinf(made.departure.left) & (made.traits["arrived"] < start)
    soon = renewed(decided, made.facts["terms"], np.inf) < setting.days + NEAR
    assert (is_here & (decided < start) & soon).sum() > 30
    assert counts[is_here & (decided < start) & soon].mean() < 0.7 * counts[is_here & np.isinf(decided)].mean()


@pytest.mark.parametrize("preset", PRESETS)
def test_so_many_as_the_preset_says_turn_renewal_off_after_they_decide(preset: str) -> None:
    setting, made = piece(preset, CUSTOMERS)
    seen, decided = made.facts["events"], made.departure.decided
    is_told = seen["name"] == names_of(setting.preset).index(CANCELLED)
    assert (seen["at"][is_told] >= decided[seen["customer"][is_told]]).all()
    has_decided = np.flatnonzero(np.isfinite(decided))
    days_left = np.minimum(made.departure.left, setting.days)[has_decided] - decided[has_decided]
    has_time = has_decided[days_left > NEAR]
    share = np.isin(has_time, seen["customer"][is_told]).mean()
    assert abs(share - setting.preset.visits.announced) < 0.03


def test_nobody_turns_off_what_nobody_has() -> None:
    setting, made = piece("shop", CUSTOMERS)
    assert not (made.facts["events"]["name"] == names_of(setting.preset).index(CANCELLED)).any()


def test_nobody_is_seen_after_leaving() -> None:
    for preset in PRESETS:
        _, made = piece(preset, CUSTOMERS)
        seen = made.facts["events"]
        assert (seen["at"] < made.departure.left[seen["customer"]]).all()
