"""What can be followed over periods, and what is shown over all time."""

import pytest

from vernost.measure.measure import CATALOGUE
from vernost_web.metrics.queries import ask, is_course
from vernost_web.metrics.spans import ALL_TIME, SEVERAL_VALUES, natural_period

pytestmark = pytest.mark.django_db


def test_what_can_be_followed_has_one_value_in_each_period(shop: object) -> None:
    told = {name: ask(name, by="month").rows for name, measure in CATALOGUE.items() if is_course(measure)}
    assert sum(bool(rows) for rows in told.values()) > 20
    wrong = [
        name
        for name, rows in told.items()
        if len({row.get("period") for row in rows}) != len(rows) or not all("value" in row for row in rows)
    ]
    assert wrong == []


def test_every_measure_can_be_asked_as_it_is_first_shown(shop: object) -> None:
    assert set(CATALOGUE) >= ALL_TIME | SEVERAL_VALUES
    for name, measure in CATALOGUE.items():
        ask(name, by=natural_period(measure))
