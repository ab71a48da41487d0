"""What is asked of all three engines: every measure, every option of each, of logs that are always the same."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tests.oracle.dice import SeededDice
from tests.oracle.logs import RandomLog, random_log
from tests.oracle.questions import CUTS
from tests.oracle.world import Question

from vernost.measure import CATALOGUE, Measure

TABLES = ("orders", "subscriptions", "events", "tickets", "answers", "reviews", "spend", "customers")
SEEDS = {"long": 346, "summer time": 2862, "october": 293}

VALUES: Mapping[str, tuple[Any, ...]] = {
    "activity": ("visit",),
    "base": ("orders", "subscriptions", "events"),
    "by_order": (True,),
    "days": (30, 1),
    "discount_rate": (0.05,),
    "horizon": (3,),
    "hours": (1,),
    "industry": ("e-commerce",),
    "lapse_days": (20,),
    "margin_rate": (0.5,),
    "min_amount": (10,),
    "min_gaps": (1,),
    "min_orders": (2,),
    "mode": ("on_or_after", "rolling"),
    "of": ("revenue", "orders"),
    "points": (3,),
    "purpose": ("acquisition", "retention"),
    "relative_to": ("previous",),
    "returning_share": (0.3,),
    "scale": (5,),
    "start": ("recurring",),
    "survey": ("yearly",),
    "unit": ("customer", "subscription"),
    "working_hours": (
        "Mon-Fri 09:00-13:00,14:00-18:00; Sat 00:00-24:00; off 2024-01-03,2024-04-01",
        "Mon-Sun 22:00-24:00,00:00-03:30",
    ),
}
"""Values of each option that are not its default."""

WITHOUT_PERIODS = {"rfm", "customer_features", "vip", "new", "at_risk", "lost", "regular", "benchmarks"}
"""Measures that say how things stand at one date."""

BY_STATE = {"clv", "clv_to_cac", "payback", "retention_value"}
"""Measures that look at the whole log again for each period: asked by long ones."""


def logs() -> dict[str, RandomLog]:
    """The logs by name; one of them of a shop without subscriptions."""
    made = {name: random_log(SeededDice(seed), TABLES, size=12) for name, seed in SEEDS.items()}
    shop = {name: rows for name, rows in made["long"].tables.items() if name != "subscriptions"}
    return made | {"shop": replace(made["long"], tables=shop)}


def asked(measure: Measure) -> Iterator[tuple[str, dict[str, Any]]]:
    """Names of logs with what is asked of them: plainly, by month and cut, and once with each value of each option."""
    dice = SeededDice(sum(map(ord, measure.name)))
    yield "long", {}
    if "subscriptions" in measure.reads and len(measure.reads) > 1:
        yield "shop", {}
    yield "summer time", _question(dice, measure, "week")
    yield "october", _question(dice, measure, "month")
    for option in measure.options:
        for value in VALUES[option]:
            needs = {"base": "events"} if option == "activity" else {}
            if option == "min_orders":
                needs = {"of": "revenue", "base": "orders"}
            words = needs | {option: value}
            log = "long" if value == "subscriptions" or option == "unit" else dice.pick(["long", "shop", "october"])
            yield (
                log,
                _question(dice, measure, dice.pick(("month", None, "week", "quarter", "year")), words.get("base"))
                | words,
            )


def _question(dice: SeededDice, measure: Measure, by: str | None, base: str | None = None) -> dict[str, Any]:
    cuts = [name for table in (base or measure.reads[0], "customers") for name in CUTS.get(table, ())]
    question = Question(cut=(dice.pick(cuts),) if dice.chance(60) else ())
    by = "year" if measure.name in BY_STATE else by
    return replace(question, by=None if measure.name in WITHOUT_PERIODS else by).asked()


def questions() -> list[Any]:
    """All of them, as (measure, log, keywords)."""
    return [(name, log, words) for name, measure in CATALOGUE.items() for log, words in asked(measure)]
