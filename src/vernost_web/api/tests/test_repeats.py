"""A write under one name is done once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from vernost_web.alerts.models import Target
from vernost_web.api import repeats
from vernost_web.api.models import Repeat
from vernost_web.api.tests.conftest import Program
from vernost_web.audit.models import Record
from vernost_web.webhooks.models import Webhook

pytestmark = pytest.mark.django_db
Programs = Callable[..., Program]
TARGET = {"measure": "orders", "by": "month", "value": 5.0}
HOOK = {"url": "http://93.184.216.34/hook"}


def test_the_same_write_is_answered_as_before(program: Programs) -> None:
    known = program()
    first, again = (known.post("/webhooks", HOOK, Idempotency_Key="one") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert first.headers["Content-Type"] == again.headers["Content-Type"]
    assert [each.headers.get("Idempotency-Replayed") for each in (first, again)] == [None, "true"]
    assert Webhook.objects.count() == 1
    assert first.json()["secret"] not in str(list(Repeat.objects.values()))
    known.post("/webhooks", HOOK, Idempotency_Key="two")
    known.post("/webhooks", HOOK)
    assert Webhook.objects.count() == 3


@pytest.mark.parametrize("path", ["/webhooks", "/watches"])
def test_the_same_name_for_something_else_is_refused(path: str, program: Programs) -> None:
    known = program()
    known.post("/webhooks", HOOK, Idempotency_Key="one")
    answer = known.post(path, {"url": "http://93.184.216.34/other"}, Idempotency_Key="one")
    assert answer.status_code == 422
    assert "idempotency" in answer.json()["detail"]


def test_names_of_different_keys_do_not_meet(program: Programs) -> None:
    for _ in range(2):
        assert program().post("/webhooks", HOOK, Idempotency_Key="one").status_code == 201
    assert Webhook.objects.count() == 2


def test_what_is_being_done_at_this_moment_is_waited_for(program: Programs) -> None:
    known = program()
    known.post("/webhooks", HOOK, Idempotency_Key="one")
    Repeat.objects.update(status=None)
    answer = known.post("/webhooks", HOOK, Idempotency_Key="one")
    assert (answer.status_code, answer.headers["Retry-After"]) == (409, "1")
    Repeat.objects.update(at=timezone.now() - repeats.HELD - timedelta(seconds=1))
    assert known.post("/webhooks", HOOK, Idempotency_Key="one").status_code == 201


def test_what_was_refused_may_be_asked_anew(program: Programs) -> None:
    known = program()
    assert known.send("put", "/targets", {"measure": "nothing"}, Idempotency_Key="one").status_code == 422
    assert not Repeat.objects.exists()
    assert known.send("put", "/targets", TARGET, Idempotency_Key="one").status_code == 200


def test_a_mistake_of_the_program_leaves_no_name_taken(program: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    known = program()

    def broken(**_: Any) -> None:
        raise RuntimeError("broken")

    with monkeypatch.context() as patched:
        patched.setattr("vernost_web.alerts.api.actions.set_target", broken)
        answer = known.send("put", "/targets", TARGET, Idempotency_Key="one")
    assert (answer.status_code, answer.json()["status"]) == (500, 500)
    assert "broken" not in answer.content.decode()
    assert known.send("put", "/targets", TARGET, Idempotency_Key="one").status_code == 200


@pytest.mark.parametrize("token", ["a" * 201, "two\tparts"])
def test_a_name_has_some_visible_letters(token: str, program: Programs) -> None:
    assert program().post("/webhooks", HOOK, Idempotency_Key=token).status_code == 422


def test_names_are_forgotten_after_a_day(program: Programs, done: Callable[[str], Any]) -> None:
    known = program()
    known.post("/webhooks", HOOK, Idempotency_Key="one")
    done("api.sweep")
    assert Repeat.objects.count() == 1
    Repeat.objects.update(at=timezone.now() - repeats.KEPT - timedelta(seconds=1))
    assert known.post("/webhooks", HOOK, Idempotency_Key="one").status_code == 201
    Repeat.objects.update(at=timezone.now() - repeats.KEPT - timedelta(seconds=1))
    assert done("api.sweep").result == {"count": 1}


def test_answers_are_forgotten_with_a_person(program: Programs) -> None:
    program().post("/webhooks", HOOK, Idempotency_Key="one")
    (keeping,) = apps.get_app_config("api").keeps  # type: ignore[attr-defined]
    assert keeping.tell(["c1"]) == []
    assert keeping.forget(["c1"], "nobody") == 1
    assert not Repeat.objects.exists()


def test_what_a_key_changes_is_written_down_by_both_names(program: Programs) -> None:
    program().send("put", "/targets", TARGET)
    assert Target.objects.get().set_by_id
    record = Record.objects.get(action="targets.set")
    assert record.actor_name == "administrator@example.com / shop"
    assert record.actor.email == "administrator@example.com"


@pytest.mark.parametrize("body", [b"{", b"[1", b"\xff", b'{"measure": "\\u0000"}', b'{"measure": "\\ud800"}'])
def test_bodies_that_cannot_be_kept_are_refused(body: bytes, program: Programs) -> None:
    known = program()
    answer = known.client.put("/api/v1/targets", body, content_type="application/json", headers=known.headers)
    assert answer.status_code == (422 if b"\\u" in body else 400)
    assert ("JSON" in answer.json()["detail"]) == (b"\\u" not in body)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_too_much_at_once_is_refused(program: Programs) -> None:
    answer = program().send("put", "/targets", TARGET | {"where": "x" * 3_000_000})
    assert (answer.status_code, answer.json()["status"]) == (413, 413)
