"""A log narrowed to a segment, and two segments on every measure."""

from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest

from vernost.errors import InvalidValue
from vernost.explain.segments import Narrowed, Standpoint, compare, members, read_rule
from vernost.measure import find_measure
from vernost.statistics import wilson
from vernost.store.log import Log

OMSK = read_rule({"attribute": "city", "is": "equals", "value": "Omsk"})
EVERYBODY = read_rule({"all": []})


@pytest.fixture(scope="module")
def log() -> Iterator[Log]:
    """Of 100 customers of Omsk 80 buy twice, of 100 of Perm 40; their last order a month later."""
    buyers = [(f"o{n}", "Omsk", 2 if n < 80 else 1) for n in range(100)]
    buyers += [(f"p{n}", "Perm", 2 if n < 40 else 1) for n in range(100)]
    orders = [
        {"order_id": f"{who}-{turn}", "customer_id": who, "amount": 10.0,
         "ordered_at": f"2024-0{turn + (1 if city == 'Omsk' else 2)}-01"}
        for who, city, count in buyers
        for turn in range(1, count + 1)
    ]  # fmt: skip
    orders.append({"order_id": "walk-in", "customer_id": None, "amount": 99.0, "ordered_at": "2024-04-01"})
    tables = {
        "customers": pd.DataFrame([{"customer_id": who, "city": city} for who, city, _ in buyers]),
        "orders": pd.DataFrame(orders),
        "order_lines": pd.DataFrame(
            {"order_id": ["o1-1", "p1-1", "walk-in"], "line": 1, "product_id": "tea", "quantity": 1, "unit_price": 1}
        ),
        "spend": pd.DataFrame(
            {"period_on": [date(2024, 1, 1)], "channel": "ads", "purpose": "acquisition", "amount": [5.0]}
        ),
    }
    with Log.wrap(**tables) as made:
        yield made


def test_a_measure_of_a_narrowed_log_is_that_of_its_customers_on_the_day_of_the_whole(log: Log) -> None:
    with Narrowed(log, members(Standpoint(log), OMSK)) as few:
        assert find_measure("repeat_rate")(few).rows == find_measure("repeat_rate")(log, where="city = 'Omsk'").rows
        assert find_measure("revenue")(few).rows[0]["value"] == 1_800
        assert find_measure("rfm")(few).as_of == date(2024, 4, 1)
        assert few.fetch(few.tables["order_lines"])["order_id"].to_pylist() == ["o1-1"]
        assert "spend" not in few.tables
    assert log.fetch(log.tables["orders"].agg(n=log.tables["orders"].count()))["n"][0].as_py() == 321


def test_a_narrowed_log_is_known_as_it_was() -> None:
    orders = pd.DataFrame(
        {
            "order_id": ["1", "2", "3"], "customer_id": ["ann", "ann", "bob"], "ordered_at": ["2024-01-01"] * 3,
            "amount": [1, 2, 4], "loaded_at": pd.to_datetime(["2024-01-02", "2024-02-02", "2024-01-02"]),
        }
    )  # fmt: skip
    with (
        Log.wrap(orders=orders) as log,
        Narrowed(log, members(Standpoint(log), read_rule({"customers": ["ann"]}))) as few,
    ):
        before = few.known_by(pd.Timestamp("2024-01-20").to_pydatetime())

        assert find_measure("revenue")(few).rows[0]["value"] == 3
        assert find_measure("revenue")(before).rows[0]["value"] == 1


def test_two_segments_differ_as_the_published_rule_says(log: Log) -> None:
    perm = read_rule({"attribute": "city", "is": "equals", "value": "Perm"})
    found = compare(Standpoint(log), OMSK, perm)
    repeat = next(each for each in found.differences if each.measure == "repeat_rate")

    assert (found.one, found.other, found.both, found.as_of) == (100, 100, 0, date(2024, 4, 1))
    assert repeat.above == pytest.approx((0.4, 0.2677, 0.5125), abs=1e-4)  # square and add
    assert repeat.one == pytest.approx((0.8, *wilson(80, 100)))
    assert repeat.is_sure
    assert found.tests > 5
    # The same question alone is surer: the others cost it.
    alone = compare(Standpoint(log), OMSK, perm, measures=["repeat_rate"]).differences[0]
    assert alone.p_value is not None
    assert repeat.p_value is not None
    assert alone.p_value <= repeat.p_value


def test_who_is_in_both_counts_in_the_first_alone(log: Log) -> None:
    found = compare(Standpoint(log), OMSK, EVERYBODY, measures=["repeat_rate"])

    assert (found.one, found.other, found.both) == (100, 100, 100)
    assert found.differences[0].other[0] == 0.4


def test_a_segment_against_its_like_shows_no_sure_difference(log: Log) -> None:
    halves = [read_rule({"attribute": "customer_id", "is": "one_of", "value": [f"o{n}" for n in range(first, 100, 2)]})
              for first in (0, 1)]  # fmt: skip
    found = compare(Standpoint(log), *halves)

    assert not [each.measure for each in found.differences if each.is_sure]


def test_nobody_cannot_be_compared(log: Log) -> None:
    with pytest.raises(InvalidValue, match="nobody to compare"):
        compare(Standpoint(log), EVERYBODY, OMSK)
