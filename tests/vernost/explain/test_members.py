"""Who is in a segment, held against the slow oracle, on all three engines, and by hand where a rule asks measures."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.oracle.dice import Dice, HypothesisDice, SeededDice
from tests.oracle.engines import duckdb_log
from tests.oracle.logs import RandomLog, random_log
from tests.oracle.membership import NAMED, TABLES, Membership, RuleMaker
from tests.vernost.store.factories import hour, reading

from vernost.explain.segments import Listed, Standpoint, judged, members, read_rule
from vernost.measure import find_measure
from vernost.store.connection import open_log, open_store
from vernost.store.log import Log

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend
    from pyspark.sql import SparkSession

EXAMPLES = int(os.environ.get("VERNOST_EXAMPLES", "30"))
RULES = {name: read_rule(written) for name, written in NAMED.items()}
SEEDS = (346, 2862, 293)


def made(dice: Dice) -> RandomLog:
    """A log of which some customers came late."""
    log = random_log(dice, TABLES, size=8)
    for row in log.tables.get("customers", ()):
        row["created_at"] = datetime(*log.start.timetuple()[:3]) if dice.chance(40) else None  # noqa: DTZ001 - UTC
    return log


def found(at: Standpoint, rule: Any) -> list[str]:
    return sorted(at.log.fetch(members(at, rule, RULES))["customer_id"].to_pylist())


@st.composite
def cases(draw: Any) -> tuple[RandomLog, date, list[dict[str, Any]]]:
    dice = HypothesisDice(draw)
    log = made(dice)
    rules = [RuleMaker(dice, log).rule() for _ in range(3)]
    return log, log.start + timedelta(days=dice.integer(0, log.span)), rules


@pytest.fixture(scope="module")
def duckdb() -> "Iterator[Backend]":
    import ibis

    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(case=cases())
def test_members_are_those_of_the_oracle(case: tuple[RandomLog, date, list[dict[str, Any]]], duckdb: "Backend") -> None:
    log, day, written = case
    oracle, at = Membership(log, day, NAMED), Standpoint(duckdb_log(duckdb, log), as_of=day)
    expected = [oracle.members(rule) for rule in written]
    rules = [read_rule(rule) for rule in written]

    assert [found(at, rule) for rule in rules] == expected, written
    # Many at once are each what they are alone.
    table = at.log.fetch(judged(at, {f"s{place}": rule for place, rule in enumerate(rules)}, RULES)).to_pylist()
    together = [sorted(row["customer_id"] for row in table if row[f"s{place}"]) for place in range(len(rules))]
    assert together == expected, written
    assert {row["customer_id"] for row in table} == oracle.everybody()


# -- the other engines ------------------------------------------------------------------------------------------------


def fixed() -> Iterator[tuple[RandomLog, date, list[tuple[dict[str, Any], list[str]]]]]:
    """Logs that are always the same, with rules that tell customers apart and whom they mean."""
    for seed in SEEDS:
        dice = SeededDice(seed)
        log = made(dice)
        day = log.start + timedelta(days=log.span // 2)
        oracle = Membership(log, day, NAMED)
        drafts = [RuleMaker(dice, log).rule(3) for _ in range(100)]
        told = [(rule, people) for rule in drafts if (people := oracle.members(rule))]
        yield log, day, [(rule, people) for rule, people in told if len(people) < len(oracle.everybody())][:6]


def check(url_of: Callable[[RandomLog], str]) -> None:
    count = 0
    with ExitStack() as stack:
        for plain, day, told in fixed():
            at = Standpoint(stack.enter_context(open_log(url_of(plain))), as_of=day)
            for rule, expected in told:
                assert found(at, read_rule(rule)) == expected, rule
                count += 1
            many = Listed((*(f"it's \\ nobody {place}" for place in range(200)), "ann"))
            assert found(at, many) == [each for each in Membership(plain, day, NAMED).everybody() if each == "ann"]
    assert count == 6 * len(SEEDS)


def test_postgres_finds_the_same(new_postgres_url: Callable[[], str]) -> None:
    check(lambda log: loaded(log, new_postgres_url()))


def test_spark_finds_the_same(spark_session: "SparkSession", tmp_path_factory: pytest.TempPathFactory) -> None:
    # Each query is about a handful of rows: one partition, planned once.
    quick = {"spark.sql.shuffle.partitions": "1", "spark.sql.adaptive.enabled": "false"}
    before = {name: spark_session.conf.get(name) for name in quick}
    try:
        for name, value in quick.items():
            spark_session.conf.set(name, value)
        check(lambda log: "spark://" + loaded(log, str(tmp_path_factory.mktemp("spark") / "log")))
    finally:
        for name, value in before.items():
            spark_session.conf.set(name, value)


def loaded(log: RandomLog, url: str) -> str:
    open_store(url, create=True).load(reading(log.tables, timezone=log.zone), loaded_at=hour(0))
    return url


# -- by hand ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shop() -> Iterator[Log]:
    """Ann bought twice of late, Bob once long ago, Eve once of late; Joe never."""
    import pandas as pd

    orders = pd.DataFrame(
        {
            "order_id": list("1234"), "customer_id": ["ann", "ann", "bob", "eve"],
            "ordered_at": ["2024-05-01", "2024-06-01", "2024-01-01", "2024-05-20"], "amount": [9, 10, 20, 5],
            "channel": ["web", "store", "web", "web"],
        }
    )  # fmt: skip
    lines = pd.DataFrame(
        {
            "order_id": list("1123"), "line": [1, 2, 1, 1], "product_id": ["tea", "cup", "tea", "pot"],
            "category": ["drinks", "things", "drinks", "things"], "quantity": [2, 1, 3, 1],
            "unit_price": [1.5, 6, 3, 20],
        }
    )  # fmt: skip
    scores = pd.DataFrame(
        {
            "customer_id": ["ann", "bob", "bob"], "scored_on": ["2024-06-01", "2024-06-01", "2024-03-01"],
            "model": "m", "version": "1", "days": 90, "risk": [0.2, 0.8, 0.1], "band": ["low", "high", "low"],
        }
    )  # fmt: skip
    people = pd.DataFrame({"customer_id": ["ann", "bob", "joe"], "city": ["Perm", "Omsk", None]})
    with Log.wrap(orders=orders, order_lines=lines, customers=people, scores=scores) as log:
        yield log


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"did": "order_lines", "where": [{"attribute": "category", "is": "equals", "value": "drinks"}]}, ["ann"]),
        ({"did": "order_lines", "total": "quantity", "at_least": 6}, ["ann"]),
        ({"did": "order_lines", "total": "amount", "at_least": 18}, ["ann", "bob"]),
        ({"did": "order_lines", "turn": "last", "where": [{"attribute": "product_id", "is": "equals", "value": "tea"}]},
         ["ann"]),
        ({"did": "order_lines", "where": [{"attribute": "channel", "is": "equals", "value": "store"}]}, ["ann"]),
        ({"score": "risk", "is": "at_least", "value": 0.5}, ["bob"]),
        ({"score": "band", "is": "equals", "value": "low"}, ["ann"]),
        ({"score": "band", "is": "unknown"}, ["eve", "joe"]),
        ({"not": {"did": "orders"}}, ["joe"]),
        ({"all": []}, ["ann", "bob", "eve", "joe"]),
        ({"any": []}, []),
    ],
)  # fmt: skip
def test_a_rule_finds_whom_it_says(shop: Log, written: dict[str, Any], expected: list[str]) -> None:
    assert found(Standpoint(shop), read_rule(written)) == expected


@pytest.mark.parametrize("measure", ["vip", "new", "at_risk", "lost", "regular", "repeat_rate"])
def test_customers_behind_a_number_are_those_that_it_counts(shop: Log, measure: str) -> None:
    answer = find_measure(measure)(shop)
    for side, column in (("numerator", "numerator"), ("denominator", "denominator")):
        people = found(Standpoint(shop), read_rule({"behind": measure, "side": side}))
        assert len(people) == answer.rows[0][column]


def test_customers_behind_a_cell_of_a_cohort_are_those_that_it_counts(shop: Log) -> None:
    written = {
        "behind": "cohort_retention", "asked": {"by": "month"}, "row": {"cohort": "2024-05-01", "age": "1"},
    }  # fmt: skip
    assert found(Standpoint(shop), read_rule(written)) == ["ann"]


def test_a_choice_of_the_company_counts_unless_the_rule_says_otherwise(shop: Log) -> None:
    at = Standpoint(shop, chosen={"lapse_days": 5, "margin_rate": 0.3})

    assert found(at, read_rule({"behind": "lost"})) == ["bob", "eve"]
    assert found(at, read_rule({"behind": "lost", "asked": {"lapse_days": 100}})) == ["bob"]


def test_members_of_the_rfm_map_are_those_that_it_names(shop: Log) -> None:
    named: Mapping[str, str] = {row["customer_id"]: row["segment"] for row in find_measure("rfm")(shop).rows}

    assert len(named) == 3
    for name in set(named.values()):
        people = found(Standpoint(shop), read_rule({"measure": "rfm", "is": "equals", "value": name}))
        assert people == sorted(customer for customer, segment in named.items() if segment == name)
