"""What the report tells of the future: the forecast, customers with risk and worth, and the first of those at risk."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vernost.errors import VernostError
from vernost.predict.overview import Overview
from vernost.predict.scorer import AT_RISK
from vernost.predict.worth import Group, by_group, valuing, whole, with_worth
from vernost.report.inquiry import Inquiry, Row
from vernost.report.segments import MOST_GROUPS, attributes_of

if TYPE_CHECKING:
    import pyarrow as pa

    from vernost.predict.card import ModelCard
    from vernost.predict.forecast import Forecast

FIRST = 100
"""Customers at risk who are listed; more would not be called."""

_SAME = 1e-9
"""Risks that differ by no more are the same."""

RFM = "rfm"
"""The cut by segments of the RFM map, beside those by attributes."""

SCORES = ("customer_id", "risk", "band", "revenue", "revenue_at_risk", "expected")
"""What is kept of all customers; reasons are kept of the listed ones alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """Customers with their risk.

    Attributes:
        customers: a row for each who was ever a customer: `SCORES` and the worth.
        has_money: whether it is known what customers bring.
        drift: what sums of expected money are multiplied by, as earlier forecasts teach.
    """

    customers: "pa.Table"
    has_money: bool
    drift: float = 1.0

    @property
    def present(self) -> "pa.Table":
        """Customers who can still leave."""
        return self._of(("low", *AT_RISK))

    @property
    def endangered(self) -> "pa.Table":
        """Customers at more risk than usual, who can still be kept."""
        return self._of(AT_RISK)

    @property
    def tells_apart(self) -> bool:
        """Whether some customers are at more risk than others; by the base rate nobody is."""
        risks = self.present["risk"].to_numpy()
        return bool(len(risks) and risks.max() - risks.min() > _SAME)

    def whole(self, customers: "pa.Table") -> Group:
        """What some of the customers are worth together; there must be one."""
        return whole(customers, drift=self.drift)

    def _of(self, bands: tuple[str, ...]) -> "pa.Table":
        import pyarrow as pa
        import pyarrow.compute as pc

        return self.customers.filter(pc.is_in(self.customers["band"], pa.array(bands)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospects(Scored):
    """The future as it is forecast, of customers with a column a cut.

    Attributes:
        card: what is to be known of the forecast.
        first: scores of customers at risk, the most revenue at risk first, with their reasons.
        cuts: names of the attributes to cut by that this log fills.
    """

    card: "ModelCard"
    first: list[Row]
    cuts: tuple[str, ...]

    def grouped(self, customers: "pa.Table") -> dict[str, list[Group]]:
        """Some of the customers by each cut that tells groups apart rather than single customers."""
        found = {cut: by_group(customers, customers[cut], drift=self.drift) for cut in self.cuts}
        return {cut: groups for cut, groups in found.items() if 1 < len(groups) <= MOST_GROUPS}


def prospects_of(inquiry: Inquiry) -> Prospects | None:
    """What is forecast of a log; None where it is not asked for, or there is too little to forecast from."""
    found = inquiry.cached("prospects", lambda: _asked(inquiry)) if inquiry.forecasts else None
    return found if isinstance(found, Prospects) else None


def refusal_of(inquiry: Inquiry) -> VernostError | None:
    """Why nothing is forecast, though it is asked for."""
    found = inquiry.cached("prospects", lambda: _asked(inquiry)) if inquiry.forecasts else None
    return found if isinstance(found, VernostError) else None


def _asked(inquiry: Inquiry) -> Prospects | VernostError:
    try:
        return _foretold(inquiry, _learnt(inquiry))
    except VernostError as error:
        # The rest of the report stands without a forecast; the chapter on the data says why there is none.
        return error


def _learnt(inquiry: Inquiry) -> "Forecast":
    """The forecast, learnt once of a log and a day, whatever the language of the report."""
    from vernost.predict.forecast import fit

    def learn() -> "Forecast":
        return fit(inquiry.log, as_of=inquiry.day, progress=lambda _, share: inquiry.hear(share))

    return inquiry.log.cached(("forecast", inquiry.day), learn)


def _foretold(inquiry: Inquiry, forecast: "Forecast") -> Prospects:
    import pyarrow as pa

    settings = inquiry.settings
    cuts, customers = _chosen(inquiry, forecast.business.base)
    chosen = (
        batch.join(customers.select(["customer_id"]), "customer_id", join_type="left semi")
        for batch in valuing(forecast, settings).batches(inquiry.log)
    )
    overview = Overview(FIRST)
    scores = pa.concat_tables(batch.select(SCORES) for batch in overview.watch(chosen))
    has_money = scores["revenue"].null_count < scores.num_rows
    valued = with_worth(inquiry.log, forecast.business, settings, scores) if has_money else without_worth(scores)
    return Prospects(
        card=forecast.card,
        customers=customers.join(valued, "customer_id", join_type="inner"),
        first=overview.first.to_pylist() if overview.first is not None else [],
        cuts=cuts,
        has_money=has_money,
        drift=forecast.card.drift or 1.0,
    )


def without_worth(scores: "pa.Table") -> "pa.Table":
    """Scores of customers of whom it is not said what they are worth."""
    import pyarrow as pa

    nothing = pa.nulls(scores.num_rows, pa.float64())
    return scores.append_column("historic", nothing).append_column("value", nothing)


def _chosen(inquiry: Inquiry, base: str) -> tuple[tuple[str, ...], "pa.Table"]:
    """Customers of the report, which may be of a part of the log, with what they are cut by."""
    from vernost.measure.activity import BASES, latest_of_customer
    from vernost.measure.question import Question
    from vernost.measure.scope import Scope

    cuts = tuple(attributes_of(inquiry))
    question = Question.ask(as_of=inquiry.day, timezone=inquiry.timezone, where=inquiry.where, cut=cuts)
    scope = Scope(inquiry.log, question, measure="The report", reads=(base,))
    facts = scope.facts(base, BASES[base], cut=())
    everyone = facts.filter(facts.customer_id.notnull()).select("customer_id").distinct()
    found = inquiry.log.fetch(latest_of_customer(scope, everyone, base, BASES[base]).select("customer_id", *cuts))
    # Contracts are paid by the calendar: how often and how recently says nothing of who pays.
    segments = _rfm_segments(inquiry) if base == "orders" else None
    if segments is None:
        return cuts, found
    return (RFM, *cuts), found.join(segments, "customer_id", join_type="left outer")


def _rfm_segments(inquiry: Inquiry) -> "pa.Table | None":
    answer = inquiry.ask("rfm", lazily=True)
    if answer is None:
        return None
    table = answer.expression
    return inquiry.log.fetch(table.select("customer_id", **{RFM: table.segment}))
