"""Jobs of rights: erasing to the end, letting go what is kept long enough, erasing anew after a restore."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from vernost_web.audit.models import Record
from vernost_web.data.queries import loads as loads_of
from vernost_web.data.queries import reading
from vernost_web.jobs.models import Job, State
from vernost_web.privacy import actions, queries
from vernost_web.privacy.models import Erasure, Term
from vernost_web.privacy.person import Person
from vernost_web.privacy.tests.conftest import Loads

pytestmark = pytest.mark.django_db(transaction=True)
ANN = {"customer_id": "customer-ann", "name": "Ann Lee", "email": "ann@example.com", "phone": "+44 20 7946 0018"}
BOB = {"customer_id": "customer-bob", "name": "Bob Ray", "email": "bob@example.com", "phone": "+44 20 7946 0019"}


def names() -> set[str | None]:
    with reading() as log:
        return set(log.fetch(log.tables["customers"])["name"].to_pylist())


def erased(customer_id: str, work: Callable[[], int], by: Any) -> Erasure:
    erasure = actions.ask_to_erase(customer_id, by=by)
    work()
    erasure.refresh_from_db()
    return erasure


def test_a_certificate_says_what_was_erased_and_not_who_it_was(
    loads: Loads, person: Callable[..., Any], work: Callable[[], int]
) -> None:
    loads(customers=[ANN, BOB])
    found = erased("customer-ann", work, person("director"))
    assert found.ended_at
    assert {each["name"]: each["count"] for each in found.places}["log-customers"] == 1
    assert found.sealed == ""
    told = json.dumps(found.said(), ensure_ascii=False)
    assert not any(str(value) in told for value in ANN.values())
    assert (found.asked_name, len(found.digest)) == ("director@example.com", 64)
    with reading() as log:
        assert found.pseudonym in log.fetch(log.tables["customers"])["customer_id"].to_pylist()
    assert names() == {None, "Bob Ray"}
    assert Record.objects.get(action="privacy.erased").thing == found.pseudonym
    assert not Record.objects.filter(text__contains="customer-ann").exists()


def test_an_erasure_that_was_stopped_is_gone_on_with(
    loads: Loads, person: Callable[..., Any], work: Callable[[], int], done: Callable[[str], Any]
) -> None:
    loads(customers=[ANN, BOB])
    erasure = actions.ask_to_erase("customer-ann", by=person("director"))
    Job.objects.filter(kind="privacy.erase").update(state=State.CANCELLED)
    assert queries.is_unfinished()
    Erasure.objects.filter(pk=erasure.pk).update(job=None)
    done("privacy.finish")
    work()
    assert not queries.is_unfinished()
    assert names() == {None, "Bob Ray"}


def test_whoever_an_old_backup_brings_back_is_erased_anew(
    loads: Loads, person: Callable[..., Any], work: Callable[[], int], settings: Any, tmp_path: Path
) -> None:
    from web_fixtures import _with_log

    loads(customers=[ANN, BOB])
    erased("customer-ann", work, person("director"))
    listed = queries.erased()
    assert listed
    assert "ann" not in json.dumps(listed)
    _with_log(settings, tmp_path / "restored")
    loads(customers=[ANN, BOB])
    assert names() == {"Ann Lee", "Bob Ray"}
    assert actions.erase_again(listed) == 1
    work()
    assert names() == {None, "Bob Ray"}


def test_what_is_older_than_its_term_goes_and_that_is_written_down(loads: Loads, done: Callable[[str], Any]) -> None:
    old, new = timezone.now() - timedelta(days=100), timezone.now() - timedelta(days=3)
    visits = [{"customer_id": "ann", "occurred_at": f"{day:%Y-%m-%d %H:%M}", "name": "visit"} for day in (old, new)]
    loads(events=visits)
    Record.objects.create(action="text", at=old)
    Term.objects.create(kind="events", days=30)
    Term.objects.create(kind="audit", days=30)
    assert done("privacy.expire").result == {"events": 1, "audit": 1}
    with reading() as log:
        assert log.tables["events"].count().execute() == 1
    assert Record.objects.filter(at__lt=new).count() == 0
    assert Record.objects.get(action="privacy.expired").after == {"events": 1, "audit": 1}
    assert done("privacy.expire").result == {}
    assert [each.record.kind for each in loads_of()] == ["erasure", "load"]


def test_earlier_states_go_when_they_are_old_enough(loads: Loads, done: Callable[[str], Any]) -> None:
    for _ in range(3):
        loads(customers=[ANN])
        loads(customers=[ANN | {"name": "Ann"}])
    Term.objects.create(kind="states", days=30)
    assert [(each.kind, each.count) for each in queries.expiring({"states": 30})] == [("states", 6)]
    assert done("privacy.expire").result == {"states": 6}
    assert names() == {"Ann"}
    assert done("privacy.expire").result == {}


def test_without_terms_everything_stays(loads: Loads, done: Callable[[str], Any]) -> None:
    loads(customers=[ANN])
    assert done("privacy.expire").result == {}
    assert [each.record.kind for each in loads_of()] == ["load"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("about customer-ann, again", "about erased-1, again", id="an id within a text"),
        pytest.param("not customer-anna", "not customer-anna", id="a longer id is another"),
        pytest.param("Write to ANN@example.com!", "Write to erased!", id="an address in other letters"),
        pytest.param("call 2079460018", "call erased", id="a telephone in other spelling"),
        pytest.param("7", "erased-1", id="a short id alone"),
        pytest.param("7 days", "7 days", id="a short id that may be a number"),
    ],
)
def test_words_of_a_person_are_found_and_no_others(text: str, expected: str) -> None:
    person = Person(("customer-ann", "7"), ("Ann Lee",), ("ann@example.com", "+44 20 7946 0018"))
    assert person.without({"note": [text]}, "erased-1") == {"note": [expected]}
    assert person.is_within({"note": [text]}) == (text != expected)
