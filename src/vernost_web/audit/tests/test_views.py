"""The page of the audit trail, and its file."""

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from vernost_web.audit import actions
from vernost_web.audit.queries import records


@pytest.fixture
def change(person: Callable[..., Any]) -> None:
    actions.record(
        "people.role",
        by=person("administrator"),
        thing="x@example.com",
        before={"role": "hr"},
        after={"role": "support"},
    )


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Changed a role", "Role", "HR", "Support"]),
        ("ru", ["Смена роли", "Роль", "Кадры", "Поддержка"]),
    ],
)
def test_the_page_tells_in_words(language: str, words: list[str], change: None, browser: Callable[..., Client]) -> None:
    text = browser("director", language).get("/audit/?action=people.role").content.decode()
    assert [word for word in words if word not in text] == []


def test_what_was_asked_for_stays_in_the_address_of_pages_and_file(browser: Callable[..., Client], db: None) -> None:
    for number in range(120):
        actions.record("a.b", thing=f"thing {number}")
    text = browser("director").get("/audit/?thing=thing&page=2").content.decode()
    assert "thing 60" in text
    assert "thing 119" not in text
    assert "?thing=thing&amp;page=3" in text
    assert "/audit/audit.csv?thing=thing" in text


@pytest.mark.parametrize(
    "query",
    ["since=yesterday", "until=2026-13-45", "who=nobody", "action=%27", "page=x", "text=%00", "text=" + "x" * 5000],
)
def test_a_wrong_filter_is_told_and_breaks_nothing(query: str, change: None, browser: Callable[..., Client]) -> None:
    client = browser("director")
    assert client.get(f"/audit/?{query}").status_code == 200
    assert client.get(f"/audit/audit.csv?{query}").status_code == 200


def test_the_file_holds_what_was_asked_for_and_is_written_down(browser: Callable[..., Client], change: None) -> None:
    actions.record("a.b", thing="=cmd|' /C calc'!A0", after={"note": "+1+1"})
    client = browser("director")
    text = b"".join(client.get("/audit/audit.csv?action=a.b").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text)))
    assert [row["To what"] for row in rows] == ["'=cmd|' /C calc'!A0"]
    assert rows[0]["Who"] == "the system"
    exported = records()[0]
    assert (exported.action, exported.actor_name, exported.after) == (
        "export.audit", "director@example.com", {"action": "a.b"},
    )  # fmt: skip


def test_markup_in_records_stays_text(browser: Callable[..., Client], db: None) -> None:
    evil = "<script>alert(1)</script>"
    actions.record("a.b", thing=evil, before={evil: evil}, after={evil: {"x": [evil, True, None]}})
    assert evil not in browser("director").get("/audit/").content.decode()


def test_the_page_costs_the_same_for_few_and_for_many(
    browser: Callable[..., Client], person: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        actions.record("a.b", by=person("administrator"), thing=str(number))
    client = browser("director")
    client.get("/audit/")
    with django_assert_max_num_queries(12):
        client.get("/audit/")


def test_who_may_not_see_it_does_not(browser: Callable[..., Client]) -> None:
    for address in ("/audit/", "/audit/audit.csv"):
        assert browser("analyst").get(address).status_code == 403


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_break_nothing(day: str, browser: Callable[..., Client]) -> None:
    assert browser("director").get("/audit/", {"since": day, "until": day}).status_code == 200
