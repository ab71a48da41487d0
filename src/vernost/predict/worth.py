"""What each customer is worth: the margin brought so far, and the discounted margin that the forecast still expects."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from math import log1p
from typing import TYPE_CHECKING, Any

from vernost.measure.base_value import DAYS_IN_MONTH, YEAR, Settings, customer_base
from vernost.measure.question import Question
from vernost.measure.scope import Scope
from vernost.options import DISCOUNT_RATE, HORIZON_YEARS, MARGIN_RATE
from vernost.predict.forecast import Forecast
from vernost.predict.frames import numbers
from vernost.predict.outlook import ContractOutlook, PurchaseOutlook
from vernost.predict.scorer import AT_RISK, Scorer

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from vernost.predict.business import Business
    from vernost.store.log import Log

WORTH = ("historic", "expected", "value")
"""Margin so far, discounted margin to come, and both."""

MONTHS = 12


def customer_value(
    log: "Log",
    forecast: Forecast,
    *,
    margin_rate: float = MARGIN_RATE,
    discount_rate: float = DISCOUNT_RATE,
    horizon: int = HORIZON_YEARS,
) -> "pa.Table":
    """Lifetime value of everyone who was ever a customer: ``customer_id`` and `WORTH`, the most valuable first.

    What is to come is told by the forecast's own process, or lifetimes of contracts; of who ended the last contract
    nothing is.

    Args:
        log: the customer log.
        forecast: learnt from it.
        margin_rate: share of revenue left after the cost of what was sold.
        discount_rate: yearly rate at which later money counts for less.
        horizon: years ahead.

    Raises:
        MissingFacts: the log holds no money.
    """
    import pyarrow as pa

    settings = Settings(margin_rate, discount_rate, horizon)
    batches = valuing(forecast, settings).batches(log)
    scores = pa.concat_tables(batch.select(["customer_id", "expected"]) for batch in batches)
    valued = with_worth(log, forecast.business, settings, scores).select(["customer_id", *WORTH])
    return valued.sort_by([("value", "descending"), ("customer_id", "ascending")])


def valuing(forecast: Forecast, settings: Settings) -> Forecast:
    """The same forecast, whose scores also hold ``expected``, the discounted margin to come."""
    known = {each.name: getattr(forecast.scorer, each.name) for each in fields(Scorer)}
    return replace(forecast, scorer=ValuingScorer(**known, settings=settings))


def with_worth(log: "Log", business: "Business", settings: Settings, scores: "pa.Table") -> "pa.Table":
    """Everyone who was ever a customer: scores that hold ``expected``, where there are any, and `WORTH`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    scope = Scope(
        log, Question.ask(as_of=business.as_of, timezone=business.timezone), measure="predict", reads=(business.base,)
    )
    paid, _, _ = customer_base(scope, None)
    customers = log.fetch(paid.select("customer_id", "paid_"))
    found = customers.join(scores, "customer_id", join_type="left outer")
    is_present = pc.is_in(found["customer_id"], scores["customer_id"])
    expected = pc.if_else(is_present, found["expected"], 0.0)
    historic = pc.multiply(found["paid_"], settings.margin_rate)
    columns = {"historic": historic, "expected": expected, "value": pc.add(historic, expected)}
    found = found.drop_columns(["paid_", "expected"])
    for name, values in columns.items():
        found = found.append_column(pa.field(name, pa.float64()), values)
    return found


@dataclass(frozen=True)
class ValuingScorer(Scorer):
    """A scorer that also tells the discounted margin to come.

    Attributes:
        settings: how money is counted.
    """

    settings: Settings

    def score(self, frame: "pa.Table") -> "pa.Table":
        """Scores, and beside them ``expected``; null where no money is known."""
        import numpy as np
        import pyarrow as pa

        scores = super().score(frame)
        margin = self.settings.margin_rate * self._discounted(frame, numbers(scores, "revenue"))
        return scores.append_column("expected", pa.array(margin, pa.float64(), mask=~np.isfinite(margin)))

    def _discounted(self, frame: "pa.Table", revenue: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """Discounted revenue: what a purchase, or a month of a contract, brings does not hang on when it comes."""
        import numpy as np

        if isinstance(self.outlook, PurchaseOutlook) and frame.num_rows:
            within_year, discounted = _purchases(self.outlook, frame, self.settings)
        elif isinstance(self.outlook, ContractOutlook) and frame.num_rows:
            within_year, discounted = _months(self.outlook, frame, self.settings)
        else:
            return np.full(frame.num_rows, np.nan)
        nothing = np.where(np.isnan(revenue), np.nan, 0.0)
        return discounted * np.divide(revenue, within_year, out=nothing, where=within_year > 0)


def _purchases(
    outlook: PurchaseOutlook, frame: "pa.Table", settings: Settings
) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Expected purchases within a year, and discounted ones to the horizon."""
    process, rate, days = outlook.process, log1p(settings.discount_rate) / YEAR, settings.horizon * YEAR
    discounted = process.discounted_purchases(frame, rate, days) if rate else process.expected_purchases(frame, days)
    return process.expected_purchases(frame, YEAR), discounted


def _months(
    outlook: ContractOutlook, frame: "pa.Table", settings: Settings
) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Expected months under contract within a year, and discounted ones to the horizon, each counted at its end."""
    import numpy as np

    within_year, discounted = np.zeros(frame.num_rows), np.zeros(frame.num_rows)
    for month in range(1, MONTHS * settings.horizon + 1):
        stays = 1 - outlook.lifetimes.probability_of_leaving(frame, month * DAYS_IN_MONTH)
        within_year += stays if month <= MONTHS else 0.0
        discounted += stays * (1 + settings.discount_rate) ** (-month / MONTHS)
    return within_year, discounted


@dataclass(frozen=True, slots=True)
class Group:
    """What customers who have something in common are worth, in sum.

    Attributes:
        name: what they have in common.
        customers: how many there were ever.
        at_risk: how many of them are at more risk than usual, and can still be kept.
        revenue: expected within a year.
        revenue_at_risk: risk times that, customer by customer.
        largest_at_risk: the most of it that a single customer holds.
        historic: margin so far.
        expected: discounted margin to come.
        leavers: how many of them are expected to leave within the horizon of the risk.
        expected_of_leavers: discounted margin to come, risk by risk.
    """

    name: Any
    customers: int
    at_risk: int
    revenue: float
    revenue_at_risk: float
    largest_at_risk: float
    historic: float
    expected: float
    leavers: float
    expected_of_leavers: float

    @property
    def value(self) -> float:
        """Mean lifetime value of a customer."""
        return (self.historic + self.expected) / self.customers

    @property
    def share_at_risk(self) -> float | None:
        """Share of the expected revenue that is at risk."""
        return self.revenue_at_risk / self.revenue if self.revenue > 0 else None

    @property
    def avoided_loss(self) -> float | None:
        """What it is worth to keep one of those who leave: at least the mean of what they are expected to bring yet.

        At least, because what is expected of a customer already counts the chance that nothing comes.
        """
        return self.expected_of_leavers / self.leavers if self.leavers > 0 else None


_EXPECTED = ("revenue", "revenue_at_risk", "expected")


def by_group(customers: "pa.Table", names: Iterable[Any], *, drift: float = 1.0) -> list[Group]:
    """What groups of customers are worth, the most revenue at risk first.

    Args:
        customers: a row each, with ``band``, ``risk``, ``revenue``, ``revenue_at_risk``, ``historic``, ``expected``;
            what is null counts as nothing. Who is gone has no risk to leave any more.
        names: of the group of each.
        drift: what sums of expected money are multiplied by, as earlier forecasts teach.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    at_risk = pc.is_in(customers["band"], pa.array(AT_RISK))
    risk = pc.if_else(at_risk, customers["risk"], 0.0)
    sums = {
        "customers": pa.array([1] * customers.num_rows, pa.int64()),
        "at_risk": at_risk.cast(pa.int64()),
        "historic": customers["historic"],
        "leavers": risk,
        **{name: pc.multiply(customers[name].cast(pa.float64()), drift) for name in _EXPECTED},
    }
    sums["expected_of_leavers"] = pc.multiply(risk, pc.fill_null(sums["expected"], 0.0))
    table = pa.table({"name": _chunked(names), **sums})
    asked = [(each, "sum") for each in sums] + [("revenue_at_risk", "max")]
    found = table.group_by("name").aggregate(asked).to_pylist()
    groups = [
        Group(
            row["name"],
            largest_at_risk=row["revenue_at_risk_max"] or 0,
            **{each: row[f"{each}_sum"] or 0 for each in sums},
        )
        for row in found
    ]
    return sorted(groups, key=lambda group: (-group.revenue_at_risk, -group.customers, str(group.name)))


def _chunked(names: Iterable[Any]) -> Any:
    import pyarrow as pa

    return names if isinstance(names, pa.ChunkedArray | pa.Array) else pa.array(list(names))


def whole(customers: "pa.Table", *, drift: float = 1.0) -> Group:
    """What all customers together are worth; there must be one."""
    (group,) = by_group(customers, [""] * customers.num_rows, drift=drift)
    return group
