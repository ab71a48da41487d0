"""Who comes in by a key, how often, and what they may do."""

import json
from collections.abc import Callable
from datetime import timedelta
from time import time
from typing import Any

import pytest
from django.utils import timezone

from vernost_web.accounts.models import User
from vernost_web.api.models import Holder, Key
from vernost_web.api.tests.conftest import Program

pytestmark = pytest.mark.django_db
Programs = Callable[..., Program]


def test_a_key_tells_what_it_may(program: Programs) -> None:
    answer = program("see_numbers", "see_audit").get("/me")
    assert (answer.status_code, answer.json()["scopes"]) == (200, ["see_audit", "see_numbers"])
    assert answer.json()["made_by"] == "administrator@example.com"
    assert Key.objects.get().used_at


@pytest.mark.parametrize(
    "text",
    ["", "vernost", "vernost_", "vernost_0123456789_", "vernost_0123456789_wrong", "vernost__x", "Basic abc",
     "\u00e9_a_b", "vernost_%00_x", "a" * 10_000],
)  # fmt: skip
def test_what_is_no_key_opens_nothing(text: str, program: Programs) -> None:
    known = program()
    known.headers = {"Authorization": f"Bearer {text}"}
    answer = known.get("/me")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_secret_belongs_to_its_own_key(program: Programs) -> None:
    one, other = program(), program()
    prefix, secret = one.text.split("_", 2)[1], other.text.split("_", 2)[2]
    one.headers = {"Authorization": f"Bearer vernost_{prefix}_{secret}"}
    assert one.get("/me").status_code == 401
    assert secret not in json.dumps(list(Key.objects.values()), default=str)


def test_a_key_ends(program: Programs) -> None:
    known = program(until=timezone.now() + timedelta(hours=1))
    assert known.get("/me").status_code == 200
    Key.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert known.get("/me").status_code == 401


def test_a_revoked_key_opens_nothing(program: Programs) -> None:
    known = program()
    Key.objects.update(revoked_at=timezone.now())
    assert known.get("/me").status_code == 401


def test_a_key_ends_with_the_access_of_who_made_it_and_narrows_with_their_role(program: Programs) -> None:
    known = program("see_audit", "see_data")
    assert known.get("/jobs").status_code == 200
    User.objects.update(role="support")
    assert known.get("/jobs").status_code == 403
    assert known.get("/me").json()["scopes"] == []
    User.objects.update(is_active=False)
    assert known.get("/me").status_code == 401


def test_a_session_of_a_browser_is_no_key(browser: Callable[..., Any]) -> None:
    assert browser("administrator").get("/api/v1/me").status_code == 401


def test_problems_are_told_in_the_language_asked_for(program: Programs, stranger: Program) -> None:
    refused = program("see_numbers", language="ru").get("/jobs")
    assert refused.status_code == 403
    assert refused.json()["detail"].startswith("Этому ключу")
    told = stranger.get("/jobs").json()
    assert (told["status"], told["title"]) == (401, "Unauthorized")
    assert "Bearer" in told["detail"]


def test_what_is_no_endpoint_is_a_problem_too(program: Programs) -> None:
    known = program()
    assert known.get("/nowhere").json()["status"] == 404
    wrong = known.send("delete", "/jobs")
    assert (wrong.status_code, wrong.headers["Allow"], wrong.json()["status"]) == (405, "GET", 405)


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock by which requests are counted stands still."""
    now = time()
    monkeypatch.setattr("vernost_web.api.limits.time", lambda: now)


def test_who_asks_too_often_waits(program: Programs, stopped: None) -> None:
    known = program(per_minute=3)
    answers = [known.get("/me") for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert [each.headers["RateLimit"].split(";")[1] for each in answers] == ["r=2", "r=1", "r=0", "r=0"]
    assert answers[0].headers["RateLimit-Policy"] == '"key";q=3;w=60'
    assert answers[-1].headers["Retry-After"] == "20"
    assert "Retry-After" not in answers[0].headers
    Key.objects.update(free_at=Key.objects.get().free_at - 20)
    assert [known.get("/me").status_code for _ in range(2)] == [200, 429]


def test_keys_do_not_share_their_allowance(program: Programs, stopped: None) -> None:
    one, other = program(per_minute=1), program(per_minute=1)
    assert [each.get("/me").status_code for each in (one, one, other)] == [200, 429, 200]


def test_an_answer_that_the_caller_has_is_not_sent_again(program: Programs) -> None:
    known = program()
    first = known.get("/me")
    again = known.get("/me", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert known.get("/me", headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_holder_is_called_by_both_names(program: Programs) -> None:
    program()
    holder = Holder.objects.get()
    holder.key = Key.objects.get()
    assert str(holder) == "administrator@example.com / shop"
