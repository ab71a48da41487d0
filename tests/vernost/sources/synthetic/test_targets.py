"""What each preset is made to meet, the founding statistics in the shop, each within five points."""

import numpy as np
import pytest
from tests.vernost.sources.synthetic.companies import piece

from vernost.sources.synthetic import PRESETS
from vernost.sources.synthetic.columns import Array
from vernost.sources.synthetic.piece import Piece
from vernost.sources.synthetic.preset import GROUPS

CUSTOMERS = 25_000
POINTS = 0.05
YEAR = 365


@pytest.fixture(scope="module")
def shop() -> Piece:
    return piece("shop", CUSTOMERS)[1]


def customers_with(customer: Array) -> Array:
    return np.bincount(customer, minlength=CUSTOMERS) > 0


@pytest.mark.parametrize("preset", PRESETS)
def test_seventy_of_a_hundred_unhappy_customers_do_not_complain(preset: str) -> None:
    experiences = piece(preset, CUSTOMERS)[1].facts["experiences"]
    unhappy = customers_with(experiences["customer"])
    complained = customers_with(experiences["customer"][experiences["is_told"]])

    assert 1 - complained[unhappy].mean() == pytest.approx(0.70, abs=POINTS)


@pytest.mark.parametrize(
    ("preset", "share"),
    [("shop", 0.38), ("restaurant", 0.38), ("subscription", 0.35), ("saas", 0.17), ("telecom", 0.23)],
)
def test_so_many_leave_within_a_year(preset: str, share: float) -> None:
    made = piece(preset, CUSTOMERS)[1]
    arrived = made.traits["arrived"]

    assert (made.departure.left - arrived < YEAR)[arrived < YEAR].mean() == pytest.approx(share, abs=POINTS)


def test_a_fifth_leaves_after_the_first_purchase(shop: Piece) -> None:
    # Customers of at least a year, who had the time for a second one.
    old = shop.traits["arrived"] < YEAR
    orders = np.bincount(shop.facts["orders"]["customer"], minlength=CUSTOMERS)

    assert (np.isfinite(shop.departure.left) & (orders == 1))[old].mean() == pytest.approx(0.20, abs=POINTS)


@pytest.mark.parametrize(("preset", "share"), [("shop", 0.80), ("restaurant", 0.70), ("saas", 0.75)])
def test_a_fifth_of_customers_brings_most_of_revenue(preset: str, share: float) -> None:
    orders = piece(preset, CUSTOMERS)[1].facts["orders"]
    revenue = np.sort(np.bincount(orders["customer"], weights=orders["cents"], minlength=CUSTOMERS))[::-1]

    assert revenue[: CUSTOMERS // 5].sum() / revenue.sum() == pytest.approx(share, abs=POINTS)


@pytest.mark.parametrize("preset", PRESETS)
def test_sixty_five_of_a_hundred_leavers_say_nothing(preset: str) -> None:
    made = piece(preset, CUSTOMERS)[1]
    left, spoke = made.departure.left, np.zeros(CUSTOMERS, bool)
    for table in ("tickets", "reviews", "answers"):
        said = made.facts[table]
        gone = left[said["customer"]]
        # The reading of silent_leaver_rate: from 90 days before leaving up to that day.
        spoke[said["customer"][(said["at"] >= gone - 90) & (np.floor(said["at"]) <= np.floor(gone))]] = True
    if "stretches" in made.facts:
        stretches = made.facts["stretches"]
        spoke[stretches["customer"][stretches["is_told"]]] = True

    assert 1 - spoke[np.isfinite(left)].mean() == pytest.approx(0.65, abs=POINTS)


def test_groups_of_response_have_their_shares_and_lean_as_they_should(shop: Piece) -> None:
    setting, made = piece("shop", CUSTOMERS)
    for kind, groups in setting.preset.response.items():
        shares = np.bincount(made.traits[f"group_{kind}"], minlength=len(GROUPS)) / CUSTOMERS
        assert shares == pytest.approx(np.array(groups.shares), abs=0.01), kind

    group, price = made.traits["group_coupon"], np.log(made.traits["price"])
    sure, lost = (made.traits["keenness"][group == GROUPS.index(name)].mean() for name in ("sure_thing", "lost_cause"))
    assert price[group == GROUPS.index("persuadable")].mean() > price.mean() + 0.2
    assert sure > 1.5 * lost


def test_some_causes_are_told_far_more_often_than_others(shop: Piece) -> None:
    setting, made = piece("shop", CUSTOMERS)
    experiences = made.facts["experiences"]
    kinds = [each.kind for each in setting.preset.experiences]
    told = {kind: experiences["is_told"][experiences["slot"] == place].mean() for place, kind in enumerate(kinds)}

    assert told["defect"] > 0.3
    assert told["silence"] < 0.02
    assert told["defect"] > told["late_delivery"] > told["rival_offer"]
