"""Lists page by page, numbers with their state, personal data for who may see it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vernost_web.accounts.permissions import permissions
from vernost_web.api.tests.conftest import Program
from vernost_web.audit.models import Record
from vernost_web.jobs.actions import ask_for
from vernost_web.jobs.models import Job

pytestmark = pytest.mark.django_db
Programs = Callable[..., Program]


def all_of(known: Program, path: str, **asked: Any) -> list[Any]:
    """All items of a list, and that its pages are no longer than wanted."""
    items: list[Any] = []
    cursor = ""
    while True:
        answer = known.get(path, **asked, **({"cursor": cursor} if cursor else {}))
        assert answer.status_code == 200, answer.content
        page = answer.json()
        assert len(page["items"]) <= asked.get("limit", 100)
        items += page["items"]
        cursor = page["next"]
        if not cursor:
            return items


def test_pages_hold_every_row_once_though_moments_are_alike(program: Programs) -> None:
    for _ in range(7):
        ask_for("jobs.sweep")
    first = Job.objects.first()
    assert first
    Job.objects.update(asked_at=first.asked_at)
    known = program()
    ids = [each["id"] for each in all_of(known, "/jobs", limit=3)]
    assert len(ids) == len(set(ids)) == 7
    assert [each["id"] for each in all_of(known, "/jobs")] == ids


def test_rows_that_come_meanwhile_move_no_page(program: Programs) -> None:
    for _ in range(4):
        ask_for("jobs.sweep")
    known = program()
    page = known.get("/jobs", limit=2).json()
    ask_for("jobs.sweep")
    rest = known.get("/jobs", limit=2, cursor=page["next"]).json()["items"]
    assert not {each["id"] for each in page["items"]} & {each["id"] for each in rest}
    assert len(rest) == 2


def test_a_cursor_belongs_to_its_own_question(program: Programs) -> None:
    for _ in range(3):
        ask_for("jobs.sweep")
    known = program()
    cursor = known.get("/jobs", limit=1).json()["next"]
    assert known.get("/jobs", limit=2, cursor=cursor).status_code == 200
    for path, asked in (("/jobs", {"state": "waiting"}), ("/audit", {})):
        answer = known.get(path, cursor=cursor, **asked)
        assert answer.status_code == 422
        assert list(answer.json()["errors"]) == ["cursor"]
    assert known.get("/jobs", cursor=cursor[:-1]).status_code == 422
    assert known.get("/jobs", cursor="W10:x:y").status_code == 422


def test_limits_are_kept(program: Programs) -> None:
    known = program(language="ru")
    for limit in ("0", "1001", "many"):
        answer = known.get("/jobs", limit=limit)
        assert answer.status_code == 422
        assert "limit" in answer.json()["errors"]


def test_numbers_are_as_the_page_says_with_load_and_day(program: Programs, shop: Path) -> None:
    from vernost_web.metrics.answers import ask

    answer = program("see_numbers").get("/measures/aov/answer", by="month", limit=5).json()
    told = ask("aov", by="month")
    assert (answer["load"], answer["as_of"], answer["unit"]) == (1, told.as_of.isoformat(), told.unit)
    assert [row["value"] for row in answer["rows"]] == [row["value"] for row in told.rows[:5]]
    assert answer["next"]


def test_rows_of_an_answer_come_page_by_page(program: Programs, shop: Path) -> None:
    known = program("see_numbers")
    whole = known.get("/measures/orders/answer", by="day", limit=1000).json()["rows"]
    parts, cursor = [], ""
    while cursor is not None:
        page = known.get(
            "/measures/orders/answer", by="day", limit=200, **({"cursor": cursor} if cursor else {})
        ).json()
        parts += page["rows"]
        cursor = page["next"]
    assert parts == whole
    assert len(whole) > 200


@pytest.mark.parametrize(
    "asked",
    [{"by": "hour"}, {"where": "nothing = 1"}, {"colour": "red"}, {"mode": "exact"}, {"since": "soon"},
     {"cut": "city\x00"}],
)  # fmt: skip
def test_a_wrong_question_is_told(asked: dict[str, str], program: Programs, shop: Path) -> None:
    answer = program().get("/measures/aov/answer", **asked)
    assert answer.status_code == 422, answer.content
    assert answer.json()["detail"]


def test_a_question_with_options_is_another_one(program: Programs, shop: Path) -> None:
    known = program()
    values = [known.get("/measures/lost/answer", lapse_days=days).json()["rows"][0]["value"] for days in (30, 300)]
    assert values[0] > values[1]


def test_customers_behind_a_number_come_once_each_and_are_written_down_once(program: Programs, shop: Path) -> None:
    known = program("see_customers", "export")
    found = all_of(known, "/measures/aov/customers", limit=50)
    ids = [each["customer_id"] for each in found]
    assert ids == sorted(set(ids))
    assert len(ids) > 100
    assert set(found[0]) == {"customer_id"}
    (record,) = Record.objects.filter(action="export.api")
    assert record.actor_name.endswith("/ shop")


def test_who_they_are_is_told_to_keys_that_may_know_it(program: Programs, shop: Path) -> None:
    known = program("see_customers", "export", "see_personal_data")
    assert "name" in known.get("/measures/aov/customers", limit=1).json()["items"][0]


@pytest.mark.parametrize(
    ("asked", "lacks"),
    [({"cut": "customer_id"}, "see_customers"), ({"cut": "email"}, "see_personal_data"),
     ({"where": "name = 'Ann'"}, "see_personal_data")],
)  # fmt: skip
def test_numbers_single_nobody_out_for_keys_that_may_not(
    asked: dict[str, str], lacks: str, program: Programs, shop: Path
) -> None:
    answer = program(*(each for each in permissions() if each != lacks)).get("/measures/orders/answer", **asked)
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == list(asked)


def test_without_data_numbers_say_so(program: Programs, empty_log: Path) -> None:
    known = program()
    for path in ("/measures/aov/answer", "/overview", "/figures/cohorts"):
        answer = known.get(path)
        assert (answer.status_code, answer.json()["status"]) == (409, 409), path
    assert known.get("/scores").json()["count"] == 0
    assert known.get("/loads").json()["items"] == []


def test_settings_are_changed_one_by_one(program: Programs) -> None:
    known = program()
    before = known.get("/settings").json()
    answer = known.send(
        "patch", "/settings",
        {"name": "Shop", "margin": 0.4, "holidays": ["2026-12-31"], "working_hours": {"saturday": "10:00–14:00"}},
    )  # fmt: skip
    assert answer.status_code == 200, answer.content
    changed = answer.json()
    assert (changed["name"], changed["margin"], changed["holidays"]) == ("Shop", 0.4, ["2026-12-31"])
    assert changed["working_hours"] == before["working_hours"] | {"saturday": "10:00–14:00"}
    assert {name: changed[name] for name in ("timezone", "language", "discount_rate")} == {
        name: before[name] for name in ("timezone", "language", "discount_rate")
    }
    wrong = known.send("patch", "/settings", {"timezone": "Nowhere"})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["timezone"])
    assert known.get("/settings").json() == changed
