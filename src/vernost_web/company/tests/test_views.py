"""The page of settings, and what they change at once."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from vernost_web.audit.models import Record
from vernost_web.company import choices
from vernost_web.company.actions import change_company
from vernost_web.company.queries import company

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
GIVEN = {
    "name": "Shop", "industry": "e-commerce: beauty", "currency": "EUR", "timezone": "Europe/Moscow", "language": "en",
    "margin": "35,5", "discount_rate": "12", "lapse_days": "90", "holidays": "31.12.2026\n\n2026-01-01\r\n2026-01-01",
    "two_factor": "", "monday": "10:00-13:00,14:00 – 19:30", "counts_working_hours": "on",
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_is_told_is_kept_and_shown_again(language: str, browser: Callable[..., Client]) -> None:
    client = browser("director", language)
    given = GIVEN | ({"margin": "35.5", "holidays": "2026-12-31\n2026-01-01"} if language == "en" else {})
    answer = client.post("/settings/", given)
    assert answer.status_code == 302, answer.context["form"].errors
    found = company()
    assert (found.name, found.industry, found.currency, found.timezone, found.language) == (
        "Shop", "e-commerce: beauty", "EUR", "Europe/Moscow", "en",
    )  # fmt: skip
    assert (found.margin, found.discount_rate, found.lapse_days) == (Decimal("0.355"), Decimal("0.12"), 90)
    assert (found.holidays, found.working_hours) == (
        ["2026-01-01", "2026-12-31"], {"0": ["10:00", "13:00", "14:00", "19:30"]},
    )  # fmt: skip
    assert found.counts_working_hours
    form = client.get("/settings/").context["form"]
    shown = {name: form[name].value() for name in ("margin", "discount_rate", "holidays", "monday", "tuesday")}
    assert shown == {
        "margin": Decimal("35.5"), "discount_rate": 12, "holidays": "2026-01-01\n2026-12-31",
        "monday": "10:00–13:00, 14:00–19:30", "tuesday": None,
    }  # fmt: skip
    again = client.post("/settings/", {**given, "margin": str(shown["margin"])})
    assert again.status_code == 302
    assert Record.objects.filter(action="company.change").count() == 1, "nothing changed the second time"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        pytest.param({"timezone": "Moon/Base"}, "timezone", id="no such time zone"),
        pytest.param({"timezone": "../etc/passwd"}, "timezone", id="a path"),
        pytest.param({"currency": "XYZ"}, "currency", id="no such currency"),
        pytest.param({"industry": "space"}, "industry", id="no such industry"),
        pytest.param({"margin": "101"}, "margin", id="more than all"),
        pytest.param({"margin": "NaN"}, "margin", id="not a number"),
        pytest.param({"discount_rate": ""}, "discount_rate", id="no discount rate"),
        pytest.param({"lapse_days": "0"}, "lapse_days", id="a window of no days"),
        pytest.param({"holidays": "2026-01-01\ntomorrow"}, "holidays", id="not a day"),
        pytest.param({"holidays": "0001-01-01"}, "holidays", id="a day that no log knows"),
        pytest.param({"monday": "10:00"}, "monday", id="half a day"),
        pytest.param({"monday": "10:00-09:00"}, "monday", id="it ends before it begins"),
        pytest.param({"monday": "10:00-25:00"}, "monday", id="no such hour"),
        pytest.param({"monday": "10:00-13:00, 12:00-18:00"}, "monday", id="two at once"),
        pytest.param({"monday": "10:00-13:00; Tue 12:00-18:00"}, "monday", id="another day"),
        pytest.param({"monday": ""}, "counts_working_hours", id="no hours to count by"),
        pytest.param({"two_factor": "some"}, "two_factor", id="no such rule"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(
    wrong: dict[str, str], field: str, browser: Callable[..., Client]
) -> None:
    answer = browser("director").post("/settings/", {**GIVEN, "margin": "35.5", "holidays": "", **wrong})
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [field])
    assert company().name == ""


def test_markup_in_the_name_stays_text(browser: Callable[..., Client]) -> None:
    evil = '"><script>alert(1)</script>'
    change_company(name=evil)
    assert evil not in browser("director").get("/settings/").content.decode()


def test_times_are_shown_by_the_companys_clock(browser: Callable[..., Client]) -> None:
    change_company(timezone="Asia/Vladivostok")
    text = browser("administrator").get("/audit/").content.decode()
    assert "+10:00" in text


def test_who_must_have_a_second_factor_is_led_to_it(browser: Callable[..., Client]) -> None:
    change_company(two_factor="administrators")
    client = browser("administrator")
    for address in ("/people/", "/settings/", "/audit/", "/people/me/"):
        assert client.get(address).url == "/two-factor/totp/activate/"
    part = client.get("/people/", headers={"hx-request": "true"})
    assert part.headers["HX-Redirect"] == "/"
    assert client.post("/people/invite/", {"email": "x@example.com", "role": "hr"}).status_code == 302
    assert client.get("/two-factor/totp/activate/").status_code == 302, "the password is asked first"
    assert client.post("/language/", {"language": "ru", "next": "/"}).url == "/"
    assert client.post("/logout/").status_code == 302
    assert browser("director").get("/settings/").status_code == 200


def test_all_industries_of_the_library_have_names(db: None) -> None:
    from vernost.measure.benchmarks import industries

    assert set(choices.INDUSTRIES) == set(industries()) - {"any"}


@pytest.mark.parametrize(
    ("language", "ruble", "moscow"),
    [("en", "Russian Ruble (RUB)", "Moscow"), ("ru", "российский рубль (RUB)", "Москва")],
)
def test_currencies_and_time_zones_have_names(language: str, ruble: str, moscow: str) -> None:
    currencies, zones = dict(choices.currencies(language)), dict(choices.timezones(language, 2026))
    assert currencies["RUB"] == ruble
    assert {"USD", "EUR", "KZT", "BYN"} <= set(currencies)
    assert moscow in zones["Europe/Moscow"]
    assert "+03:00" in zones["Europe/Moscow"]
