"""An attribute that the company filled in after customers left is flagged by its name, all the way from the log."""

from typing import Any

import pytest
from tests.vernost.measure.facts import customers, orders

from vernost.predict.features import features
from vernost.predict.labels import labels
from vernost.predict.leakage import find_leaks
from vernost.store.log import Log

DAY, DAYS = "2024-05-31", 29
PEOPLE = [f"c{number:02}" for number in range(60)]
LOYAL = PEOPLE[::2]
"""Who buys in June too."""


def shop(attribute: str, value_of: Any) -> Log:
    bought = [f"{who} 2024-05-{number % 28 + 1:02} 10" for number, who in enumerate(PEOPLE)]
    again = [f"{who} 2024-06-{number % 29 + 1:02} 10" for number, who in enumerate(LOYAL)]
    people = customers(*(f"{who} {value_of(number, who)}" for number, who in enumerate(PEOPLE)), more=attribute)
    return Log.wrap(orders=orders(*bought, *again, "last 2024-06-29 1"), customers=people)


def leaks(log: Log) -> list[str]:
    known, truth = features(log, DAY), labels(log, DAY, DAYS, lapse_days=60)
    together = log.fetch(known.join(truth, "customer_id"))
    assert together.num_rows == len(PEOPLE)
    return [leak.column for leak in find_leaks(together.drop_columns("left"), together["left"].to_pylist())]


@pytest.mark.parametrize("attribute", ["acquisition_channel", "city", "language"])
def test_an_attribute_set_after_leaving_is_named(attribute: str) -> None:
    assert leaks(shop(attribute, lambda _, who: "web" if who in LOYAL else "closed")) == [attribute]
    assert leaks(shop(attribute, lambda _, who: "-" if who in LOYAL else "closed")) == [attribute]


def test_an_honest_attribute_is_not() -> None:
    assert leaks(shop("city", lambda number, _: ("Omsk", "Perm", "Kazan")[number % 3])) == []


def test_the_segment_of_the_company_is_not_even_read() -> None:
    log = shop("segment", lambda _, who: "active" if who in LOYAL else "lost")

    assert leaks(log) == []
    assert "segment" not in features(log, DAY).columns
