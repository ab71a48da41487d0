"""Money under contract, counted by hand.

Ann (a) moves from 10 to 25 on 10 February, inside the month. Bob (b) pays 20, ends on 15 February and comes back on
2 April. Cid (c) pays 30 from 10 January. Dan (d) pays 5 from 2 March.
"""

import pandas as pd
import pytest

from vernost.measure import grr, mrr, nrr, revenue_churn
from vernost.store.log import Log

ROWS = """
s1 a basic 2024-01-01 2024-02-10 10
s2 b basic 2024-01-01 2024-02-15 20
s3 c pro   2024-01-10 -          30
s4 a pro   2024-02-10 -          25
s5 d basic 2024-03-02 -           5
s6 b basic 2024-04-02 -          20
"""
CITIES = {"a": None, "b": "Omsk", "c": "Tver", "d": "Tver"}


def subscriptions(text: str = ROWS) -> pd.DataFrame:
    columns = ["subscription_id", "customer_id", "plan", "started_at", "ended_at", "monthly_price"]
    frame = pd.DataFrame([line.split() for line in text.strip().splitlines()], columns=columns)
    return frame.replace("-", None).astype({"monthly_price": float})


@pytest.fixture(scope="module")
def log() -> Log:
    customers = pd.DataFrame({"customer_id": list(CITIES), "city": list(CITIES.values())})
    return Log.wrap(subscriptions=subscriptions(), customers=customers)


def table(answer: object, *names: str) -> list[tuple[object, ...]]:
    rows = answer.rows  # type: ignore[attr-defined]
    return [tuple(str(row[name]) if name == "period" else row[name] for name in names) for row in rows]


def test_each_month_compares_what_a_customer_paid_at_both_ends(log: Log) -> None:
    answer = revenue_churn(log, by="month")
    # February starts with 10 + 20 + 30; Bob's 20 go, Ann grows by 15.
    assert table(answer, "period", "complete", "numerator", "denominator", "customers", "customers_lost") == [
        ("2024-01-01", True, 0, 30, 2, 0),
        ("2024-02-01", True, 20, 60, 3, 1),
        ("2024-03-01", True, 0, 55, 2, 0),
        ("2024-04-01", False, 0, 60, 3, 0),
    ]
    february = answer.rows[1]
    assert february["value"] == february["gross"] == pytest.approx(20 / 60)
    assert february["net"] == pytest.approx((20 - 15) / 60)
    assert (february["cancelled"], february["downgraded"], february["upgraded"]) == (20, 0, 15)
    assert answer.to_dict()["interval"] == "delta"


def test_net_retention_counts_growth_and_gross_does_not(log: Log) -> None:
    assert nrr(log, by="month").rows[1]["value"] == pytest.approx(55 / 60)
    assert grr(log, by="month").rows[1]["value"] == pytest.approx(40 / 60)


def test_the_interval_follows_the_delta_method_over_customers(log: Log) -> None:
    # Residuals y - R x of NRR: Ann 25 - 9.1667, Bob 0 - 18.3333, Cid 30 - 27.5; times n / (n - 1), by 60.
    residual = (25 - 10 * 55 / 60) ** 2 + (20 * 55 / 60) ** 2 + (30 - 30 * 55 / 60) ** 2
    error = 1.959963984540054 * (residual * 3 / 2) ** 0.5 / 60
    row = nrr(log, by="month").rows[1]
    assert row["high"] == pytest.approx(55 / 60 + error)
    assert row["low"] == 0  # 55/60 - error is below 0, and nobody pays less than nothing


@pytest.mark.parametrize(
    ("cut", "expected"),
    [
        ("plan", {"basic": (20, 30), "pro": (0, 30)}),
        ("city", {"Omsk": (20, 20), "Tver": (0, 30), None: (0, 10)}),
    ],
)
def test_a_customer_counts_under_the_value_at_the_start(log: Log, cut: str, expected: dict[object, object]) -> None:
    rows = [row for row in revenue_churn(log, by="month", cut=cut).rows if str(row["period"]) == "2024-02-01"]
    assert {row[cut]: (row["numerator"], row["denominator"]) for row in rows} == expected


def test_recurring_revenue_is_cut_by_the_plan_of_each_subscription(log: Log) -> None:
    assert table(mrr(log, by="month"), "value") == [(60,), (55,), (60,), (80,)]
    assert table(mrr(log, by="month", cut="plan"), "period", "plan", "value")[2:6] == [
        ("2024-02-01", "basic", 0),
        ("2024-02-01", "pro", 55),
        ("2024-03-01", "basic", 5),
        ("2024-03-01", "pro", 55),
    ]
    assert table(mrr(log), "value") == [(80,)]
    assert table(mrr(log, until="2024-02-29"), "value") == [(55,)]


@pytest.mark.parametrize(
    ("asked", "lost", "start"),
    [
        pytest.param({}, 0, 30, id="90 days to 2 April: Bob is back at the end"),
        pytest.param({"days": 40}, 0, 55, id="40 days: since 23 February"),
        pytest.param({"since": "2024-02-01", "until": "2024-02-29"}, 20, 60, id="a window of days"),
        pytest.param({"as_of": "2024-02-29", "days": 29}, 20, 60, id="as of then"),
    ],
)
def test_without_periods_a_window_is_compared(log: Log, asked: dict[str, object], lost: int, start: int) -> None:
    (row,) = revenue_churn(log, **asked).rows
    assert (row["numerator"], row["denominator"]) == (lost, start)


def test_those_behind_the_number_are_as_many_as_it_says(log: Log) -> None:
    answer = revenue_churn(log, by="month")
    who = answer.who().to_pandas()
    for row in answer.rows:
        listed = who[who.period.astype(str) == str(row["period"])]
        assert len(listed) == row["customers"]
        assert listed.numerator.sum() == row["customers_lost"]  # nobody here downgrades


def test_a_downgrade_is_no_cancellation() -> None:
    log = Log.wrap(
        subscriptions=subscriptions(
            "s1 a pro 2024-01-01 2024-01-20 30\ns2 a basic 2024-01-20 - 10\ns3 b x 2024-02-01 - 1"
        )
    )
    row = revenue_churn(log, by="month").rows[0]
    assert (row["cancelled"], row["downgraded"], row["customers_lost"]) == (0, 20, 0)
    assert row["low"] is None  # one customer has no spread


@pytest.mark.parametrize(
    ("zone", "january", "february"),
    [("UTC", (10, 20), (0, 10)), ("Europe/Moscow", (0, 10), (10, 20))],
)
def test_months_begin_at_midnight_of_the_company(
    zone: str, january: tuple[int, int], february: tuple[int, int]
) -> None:
    # Ann leaves at 21:30 UTC on 31 January, which is 1 February in Moscow; she comes at 3 o'clock there on 1 January.
    text = "s1 a x 2024-01-01T00:00 2024-01-31T21:30 10\ns2 b x 2023-12-31T20:00 - 10\ns3 c x 2024-02-20T00:00 - 1"
    answer = revenue_churn(Log.wrap(subscriptions=subscriptions(text), timezone=zone), by="month")
    found = {str(row["period"])[:7]: (row["numerator"], row["denominator"]) for row in answer.rows}
    assert (found["2024-01"], found["2024-02"]) == (january, february)
