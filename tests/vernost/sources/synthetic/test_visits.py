"""What is seen of customers between orders: use fades from the decision to leave on, and a contract is left by a step.

Seen from any of its days, the log looks as it would if it ended there.
"""

import numpy as np
import pytest
from tests.vernost.sources.synthetic.companies import piece

from vernost.sources.synthetic.visits import RENEWAL_OFF, UNPAID, names_of

CUSTOMERS, SPAN, FADED = 20_000, 60.0, 90.0
CONTRACTS = ("subscription", "saas", "telecom")


def visits(preset: str) -> tuple[np.ndarray, np.ndarray]:
    """Customer and instant of each visit of a company; what experiences and steps leave is none."""
    setting, made = piece(preset, CUSTOMERS)
    seen = made.facts["events"]
    is_visit = seen["name"] < len(setting.preset.visits.names)
    return seen["customer"][is_visit], seen["at"][is_visit]


def steps(preset: str, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Customer and instant of each event of that name."""
    setting, made = piece(preset, CUSTOMERS)
    seen = made.facts["events"]
    is_step = seen["name"] == names_of(setting.preset).index(name)
    return seen["customer"][is_step], seen["at"][is_step]


@pytest.mark.parametrize("preset", ["shop", *CONTRACTS])
def test_customers_come_as_often_at_the_end_of_the_log_as_a_year_before(preset: str) -> None:
    setting, made = piece(preset, CUSTOMERS)
    customer, at = visits(preset)
    rates = []
    for end in (setting.days - 365.0, setting.days):
        is_new = (made.traits["arrived"] > end - 2 * SPAN) & (made.traits["arrived"] < end - SPAN)
        counted = is_new & (made.departure.decided > end)
        count = (counted[customer] & (at > end - SPAN) & (at <= end)).sum()
        work = setting.season.worked(np.array([end - SPAN, end]))
        rates.append(count / counted.sum() / (work[1] - work[0]))
    assert rates[1] == pytest.approx(rates[0], rel=0.1)


@pytest.mark.parametrize("preset", ["saas", "telecom"])
def test_who_has_decided_uses_less_though_the_renewal_lies_after_the_end(preset: str) -> None:
    setting, made = piece(preset, CUSTOMERS)
    customer, at = visits(preset)
    counts = np.bincount(customer[at > setting.days - SPAN], minlength=CUSTOMERS)
    decided, is_here = made.departure.decided, np.isinf(made.departure.left)
    leaves = is_here & (decided < setting.days - SPAN - FADED)
    stays = is_here & np.isinf(decided) & (made.traits["arrived"] < setting.days - SPAN - FADED)
    assert leaves.sum() > 100
    assert counts[leaves].mean() < 0.2 * counts[stays].mean()


def test_who_left_a_shop_looks_in_ever_less_and_then_no_more() -> None:
    setting, made = piece("shop", CUSTOMERS)
    customer, at = visits("shop")
    left, days = made.departure.left, setting.preset.visits.decline_days
    gone = np.isfinite(left[customer])
    since = (at - left[customer])[gone]
    before, first, second = (
        ((since > a) & (since <= b)).sum() for a, b in ((-days / 2, 0), (0, days / 2), (days / 2, days))
    )
    assert before > first > second > 0
    assert since.max() <= days


@pytest.mark.parametrize("preset", CONTRACTS)
def test_whoever_decides_turns_renewal_off_or_does_not_pay(preset: str) -> None:
    setting, made = piece(preset, CUSTOMERS)
    departure, until = made.departure, np.minimum(made.departure.left, setting.days)
    (off, off_at), (unpaid, unpaid_at) = (steps(preset, name) for name in (RENEWAL_OFF, UNPAID))
    is_unpaid = departure.motive == setting.preset.causes.index(UNPAID)

    assert np.bincount([*off, *unpaid]).max() == 1
    assert is_unpaid[unpaid].all()
    assert not is_unpaid[off].any()
    assert (np.r_[off_at, unpaid_at] >= departure.decided[np.r_[off, unpaid]]).all()
    has_time = np.flatnonzero(until - departure.decided > 5)
    assert len(has_time) > 1000
    assert np.isin(has_time, np.r_[off, unpaid]).mean() > 0.999


@pytest.mark.parametrize("preset", ["shop", "restaurant"])
def test_nobody_turns_off_what_nobody_has(preset: str) -> None:
    for name in (RENEWAL_OFF, UNPAID):
        assert not steps(preset, name)[0].size


@pytest.mark.parametrize("preset", CONTRACTS)
def test_nobody_is_seen_after_a_contract_ended(preset: str) -> None:
    _, made = piece(preset, CUSTOMERS)
    seen = made.facts["events"]
    assert (seen["at"] < made.departure.left[seen["customer"]]).all()


@pytest.mark.parametrize(
    ("preset", "kind", "name"),
    [
        ("telecom", "outage", "connection_lost"),
        ("telecom", "hidden_fee", "fee_charged"),
        ("shop", "hidden_fee", "fee_charged"),
        ("shop", "bad_interface", "error_shown"),
    ],
)
def test_an_experience_with_the_companys_own_systems_leaves_an_event(preset: str, kind: str, name: str) -> None:
    setting, made = piece(preset, 2_000)
    seen, lived = made.facts["events"], made.facts["experiences"]
    slot = [each.kind for each in setting.preset.experiences].index(kind)
    is_trace = seen["name"] == names_of(setting.preset).index(name)

    left = set(zip(seen["customer"][is_trace], seen["at"][is_trace], strict=True))
    met = lived["slot"] == slot

    assert met.sum() > 10
    assert set(zip(lived["customer"][met], lived["at"][met], strict=True)) <= left
