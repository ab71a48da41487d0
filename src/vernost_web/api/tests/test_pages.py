"""The pages of the API: keys are made, shown once and revoked; the guide tells every endpoint."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from vernost_web.accounts.permissions import permissions
from vernost_web.api.document import document, operations
from vernost_web.api.models import Key
from vernost_web.api.reading import rooms
from vernost_web.api.tests.conftest import Program
from vernost_web.audit.models import Record

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]
KEY = {"name": "<b>shop</b>", "scopes": ["see_numbers"], "per_minute": 60}


def test_a_key_is_shown_once_works_and_is_revoked(browser: Browser) -> None:
    client = browser("administrator")
    page = client.post("/api/keys/", KEY)
    text = page.context["text"]
    assert text in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert "<b>shop" not in page.content.decode()
    program = Program(text)
    assert program.get("/me").json()["name"] == KEY["name"]
    again = client.get("/api/keys/").content.decode()
    assert text not in again
    assert Key.objects.get().prefix in again
    client.post(f"/api/keys/{Key.objects.get().pk}/revoke/")
    assert program.get("/me").status_code == 401
    client.post(f"/api/keys/{Key.objects.get().pk}/revoke/")
    assert list(Record.objects.filter(action__startswith="keys.").values_list("action", flat=True)) == [
        "keys.revoke", "keys.make",
    ]  # fmt: skip
    assert text.rpartition("_")[2] not in str(list(Record.objects.values()))


def test_a_key_is_valid_to_the_end_of_its_day(browser: Browser) -> None:
    day = timezone.localdate() + timedelta(days=1)
    client = browser("administrator")
    wrong = client.post("/api/keys/", KEY | {"until": (day - timedelta(days=2)).isoformat()})
    assert "until" in wrong.context["form"].errors
    client.post("/api/keys/", KEY | {"until": day.isoformat()})
    until = Key.objects.get().until
    assert until
    assert until == timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


@pytest.mark.parametrize("wrong", [{"scopes": []}, {"scopes": ["rule_the_world"]}, {"name": ""}, {"per_minute": 0}])
def test_a_wrong_key_is_not_made(wrong: dict[str, object], browser: Browser) -> None:
    assert browser("administrator").post("/api/keys/", KEY | wrong).context["form"].errors
    assert not Key.objects.exists()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_guide_tells_every_endpoint(language: str, browser: Browser) -> None:
    page = browser("administrator", language).get("/api/").content.decode()
    missing = [
        operation["operationId"]
        for path, _method, operation in operations(document("en"))
        if f'id="{operation["operationId"]}"' not in page or path not in page
    ]
    assert not missing
    assert "<script" not in page.split("<main")[1].split("</main")[0]


def test_what_endpoints_take_and_give_is_told_by_field() -> None:
    found = {each.name: each for _title, endpoints in rooms(document("en")) for each in endpoints}
    assert {line.name for line in found["list_jobs"].taken} == {"cursor", "limit", "state", "kind"}
    assert {"items[].id", "next"} <= {line.name for line in found["list_jobs"].given}
    assert ("url", True) in {(line.name, line.is_required) for line in found["add_webhook"].taken}


@pytest.mark.parametrize("name", ["ask_measure", "list_jobs", "list_scores"])
def test_what_endpoints_take_is_explained_in_russian(name: str) -> None:
    found = {operation["operationId"]: operation for _path, _method, operation in operations(document("ru"))}
    texts = [each.get("description", "") for each in found[name]["parameters"]]
    assert not [text for text in texts if text and not any("а" <= letter <= "я" for letter in text.lower())]


def test_the_document_is_there_for_every_program(stranger: Program) -> None:
    answer = stranger.get("/openapi.json")
    assert answer.json()["openapi"].startswith("3.1")
    assert set(answer.json()["components"]["securitySchemes"]) == {"key"}
    scopes = {name for _p, _m, each in operations(answer.json()) for one in each["security"] for name in one["key"]}
    assert scopes <= set(permissions())
