"""How long customers of a log have been under contract, counted by hand."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from tests.vernost.measure.facts import customers, subscriptions
from tests.vernost.store.factories import hour, reading

from vernost import survival
from vernost.errors import InvalidValue, MissingFacts, UnknownName
from vernost.predict import CoxRegression, KaplanMeier, contract_durations
from vernost.store.connection import open_log, open_store
from vernost.store.log import Log

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

TODAY = "2024-02-10"


def contracts(*lines: str, timezone: str = "UTC", **tables: object) -> Log:
    return Log.wrap(subscriptions=subscriptions(*lines), timezone=timezone, **tables)


def rows(log: Log, as_of: str | None = TODAY, **words: Any) -> list[dict[str, Any]]:
    found = contract_durations(log, as_of, **words)
    return found.sort_by([("customer_id", "ascending"), ("run", "ascending")]).to_pylist()


def picked(found: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in found]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(["ann 2024-01-01 -"], [(40, 0, 40)], id="runs still"),
        pytest.param(["ann 2024-01-01 2024-01-11"], [(10, 1, 40)], id="ended"),
        pytest.param(["ann 2024-01-01 2024-06-01"], [(40, 0, 40)], id="an end to come is no departure"),
        pytest.param(["ann 2024-03-01 -"], [], id="begun later is not there"),
        pytest.param(["ann 2024-01-01 2024-01-11", "ann 2024-03-01 -"], [(10, 1, 40)], id="a return to come"),
        pytest.param(["ann 2024-01-01 2024-01-11", "ann 2024-01-12 -"], [(40, 0, 40)], id="a change of plan"),
        pytest.param(
            ["ann 2024-01-01 2024-01-31", "ann 2024-01-05 2024-01-11"], [(30, 1, 40)], id="one inside another"
        ),
        pytest.param(["ann 2024-01-01 2024-01-11", "ann 2024-01-21 -"], [(20, 0, 20)], id="a return is a new run"),
        pytest.param(["ann 2024-01-01 2024-01-01"], [(0, 1, 40)], id="ended on the day of its start"),
        pytest.param(["ann 2024-01-01 2024-02-10"], [(40, 0, 40)], id="may go on tomorrow"),
        pytest.param(["ann 2024-01-01 2024-02-09"], [(39, 1, 40)], id="did not go on today"),
    ],
)
def test_a_duration_is_what_is_known_by_the_day(lines: list[str], expected: list[tuple[int, int, int]]) -> None:
    found = rows(contracts(*lines, "zoe 2024-01-01 -"))

    assert picked(found[:-1], "duration", "event", "followed") == expected


@pytest.mark.parametrize(
    ("grace", "expected"),
    [
        pytest.param(9, [(1, 10, 1), (2, 19, 0)], id="nine days are too few"),
        pytest.param(10, [(1, 39, 0)], id="ten join both"),
    ],
)
def test_a_return_within_the_grace_is_no_departure(grace: int, expected: list[tuple[int, int, int]]) -> None:
    log = contracts("ann 2024-01-01 2024-01-11", "ann 2024-01-21 2024-02-09")

    assert picked(rows(log, grace_days=grace, runs_of="all"), "run", "duration", "event") == expected


def test_each_run_can_be_asked_for() -> None:
    log = contracts("ann 2024-01-01 2024-01-11", "ann 2024-01-21 -", "bob 2024-01-05 2024-01-15")

    assert picked(rows(log, runs_of="all"), "customer_id", "run", "duration", "event") == [
        ("ann", 1, 10, 1),
        ("ann", 2, 20, 0),
        ("bob", 1, 10, 1),
    ]
    assert picked(rows(log), "customer_id", "run", "duration", "event") == [("ann", 2, 20, 0), ("bob", 1, 10, 1)]


def test_covariates_are_those_of_the_first_contract_and_of_the_customer() -> None:
    log = contracts(
        "ann 2024-01-01 2024-01-11 basic", "ann 2024-01-11 - gold", customers=customers("ann Омск", "bob Пермь")
    )
    (row,) = rows(log, covariates=["plan", "city"])

    assert (row["plan"], row["city"], str(row["started_on"])) == ("basic", "Омск", "2024-01-01")


def test_only_what_is_asked_for_counts() -> None:
    log = contracts("ann 2024-01-01 - basic", "bob 2024-01-01 - gold")

    assert picked(rows(log, where="plan == 'gold'"), "customer_id") == [("bob",)]


def test_days_are_those_of_the_company() -> None:
    # 23:30 on 1 January and 00:30 on 3 January in Moscow: two days there, one in UTC.
    lines = ("ann 2024-01-01T20:30 2024-01-02T21:30",)

    assert picked(rows(contracts(*lines, timezone="Europe/Moscow")), "duration") == [(2,)]
    assert picked(rows(contracts(*lines)), "duration") == [(1,)]


def test_the_curve_is_that_of_the_measure() -> None:
    log = contracts(
        *(f"c{day} 2024-01-{day:02} {'-' if day % 3 == 0 else f'2024-02-{day // 3 + 1:02}'}" for day in range(1, 26)),
        "c1 2024-02-05 -",
    )
    expected = {row["time"]: row["value"] for row in survival(log, unit="customer", as_of="2024-03-01").rows}
    curve = KaplanMeier().fit(contract_durations(log, "2024-03-01", runs_of="all")).curve_

    assert dict(zip(curve["time"], curve["value"], strict=True)) == pytest.approx(expected)


def test_a_regression_learns_from_it() -> None:
    lines = [
        f"c{i} 2024-01-{i % 28 + 1:02} {'2024-02-05' if i % 3 else '-'} {'gold' if i % 2 else 'basic'}"
        for i in range(60)
    ]
    model = CoxRegression(covariates=["plan"]).fit(contract_durations(contracts(*lines), TODAY, covariates=["plan"]))

    assert list(model.coefficients_) in (["plan=gold"], ["plan=basic"])


def test_what_it_cannot_answer_is_said() -> None:
    log = contracts("ann 2024-01-01 -")

    with pytest.raises(InvalidValue, match="grace_days is -1"):
        contract_durations(log, grace_days=-1)
    with pytest.raises(InvalidValue, match="runs_of is 'first'"):
        contract_durations(log, runs_of="first")  # type: ignore[arg-type]
    with pytest.raises(UnknownName, match="colour"):
        contract_durations(log, covariates=["colour"])
    with pytest.raises(MissingFacts, match="subscriptions"):
        contract_durations(Log.wrap(customers=customers("ann Омск")), TODAY)


LINES = (
    "ann 2024-01-01 2024-01-11 basic",
    "ann 2024-01-12T05:00 - gold",
    "bob 2024-01-05T23:00 2024-01-15 basic",
    "bob 2024-01-25 2024-02-10 gold",
    "eve 2024-01-05 2024-05-01 gold",
)


def check_other_engine(log: Log) -> None:
    words: dict[str, Any] = {"runs_of": "all", "covariates": ["plan"]}
    here, there = rows(contracts(*LINES), **words), rows(log, **words)

    assert len(here) == 4
    assert there == here


def loaded(url: str) -> str:
    found = subscriptions(*LINES).astype(object).to_dict("records")
    facts = [{name: None if pd.isna(cell) else cell for name, cell in row.items()} for row in found]
    open_store(url, create=True).load(reading({"subscriptions": facts}, timezone="UTC"), loaded_at=hour(0))
    return url


def test_postgres_answers_alike(new_postgres_url: Callable[[], str]) -> None:
    with open_log(loaded(new_postgres_url())) as log:
        check_other_engine(log)


def test_spark_answers_alike(spark_session: "SparkSession", tmp_path: Any) -> None:
    with open_log(f"spark://{loaded(str(tmp_path / 'log'))}") as log:
        check_other_engine(log)
