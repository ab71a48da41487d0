"""The same features and labels of the same log in DuckDB, PostgreSQL and Spark, load by load."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.oracle.dice import SeededDice
from tests.oracle.logs import RandomLog, filled, random_log
from tests.vernost.predict.features.cut import differences, rows_of
from tests.vernost.store.factories import reading

from vernost.predict.features import features
from vernost.predict.features.catalogue import SUBJECTS
from vernost.predict.labels import labels
from vernost.store.connection import open_log, open_store
from vernost.store.log import Log

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

BASES = ("orders", "subscriptions", "events")
LAG = timedelta(hours=1)


@pytest.fixture(scope="module")
def plain() -> RandomLog:
    """A log of all tables that tell something of customers."""
    made = random_log(SeededDice(346), [name for name in SUBJECTS if name != "order_lines"], size=25)
    dice = SeededDice(1)
    lines = [
        filled(
            "order_lines",
            order_id=order["order_id"],
            line=line,
            product_id=f"p{line}",
            category=dice.pick(["tea", "cake", "Чай", None]),
            quantity=1.0,
            unit_price=10,
        )
        for order in made.tables["orders"]
        for line in range(dice.integer(0, 3))
    ]
    return replace(made, tables={**made.tables, "order_lines": lines})


def happened(log: RandomLog) -> list[datetime]:
    return sorted(row["ordered_at"] for row in log.tables["orders"])


@pytest.fixture(scope="module")
def day(plain: RandomLog) -> date:
    """A day in the midst of the log."""
    at = happened(plain)
    return at[2 * len(at) // 3].date()


def loaded(log: RandomLog, url: str, day: date) -> str:
    """The log in two loads: bulk history less a third of its rows, and all of it after the day."""
    part = {name: [row for place, row in enumerate(rows) if place % 3] for name, rows in log.tables.items()}
    store = open_store(url, create=True)
    for rows, at in ((part, happened(log)[0]), (log.tables, datetime.combine(day, datetime.min.time()) + 2 * LAG)):
        store.load(reading(rows, timezone=log.zone), loaded_at=at.replace(tzinfo=UTC))
    return url


@pytest.fixture(scope="module")
def folder(plain: RandomLog, day: date, tmp_path_factory: pytest.TempPathFactory) -> str:
    return loaded(plain, str(tmp_path_factory.mktemp("features") / "log"), day)


@pytest.fixture(scope="module")
def duckdb_log(folder: str) -> Iterator[Log]:
    with open_log(folder) as log:
        yield log


@pytest.fixture(scope="module")
def postgres_log(plain: RandomLog, day: date, new_postgres_url: Callable[[], str]) -> Iterator[Log]:
    with open_log(loaded(plain, new_postgres_url(), day)) as log:
        yield log


@pytest.fixture(scope="module")
def spark_log(spark_session: "SparkSession", folder: str) -> Iterator[Log]:
    # A query about a handful of rows: one partition, planned once.
    settings = {"spark.sql.shuffle.partitions": "1", "spark.sql.adaptive.enabled": "false"}
    before = {name: spark_session.conf.get(name) for name in settings}
    for name, value in settings.items():
        spark_session.conf.set(name, value)
    with open_log(f"spark://{folder}") as log:
        yield log
    for name, value in before.items():
        spark_session.conf.set(name, value)


def known(log: Log, day: date, base: str) -> dict[str, dict[str, Any]]:
    """Features and labels by customer: before the second load, and after it."""
    found = {
        f"{name} early": row for name, row in rows_of(log, features(log, day - timedelta(days=1), base=base)).items()
    }
    found |= {f"{name} late": row for name, row in rows_of(log, features(log, day, base=base)).items()}
    return found | {
        f"{name} left": row for name, row in rows_of(log, labels(log, day, 3, base=base, lapse_days=99)).items()
    }


def check_same(found: dict[str, dict[str, Any]], expected: dict[str, dict[str, Any]]) -> None:
    assert {name.split()[1] for name in expected} == {"early", "late", "left"}
    assert not differences(found, expected)


@pytest.mark.parametrize("base", BASES)
def test_postgres_knows_what_duckdb_knows(base: str, day: date, duckdb_log: Log, postgres_log: Log) -> None:
    check_same(known(postgres_log, day, base), known(duckdb_log, day, base))


def test_spark_knows_what_duckdb_knows(day: date, duckdb_log: Log, spark_log: Log) -> None:
    check_same(known(spark_log, day, "orders"), known(duckdb_log, day, "orders"))


RENEWALS = date(2024, 6, 30)
"""A day on which contracts by the year have begun 356 days before."""


@pytest.fixture(scope="module")
def contracts() -> dict[str, list[Any]]:
    """Contracts by the year, of which six ended at a renewal; the one of Ann runs, and she has turned renewal off."""
    ended = [
        (f"old{number}", datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)) for number in range(6)
    ]
    running = [(name, datetime(2023, 7, 10, tzinfo=UTC), None) for name in ("ann", "bob")]
    return {
        "subscriptions": [
            filled(
                "subscriptions",
                subscription_id=name,
                customer_id=name,
                plan="year",
                started_at=began,
                ended_at=end,
                monthly_price=10,
            )
            for name, began, end in ended + running
        ],
        "events": [
            filled(
                "events",
                event_id="1",
                customer_id="ann",
                occurred_at=datetime(2024, 6, 20, tzinfo=UTC),
                name="renewal_off",
            )
        ],
    }


@pytest.fixture(params=["folder", "postgres", "spark"])
def contracts_url(
    request: pytest.FixtureRequest, contracts: dict[str, list[Any]], tmp_path_factory: pytest.TempPathFactory
) -> str:
    if request.param == "postgres":
        url = request.getfixturevalue("new_postgres_url")()
    else:
        url = str(tmp_path_factory.mktemp("contracts") / "log")
    open_store(url, create=True).load(reading(contracts), loaded_at=datetime(2024, 7, 1, tzinfo=UTC))
    if request.param == "spark":
        request.getfixturevalue("spark_session")
        return f"spark://{url}"
    return url


def test_every_engine_knows_who_announced_to_leave_at_the_renewal(contracts_url: str) -> None:
    with open_log(contracts_url) as log:
        rows = rows_of(log, features(log, RENEWALS))

    assert {name: row["renewal_in"] for name, row in rows.items()} == {"ann": 9.25, "bob": 9.25}
    assert {name: row["leaving_in"] for name, row in rows.items()} == {"ann": 9.25, "bob": None}
