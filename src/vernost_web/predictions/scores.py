"""The scores in the log, as pages ask for them: the last scoring, paged in the engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from vernost.predict.reasons import from_json
from vernost_web.data.queries import load_number, reading
from vernost_web.metrics.queries import kept, told_of

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from vernost.glossary import Language
    from vernost.store.log import Log

PAGE = 50
SORTS = ("revenue_at_risk", "risk", "revenue")
BANDS: Mapping[str, tuple[str, ...]] = {
    "at_risk": ("medium", "high"), "high": ("high",), "medium": ("medium",), "low": ("low",), "left": ("left",),
    "all": ("low", "medium", "high", "left"),
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
class Listed:
    """Some of the customers of the last scoring.

    Attributes:
        rows: of the table of scores, with reasons as sentences.
        count: how many there are in all.
        scored_on: as of which day; None while nobody was scored.
    """

    rows: list[dict[str, Any]]
    count: int
    scored_on: date | None


def scorings() -> list[Scoring]:
    """The last two scorings, the last one first."""
    found = kept({"predictions": "scorings"}, load_number(), _scorings)
    return [Scoring(**each) for each in found]


def customers(
    band: str, sort: str, language: "Language", *, first: int = 0, most: int = PAGE, personal: bool = False
) -> Listed:
    """Customers of the last scoring, so many from a place on.

    Args:
        band: of `BANDS`.
        sort: of `SORTS`; the most first.
        language: of the reasons.
        first: how many are passed over.
        most: how many are given.
        personal: whether names, phones and addresses are given too.
    """
    with reading() as log:
        day = _last_day(log)
        if day is None:
            return Listed([], 0, None)
        table = _of_day(log, day).filter(lambda scores: scores.band.isin(BANDS[band]))
        count = int(log.fetch(table.agg(count=table.count()))["count"][0].as_py())
        table = told_of(log, table.select(SHOWN)) if personal else table.select(SHOWN)
        order = [table[name].desc() for name in dict.fromkeys((sort, "risk"))]
        rows = log.fetch(table.order_by(*order, "customer_id").limit(most, offset=first)).to_pylist()
    return Listed([_told(row, language) for row in rows], count, day)


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
