"""Revenue of the few, counted by hand."""

import pytest
from tests.vernost.measure.facts import customers, orders, picked, shop, who

from vernost.errors import MissingFacts
from vernost.measure import concentration
from vernost.store.log import Log


def of(*amounts: float) -> Log:
    """A customer for each amount."""
    return shop(*(f"c{number:04} 2024-01-01 {amount}" for number, amount in enumerate(amounts)))


@pytest.mark.parametrize(
    ("amounts", "top_20", "gini", "for_80"),
    [
        pytest.param([40, 10, 30, 20], 0.4, 0.25, 0.75, id="the first of four brings 40 of 100, three bring 90"),
        pytest.param([5] * 15, 0.2, 0.0, 0.8, id="three of fifteen equals"),
        pytest.param([7], 1.0, 0.0, 1.0, id="one customer"),
        pytest.param([0, 0, 0, 8], 1.0, 0.75, 0.25, id="one of four brings all"),
        pytest.param([80, 5, 5, 5, 5], 0.8, 0.6, 0.2, id="80 % from 20 %"),
        pytest.param([79, 6, 5, 5, 5], 0.79, 0.596, 0.4, id="not quite 80 % from 20 %"),
        pytest.param([0, 0], None, None, None, id="no revenue"),
    ],
)
def test_the_top_are_the_customers_with_the_most_revenue(
    amounts: list[float], top_20: float | None, gini: float | None, for_80: float | None
) -> None:
    answer = concentration(of(*amounts))
    row = answer.rows[-1]
    assert (row["top"], row["customers"], row["denominator"]) == (0.2, len(amounts), sum(amounts))
    expected = [None if value is None else pytest.approx(value, abs=1e-12) for value in (top_20, gini, for_80)]
    assert [row["value"], row["gini"], row["customers_for_80"]] == expected
    assert [answer.summary["gini"], answer.summary["customers_for_80"]] == expected[1:]


@pytest.mark.parametrize(
    ("size", "heads"),
    [
        pytest.param(1, (1, 1, 1, 1), id="of one all tops are that one"),
        pytest.param(10, (1, 1, 1, 2), id="of ten"),
        pytest.param(21, (1, 2, 3, 5), id="rounded up"),
        pytest.param(100, (1, 5, 10, 20), id="of a hundred"),
        pytest.param(700, (7, 35, 70, 140), id="of 700, where 0.01 x 700 is a hair above 7"),
    ],
)
def test_a_top_is_rounded_up_to_whole_customers(size: int, heads: tuple[int, ...]) -> None:
    assert picked(concentration(of(*[1] * size)), "top", "numerator") == list(
        zip((0.01, 0.05, 0.1, 0.2), heads, strict=True)
    )


def test_refunds_are_taken_off_but_no_customer_counts_below_0() -> None:
    log = shop("ann 2024-01-01 10", "bob 2024-01-01 10", "bob 2024-01-02 -15", "eve 2024-01-02 -9", "- 2024-01-03 99")
    answer = concentration(log)
    # Ann brings 10, bob 0 and not -5; eve has refunds alone and the walk-in is nobody.
    row = answer.rows[0]
    assert (row["value"], row["numerator"], row["denominator"], row["customers"]) == (1, 10, 10, 2)
    assert row["gini"] == pytest.approx(0.5)
    assert who(answer) == [
        {"customer_id": "ann", "revenue": 10, "top": 0.01, "numerator": True},
        {"customer_id": "bob", "revenue": -5, "top": None, "numerator": False},
    ]


def test_of_equals_the_one_who_bought_first_stands_higher() -> None:
    log = shop("ann 2024-01-02 10", "bob 2024-01-01 10", "eve 2024-01-01 10")
    assert [row["customer_id"] for row in who(concentration(log)) if row["numerator"]] == ["bob"]


def test_the_lorenz_curve_runs_from_the_poorest() -> None:
    lorenz = concentration(of(40, 10, 30, 20)).summary["lorenz"]
    assert [(point["customers"], pytest.approx(point["revenue"])) for point in lorenz] == [
        (0, 0),
        (0.25, 0.1),
        (0.5, 0.3),
        (0.75, 0.6),
        (1, 1),
    ]


def test_the_lorenz_curve_of_many_has_a_point_each_hundredth() -> None:
    lorenz = concentration(of(*range(1, 251))).summary["lorenz"]
    assert [round(point["customers"] * 250) for point in lorenz] == [250 * part // 100 for part in range(101)]
    # The poorest 125 of 1 to 250 bring 125 x 126 / 2 of 250 x 251 / 2.
    assert lorenz[50]["revenue"] == pytest.approx(125 * 126 / (250 * 251))


def test_each_period_has_all_tops_and_an_empty_one_has_no_shares() -> None:
    log = shop("ann 2024-01-05 30", "bob 2024-01-06 10", "ann 2024-03-01 10")
    answer = concentration(log, by="month")
    assert [row[1:] for row in picked(answer, "period", "top", "value", "customers") if row[1] == 0.2] == [
        (0.2, 0.75, 2),
        (0.2, None, 0),
        (0.2, 1, 1),
    ]
    assert len(answer.rows) == 12
    assert answer.summary == {}


def test_a_cut_ranks_its_own_customers() -> None:
    log = shop(
        "ann 2024-01-01 30", "bob 2024-01-01 10", "eve 2024-01-01 5", customers=customers("ann Tver", "bob Tver")
    )
    found = [row for row in picked(concentration(log, cut="city"), "city", "top", "value") if row[1] == 0.01]
    assert found == [("Tver", 0.01, 0.75), (None, 0.01, 1)]


def test_a_cut_by_the_order_counts_the_money_of_such_orders() -> None:
    log = shop("ann 2024-01-01 30 web", "ann 2024-01-02 5 app", "bob 2024-01-01 15 app", more="channel")
    found = [row for row in picked(concentration(log, cut="channel"), "channel", "top", "value") if row[1] == 0.2]
    assert found == [("app", 0.2, 0.75), ("web", 0.2, 1)]


def test_a_cut_by_the_amount_itself_is_a_cut_like_any_other() -> None:
    log = shop("ann 2024-01-01 30", "bob 2024-01-01 30", "bob 2024-01-02 5")
    answer = concentration(log, cut="amount")
    assert [row for row in picked(answer, "amount", "top", "customers") if row[1] == 0.2] == [(5, 0.2, 1), (30, 0.2, 2)]
    assert len(who(answer)) == 3


def test_nothing_left_after_where_is_nothing_and_no_error() -> None:
    log = shop("ann 2024-01-01 30 web", more="channel")
    answer = concentration(log, where="channel = 'app'")
    assert picked(answer, "value", "customers") == [(None, 0)] * 4
    assert answer.summary == {"gini": None, "customers_for_80": None, "lorenz": []}


def test_orders_without_amounts_say_what_is_lacking() -> None:
    with pytest.raises(MissingFacts, match=r"orders\.amount"):
        concentration(Log.wrap(orders=orders("ann 2024-01-01")))
