"""The same questions to the same logs in DuckDB, PostgreSQL and Spark: the answers are the same.

DuckDB's answers are held against a slow oracle elsewhere (`test_oracle`); here the engines are held against DuckDB.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from tests.engines.questions import VALUES, logs, questions
from tests.oracle.comparison import differences, is_same, people
from tests.vernost.store.factories import hour, reading

from vernost.errors import VernostError
from vernost.measure import CATALOGUE, find_measure
from vernost.store.connection import open_log, open_store
from vernost.store.log import Log

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

TOLERANCE = 1e-12
QUESTIONS = questions()


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Each log loaded into a folder."""
    return loaded(lambda: str(tmp_path_factory.mktemp("engines") / "log"))


def loaded(new_url: Callable[[], str]) -> dict[str, str]:
    urls = {}
    for name, log in logs().items():
        urls[name] = new_url()
        open_store(urls[name], create=True).load(reading(log.tables, timezone=log.zone), loaded_at=hour(0))
    return urls


@pytest.fixture(scope="module")
def duckdb_logs(folders: Mapping[str, str]) -> Iterator[dict[str, Log]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(open_log(url)) for name, url in folders.items()}


@pytest.fixture(scope="module")
def postgres_logs(new_postgres_url: Callable[[], str]) -> Iterator[dict[str, Log]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(open_log(url)) for name, url in loaded(new_postgres_url).items()}


@pytest.fixture(scope="module")
def spark_logs(spark_session: "SparkSession", folders: Mapping[str, str]) -> Iterator[dict[str, Log]]:
    # Each query is about a handful of rows: one partition, planned once.
    settings = {"spark.sql.shuffle.partitions": "1", "spark.sql.adaptive.enabled": "false"}
    before = {name: spark_session.conf.get(name) for name in settings}
    with ExitStack() as stack:
        for name, value in settings.items():
            spark_session.conf.set(name, value)
            stack.callback(spark_session.conf.set, name, before[name])
        yield {name: stack.enter_context(open_log(f"spark://{url}")) for name, url in folders.items()}


def answered(log: Log, measure: str, words: Mapping[str, Any], *, lists: bool) -> dict[str, Any] | str:
    """All that an answer says, or the message of the error that it is."""
    try:
        answer = find_measure(measure)(log, **words)
        said = answer.to_dict()
    except VernostError as error:
        return str(error)
    has_list = lists and answer.finding.who is not None
    return said | {"who": people(answer) if has_list else None}


def check_same(here: Mapping[str, Log], there: Mapping[str, Log], measure: str) -> None:
    """Ask all questions about a measure of both; who is behind a number is asked once."""
    told, answers = [], 0
    for number, (_, name, words) in enumerate(question for question in QUESTIONS if question[0] == measure):
        expected = answered(here[name], measure, words, lists=number == 0)
        found = answered(there[name], measure, words, lists=number == 0)
        answers += not isinstance(expected, str)
        told += [f"{name} {words}: {line}" for line in _unlike(found, expected)]
    assert answers, f"{measure} answers none of its questions"
    assert not told, "\n".join(told[:20])


def _unlike(found: dict[str, Any] | str, expected: dict[str, Any] | str) -> list[str]:
    if isinstance(found, str) or isinstance(expected, str):
        return [] if found == expected else [f"{found!r}, not {expected!r}"]
    lines = differences(found.pop("rows"), expected.pop("rows"), tolerance=TOLERANCE)
    return lines + [
        f"{name} is {found.get(name)!r}, not {wanted!r}"
        for name, wanted in expected.items()
        if not is_same(found.get(name), wanted, tolerance=TOLERANCE)
    ]


def test_every_measure_and_every_option_is_asked() -> None:
    asked = {(measure, option) for measure, _, words in QUESTIONS for option in words}
    options = {(name, option) for name, measure in CATALOGUE.items() for option in measure.options}
    assert options <= asked
    assert {measure for measure, *_ in QUESTIONS} == set(CATALOGUE)
    assert {option for _, option in options} == set(VALUES)


@pytest.mark.parametrize("measure", CATALOGUE)
def test_postgres_answers_as_duckdb(
    measure: str, duckdb_logs: Mapping[str, Log], postgres_logs: Mapping[str, Log]
) -> None:
    check_same(duckdb_logs, postgres_logs, measure)


@pytest.mark.parametrize("measure", CATALOGUE)
def test_spark_answers_as_duckdb(measure: str, duckdb_logs: Mapping[str, Log], spark_logs: Mapping[str, Log]) -> None:
    check_same(duckdb_logs, spark_logs, measure)


def test_postgres_reads_the_clock_once_a_row_and_instant(postgres_logs: Mapping[str, Log]) -> None:
    log = postgres_logs["long"]
    waits = find_measure("first_reply_time")(log, working_hours="Mon-Fri 09:00-13:00,14:00-18:00; off 2024-01-03")
    with log.connection.raw_sql(f"EXPLAIN {log.connection.compile(waits.expression)}") as cursor:
        plan = "\n".join(line for (line,) in cursor.fetchall())
    # Each stands between what reads the clock and the many places that use the time it shows.
    assert plan.count("ProjectSet") == len(["opened", "replied"])
