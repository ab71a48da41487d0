"""The oracle of each measure, the tables a random log for it has, and the options it is asked with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.oracle import (
    cohorts,
    concentration,
    contracts,
    customers,
    economics,
    lives,
    purchases,
    repeats,
    retention,
    segments,
    service,
    silences,
    voices,
    workdays,
)
from tests.oracle.dice import Dice
from tests.oracle.logs import RandomLog
from tests.oracle.questions import random_question
from tests.oracle.world import Expected, Question, World

Options = dict[str, Any]


@dataclass(frozen=True)
class Oracle:
    """What is known about a measure without looking at how it is made.

    Attributes:
        answer: the oracle: from a world and the measure's options to what it must say.
        bases: tables of the random logs, the first of which the question is about.
        reads: tables whose last fact sets ``as_of``.
        options: random options of the measure, given the base and the question.
        shape: what is left of a question that the measure cannot be asked in full.
    """

    answer: Callable[..., Expected]
    bases: tuple[tuple[str, ...], ...]
    reads: tuple[str, ...]
    options: Callable[[Dice, str, Question], Options] = field(default=lambda _dice, _base, _question: {})
    shape: Callable[[Question], Question] = field(default=lambda question: question)


@dataclass(frozen=True)
class Case:
    """A log and what is asked of it."""

    measure: str
    log: RandomLog
    question: Question
    options: Mapping[str, Any]

    def expected(self) -> Expected:
        oracle = ORACLES[self.measure]
        reads = tuple(name for name in oracle.reads if name in self.log.tables)
        world = World(self.log.tables, self.log.zone, self.question, reads)
        # Every answer says as of which day it is, even one that needs no end.
        assert world.as_of
        return oracle.answer(world, **self.options)

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """What Hypothesis shows of a failure."""
        printer.text(repr(self))

    def __repr__(self) -> str:
        asked = {**self.question.asked(), **self.options}
        return f"{self.measure}({', '.join(f'{key}={value!r}' for key, value in asked.items())}) of {self.log!r}"


def random_case(dice: Dice, measure: str, *, size: int = 8) -> Case:
    """A random log with a random question about it."""
    from tests.oracle.logs import random_log

    oracle = ORACLES[measure]
    tables = dice.pick(oracle.bases)
    log = random_log(dice, (*tables, "customers"), size=size)
    return question_to(dice, measure, log, _base(log, tables))


def _base(log: RandomLog, tables: tuple[str, ...]) -> str:
    """The table that the answer is about: of those that make customers active, the first that has rows."""
    return next((name for name in tables if name in retention.READS and log.tables[name]), tables[0])


def question_to(dice: Dice, measure: str, log: RandomLog, base: str) -> Case:
    """A random question to a log."""
    oracle = ORACLES[measure]
    question = oracle.shape(random_question(dice, log, base))
    return Case(measure, log, question, oracle.options(dice, base, question))


# -- options ----------------------------------------------------------------------------------------------------------


def _activity(dice: Dice, base: str, _question: Question) -> Options:
    options: Options = {"activity": "visit"} if base == "events" and dice.chance(40) else {}
    return options | ({"base": base} if dice.chance(20) else {})


def _kept(dice: Dice, base: str, question: Question) -> Options:
    options = _activity(dice, base, question)
    if question.by is None and question.since is None and dice.chance(60):
        options["days"] = dice.pick([7, 1, 30, 365])
    return options


def _cohort(dice: Dice, base: str, question: Question) -> Options:
    options = _activity(dice, base, question)
    if base == "orders" and dice.chance(25):
        options["of"] = dice.pick(["revenue", "orders"])
    else:
        options["mode"] = dice.pick(["exact", "on_or_after", "rolling"])
        options["start"] = dice.pick(["first", "recurring"])
    options["relative_to"] = dice.pick(["first", "previous"])
    if base == "orders" and dice.chance(30):
        options["min_orders"] = 2
    if base == "orders" and dice.chance(30):
        options["min_amount"] = dice.pick([10, 20.5])
    if dice.chance(30):
        options["horizon"] = dice.integer(0, 5)
    return options


def _second(dice: Dice, _base: str, _question: Question) -> Options:
    return {"days": dice.pick([30, 0, 1, 365])} if dice.chance(70) else {}


def _window(dice: Dice, _base: str, question: Question) -> Options:
    is_free = question.by is None and question.since is None
    return {"days": dice.pick([7, 1, 30, 365])} if is_free and dice.chance(60) else {}


def _hours(dice: Dice, base: str, question: Question) -> Options:
    options: Options = {"hours": dice.pick([1, 23, 100])} if dice.chance(50) else {}
    return options | _working(dice, base, question)


def _working(dice: Dice, _base: str, _question: Question) -> Options:
    return {"working_hours": workdays.random_hours(dice)} if dice.chance(50) else {}


def _lapse(dice: Dice, _base: str, _question: Question) -> Options:
    return {"lapse_days": dice.pick([20, 0, 100])} if dice.chance(40) else {}


def _risk(dice: Dice, base: str, question: Question) -> Options:
    return _lapse(dice, base, question) | ({"min_gaps": dice.pick([1, 2])} if dice.chance(50) else {})


def _survival(dice: Dice, base: str, question: Question) -> Options:
    if base == "orders":
        return _lapse(dice, base, question)
    return {"unit": dice.pick(["customer", "subscription"])} if dice.chance(60) else {}


def _silent(dice: Dice, base: str, question: Question) -> Options:
    options = {"days": dice.pick([10, 0, 400])} if dice.chance(50) else {}
    return options | (_lapse(dice, base, question) if base == "orders" else {})


def _new(dice: Dice, _base: str, _question: Question) -> Options:
    return {"days": dice.pick([10, 0, 400])} if dice.chance(50) else {}


def _returning(dice: Dice, _base: str, _question: Question) -> Options:
    return {"returning_share": dice.pick([0.3, 0.5, 0.05])} if dice.chance(50) else {}


def _by_order(dice: Dice, _base: str, _question: Question) -> Options:
    return {"by_order": True} if dice.chance(50) else {}


def _at_a_date(question: Question) -> Question:
    """Segments say how customers stand at one date."""
    return replace(question, by=None, since=None, until=None)


def _unfiltered(question: Question) -> Question:
    """A condition on orders says nothing about tickets."""
    return replace(question, where=None)


def _coarse(question: Question) -> Question:
    """Triangles have a cell for each pair of periods: not by day."""
    return replace(question, by="week" if question.by == "day" else question.by)


def _whole(question: Question) -> Question:
    """Tables of customers know no periods."""
    return replace(question, by=None)


def _looking_back(question: Question) -> Question:
    """Worth is looked at from the ends of periods, of which there may be at most 120."""
    by = "month" if question.by in {"day", "week"} else question.by
    return replace(question, by=by, since=question.since if by else None)


def _of_money(question: Question) -> Question:
    """Money spent knows its channel and nothing else of customers."""
    return replace(question, where=None, cut=tuple(name for name in question.cut if name == "acquisition_channel"))


def _margin(dice: Dice, _base: str, _question: Question) -> Options:
    return {"margin_rate": dice.pick([0.5, 1.0])} if dice.chance(40) else {}


def _worth(dice: Dice, base: str, question: Question) -> Options:
    options = {"discount_rate": dice.pick([0, 0.5]), "horizon": dice.pick([1, 2])} if dice.chance(40) else {}
    return options | _margin(dice, base, question)


def _points(dice: Dice, base: str, question: Question) -> Options:
    return _worth(dice, base, question) | ({"points": dice.pick([1, 60])} if dice.chance(40) else {})


def _purpose(dice: Dice, _base: str, _question: Question) -> Options:
    return {"purpose": dice.pick(["acquisition", "retention"])} if dice.chance(60) else {}


def _return(dice: Dice, base: str, question: Question) -> Options:
    return _purpose(dice, base, question) | _margin(dice, base, question)


MONEY = (("orders",), ("subscriptions",))
SPENT = (("orders", "spend"), ("subscriptions", "spend"))
ACTIVE = (("orders",), ("subscriptions",), ("events",), ("subscriptions", "orders"), ("orders", "events"))

ORACLES: Mapping[str, Oracle] = {
    "retention_rate": Oracle(retention.retention_rate, ACTIVE, retention.READS, _kept),
    "churn_rate": Oracle(retention.churn_rate, ACTIVE, retention.READS, _kept),
    "lifecycle": Oracle(retention.lifecycle, ACTIVE, retention.READS, _activity),
    "active_customers": Oracle(retention.active_customers, ACTIVE, retention.READS, _activity),
    "new_customers": Oracle(retention.new_customers, ACTIVE, retention.READS, _activity),
    "cohort_retention": Oracle(cohorts.cohort_retention, ACTIVE, retention.READS, _cohort, _coarse),
    "revenue": Oracle(purchases.revenue, (("orders",),), ("orders",)),
    "orders": Oracle(purchases.orders, (("orders",),), ("orders",)),
    "aov": Oracle(purchases.aov, (("orders",),), ("orders",)),
    "purchase_frequency": Oracle(purchases.purchase_frequency, (("orders",),), ("orders",)),
    "revenue_per_customer": Oracle(purchases.revenue_per_customer, (("orders",),), ("orders",)),
    "repeat_rate": Oracle(repeats.repeat_rate, (("orders",),), ("orders",)),
    "second_order_rate": Oracle(repeats.second_order_rate, (("orders",),), ("orders",), _second),
    "rfm": Oracle(customers.rfm, (("orders",),), ("orders",), shape=_whole),
    "customer_features": Oracle(customers.customer_features, (("orders",),), ("orders",), shape=_whole),
    "revenue_churn": Oracle(contracts.revenue_churn, (("subscriptions",),), ("subscriptions",), _window),
    "nrr": Oracle(contracts.nrr, (("subscriptions",),), ("subscriptions",), _window),
    "grr": Oracle(contracts.grr, (("subscriptions",),), ("subscriptions",), _window),
    "mrr": Oracle(contracts.mrr, (("subscriptions",),), ("subscriptions",)),
    "late_delivery_rate": Oracle(service.late_delivery_rate, (("orders",),), ("orders",)),
    "delivery_delay": Oracle(service.delivery_delay, (("orders",),), ("orders",)),
    "unanswered_24h_rate": Oracle(service.unanswered_24h_rate, (("tickets",),), ("tickets",), _hours),
    "first_reply_time": Oracle(service.first_reply_time, (("tickets",),), ("tickets",), _working),
    "resolution_time": Oracle(service.resolution_time, (("tickets",),), ("tickets",), _working),
    "backlog": Oracle(service.backlog, (("tickets",),), ("tickets",)),
    "nps": Oracle(voices.nps, (("answers",),), ("answers",)),
    "csat": Oracle(voices.csat, (("answers",),), ("answers",)),
    "ces": Oracle(voices.ces, (("answers",),), ("answers",)),
    "rating": Oracle(voices.rating, (("reviews",),), ("reviews",)),
    "negative_review_rate": Oracle(voices.negative_review_rate, (("reviews",),), ("reviews",)),
    "order_gaps": Oracle(silences.order_gaps, (("orders",),), ("orders",), _by_order),
    "return_curve": Oracle(silences.return_curve, (("orders",),), ("orders",)),
    "lapse_window": Oracle(silences.lapse_window, (("orders",),), ("orders",), _returning),
    "concentration": Oracle(concentration.concentration, (("orders",),), ("orders",)),
    "vip": Oracle(segments.vip, (("orders",),), ("orders",), shape=_at_a_date),
    "new": Oracle(segments.new, (("orders",),), ("orders",), _new, _at_a_date),
    "at_risk": Oracle(segments.at_risk, (("orders",),), ("orders",), _risk, _at_a_date),
    "lost": Oracle(segments.lost, (("orders",),), ("orders",), _lapse, _at_a_date),
    "regular": Oracle(segments.regular, (("orders",),), ("orders",), _risk, _at_a_date),
    "survival": Oracle(lives.survival, (("subscriptions",), ("orders",)), ("subscriptions", "orders"), _survival),
    "silent_leaver_rate": Oracle(
        lives.silent_leaver_rate,
        (("subscriptions", "tickets"), ("orders", "tickets", "reviews"), ("subscriptions",), ("orders", "answers")),
        ("subscriptions", "orders", "tickets", "answers", "reviews"),
        _silent,
        _unfiltered,
    ),
    "cac": Oracle(economics.cac, (*SPENT, ("events", "spend")), retention.READS, shape=_of_money),
    "roas": Oracle(economics.roas, (("orders", "spend"),), ("orders",), _purpose, _of_money),
    "roi": Oracle(economics.roi, (("orders", "spend"),), ("orders",), _return, _of_money),
    "payback": Oracle(economics.payback, SPENT, ("subscriptions", "orders"), _margin, _of_money),
    "clv": Oracle(economics.clv, MONEY, ("subscriptions", "orders"), _worth, _looking_back),
    "clv_to_cac": Oracle(
        economics.clv_to_cac,
        SPENT,
        ("subscriptions", "orders"),
        _worth,
        lambda question: _of_money(_looking_back(question)),
    ),
    "retention_value": Oracle(economics.retention_value, MONEY, ("subscriptions", "orders"), _points, _looking_back),
    "answered_review_rate": Oracle(voices.answered_review_rate, (("reviews",),), ("reviews",), _working),
}
