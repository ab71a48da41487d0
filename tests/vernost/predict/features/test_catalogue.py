"""Every feature is described in both languages, and tied to the rows behind it."""

import re
from collections.abc import Iterator
from string import Formatter
from typing import TYPE_CHECKING

import pytest
from tests.oracle.dice import SeededDice
from tests.oracle.engines import duckdb_log
from tests.oracle.logs import random_log
from tests.vernost.measure.facts import frame, orders

from vernost.errors import UnknownName
from vernost.predict.features import Feature, catalogue, describe, features
from vernost.predict.features.catalogue import SEASON, SUBJECTS
from vernost.schema import TABLES
from vernost.store.log import Log

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
FEATURES = catalogue().values()


@pytest.fixture(scope="module")
def duckdb() -> "Iterator[Backend]":
    import ibis

    connection = ibis.duckdb.connect(threads=1)
    yield connection
    connection.disconnect()


def gaps(sentence: str) -> list[str]:
    return sorted({name for _, name, _, _ in Formatter().parse(sentence) if name})


@pytest.mark.parametrize("feature", FEATURES, ids=catalogue())
def test_it_is_said_in_both_languages(feature: Feature) -> None:
    english = [feature.en, feature.said["en"], feature.unsaid.get("en", "")]
    russian = [feature.ru, feature.said["ru"], feature.unsaid.get("ru", "а")]

    assert not any(CYRILLIC.search(text) for text in english)
    assert all(CYRILLIC.search(text) for text in russian)
    assert gaps(feature.said["en"]) == gaps(feature.said["ru"])
    assert set(gaps(feature.said["en"])) <= set(catalogue())
    assert set(feature.unsaid) == (set() if feature.kind == "count" else {"en", "ru"})


def test_each_is_of_a_table_of_the_log() -> None:
    assert {feature.table for feature in FEATURES} == {*SUBJECTS, SEASON}
    assert set(SUBJECTS) <= set(TABLES)


def test_columns_are_those_described_of_the_tables_there_are(duckdb: "Backend") -> None:
    log = duckdb_log(duckdb, random_log(SeededDice(11), [name for name in SUBJECTS if name != "order_lines"]))
    schema = features(log, log.span("orders", "ordered_at")[1].date()).schema()
    types = {"count": "int64", "flag": "int64", "number": "float64", "category": "string"}

    expected = {each.name: types[each.kind] for each in FEATURES if each.table in {*log.tables, SEASON}}
    assert {name: str(kind) for name, kind in schema.items() if name != "customer_id"} == expected


@pytest.mark.parametrize("seed", [11, 346])
def test_a_count_is_the_number_of_rows_behind_it(seed: int, duckdb: "Backend") -> None:
    log = duckdb_log(
        duckdb, random_log(SeededDice(seed), [name for name in SUBJECTS if name != "order_lines"], size=20)
    )
    day = log.span("orders", "ordered_at")[1].date()
    counts = [each for each in FEATURES if each.kind == "count" and each.table in log.tables]
    found = log.fetch(features(log, day, base="orders")).to_pylist()
    busiest = max(found, key=lambda row: sum(row[each.name] > 0 for each in counts))

    behind = {}
    for each in counts:
        rows = each.rows(log, busiest["customer_id"], day)
        assert rows is not None
        behind[each.name] = log.fetch(rows.aggregate(number=rows.count()))["number"][0].as_py()

    assert behind == {each.name: busiest[each.name] for each in counts}
    assert sum(count > 0 for count in behind.values()) >= 6


def test_rows_behind_are_whole_rows_of_the_log() -> None:
    tickets = frame(
        "ticket_id customer_id opened_at first_reply_at", "1 ann 2024-05-01 2024-05-01T01:00", "2 ann 2024-05-02"
    )
    log = Log.wrap(orders=orders("ann 2024-05-01 1"), tickets=tickets)

    rows = describe("unanswered_24h").rows(log, "ann", "2024-05-31")

    assert rows is not None
    assert rows.columns == tuple(column.name for column in TABLES["tickets"].stored)
    assert log.fetch(rows)["ticket_id"].to_pylist() == ["2"]
    assert describe("month_sin").rows(log, "ann", "2024-05-31") is None


@pytest.mark.parametrize(
    ("name", "values", "english", "russian"),
    [
        pytest.param(
            "silence_ratio",
            {"silence": 64.0, "gap_mean": 21.0},
            "has been silent for 64 days, usually buys every 21 days",
            "молчит 64 дня, обычно покупает раз в 21 день",
            id="the own rhythm",
        ),
        pytest.param(
            "silence_ratio",
            {"silence": 64.0, "gap_mean": float("nan")},
            "has no rhythm of buying yet",
            "ритма покупок ещё нет",
            id="not known",
        ),
        pytest.param(
            "unanswered_24h",
            {"unanswered_24h": 2},
            "2 requests without an answer in 24 h",
            "2 обращения без ответа за 24 часа",
            id="a count",
        ),
        pytest.param(
            "revenue_trend_90d",
            {"revenue_90d": 1234.5, "revenue_trend_90d": 0.5},
            "paid in the last 90 days: 1,234, which is 50% of the 90 days before",
            "выручка за последние 90 дней: 1\u00a0234, это 50\u00a0% от предыдущих 90 дней",
            id="a share and money",
        ),
        pytest.param(
            "is_last_late", {"is_last_late": 0}, "the last delivery was not late", "последняя доставка не опоздала",
            id="a flag that is not so",
        ),
        pytest.param("plan", {"plan": "{pro}"}, "is on the plan {pro}", "тариф — {pro}", id="a hostile name"),
        pytest.param(
            "gap_mean", {"gap_mean": 1.5}, "buys every 1.5 days on average", "в среднем покупает раз в 1,5 дня",
            id="a fraction",
        ),
    ],
)  # fmt: skip
def test_a_sentence_reads_well(name: str, values: dict[str, object], english: str, russian: str) -> None:
    assert describe(name).sentence("en", values) == english
    assert describe(name).sentence("ru", values) == russian


def test_an_unknown_feature_is_refused() -> None:
    with pytest.raises(UnknownName, match="Did you mean silence"):
        describe("silense")
