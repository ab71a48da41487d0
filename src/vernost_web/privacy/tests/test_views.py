"""Pages of the rights of persons: who is found, what is known, what is handed out, who is erased."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from vernost_web.audit.models import Record
from vernost_web.data.queries import reading
from vernost_web.jobs.models import Job
from vernost_web.privacy.models import Erasure, Term
from vernost_web.privacy.tests.conftest import Loads

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(own_shop: Path) -> dict[str, Any]:
    """Somebody of the made-up shop who has bought something."""
    with reading() as log:
        rows = log.tables["customers"].semi_join(log.tables["orders"], "customer_id").order_by("customer_id").limit(1)
        (found,) = log.fetch(rows).to_pylist()
    return dict(found)


@pytest.fixture
def director(browser: Callable[..., Client]) -> Client:
    return browser("director")


@pytest.mark.parametrize("by", ["customer_id", "email", "phone"])
def test_a_person_is_found_by_what_they_say_of_themselves(by: str, customer: dict[str, Any], director: Client) -> None:
    said = str(customer[by]).upper() if by == "email" else customer[by]
    found = director.get("/privacy/", {"who": said}).context["found"]
    assert customer["customer_id"] in [each["customer_id"] for each in found]


def test_nobody_is_found_by_chance(customer: dict[str, Any], director: Client) -> None:
    assert director.get("/privacy/", {"who": "%"}).context["found"] == []


def test_what_is_known_is_counted_by_place_and_that_is_written_down(customer: dict[str, Any], director: Client) -> None:
    answer = director.get("/privacy/person/", {"customer": customer["customer_id"]})
    counts = {each.name: each.count for each in answer.context["places"]}
    assert counts["customers"] == 1
    assert counts["orders"] >= 1
    assert Record.objects.filter(action="privacy.look", thing=customer["customer_id"]).count() == 1


@pytest.mark.parametrize("kind", ["json", "html"])
def test_all_that_is_known_is_handed_out(kind: str, customer: dict[str, Any], director: Client) -> None:
    answer = director.get(f"/privacy/person/file/{kind}/", {"customer": customer["customer_id"]})
    text = answer.content.decode()
    assert customer["name"] in text
    assert customer["email"] in text
    assert answer.headers["content-disposition"] == f'attachment; filename="person.{kind}"'
    assert Record.objects.filter(action="privacy.export").count() == 1
    if kind == "json":
        told = {each["name"]: each["records"] for each in json.loads(text)["places"]}
        assert told["customers"][0]["email"] == customer["email"]
    else:
        assert "sandbox" in answer.headers["content-security-policy"]


def test_markup_that_somebody_wrote_stays_text_in_the_page(director: Client, loads: Loads) -> None:
    loads(customers=[{"customer_id": "ann", "name": "<script>alert(1)</script>\u202e", "email": "ann@example.com"}])
    answer = director.get("/privacy/person/file/html/", {"customer": "ann"})
    assert "<script>" not in answer.content.decode()
    assert "&lt;script&gt;" in answer.content.decode()


def test_nobody_is_erased_by_a_slip(customer: dict[str, Any], director: Client) -> None:
    answer = director.post("/privacy/person/erase/", {"customer": customer["customer_id"], "typed": "somebody"})
    assert answer.context["form"].errors["typed"]
    assert not Erasure.objects.exists()
    assert not Job.objects.filter(kind="privacy.erase").exists()


def test_whoever_may_not_sees_nothing(customer: dict[str, Any], browser: Callable[..., Client]) -> None:
    for path in ("", "person/?customer=ann", "person/file/json/?customer=ann", "terms/", "panel/?customer=ann"):
        assert browser("support").get(f"/privacy/{path}").status_code == 403
    assert browser("support").post("/privacy/person/erase/", {"customer": "a", "typed": "a"}).status_code == 403


def test_terms_are_looked_at_before_they_are_set(customer: dict[str, Any], director: Client) -> None:
    answer = director.post("/privacy/terms/", {"events": "1", "look": "1"})
    (found,) = answer.context["preview"]
    assert (found.kind, found.count > 0) == ("events", True)
    assert not Term.objects.exists()
    director.post("/privacy/terms/", {"events": "400"})
    assert Term.objects.get().days == 400
    assert Record.objects.get(action="privacy.terms").after == {"events": 400}
    director.post("/privacy/terms/", {"events": ""})
    assert not Term.objects.exists()


@pytest.mark.parametrize("days", ["0", "-1", "1e9", "9999999", "x"])
def test_terms_that_make_no_sense_are_refused(days: str, director: Client, empty_log: Path) -> None:
    answer = director.post("/privacy/terms/", {"audit": days})
    assert answer.context["form"].errors["audit"]
    assert not Term.objects.exists()
