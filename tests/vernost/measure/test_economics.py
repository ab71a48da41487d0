"""What customers cost, bring and are worth, counted by hand.

Ann (a), Bob (b) and Cid (c) first buy in 2022 for 100 each, Dan (d) in 2023 for 60. In 2023 Ann brings 50, Bob 150,
and a walk-in 10. Spent on acquisition: 90 on ads in 2022, 20 on seo in 2023; on retention: 40 in 2023.
"""

import pandas as pd
import pytest

from vernost.errors import InvalidValue, MissingFacts
from vernost.measure import cac, clv, clv_to_cac, payback, retention_value, roas, roi
from vernost.measure.base_value import Settings
from vernost.measure.measure import Measure
from vernost.measure.moments import estimate, moments
from vernost.store.log import Log

Z = 1.959963984540054
ORDERS = """
1 a 2022-01-01 100
2 b 2022-02-01 100
3 c 2022-03-01 100
4 a 2023-02-01  50
5 b 2023-06-01 150
6 d 2023-06-01  60
7 - 2023-12-31  10
"""
SPEND = """
1 2022-01-01 ads  acquisition 60
2 2022-03-01 ads  acquisition 30
3 2023-06-01 seo  acquisition 20
4 2023-06-01 mail retention   40
"""
SUBSCRIPTIONS = """
1 a 2022-01-01 -          10
2 b 2022-01-01 2022-12-31 10
3 c 2023-12-31 -          20
"""
CHANNELS = {"a": "ads", "b": "ads", "c": None, "d": "seo"}


def table(text: str, columns: str) -> pd.DataFrame:
    rows = [[None if cell == "-" else cell for cell in line.split()] for line in text.strip().splitlines()]
    frame = pd.DataFrame(rows, columns=columns.split())
    numbers = [name for name in ("amount", "monthly_price") if name in frame]
    return frame.astype(dict.fromkeys(numbers, float)).dropna(axis=1, how="all")


def shop(orders: str = ORDERS, spend: str = SPEND, **rest: object) -> Log:
    return Log.wrap(
        orders=table(orders, "order_id customer_id ordered_at amount"),
        spend=table(spend, "spend_id period_on channel purpose amount"),
        customers=pd.DataFrame({"customer_id": list(CHANNELS), "acquisition_channel": list(CHANNELS.values())}),
        **rest,
    )


def contracts(text: str = SUBSCRIPTIONS, spend: str = SPEND) -> Log:
    return Log.wrap(
        subscriptions=table(text, "subscription_id customer_id started_at ended_at monthly_price").assign(plan="p"),
        spend=table(spend, "spend_id period_on channel purpose amount"),
    )


def test_cost_to_win_is_money_for_acquisition_by_new_customers() -> None:
    rows = cac(shop(), by="year").rows
    assert [(row["value"], row["numerator"], row["denominator"]) for row in rows] == [(30, 90, 3), (20, 20, 1)]
    (row,) = cac(shop()).rows
    assert (row["value"], row["numerator"], row["denominator"]) == (27.5, 110, 4)
    # Four customers, Poisson: a relative error of 1 / 2.
    assert row["high"] == pytest.approx(27.5 * (1 + Z / 2))
    assert len(cac(shop()).who().to_pandas()) == 4


def test_cost_by_channel_sets_money_beside_those_who_came_by_it() -> None:
    found = {row["acquisition_channel"]: row["value"] for row in cac(shop(), cut="acquisition_channel").rows}
    assert found == {"ads": 45, "seo": 20, None: None}  # nothing is known to have been spent on Cid


def test_unknown_spending_is_not_none() -> None:
    # Spending is known since June 2023: who was won before counts nowhere, a month without it has no cost.
    log = shop(spend="1 2023-06-01 seo acquisition 20")
    assert (cac(log).rows[0]["value"], cac(log).rows[0]["denominator"]) == (20, 1)
    months = {str(row["period"])[:7]: row["value"] for row in cac(log, by="month").rows}
    assert (months["2022-01"], months["2023-05"], months["2023-06"]) == (None, None, 20)
    assert {note.code for note in cac(log).notes} >= {"spend_known"}


def test_a_window_counts_both_money_and_customers() -> None:
    (row,) = cac(shop(), since="2022-02-01", until="2022-12-31").rows
    assert (row["numerator"], row["denominator"]) == (30, 2)


@pytest.mark.parametrize(
    ("asked", "match"), [({"cut": "city"}, "acquisition_channel only"), ({"where": "1 == 1"}, "--where")]
)
def test_what_spending_cannot_know_is_refused(asked: dict[str, str], match: str) -> None:
    with pytest.raises(InvalidValue, match=match):
        cac(shop(), **asked)


def test_without_spending_it_is_said_what_is_lacking() -> None:
    log = Log.wrap(orders=table(ORDERS, "order_id customer_id ordered_at amount"))
    with pytest.raises(MissingFacts, match="spend"):
        cac(log)


def test_dates_of_spending_are_the_companys_whatever_the_zone() -> None:
    log = shop(timezone="America/New_York")
    assert [row["numerator"] for row in cac(log, by="month").rows if row["numerator"]] == [60, 30, 20]


def test_lifetime_value_is_margin_so_far_and_to_come() -> None:
    # So far 560 / 4. In 2023 four customers brought 260, of three buyers of 2022 two bought again.
    (row,) = clv(shop(), margin_rate=0.5, discount_rate=0.12, horizon=2).rows
    retained = 2 / 3 / 1.12
    assert row["historic"] == pytest.approx(0.5 * 140)
    assert row["expected"] == pytest.approx(0.5 * 65 * (retained + retained**2))
    assert (row["retention"], row["customers"]) == (pytest.approx(2 / 3), 4)
    assert row["value"] == pytest.approx(row["historic"] + row["expected"])
    assert row["low"] < row["value"] < row["high"]


def test_lifetime_value_by_year_looks_from_the_end_of_each() -> None:
    rows = clv(shop(), by="year", margin_rate=0.5).rows
    assert [(row["customers"], row["historic"]) for row in rows] == [(3, 50), (4, 70)]
    # Within 2022 alone its halves are compared, in which nobody came back.
    assert rows[0]["expected"] == 0
    assert [row["customers"] for row in clv(shop(), by="year", since="2023-01-01").rows] == [4]


def test_lifetime_value_by_channel_adds_up() -> None:
    rows = {row["acquisition_channel"]: row for row in clv(shop(), cut="acquisition_channel", margin_rate=1).rows}
    assert {name: (row["customers"], row["historic"]) for name, row in rows.items()} == {
        "ads": (2, 200),
        "seo": (1, 60),
        None: (1, 100),
    }
    assert rows["seo"]["value"] is None  # no one of them was there a year ago
    who = clv(shop()).who().to_pandas()
    assert dict(zip(who.customer_id, who.numerator, strict=True)) == {"a": True, "b": True, "c": False, "d": True}


def test_lifetime_value_under_contract_pays_by_the_month() -> None:
    # As of 31 December 2023 two pay 30 a month; of the two of a year ago (31 December 2022, midnight) one is left.
    (row,) = clv(contracts(), margin_rate=1, discount_rate=0, horizon=1).rows
    assert row["retention"] == pytest.approx(1.0)  # Bob left the instant before: only Ann was there
    month = 365.25 / 12
    assert row["historic"] == pytest.approx((10 * 730 / month + 10 * 364 / month + 20 * 1 / month) / 3)
    assert row["expected"] == pytest.approx(30 * 12 / 3)


def test_a_customer_who_left_brings_nothing_more() -> None:
    log = contracts("1 a 2022-01-01 - 10\n2 b 2022-01-01 2023-06-30 10\n3 c 2023-12-31 - 20")
    (row,) = clv(log, margin_rate=1, discount_rate=0.1, horizon=1).rows
    assert row["retention"] == pytest.approx(0.5)
    step = (0.5 / 1.1) ** (1 / 12)
    assert row["expected"] == pytest.approx(30 / 3 * sum(step**k for k in range(1, 13)))


@pytest.mark.parametrize(
    ("option", "value"), [("margin_rate", 0), ("margin_rate", 1.5), ("discount_rate", -0.1), ("horizon", 0)]
)
def test_settings_out_of_range_are_refused(option: str, value: float) -> None:
    with pytest.raises(InvalidValue, match=option):
        clv(shop(), **{option: value})


def test_a_window_without_periods_is_refused_where_the_whole_log_counts() -> None:
    with pytest.raises(InvalidValue, match="--from"):
        clv(shop(), since="2023-01-01")
    assert clv(shop(), until="2022-12-31").rows[0]["customers"] == 3


def test_value_by_cost() -> None:
    (row,) = clv_to_cac(shop()).rows
    assert row["value"] == pytest.approx(row["clv"] / 27.5)
    rows = {row["acquisition_channel"]: row for row in clv_to_cac(shop(), cut="acquisition_channel").rows}
    assert rows["ads"]["value"] == pytest.approx(rows["ads"]["clv"] / 45)
    assert (rows[None]["cac"], rows[None]["value"]) == (None, None)


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [
        pytest.param(None, [(300, 90), (270, 60)], id="all revenue by all money, walk-ins too"),
        pytest.param("acquisition", [(300, 90), (60, 20)], id="new customers"),
        pytest.param("retention", [(0, 0), (200, 40)], id="earlier customers"),
    ],
)
def test_return_sets_revenue_beside_the_money_of_its_purpose(
    purpose: str | None, expected: list[tuple[int, int]]
) -> None:
    rows = roas(shop(), by="year", purpose=purpose).rows
    assert [(row["numerator"], row["denominator"]) for row in rows] == expected
    assert rows[1]["value"] == pytest.approx(expected[1][0] / expected[1][1])


def test_return_on_investment_takes_cost_off() -> None:
    (row,) = roi(shop(), margin_rate=0.4).rows
    assert row["value"] == pytest.approx((0.4 * 570 - 150) / 150)
    by_channel = {row["acquisition_channel"]: row["value"] for row in roas(shop(), cut="acquisition_channel").rows}
    assert by_channel == {"ads": pytest.approx(400 / 90), "seo": 3, "mail": 0, None: None}
    with pytest.raises(InvalidValue, match="purpose"):
        roas(shop(), purpose="fun")


def test_payback_counts_whole_months_of_life() -> None:
    # Won for 30 each: 20 in the first month, 20 in the third; the margin is 0.8.
    orders = (
        "1 a 2024-01-01 20\n2 b 2024-01-01 20\n3 a 2024-03-05 20\n4 b 2024-03-05 20\n5 z 2023-01-01 1\n6 - 2024-12-31 1"
    )
    (row,) = payback(shop(orders, "1 2024-01-01 ads acquisition 60"), margin_rate=0.8).rows
    assert (row["value"], row["cac"], row["months_seen"]) == (3, 30, 12)
    assert row["recovered"] == pytest.approx(0.8 * 40 / 30)
    (row,) = payback(shop(orders, "1 2024-01-01 ads acquisition 60"), margin_rate=0.7).rows
    assert (row["value"], row["recovered"]) == (None, pytest.approx(0.7 * 40 / 30))


def test_payback_takes_each_month_over_those_watched_for_all_of_it() -> None:
    # Bob is watched for one month only: his month counts in the first, Ann alone in the second.
    orders = "1 a 2024-01-01 10\n2 b 2024-02-01 30\n3 a 2024-02-05 40\n4 - 2024-03-05 1"
    (row,) = payback(shop(orders, "1 2024-01-01 ads acquisition 100"), margin_rate=1).rows
    assert (row["value"], row["cac"], row["months_seen"]) == (2, 50, 2)
    assert row["recovered"] == pytest.approx(((10 + 30) / 2 + 40) / 50)


def test_payback_under_contract_is_cost_by_first_price() -> None:
    (row,) = payback(contracts(), margin_rate=0.5).rows
    # 110 spent on three, who began with 10, 10 and 20.
    assert row["value"] == pytest.approx((110 / 3) / (0.5 * 40 / 3))


def test_each_point_of_retention_has_its_worth() -> None:
    answer = retention_value(shop(), points=5, margin_rate=0.5, discount_rate=0.12, horizon=2)
    assert [row["points"] for row in answer.rows] == [1, 2, 3, 4, 5]

    def worth(retention: float) -> float:
        return 0.5 * 260 * (retention / 1.12 + (retention / 1.12) ** 2)

    last = answer.rows[-1]
    assert last["base_value"] == pytest.approx(worth(2 / 3))
    assert last["value"] == pytest.approx(worth(2 / 3 + 0.05) - worth(2 / 3))
    assert last["relative"] == pytest.approx(last["value"] / last["base_value"])
    assert last["profit"] == pytest.approx(0.05 * 0.5 * 260)
    assert 0 <= last["low"] < last["value"] < last["high"]


def test_retention_cannot_rise_above_all() -> None:
    log = contracts("1 a 2022-01-01 - 10\n2 b 2022-01-01 - 10\n3 c 2023-12-31 - 20")
    rows = retention_value(log).rows
    assert [(row["retention"], row["value"], row["profit"], row["high"]) for row in rows] == [(1, 0, 0, None)] * 5


def test_without_anyone_a_year_ago_nothing_can_be_told() -> None:
    (row,) = clv(shop("1 a 2024-01-01 10")).rows
    assert (row["value"], row["expected"], row["historic"]) == (None, None, pytest.approx(3.5))
    assert retention_value(shop("1 a 2024-01-01 10")).rows[0]["value"] is None


def test_the_error_of_a_function_of_means_is_that_of_the_delta_method() -> None:
    # A ratio of means has a known error: that of `statistics.ratio_error`.
    import ibis

    from vernost.statistics import ratio_error

    rows = ibis.memtable({"x": [1.0, 4.0, 2.0], "y": [2.0, 3.0, 5.0]})
    (row,) = moments(rows, (), ("x", "y")).to_pyarrow().to_pylist()
    value, error = estimate(row, ("x", "y"), lambda at: at["x"] / at["y"])
    assert value == pytest.approx(0.7)
    assert error == pytest.approx(ratio_error(3, 7.0, 10.0, 21.0, 24.0, 38.0), rel=1e-6)


def test_a_margin_forever_is_near_the_textbook_multiple() -> None:
    # r / (1 + i - r) at 80 % and 10 %: 2.67 years of margin.
    assert Settings(1, 0.1, 100).multiple(0.8) == pytest.approx(0.8 / 0.3)


@pytest.mark.parametrize("measure", [clv, retention_value])
def test_events_alone_bring_no_money(measure: Measure) -> None:
    log = Log.wrap(
        events=pd.DataFrame({"customer_id": ["a"], "occurred_at": ["2022-01-01"], "name": ["visit"]}),
        spend=table(SPEND, "spend_id period_on channel purpose amount"),
    )
    with pytest.raises(MissingFacts, match=f"{measure.name} needs the table subscriptions or orders"):
        measure(log, as_of="2022-12-31").rows  # noqa: B018 - asking for the rows is what must fail
