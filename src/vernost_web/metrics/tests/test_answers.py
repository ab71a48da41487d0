"""What the company chose holds for every number, whoever asks for it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from vernost.errors import InvalidValue
from vernost_web.company.actions import change_company
from vernost_web.metrics.queries import ask, inquiring, query_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("measure", "chosen"),
    [("lost", {"lapse_days": 7}), ("clv", {"margin_rate": 0.5, "discount_rate": 0.2})],
)
def test_a_figure_counts_by_what_the_company_chose(measure: str, chosen: dict[str, Any], shop: object) -> None:
    before = ask(measure).rows
    change_company(lapse_days=7, margin=Decimal("0.5"), discount_rate=Decimal("0.2"))
    with inquiring() as inquiry:
        answer = inquiry.ask(measure)
    assert answer is not None
    assert chosen.items() <= answer.options.items()
    assert answer.rows == ask(measure).rows != before


ALL_HOURS = "All hours are counted, nights and days off too."
WORKING_HOURS = "Only working hours are counted: Mon–Fri 09:00–18:00. Holidays off: 1."


def test_waits_are_counted_in_the_hours_that_the_company_says(shop: object) -> None:
    before = ask("first_reply_time")
    assert before.notes[-1]["en"] == ALL_HOURS
    assert ask("first_reply_time", working_hours="all").rows == before.rows
    chosen = ask("first_reply_time", working_hours="working")
    change_company(counts_working_hours=True)
    after = ask("first_reply_time")
    with inquiring() as inquiry:
        answer = inquiry.ask("first_reply_time")
    assert answer is not None
    assert after.rows == chosen.rows == answer.rows != before.rows
    assert after.rows[0]["value"] < before.rows[0]["value"]
    assert after.notes[-1]["ru"].startswith("Считаются только рабочие часы: Пн–Пт 09:00–18:00.")
    assert ask("first_reply_time", working_hours="all").rows == before.rows
    assert ask("backlog").notes == [], "nothing is said where nobody waits"


def test_the_customers_and_the_query_are_of_the_same_hours(browser: Callable[..., Client], shop: object) -> None:
    change_company(counts_working_hours=True)
    client, name = browser("director"), "unanswered_24h_rate"
    late = {
        hours: client.get(f"/measures/{name}/customers/csv/?working_hours={hours}").content
        for hours in ("all", "working", "")
    }
    assert late["working"] == late[""]
    assert 1 < late["working"].count(b"\n") < late["all"].count(b"\n")
    assert (
        query_of(name, {}) == query_of(name, {"working_hours": "working"}) != query_of(name, {"working_hours": "all"})
    )


def test_without_working_hours_none_are_counted(shop: object) -> None:
    change_company(working_hours={})
    with pytest.raises(InvalidValue, match="name no working hours"):
        ask("first_reply_time", working_hours="working")
    assert ask("first_reply_time").notes[-1]["en"] == ALL_HOURS


@pytest.mark.parametrize(
    ("choice", "said"),
    [("", WORKING_HOURS), ("all", ALL_HOURS), ("working", WORKING_HOURS)],
)
def test_a_page_says_which_hours_it_counts(
    choice: str, said: str, browser: Callable[..., Client], shop: object
) -> None:
    change_company(counts_working_hours=True, holidays=["2026-01-01"])
    client = browser("analyst")
    page = client.get(f"/measures/first_reply_time/answer/?working_hours={choice}").content.decode()
    assert said in page
    assert "Published times count all hours." in page
    assert "Published times" not in client.get("/measures/retention_rate/answer/").content.decode()
    form = client.get(f"/measures/first_reply_time/?working_hours={choice}").content.decode()
    assert "Waits counted in" in form


def test_other_hours_than_the_companys_cannot_be_asked_for(browser: Callable[..., Client], shop: object) -> None:
    client = browser("analyst")
    page = client.get("/measures/first_reply_time/answer/?working_hours=Mon+09:00-18:00")
    assert "working_hours" in page.context["form"].errors
