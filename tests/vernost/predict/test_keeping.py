"""Scores written back to the log: once, again, anew, and undone; in a folder and in PostgreSQL."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.vernost.predict import firms
from tests.vernost.store.factories import hour

from vernost.predict.features import features
from vernost.predict.forecast import fit
from vernost.predict.keeping import SOURCE, keep_scores
from vernost.predict.reasons import from_json
from vernost.schema import TABLES
from vernost.store import Receipt, Store, open_log, open_store

DAY = date(2024, 6, 30)
REASONS = '[{"feature": "silence", "share": 0.4, "values": {"silence": 64.0}}]'


@pytest.fixture(params=["folder", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return str(tmp_path / "log")
    new_url: Callable[[], str] = request.getfixturevalue("new_postgres_url")
    return new_url()


def scores(**risks: float) -> pa.Table:
    """Scores of these customers, who differ by nothing but the risk."""
    rows = [
        dict.fromkeys(TABLES["scores"].names)
        | {"customer_id": who, "scored_on": DAY, "model": "told", "version": "v1", "days": 30}
        | {"risk": risk, "band": "high", "revenue": 10.126, "alarming_on": DAY, "reasons": REASONS}
        for who, risk in risks.items()
    ]
    types = {"string": pa.string(), "date": pa.date32(), "integer": pa.int64(), "json": pa.string()}
    fields = [(each.name, types.get(each.type, pa.float64())) for each in TABLES["scores"].columns]
    return pa.Table.from_pylist(rows, schema=pa.schema(fields))


def kept(store: Store, *batches: pa.Table, at: int) -> Receipt:
    return keep_scores(store, batches, at=hour(at))


def counts(receipt: Receipt) -> tuple[int, int, int, int]:
    (tally,) = receipt.tallies
    assert tally.table == "scores"
    assert tally.balances
    return tally.read, tally.accepted, tally.replaced, tally.unchanged


def rows_of(url: str) -> list[dict[str, Any]]:
    with open_log(url) as log:
        table = log.tables["scores"]
        return log.fetch(table.order_by("customer_id")).to_pylist()


def test_scores_are_rows_of_the_log_with_where_they_are_from(url: str) -> None:
    receipt = kept(open_store(url, create=True), scores(ann=0.5, bob=0.25), at=0)

    assert counts(receipt) == (2, 2, 0, 0)
    ann, bob = rows_of(url)
    assert (ann["customer_id"], ann["scored_on"], ann["risk"], ann["band"]) == ("ann", DAY, 0.5, "high")
    assert (ann["revenue"], ann["orders"], ann["alarming_on"]) == (Decimal("10.126"), None, DAY)
    assert ann["source"] == bob["source"] == SOURCE
    assert from_json(ann["reasons"])[0].sentence("en") == "has not ordered for 64 days"


def test_keeping_them_twice_changes_nothing(url: str) -> None:
    store = open_store(url, create=True)
    kept(store, scores(ann=0.5, bob=0.25), at=0)

    assert counts(kept(store, scores(ann=0.5, bob=0.25), at=1)) == (2, 0, 0, 2)


def test_scores_of_the_same_day_replace_those_before_and_can_be_undone(url: str) -> None:
    store = open_store(url, create=True)
    kept(store, scores(ann=0.5, bob=0.25), at=0)

    again = kept(store, scores(ann=0.75, bob=0.25, eve=0.1), at=1)

    assert counts(again) == (3, 1, 1, 1)
    assert [row["risk"] for row in rows_of(url)] == [0.75, 0.25, 0.1]
    store.undo(again.load_id, at=hour(2))
    assert [row["risk"] for row in rows_of(url)] == [0.5, 0.25]


def test_batches_are_kept_as_one_load(url: str) -> None:
    receipt = kept(open_store(url, create=True), scores(ann=0.5), scores(bob=0.25), scores(eve=0.125), at=0)

    assert counts(receipt) == (3, 3, 0, 0)
    assert [row["customer_id"] for row in rows_of(url)] == ["ann", "bob", "eve"]


def test_names_that_mean_something_to_a_database_are_but_names(url: str) -> None:
    hostile = {"'; DROP TABLE scores; --": 0.5, '"x"': 0.25, "Ёжик\n": 0.125}

    kept(open_store(url, create=True), scores(**hostile), at=0)

    assert {row["customer_id"]: row["risk"] for row in rows_of(url)} == hostile


def test_what_is_kept_is_what_was_forecast_and_is_no_feature(tmp_path: Path) -> None:
    url = str(tmp_path / "log")
    store = open_store(url, create=True)
    with firms.read(tmp_path, firms.shop_orders(100, seed=4)) as reading:
        store.load(reading, loaded_at=hour(0))
    with open_log(url) as log:
        forecast = fit(log)
        told = forecast.scores(log).sort_by("customer_id")
        before = features(log, forecast.business.as_of).columns
        kept(store, *forecast.batches(log), at=1)

    found = rows_of(url)
    assert [row["customer_id"] for row in found] == told["customer_id"].to_pylist()
    assert [row["risk"] for row in found] == pytest.approx(told["risk"].to_pylist())
    assert {row["version"] for row in found} == {forecast.scorer.version}
    with open_log(url) as log:
        assert features(log, forecast.business.as_of).columns == before
        assert fit(log).scorer.version == forecast.scorer.version
