"""The scores in the log, as pages ask for them: the last scoring, paged in the engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from vernost.predict.reasons import from_json
from vernost_web.data.queries import load_number, reading
from vernost_web.metrics.queries import BESIDE, FIRST, Book, Leaf, Order, Place, kept, told_of

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from vernost.glossary import Language
    from vernost.store.log import Log

PAGE = 50
SORTS = ("revenue_at_risk", "risk", "revenue")
BANDS: Mapping[str, tuple[str, ...]] = {
    "at_risk": ("medium", "high"), "high": ("high",), "medium": ("medium",), "low": ("low",), "left": ("left",),
    "present": ("low", "medium", "high"), "all": ("low", "medium", "high", "left"),
}  # fmt: skip
SHOWN = ("customer_id", "risk", "band", "revenue", "revenue_at_risk", "alarming_on", "reasons")


@dataclass(frozen=True, slots=True)
class Scoring:
    """What one scoring of the customers came to.

    Attributes:
        scored_on: as of which day.
        version: of the model.
        counts: customers by band.
        at_risk: sum of the revenue at risk of those who are not gone; None where no money is known.
    """

    scored_on: date
    version: str
    counts: Mapping[str, int]
    at_risk: float | None


@dataclass(frozen=True, slots=True)
class Choice:
    """Which customers of a scoring, in which order; spans hold their lower end and not their upper one.

    Attributes:
        band: of `BANDS`.
        sort: of `SORTS`; the most first.
        risk_from: the least risk.
        risk_to: above the greatest risk.
        revenue_from: the least expected revenue; who has none has 0.
        revenue_to: above the greatest expected revenue.
    """

    band: str = "at_risk"
    sort: str = "revenue_at_risk"
    risk_from: float | None = None
    risk_to: float | None = None
    revenue_from: float | None = None
    revenue_to: float | None = None

    def of(self, scores: "ir.Table") -> "ir.Table":
        """Those of the scores that are meant."""
        spans = (
            (scores.risk, self.risk_from, self.risk_to),
            (scores.revenue.cast("float64").fill_null(0.0), self.revenue_from, self.revenue_to),
        )
        parts = [scores.band.isin(BANDS[self.band])]
        for value, low, high in spans:
            parts += [value >= low] if low is not None else []
            parts += [value < high] if high is not None else []
        return scores.filter(*parts)

    @property
    def rule(self) -> dict[str, Any]:
        """The same customers as a rule of segments."""
        parts: list[dict[str, Any]] = [{"score": "band", "is": "one_of", "value": list(BANDS[self.band])}]
        for name, low, high in (
            ("risk", self.risk_from, self.risk_to),
            ("revenue", self.revenue_from, self.revenue_to),
        ):
            parts += [] if not low else [{"score": name, "is": "at_least", "value": low}]
            # Who has no expected revenue is below any span of it.
            parts += [] if high is None else [{"not": {"score": name, "is": "at_least", "value": high}}]
        return {"all": parts}

    @property
    def order(self) -> Order:
        """Columns of the order, and whether the most comes first."""
        return (*((name, True) for name in dict.fromkeys((self.sort, "risk"))), ("customer_id", False))


@dataclass(frozen=True, slots=True)
class Listed:
    """Some of the customers of the last scoring.

    Attributes:
        leaf: rows of the table of scores, with reasons as sentences.
        scored_on: as of which day; None while nobody was scored.
    """

    leaf: Leaf
    scored_on: date | None


def scorings() -> list[Scoring]:
    """The last two scorings, the last one first."""
    found = kept({"predictions": "scorings"}, load_number(), _scorings)
    return [Scoring(**each) for each in found]


def customers(
    choice: Choice, language: "Language", *, place: Place = FIRST, most: int = PAGE, personal: bool = False
) -> Listed:
    """Customers of the last scoring, so many at a place.

    Args:
        choice: which of them, in which order.
        language: of the reasons.
        place: of the page.
        most: how many are given.
        personal: whether names, phones and addresses are given too.
    """
    with reading() as log:
        day = _last_day(log)
        if day is None:
            return Listed(Leaf([], 0, 0), None)
        scores = _of_day(log, day)
        book = Book(
            log=log,
            table=choice.of(scores).select(SHOWN),
            order=choice.order,
            beside=lambda table, customer: table.cross_join(_row(scores, choice.order, customer)),
            dress=lambda few: told_of(log, few) if personal else few,
        )
        leaf = book.leaf(place, most)
    return Listed(replace(leaf, rows=[_told(row, language) for row in leaf.rows]), day)


def score_of(customer_id: str, language: "Language") -> tuple[dict[str, Any], date] | None:
    """What the last scoring says of one customer, reasons as sentences, and of which day it is; None for nothing."""
    with reading() as log:
        day = _last_day(log)
        if day is None:
            return None
        scores = _of_day(log, day)
        rows = log.fetch(scores.filter(scores.customer_id == customer_id).select(SHOWN)).to_pylist()
    return (_told(rows[0], language), day) if rows else None


def _row(scores: "ir.Table", order: Order, customer: str) -> "ir.Table":
    """The row of a customer, which stays in the engine, so that none of its numbers is rounded on the way."""
    row = scores.filter(scores.customer_id == customer)
    return row.select(**{f"{BESIDE}{name}": row[name] for name, _ in order})


def scored() -> "pa.Table | None":
    """Risk and money of all customers of the last scoring; None while nobody was scored."""
    with reading() as log:
        day = _last_day(log)
        if day is None:
            return None
        table = _of_day(log, day)
        money = {name: table[name].cast("float64") for name in ("revenue", "revenue_at_risk")}
        return log.fetch(table.select("customer_id", "risk", "band", **money))


def _scorings() -> list[dict[str, Any]]:
    with reading() as log:
        if _last_day(log) is None:
            return []
        table = log.tables["scores"]
        days = table.select("scored_on").distinct().order_by(table.scored_on.desc()).limit(2)
        last = [each.as_py() for each in log.fetch(days)["scored_on"]]
        table = table.filter(table.scored_on.isin(last))
        sums = table.group_by("scored_on", "band").agg(
            customers=table.count(), at_risk=table.revenue_at_risk.sum(), version=table.version.max()
        )
        rows = log.fetch(sums).to_pylist()
    return [_summed(day, [row for row in rows if row["scored_on"] == day]) for day in last]


def _summed(day: date, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    money = [float(row["at_risk"]) for row in rows if row["band"] != "left" and row["at_risk"] is not None]
    return {
        "scored_on": day,
        "version": max(row["version"] for row in rows),
        "counts": {row["band"]: row["customers"] for row in rows},
        "at_risk": sum(money) if money else None,
    }


def _last_day(log: "Log") -> date | None:
    if "scores" not in log.tables:
        return None
    found: date | None = log.cached(("predictions", "last day"), partial(_newest_day, log))
    return found


def _newest_day(log: "Log") -> Any:
    table = log.tables["scores"]
    return log.fetch(table.agg(day=table.scored_on.max()))["day"][0].as_py()


def _of_day(log: "Log", day: date) -> "ir.Table":
    table = log.tables["scores"]
    return table.filter(table.scored_on == day)


def _told(row: Mapping[str, Any], language: "Language") -> dict[str, Any]:
    """A row for people: money as numbers, reasons as sentences."""
    plain = {name: float(value) if isinstance(value, Decimal) else value for name, value in row.items()}
    return plain | {"reasons": [reason.sentence(language) for reason in from_json(row["reasons"])]}
