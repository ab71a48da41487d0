"""What customers are worth: margin so far and to come, hand-counted."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from vernost.errors import InvalidValue, MissingFacts
from vernost.measure.base_value import DAYS_IN_MONTH, Settings
from vernost.predict.business import Business, find_business
from vernost.predict.forecast import Forecast
from vernost.predict.outlook import ContractOutlook, PurchaseOutlook
from vernost.predict.processes import BetaGeoNBD, GammaGamma
from vernost.predict.scorer import Bands, Scorer
from vernost.predict.worth import by_group, customer_value, valuing, whole, with_worth
from vernost.store.log import Log

DAY = date(2024, 6, 30)


@dataclass
class Tenth:
    """A risk that is the same for everyone, and contracts of which each month a tenth ends."""

    share: float = 0.2

    def risk(self, frame: pa.Table) -> np.ndarray:
        return np.full(frame.num_rows, self.share)

    def contributions(self, frame: pa.Table) -> tuple[tuple[str, ...], np.ndarray]:
        return (), np.zeros((frame.num_rows, 1))

    def probability_of_leaving(self, frame: pa.Table, days: float) -> np.ndarray:
        return np.full(frame.num_rows, 1 - 0.9 ** (days / DAYS_IN_MONTH))


def scorer(outlook: Any) -> Scorer:
    return Scorer(Tenth(), outlook, Bands.around(0.1, None), DAY, 30, "tenth", "1")  # type: ignore[arg-type]


def forecast(outlook: Any, business: Business | None = None) -> Forecast:
    return Forecast(business, scorer(outlook), None)  # type: ignore[arg-type]


def expected(outlook: Any, frame: pa.Table, **settings: Any) -> list[float | None]:
    terms = Settings(**({"margin_rate": 0.5, "discount_rate": 0.0, "horizon": 1} | settings))
    return valuing(forecast(outlook), terms).scorer.score(frame)["expected"].to_pylist()


SUBSCRIBERS = pa.table({"customer_id": ["ann", "bob"], "monthly_price": [10.0, 20.0], "duration": [40.0, 90.0]})


def months(count: int, discount: float = 0.0) -> float:
    """Months for which a contract of which each month a tenth ends runs, each counted at its end."""
    return float(sum(0.9**month * (1 + discount) ** (-month / 12) for month in range(1, count + 1)))


@pytest.mark.parametrize(
    ("settings", "years"),
    [
        pytest.param({}, 0.5, id="a year"),
        pytest.param({"margin_rate": 1.0}, 1.0, id="all is margin"),
        pytest.param({"horizon": 2}, 0.5 * months(24) / months(12), id="two years"),
        pytest.param({"discount_rate": 0.2}, 0.5 * months(12, 0.2) / months(12), id="later money counts for less"),
    ],
)
def test_a_contract_is_worth_a_month_of_revenue_for_each_that_it_runs(settings: dict[str, Any], years: float) -> None:
    outlook = ContractOutlook(Tenth())  # type: ignore[arg-type]
    revenue = scorer(outlook).score(SUBSCRIBERS)["revenue"].to_pylist()

    assert expected(outlook, SUBSCRIBERS, **settings) == pytest.approx([years * each for each in revenue])


@pytest.fixture(scope="module")
def purchases() -> PurchaseOutlook:
    chance = np.random.default_rng(3)
    process = BetaGeoNBD()
    made = np.full(400, 300.0)
    process.fit({"frequency": 1.0 + chance.poisson(3, 400), "recency": chance.uniform(50, 290, 400), "T": made})
    spent = {"frequency": chance.integers(2, 9, 400).astype(float), "monetary_value": chance.gamma(5, 4, 400)}
    return PurchaseOutlook(process, GammaGamma().fit(spent))


BUYERS = pa.table(
    {
        "customer_id": ["ann", "bob", "eve"],
        "frequency": [6.0, 1.0, 0.0],
        "recency": [250.0, 40.0, 0.0],
        "T": [270.0, 280.0, 20.0],
        "monetary_value": [30.0, 12.0, None],
    }
)


def test_a_year_without_discount_is_the_margin_of_the_expected_revenue(purchases: PurchaseOutlook) -> None:
    revenue = scorer(purchases).score(BUYERS)["revenue"].to_pylist()

    assert expected(purchases, BUYERS) == pytest.approx([0.5 * each for each in revenue])


def test_discounted_purchases_are_those_of_each_day_discounted(purchases: PurchaseOutlook) -> None:
    days = np.arange(1, 366)
    until = np.array([[0.0] * 3, *(purchases.process.expected_purchases(BUYERS, float(day)) for day in days)])
    daily = np.diff(until, axis=0) * 1.3 ** (-(days[:, None] - 0.5) / 365)
    score = scorer(purchases).score(BUYERS)
    each = np.array(score["revenue"].to_pylist()) / np.array(score["orders"].to_pylist())

    told = expected(purchases, BUYERS, margin_rate=1.0, discount_rate=0.3)

    assert told == pytest.approx(list(each * daily.sum(axis=0)), rel=1e-4)


def test_a_further_horizon_and_a_lower_discount_are_worth_more(purchases: PurchaseOutlook) -> None:
    near, far = (expected(purchases, BUYERS, horizon=years) for years in (1, 5))
    dear = expected(purchases, BUYERS, horizon=5, discount_rate=0.5)

    assert all(one < other for one, other in zip(near, far, strict=True))  # type: ignore[operator]
    assert all(one < other for one, other in zip(dear, far, strict=True))  # type: ignore[operator]


def test_without_amounts_nothing_is_expected_rather_than_zero(purchases: PurchaseOutlook) -> None:
    assert expected(PurchaseOutlook(purchases.process, None), BUYERS) == [None, None, None]
    assert expected(None, BUYERS) == [None, None, None]


def contracts() -> Log:
    """Ann has paid 10 a month for a year; Bob paid 20 for two months and left."""
    return Log.wrap(
        subscriptions=pd.DataFrame(
            {
                "customer_id": ["ann", "bob"],
                "plan": "Basic",
                "started_at": pd.to_datetime(["2023-07-01", "2024-01-01"]),
                "ended_at": pd.to_datetime([None, "2024-03-01"]),
                "monthly_price": [10.0, 20.0],
            }
        )
    )


def test_who_left_is_worth_what_was_paid_and_nothing_more() -> None:
    log = contracts()
    business = find_business(log, as_of=DAY)
    scores = pa.table({"customer_id": ["ann"], "expected": [33.0]})

    rows = with_worth(log, business, Settings(0.5, 0.1, 1), scores).sort_by("customer_id").to_pylist()

    assert [row["expected"] for row in rows] == [33.0, 0.0]
    # 366 days at 10 and 60 days at 20 a month of 365.25 / 12 days.
    paid = [366 * 10 / DAYS_IN_MONTH, 60 * 20 / DAYS_IN_MONTH]
    assert [row["historic"] for row in rows] == pytest.approx([0.5 * each for each in paid], rel=1e-6)
    assert [row["value"] for row in rows] == pytest.approx([row["historic"] + row["expected"] for row in rows])


def test_the_value_of_customers_names_each_once_the_most_valuable_first() -> None:
    log = contracts()
    business = find_business(log, as_of=DAY)

    found = customer_value(log, forecast(ContractOutlook(Tenth()), business), margin_rate=0.5)  # type: ignore[arg-type]

    assert found.column_names == ["customer_id", "historic", "expected", "value"]
    assert found["customer_id"].to_pylist() == ["ann", "bob"]


@pytest.mark.parametrize(
    "settings",
    [{"margin_rate": 0.0}, {"margin_rate": 1.5}, {"discount_rate": -0.1}, {"horizon": 0}],
)
def test_settings_that_mean_nothing_are_refused_by_name(settings: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue, match=next(iter(settings))):
        customer_value(contracts(), forecast(None), **settings)


def test_a_log_without_money_says_what_is_missing() -> None:
    log = Log.wrap(orders=pd.DataFrame({"customer_id": ["ann"], "ordered_at": pd.to_datetime(["2024-05-01"])}))
    scores = pa.table({"customer_id": ["ann"], "expected": pa.array([None], pa.float64())})

    with pytest.raises(MissingFacts, match=r"orders\.amount"):
        with_worth(log, find_business(log, as_of=DAY), Settings(0.5, 0.1, 1), scores)


CUSTOMERS = pa.table(
    {
        "customer_id": ["ann", "bob", "eve", "dan"],
        "band": ["low", "high", "medium", None],
        "risk": [0.1, 0.8, 0.4, None],
        "revenue": [100.0, 50.0, 200.0, None],
        "revenue_at_risk": [10.0, 40.0, 80.0, None],
        "historic": [5.0, 6.0, 7.0, 8.0],
        "expected": [50.0, 30.0, 60.0, 0.0],
        "city": ["Perm", "Perm", None, "Perm"],
    }
)


def test_groups_sum_their_customers_the_most_revenue_at_risk_first() -> None:
    unknown, perm = by_group(CUSTOMERS, CUSTOMERS["city"])

    assert (unknown.name, unknown.customers, unknown.at_risk, unknown.revenue_at_risk) == (None, 1, 1, 80.0)
    assert (perm.name, perm.customers, perm.at_risk, perm.revenue) == ("Perm", 3, 1, 150.0)
    assert perm.largest_at_risk == 40.0
    assert perm.share_at_risk == pytest.approx(50 / 150)
    assert perm.value == pytest.approx((5 + 6 + 8 + 50 + 30) / 3)


def test_sums_of_what_is_expected_are_corrected_and_what_came_is_not() -> None:
    plain, twice = whole(CUSTOMERS), whole(CUSTOMERS, drift=2.0)

    assert (twice.revenue, twice.revenue_at_risk, twice.largest_at_risk, twice.expected) == (700.0, 260.0, 160.0, 280.0)
    assert (twice.historic, twice.leavers, twice.share_at_risk) == (plain.historic, plain.leavers, plain.share_at_risk)
    assert plain.avoided_loss is not None
    assert twice.avoided_loss == pytest.approx(2 * plain.avoided_loss)


def test_an_avoided_loss_is_worth_what_those_at_risk_are_expected_to_bring_by_their_risk() -> None:
    everyone = whole(CUSTOMERS)

    # Bob is twice as likely to leave as Eve, so he weighs twice as much; Ann is at no more risk than usual.
    assert everyone.leavers == pytest.approx(1.2)
    assert everyone.avoided_loss == pytest.approx((0.8 * 30 + 0.4 * 60) / 1.2)


def test_where_nobody_is_at_risk_no_loss_can_be_avoided() -> None:
    safe = CUSTOMERS.slice(0, 1)

    assert whole(safe).avoided_loss is None
    assert by_group(safe.slice(0, 0), []) == []
