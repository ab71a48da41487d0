"""Published figures, and ours beside them."""

import pandas as pd
import pytest

from vernost.errors import InvalidValue, UnknownName
from vernost.measure import CATALOGUE, benchmarks, churn_rate, repeat_rate
from vernost.measure.benchmarks import Figure, figures, industries
from vernost.store.log import Log

UNITS = {"share", "points", "hours", "months", "rating", "RUB"}


def orders(*days: str) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": ["a" for _ in days], "ordered_at": list(days), "amount": [1.0 for _ in days]})


def contract(started: str) -> pd.DataFrame:
    rows = {"subscription_id": ["1", "2"], "customer_id": ["a", "b"], "plan": ["p", "p"], "started_at": [started] * 2}
    return pd.DataFrame(rows | {"ended_at": ["2024-03-15", None], "monthly_price": [1.0, 1.0]})


@pytest.mark.parametrize("figure", figures(), ids=lambda figure: f"{figure.measure} {figure.industry} {figure.date}")
def test_every_figure_is_whole(figure: Figure) -> None:
    known = [number for number in (figure.low, figure.value, figure.high) if number is not None]
    assert known
    assert known == sorted(known)
    assert figure.measure in CATALOGUE
    assert figure.unit in UNITS
    assert set(figure.ask) <= set(CATALOGUE[figure.measure].options)
    assert all((figure.date, figure.publisher, figure.title, figure.population_en, figure.population_ru))
    if figure.unit == "share" and figure.measure != "nrr":
        assert 0 <= known[0] <= known[-1] <= 1


def test_the_main_industries_are_there() -> None:
    assert {"e-commerce", "saas", "telecom", "banking", "media", "hospitality"} <= set(industries())
    assert len(figures()) >= 25


def test_ours_is_what_the_measure_says() -> None:
    log = Log.wrap(orders=orders("2024-01-01", "2024-02-01"))
    rows = benchmarks(log).rows
    ours = repeat_rate(log).rows[0]
    row = next(row for row in rows if (row["measure"], row["industry"]) == ("repeat_rate", "e-commerce"))
    assert (row["value"], row["low"], row["high"]) == (ours["value"], ours["low"], ours["high"])
    assert (row["figure"], row["figure_low"], row["figure_high"], row["publisher"]) == (0.28, 0.21, 0.36, "Metrilo")
    assert all(row["value"] is not None for row in rows)


def test_an_industry_shows_all_its_figures_and_their_parts() -> None:
    rows = benchmarks(Log.wrap(orders=orders("2024-01-01")), industry="telecom").rows
    assert {row["industry"] for row in rows} == {"telecom", "telecom: prepaid", "any"}
    assert {row["measure"] for row in rows} >= {"churn_rate", "nps"}


def test_a_window_longer_than_the_log_is_not_compared() -> None:
    # Contracts that began 104 days ago: a month can be compared, a year cannot.
    log = Log.wrap(subscriptions=contract("2023-12-03"))
    found = {
        (row["measure"], row["unit"], row["date"]): row["value"] for row in benchmarks(log, industry="telecom").rows
    }
    assert found["churn_rate", "share", "2018-10-04"] == churn_rate(log, days=30).rows[0]["value"] == 0.5
    assert found["churn_rate", "share", "2004"] is None
    # A shop without contracts has no churn to set beside theirs.
    shop = Log.wrap(orders=orders("2020-01-01", "2024-01-01"))
    assert {row["value"] for row in benchmarks(shop, industry="telecom").rows if row["measure"] == "churn_rate"} == {
        None
    }


@pytest.mark.parametrize("asked", [{"by": "month"}, {"cut": "city"}])
def test_it_is_of_the_company_as_a_whole(asked: dict[str, str]) -> None:
    with pytest.raises(InvalidValue, match="--by and --cut"):
        benchmarks(Log.wrap(orders=orders("2024-01-01")), **asked)


def test_wrong_names_are_refused() -> None:
    log = Log.wrap(orders=orders("2024-01-01"))
    with pytest.raises(UnknownName, match="banking"):
        benchmarks(log, industry="bankin")
    with pytest.raises(UnknownName, match="channel"):
        benchmarks(log, where="chanel == 'web'")


def test_a_filter_acts_on_ours() -> None:
    frame = orders("2024-01-01", "2024-02-01").assign(channel=["web", "app"])
    rows = benchmarks(Log.wrap(orders=frame), where="channel == 'web'").rows
    assert next(row["value"] for row in rows if row["measure"] == "repeat_rate") == 0
