"""The front door as a whole: what it learns, what it may not know, and what it refuses."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.vernost.predict import firms

from vernost.errors import InvalidValue, MissingFacts, VernostError
from vernost.predict.business import TooThin
from vernost.predict.card_words import sentences
from vernost.predict.forecast import Forecast, fit, makers_of
from vernost.predict.snapshot import now, take
from vernost.schema import TABLES
from vernost.sources import read
from vernost.store.connection import open_log, open_store
from vernost.store.log import Log

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
SMALL = firms.shop_orders(110, seed=4)
"""A shop too small for classifiers, so that it is quick to learn."""


def column(scores: pa.Table, name: str) -> np.ndarray:
    return scores[name].to_numpy(zero_copy_only=False).astype(float)


def test_each_customer_has_a_score_in_the_shape_of_the_log(shop: Log, shop_forecast: Forecast) -> None:
    scores = shop_forecast.scores(shop)

    assert tuple(scores.column_names) == TABLES["scores"].names
    assert sorted(scores["customer_id"].to_pylist()) == sorted(set(firms.shop_orders(600)["customer_id"]))
    assert set(scores["band"].to_pylist()) == {"low", "medium", "high", "left"}
    assert np.all((column(scores, "risk") >= 0) & (column(scores, "risk") <= 1))


def test_revenue_at_risk_is_the_risk_of_what_is_expected_and_comes_first(shop: Log, shop_forecast: Forecast) -> None:
    scores = shop_forecast.scores(shop)

    at_risk = column(scores, "revenue_at_risk")
    assert at_risk == pytest.approx(column(scores, "risk") * column(scores, "revenue"))
    assert np.all(np.diff(at_risk) <= 0)


def test_who_is_scored_under_contract_has_one_that_runs(club: Log, club_forecast: Forecast) -> None:
    scores = club_forecast.scores(club)

    table = firms.club(600)["subscriptions"]
    running = {who for who, ended in zip(table["customer_id"], table["ended_at"], strict=True) if ended is None}
    assert set(scores["customer_id"].to_pylist()) == running
    assert "left" not in scores["band"].to_pylist()


def test_contracts_of_the_plan_that_more_leave_are_at_more_risk(club: Log, club_forecast: Forecast) -> None:
    scores = club_forecast.scores(club)

    is_basic = np.array([int(who[1:]) % 2 == 0 for who in scores["customer_id"].to_pylist()])
    risk = column(scores, "risk")
    # They end with 12 and 3 of 100 chances a month.
    assert 0.08 < risk[is_basic].mean() < 0.18
    assert 0.01 < risk[~is_basic].mean() < 0.06


def test_nobody_is_above_the_usual_where_all_are_as_usual(tmp_path: Path) -> None:
    """Few leave here, and half a customer more, with which the base rate is told, is a good part of them."""
    with read([str(EXAMPLES / "subscriptions.csv")]) as reading:
        open_store(str(tmp_path / "log"), create=True).load(reading, loaded_at=datetime(2025, 1, 1, tzinfo=UTC))

    with open_log(str(tmp_path / "log")) as log:
        forecast = fit(log)
        bands = set(forecast.scores(log)["band"].to_pylist())

    assert forecast.card.model == "base_rate"
    assert bands == {"low"}


def test_settings_of_the_model_that_is_kept_are_found_on_all_days(club: Log, club_forecast: Forecast) -> None:
    business, card = club_forecast.business, club_forecast.card
    snapshots = [take(club, business, date.fromisoformat(day), most=1_000) for day in card.learnt_on]

    anew = makers_of(business, snapshots, 0, 1)[card.model]().learn(snapshots, now(club, business))

    frame = snapshots[-1].frame
    assert club_forecast.scorer.model.risk(frame) == pytest.approx(anew.risk(frame), abs=1e-12)


def test_batches_hold_the_same_scores(shop: Log, shop_forecast: Forecast) -> None:
    batches = list(shop_forecast.batches(shop, size=100))
    found, whole = (each.sort_by("customer_id") for each in (pa.concat_tables(batches), shop_forecast.scores(shop)))

    assert len(batches) > 1
    for name in ("customer_id", "band", "version"):
        assert found[name] == whole[name]
    # Sums over counts end where the largest count of a batch is too unlikely to matter.
    for name in ("risk", "orders", "revenue_high"):
        assert column(found, name) == pytest.approx(column(whole, name), rel=1e-3)


def test_the_same_log_and_seed_give_the_same_bytes_in_any_order_of_rows() -> None:
    shuffled = np.random.default_rng(2).permutation(len(SMALL["customer_id"])).tolist()
    logs = [firms.wrapped(orders=SMALL), firms.wrapped(orders=firms.taken(SMALL, shuffled))]

    first, second = (fit(log, seed=7) for log in logs)

    assert first.card.to_json() == second.card.to_json()
    assert first.scorer.version == second.scorer.version
    assert first.scores(logs[0]) == second.scores(logs[1])


def test_what_came_after_the_day_changes_nothing() -> None:
    day, orders = firms.LAST - timedelta(days=120), SMALL
    known = [place for place, at in enumerate(orders["ordered_at"]) if at.date() <= day]
    whole, cut = firms.wrapped(orders=orders), firms.wrapped(orders=firms.taken(orders, known))
    assert len(known) < len(orders["customer_id"])

    then, looking_back = fit(cut, as_of=day, days=100), fit(whole, as_of=day, days=100)

    assert looking_back.card.to_json() == then.card.to_json()
    assert looking_back.scores(whole) == then.scores(cut)


def test_a_column_that_knows_the_answer_is_named_and_left_out() -> None:
    orders = firms.shop_orders(300, seed=4)
    last = dict(zip(orders["customer_id"], orders["ordered_at"], strict=True))  # the last of each, in order of time
    cities = ["gone" if at.date() <= firms.LAST - timedelta(days=121) else "Perm" for at in last.values()]
    log = firms.wrapped(orders=orders, customers={"customer_id": list(last), "city": cities})

    forecast = fit(log, as_of=firms.LAST - timedelta(days=1), days=120)

    assert [leak.column for leak in forecast.card.leaks] == ["city"]
    for language in ("en", "ru"):
        assert any("'city'" in said or "«city»" in said for said in sentences(forecast.card, language))
    assert "city" not in str(forecast.scores(log)["reasons"].to_pylist())
    # An honest forecast of this shop errs; one that reads the city would not.
    assert forecast.card.tried[0].loss is not None
    assert forecast.card.tried[0].loss > 0.3


def test_what_is_written_down_when_a_contract_ends_is_in_no_forecast_of_contracts() -> None:
    table = firms.contracts(300, days=400)
    channels = ["closed" if ended else "web" for ended in table["ended_at"]]
    customers = {"customer_id": table["customer_id"], "acquisition_channel": channels}

    log = firms.wrapped(subscriptions=table, customers=customers)
    forecast = fit(log)

    assert [leak.column for leak in forecast.card.leaks] == ["acquisition_channel"]
    assert next(each.loss for each in forecast.card.tried if each.name == "lifetimes") > 0.1
    # What is to come is not told by it either: the same as without that table.
    alone = firms.wrapped(subscriptions=table)
    found, expected = (each.sort_by("customer_id") for each in (forecast.scores(log), fit(alone).scores(alone)))
    assert column(found, "revenue") == pytest.approx(column(expected, "revenue"))


def test_a_city_nobody_has_seen_and_tables_that_are_absent_change_no_score(club: Log, club_forecast: Forecast) -> None:
    subscriptions = firms.club(600)["subscriptions"]
    strange = subscriptions | {"plan": ["unheard of"] * 600}

    scores = club_forecast.scores(firms.wrapped(**firms.club(600) | {"subscriptions": strange}))

    risk = column(scores, "risk")
    assert np.all((risk > 0) & (risk < 1))
    assert risk.mean() == pytest.approx(column(club_forecast.scores(club), "risk").mean(), abs=0.1)


ONCE: dict[str, Any] = {
    "customer_id": [f"c{number}" for number in range(300)],
    "ordered_at": [firms.instant(2 * number) for number in range(300)],
}
STILL_THERE = firms.contracts(200, days=300) | {"ended_at": [None] * 200}
GONE = firms.shop_orders(100, days=100)
"""All bought in the first hundred days; then one stranger came after years."""
LATE = {name: [*GONE[name], value] for name, value in zip(GONE, ("z", firms.instant(900), 5), strict=True)}


@pytest.mark.parametrize(
    ("tables", "lacks"),
    [
        pytest.param(
            {"orders": firms.shop_orders(5)},
            [("customers", 5, 50), ("repeat buyers", 5, 10)],
            id="five customers",
        ),
        pytest.param({"orders": firms.shop_orders(200, days=20)}, [("days of history", 19, 60)], id="all are new"),
        pytest.param({"orders": ONCE}, [("repeat buyers", 0, 10)], id="nobody bought twice"),
        pytest.param({"orders": LATE}, [("days of which it is known who left", 0, 2)], id="all are gone for years"),
        pytest.param({"subscriptions": STILL_THERE}, [("departures", 0, 10)], id="no contract ended"),
        pytest.param(
            {"subscriptions": firms.contracts(4, days=20)},
            [("customers", 4, 50), ("days of history", 10, 90), ("departures", 0, 10)],
            id="four contracts of three weeks",
        ),
        pytest.param(
            {"orders": SMALL | {"customer_id": [None] * len(SMALL["customer_id"])}},
            [("customers", 0, 50), ("repeat buyers", 0, 10)],
            id="walk-ins alone",
        ),
        pytest.param(
            {"orders": SMALL | {"amount": [-1] * len(SMALL["customer_id"])}},
            [("customers", 0, 50), ("repeat buyers", 0, 10)],
            id="refunds alone",
        ),
    ],
)
def test_what_is_too_thin_is_refused_with_counts(tables: Any, lacks: list[tuple[str, int, int]]) -> None:
    with pytest.raises(TooThin) as refused:
        fit(firms.wrapped(**tables))

    assert [(str(what), found, least) for what, found, least in refused.value.lacks] == lacks
    for what, found, least in lacks:
        assert f"{what}: {found} (at least {least} are needed)" in str(refused.value)
        assert f": {found} (нужно хотя бы {least})" in refused.value.told("ru")


@pytest.mark.parametrize(
    ("tables", "asked", "error", "sentence"),
    [
        pytest.param(
            {"customers": {"customer_id": ["ann"]}}, {}, MissingFacts, "orders, subscriptions or events", id="no facts"
        ),
        pytest.param({"orders": SMALL}, {"days": 0}, InvalidValue, "days is 0, must be at least 1", id="no days"),
        pytest.param({"orders": SMALL}, {"days": -5}, InvalidValue, "days is -5, must be at least 1", id="fewer days"),
        pytest.param(
            {"orders": SMALL}, {"days": 250}, TooThin, "days of history: 593 (at least 750", id="too many days"
        ),
        pytest.param(
            {"orders": SMALL}, {"as_of": firms.FIRST - timedelta(days=9)}, TooThin, "days of history: 0", id="too early"
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(
    tables: Any, asked: dict[str, Any], error: type[VernostError], sentence: str
) -> None:
    with pytest.raises(error) as refused:
        fit(firms.wrapped(**tables), **asked)

    assert sentence in str(refused.value)


def days_of_visits(customers: int, gap: int) -> dict[str, list[Any]]:
    """Everyone buys on the same days, all through."""
    days = range(0, 400, gap)
    return {
        "customer_id": [f"c{number}" for number in range(customers) for _ in days],
        "ordered_at": [firms.instant(day) for _ in range(customers) for day in days],
        "amount": [5] * customers * len(days),
    }


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        pytest.param({"orders": days_of_visits(60, 10)}, (0.0, 0.05), id="nobody ever left"),
        pytest.param({"orders": SMALL | {"amount": [7] * len(SMALL["amount"])}}, (0.0, 1.0), id="constant amounts"),
        pytest.param({"orders": {k: v for k, v in SMALL.items() if k != "amount"}}, (0.0, 1.0), id="no amounts"),
        pytest.param({"events": firms.visits(150, seed=4)}, (0.0, 1.0), id="events alone"),
        pytest.param({"subscriptions": firms.contracts(200, basic=0.1)}, (0.0, 0.5), id="one plan"),
        pytest.param(
            {"orders": SMALL | {"ordered_at": np.random.default_rng(1).permutation(SMALL["ordered_at"]).tolist()}},
            (0.0, 1.0),
            id="days shuffled",
        ),
    ],
)
def test_odd_logs_have_a_forecast_that_says_how_good_it_is(tables: Any, told: tuple[float, float]) -> None:
    log = firms.wrapped(**tables)

    forecast = fit(log)
    scores = forecast.scores(log)

    risk = column(scores, "risk")
    assert len(risk)
    assert np.all((told[0] <= risk) & (risk <= told[1]))
    assert forecast.card.tried[0].loss <= next(each.loss for each in forecast.card.tried if each.name == "base_rate")
    for language in ("en", "ru"):
        assert not any("nan" in said or "None" in said for said in sentences(forecast.card, language))
