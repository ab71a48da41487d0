"""Finding what was done."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from vernost_web.audit import actions, queries
from vernost_web.audit.models import Record


@pytest.fixture
def three(person: Callable[..., Any]) -> None:
    boris, anna = person("analyst", name="Борис"), person("director", name="Anna")
    actions.record("targets.set", by=boris, thing="Выручка", after={"value": 100})
    actions.record("targets.set", by=anna, thing="orders", after={"value": 200, "note": "к НОВОМУ году"})
    actions.record("people.role", by=anna, thing="boris@example.com", before={"role": "hr"}, after={"role": "analyst"})


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param({}, ["boris@example.com", "orders", "Выручка"], id="all, the newest first"),
        pytest.param({"who": "Anna"}, ["boris@example.com", "orders"], id="who"),
        pytest.param({"action": "targets.set"}, ["orders", "Выручка"], id="what"),
        pytest.param({"thing": "ORD"}, ["orders"], id="of what"),
        pytest.param({"text": "выручка"}, ["Выручка"], id="words in small letters"),
        pytest.param({"text": "БОРИС"}, ["Выручка"], id="words in capitals"),
        pytest.param({"text": "новому"}, ["orders"], id="words in the values"),
        pytest.param({"text": "director@example.com 200"}, ["orders"], id="all of several words, an address too"),
        pytest.param({"text": "100%"}, [], id="signs of the database are words"),
        pytest.param({"text": "' OR 1=1 --"}, [], id="no injection"),
    ],
)
def test_records_are_found_by(asked: dict[str, str], expected: list[str], three: None) -> None:
    assert [record.thing for record in queries.records(**asked)] == expected


def test_days_are_those_of_the_companys_clock(db: None) -> None:
    for hour in (20, 21):
        Record.objects.create(at=datetime(2026, 3, 1, hour, 30, tzinfo=UTC), action="a.b", thing=str(hour))
    with timezone.override(ZoneInfo("Europe/Moscow")):
        second = queries.records(since=date(2026, 3, 2))
        first = queries.records(until=date(2026, 3, 1))
        assert ([each.thing for each in first], [each.thing for each in second]) == (["20"], ["21"])


def test_what_can_be_chosen_is_what_there_is(three: None) -> None:
    assert queries.actors() == ["Anna", "Борис"]
    assert queries.deeds() == ["people.role", "targets.set"]
