"""What is to come from each customer, against what came to customers made up by the same process."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from vernost.predict.contracts import KaplanMeier, WeibullRegression
from vernost.predict.outlook import YEAR, ContractOutlook, Outlook, contract_outlook, purchase_outlook
from vernost.predict.processes import ParetoNBD
from vernost.predict.revenue import PurchaseRevenue
from vernost.predict.snapshot import Snapshot

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Market:
    """Customers who buy and leave as Pareto/NBD says and spend as gamma-gamma says, and what they did in a year."""

    histories: dict[str, Floats]
    orders: Floats
    money: Floats

    @classmethod
    def open(cls, count: int, *, seed: int) -> "Market":
        """So many customers, looked at after 100 to 500 days; all that is drawn is drawn here."""
        chance = np.random.default_rng(seed)
        span = chance.integers(100, 500, count).astype(np.float64)
        rate, stays = chance.gamma(1.2, 1 / 40, count), chance.exponential(1 / chance.gamma(2.0, 1 / 600, count))
        frequency = chance.poisson(rate * np.minimum(span, stays)).astype(np.float64)
        recency = np.where(frequency, np.minimum(span, stays) * chance.beta(np.maximum(frequency, 1), 1), 0.0)
        orders = chance.poisson(rate * np.clip(stays - span, 0, YEAR)).astype(np.float64)
        spends = chance.gamma(4.0, 1 / 15, count)
        before, after = (chance.gamma(6.0 * np.maximum(times, 1), 1 / spends) for times in (frequency, orders))
        value = np.where(frequency > 0, before / np.maximum(frequency, 1), np.nan)
        histories = {"frequency": frequency, "recency": recency, "T": span, "monetary_value": value}
        return cls(histories, orders, np.where(orders > 0, after, 0.0))

    def outlook(self) -> Outlook:
        """What can be told of them by what they did."""
        return purchase_outlook(ParetoNBD().fit(self.histories), self.histories).of(self.histories)


@pytest.fixture(scope="module")
def market() -> Market:
    return Market.open(8000, seed=3)


@pytest.fixture(scope="module")
def told(market: Market) -> Outlook:
    return market.outlook()


@pytest.mark.parametrize("what", ["orders", "money"])
def test_what_is_expected_of_all_is_what_comes(market: Market, told: Outlook, what: str) -> None:
    came, expected = getattr(market, what), getattr(told, what)

    assert expected.sum() == pytest.approx(came.sum(), rel=0.04)


@pytest.mark.parametrize("what", ["orders", "money"])
def test_customers_of_whom_more_is_expected_bring_more(market: Market, told: Outlook, what: str) -> None:
    came, expected = getattr(market, what), getattr(told, what)
    fifths = np.array_split(np.argsort(expected), 5)

    for fifth in fifths[2:]:
        assert came[fifth].mean() == pytest.approx(expected[fifth].mean(), rel=0.12)


def test_four_of_five_customers_who_surely_buy_bring_money_within_their_interval(market: Market, told: Outlook) -> None:
    is_sure = told.money_low > 0
    within = (told.money_low <= market.money) & (market.money <= told.money_high)

    assert is_sure.sum() > 500
    # Money of who comes is taken for gamma; who leaves within the year brings less than that.
    assert within[is_sure].mean() == pytest.approx(0.8, abs=0.07)


def test_nine_of_ten_customers_bring_no_more_than_the_upper_bound(market: Market, told: Outlook) -> None:
    assert (market.money <= told.money_high).mean() == pytest.approx(0.9, abs=0.03)


def test_an_interval_has_its_bounds_in_order_and_begins_below_what_is_expected(told: Outlook) -> None:
    assert np.all(told.money_low <= np.minimum(told.money, told.money_high))
    assert np.all(told.orders_low <= np.minimum(told.orders, told.orders_high))


def test_the_next_order_and_alarm_follow_the_rhythm() -> None:
    market = Market.open(1000, seed=5)
    outlook = purchase_outlook(ParetoNBD().fit(market.histories), market.histories)

    often = {"frequency": [20.0], "recency": [195.0], "T": [200.0], "monetary_value": [90.0]}
    rarely = {"frequency": [2.0], "recency": [195.0], "T": [200.0], "monetary_value": [90.0]}

    frequent, rare = outlook.of(often), outlook.of(rarely)
    assert 5 < frequent.next_days[0] < 10 < rare.next_days[0]
    assert frequent.alarm_days[0] < 40 < rare.alarm_days[0]
    # Nine of ten gaps are shorter than the alarm, half are shorter than the next order.
    assert np.all(frequent.alarm_days > 2 * frequent.next_days)


def test_without_amounts_there_are_orders_and_no_money() -> None:
    market = Market.open(500, seed=7)
    histories = {name: values for name, values in market.histories.items() if name != "monetary_value"}

    told = purchase_outlook(ParetoNBD().fit(histories), histories).of(histories)

    assert np.isnan(told.money).all()
    assert np.isfinite(told.orders).all()


def test_goods_that_are_given_away_tell_no_money() -> None:
    market = Market.open(500, seed=7)
    free = market.histories | {"monetary_value": np.zeros(500)}

    assert np.isnan(purchase_outlook(ParetoNBD().fit(free), free).of(free).money).all()


CUSTOMERS = pa.table({"duration": [10.0, 400.0], "monthly_price": [10.0, 10.0]})


@pytest.fixture(scope="module")
def lives() -> pa.Table:
    """Contracts of two plans: half of those of ``month`` end within 90 days, of ``year`` within 900."""
    chance = np.random.default_rng(1)
    plan = np.array(["month", "year"])[np.arange(600) % 2]
    stays = np.ceil(chance.exponential(np.where(plan == "month", 130, 1300)))
    return pa.table(
        {"plan": plan, "duration": np.minimum(stays, 720), "event": (stays <= 720).astype(int), "followed": [720] * 600}
    )


def test_a_contract_brings_its_price_for_as_long_as_it_runs(lives: pa.Table) -> None:
    told = ContractOutlook(WeibullRegression(covariates=["plan"]).fit(lives)).of(
        CUSTOMERS.append_column("plan", [["month", "year"]])
    )

    # With a constant hazard 1/m the months within a year are m (1 − exp(−365/m)) / 30.4: 4.0 and 10.5 of them.
    assert told.money == pytest.approx([40, 105], rel=0.1)
    assert 0 <= told.money_low[0] < told.money[0] < told.money_high[0] < 120
    assert told.money_high[1] == pytest.approx(120)
    assert np.isnan(told.orders).all()


def test_where_nothing_tells_customers_apart_one_curve_tells_of_all(lives: pa.Table) -> None:
    alike = lives.drop_columns(["plan"])
    now = Snapshot(date(2024, 1, 1), 30, pa.table({}), np.empty(0), population=lambda: alike)

    outlook = contract_outlook(now)

    assert isinstance(outlook.lifetimes, KaplanMeier)
    assert np.all((outlook.of(CUSTOMERS).money > 0) & (outlook.of(CUSTOMERS).money < 120))


def test_what_is_not_known_is_not_told() -> None:
    nothing = Outlook.unknown(2, money=np.array([1.0, 2.0]))

    assert nothing.money.tolist() == [1.0, 2.0]
    assert np.isnan(nothing.orders).all()
    assert len(nothing.alarm_days) == 2


def shares_below(told: ContractOutlook, customers: pa.Table, money: float) -> tuple[float, float]:
    less, most = told.revenue(customers).below(np.full(customers.num_rows, money))
    return float(less[0]), float(most[0])


def test_who_may_stay_for_the_year_brings_its_price_with_the_chance_to_stay(lives: pa.Table) -> None:
    stays = KaplanMeier().fit(lives.drop_columns(["plan"]))
    one = pa.table({"duration": [10.0], "monthly_price": [10.0]})
    gone = float(stays.probability_of_leaving(one, YEAR)[0])

    assert shares_below(ContractOutlook(stays), one, 120.0) == pytest.approx((gone, 1.0))
    assert shares_below(ContractOutlook(stays), one, -1.0) == (0.0, 0.0)


def test_prices_that_may_double_double_what_the_best_customers_bring(lives: pa.Table) -> None:
    stays = KaplanMeier().fit(lives.drop_columns(["plan"]))
    one = pa.table({"duration": [10.0], "monthly_price": [10.0]})
    alike, doubling = ContractOutlook(stays).of(one), ContractOutlook(stays, np.array([1.0, 2.0])).of(one)

    assert alike.money_high[0] == pytest.approx(120)
    assert doubling.money_high[0] == pytest.approx(240)
    assert 1 < doubling.money[0] / alike.money[0] < 1.5


def test_money_of_purchases_stays_below_its_bounds_as_often_as_they_say() -> None:
    revenue = PurchaseRevenue.of(np.array([0.3]), np.array([70.0]), np.array([9000.0]))

    assert revenue.mean == pytest.approx([70])
    assert revenue.at(0.2) == pytest.approx([0])
    for level in (0.4, 0.9):
        assert revenue.below(revenue.at(level))[1] == pytest.approx([level])
    assert [float(each[0]) for each in revenue.below(np.zeros(1))] == [0.0, 0.3]
