"""The overview: what it tells, in which order, and that it only reads what was worked out."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from vernost.glossary import Language
from vernost.measure.measure import CATALOGUE
from vernost.report.formats import Formats
from vernost_web.accounts.permissions import Role
from vernost_web.alerts.models import Target
from vernost_web.company.actions import change_company
from vernost_web.dashboards import queries
from vernost_web.dashboards.digest import spark
from vernost_web.dashboards.roles import homes, split

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]


def told(language: Language) -> dict[str, Any]:
    return queries.told(language, queries.state())


def test_every_role_has_a_home_of_known_measures() -> None:
    assert set(homes()) == {role.value for role in Role}
    assert {name for home in homes().values() for name in home.measures} <= set(CATALOGUE)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_it_is_worked_out_by_a_job_and_only_read_by_the_page(
    language: Language, browser: Browser, shop: Any, done: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser("director", language)
    waiting = client.get("/").content.decode()
    assert "overview/numbers/" in waiting
    assert queries.is_due()
    done("dashboards.warm")
    monkeypatch.setattr("vernost_web.metrics.answers.reading", lambda: pytest.fail("the page asked the log"))
    page = client.get("/").content.decode()
    assert not queries.is_due()
    assert "overview/numbers/" not in page
    assert {"revenue", "retention_rate", "aov"} <= set(re.findall(r"/measures/(\w+)/", page))
    assert page.count("<polyline") > 5
    assert Formats(language).day(told(language)["as_of"]) in page


def test_my_numbers_come_first(browser: Browser, shop: Any) -> None:
    cards = told("en")["cards"]
    for role in ("director", "support", "marketer"):
        mine, others = split(cards, role)
        names = [card["name"] for card in mine]
        assert names == [name for name in homes()[role].measures if name in names]
        assert names
        assert not {card["name"] for card in others} & set(names)
        page = browser(role).get("/overview/numbers/").content.decode()
        assert re.findall(r'id="measure-(\w+)"', page) == names + [card["name"] for card in others]


def test_a_target_stands_beside_its_number(browser: Browser, shop: Any) -> None:
    Target.objects.create(measure="revenue", by=told("en")["by"], value=1.0)
    page = browser("director").get("/overview/numbers/").content.decode()
    assert page.count("reached") == 1


def test_the_industry_figure_comes_with_the_industry(shop: Any) -> None:
    assert not any(card["industry"] for card in told("en")["cards"])
    change_company(industry="e-commerce")
    assert any(card["industry"] for card in told("en")["cards"])


@pytest.mark.parametrize("values", [{"currency": "EUR"}, {"lapse_days": 45}, {"margin": Decimal("0.5")}])
def test_new_settings_make_it_due_again(values: dict[str, Any], shop: Any, done: Callable[[str], Any]) -> None:
    done("dashboards.warm")
    assert not queries.is_due()
    change_company(**values)
    assert queries.is_due()


@pytest.mark.parametrize(("role", "leads"), [("analyst", True), ("hr", False)])
def test_without_data_it_says_what_to_do_first(role: str, leads: bool, browser: Browser, empty_log: Any) -> None:
    page = browser(role).get("/").content.decode()
    assert "There are no data yet" in page
    assert browser(role).get("/overview/numbers/").status_code == 200
    assert not queries.is_due()


@pytest.mark.parametrize(
    ("values", "points"),
    [([], ""), ([5.0], ""), ([5.0, 5.0], "2.0,30.0 118.0,30.0"), ([3.0, 1.0, 2.0], "2.0,2.0 60.0,30.0 118.0,16.0")],
)
def test_a_spark_line_goes_through_its_values(values: list[float], points: str) -> None:
    assert spark(values) == points
