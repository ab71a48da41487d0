"""The room: its state in the address, its figures as parts and files, its lapse window; nothing hostile breaks it."""

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO

import pytest
from django.test import Client

from vernost_web.audit.models import Record
from vernost_web.company.queries import company
from vernost_web.data.models import Checked
from vernost_web.data.queries import load_number
from vernost_web.retention.sections import SECTIONS

pytestmark = pytest.mark.django_db
HOSTILE = [
    "'; DROP TABLE orders; --",
    "city = 'x' OR 1=1; SELECT 1",
    "city=' OR '1'='1",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7001|add:7 }}{% load x %}",
    "amount >",
    "read_csv('/etc/passwd') = 1",
    "a" * 5_000,
    "\0",
]
FIELDS = [
    "where",
    "group",
    "cut",
    "by",
    "since",
    "until",
    "as_of",
    "mode",
    "min_orders",
    "min_amount",
    "activity",
    "base",
    "days",
]


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_keeps_its_question_in_every_address(
    section: str, language: str, browser: Callable[..., Client], shop: object
) -> None:
    page = browser("analyst", language).get(f"/retention/?section={section}&by=quarter&where=amount > 5&mode=rolling")
    text = unescape(page.content.decode())
    anchors = SECTIONS[section].anchors
    assert page.status_code == 200
    assert all(f"/retention/figures/{anchor}/?section={section}&by=quarter&where=amount" in text for anchor in anchors)
    assert 'value="rolling"' in text
    assert all(f"section={other}&by=quarter&where=amount" in text for other in SECTIONS if other != section)


def test_nothing_in_the_page_waits_for_the_engine(
    browser: Callable[..., Client], shop: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vernost.store.log import Log

    client, address = browser("analyst"), "/retention/?section=staying&where=amount > 7"
    client.get(address)
    monkeypatch.setattr(Log, "fetch", lambda *_: pytest.fail("the engine was asked again"))
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_breaks_the_room_or_comes_back_unescaped(
    field: str, text: str, browser: Callable[..., Client], shop: object
) -> None:
    client = browser("analyst")
    for address in ("/retention/", "/retention/figures/cohorts/csv/"):
        page = client.get(address, {field: text})
        assert page.status_code in {200, 404}
        assert "<script>alert(1)" not in page.content.decode()
        assert "<img src=x" not in page.content.decode()
        assert "7008" not in page.content.decode()


def test_a_wrong_filter_is_told_beside_its_field(browser: Callable[..., Client], shop: object) -> None:
    page = browser("analyst", "ru").get("/retention/", {"where": "colour = 'red'"})
    field = page.context["form"]["where"]
    assert "colour" in field.errors[0]
    assert unescape(page.content.decode()).count(field.errors[0]) == 1
    assert 'hx-get="/retention/figures/' not in page.content.decode()


def test_a_group_narrows_the_figures(browser: Callable[..., Client], shop: object) -> None:
    client = browser("analyst")
    page = client.get("/retention/")
    group = page.context["form"].fields["group"].choices[1][1][0][0]
    whole, part = (
        client.get("/retention/figures/cohorts/", query).context["shown"] for query in ({}, {"group": group})
    )
    assert sum(row[1] for row in part.figure.table.rows) < sum(row[1] for row in whole.figure.table.rows)


@pytest.mark.parametrize(
    ("kind", "begins"), [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("png", b"\x89PNG"), ("svg", b"<svg")]
)
def test_a_figure_is_taken_away_in_each_form_and_that_is_written_down(
    kind: str, begins: bytes, browser: Callable[..., Client], shop: object
) -> None:
    answer = browser("analyst").get(f"/retention/figures/cohorts/{kind}/?by=month")
    assert answer.content.startswith(begins)
    assert Record.objects.filter(action=f"export.{kind}", thing="retention/cohorts").count() == 1
    assert browser("support").get(f"/retention/figures/cohorts/{kind}/").status_code == 403


def test_a_workbook_of_cohorts_holds_shares_as_numbers(browser: Callable[..., Client], shop: object) -> None:
    from python_calamine import CalamineWorkbook

    content = browser("analyst").get("/retention/figures/cohorts/xlsx/?by=month&cut=city").content
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "city"
    assert {type(row[3]) for row in rows[1:]} == {float}


def test_a_director_sets_the_lapse_window_and_lets_it_be_learnt_again(
    browser: Callable[..., Client], shop: object
) -> None:
    client = browser("director")
    tried = client.get("/retention/lapse/?days=30")
    assert tried.context["lapse"].after.rows[0]["numerator"] > tried.context["lapse"].before.rows[0]["numerator"]
    client.post("/retention/lapse/set/", {"days": "30"})
    assert company().lapse_days == 30
    client.post("/retention/lapse/set/", {"days": "-4"})
    assert company().lapse_days == 30
    client.post("/retention/lapse/set/")
    assert company().lapse_days is None
    assert Record.objects.filter(action="company.change").count() == 2
    assert browser("analyst").post("/retention/lapse/set/", {"days": "30"}).status_code == 403


def test_the_numbers_of_the_lost_lead_to_them(browser: Callable[..., Client], shop: object) -> None:
    client = browser("analyst")
    part = client.get("/retention/lapse/", {"days": "45"})
    leads = re.findall(r'href="(/measures/lost/customers/[^"]*)"', part.content.decode())
    lapse = part.context["lapse"]
    expected = [told.rows[0]["numerator"] for told in (lapse.before, lapse.after)]
    assert [client.get(lead).context["leaf"].count for lead in leads] == expected
    assert expected[0] != expected[1]
    assert "/customers/" not in browser("hr").get("/retention/lapse/", {"days": "45"}).content.decode()


def test_days_that_are_tried_stand_in_the_address_of_the_room(browser: Callable[..., Client], shop: object) -> None:
    client = browser("analyst")
    room = "http://testserver/retention/?section=returns&by=quarter"
    answer = client.get("/retention/lapse/", {"days": "45"}, headers={"HX-Request": "true", "HX-Current-URL": room})
    address = answer.headers["HX-Replace-Url"]
    assert address == "/retention/?section=returns&by=quarter&days=45"
    page = client.get(address).content.decode()
    assert 'hx-get="/retention/lapse/?days=45"' in page
    assert '<input type="hidden" name="days" value="45">' in page
    assert "HX-Replace-Url" not in client.get("/retention/lapse/").headers


@pytest.mark.parametrize("days", ["0", "-1", "x", "99999", "<script>"])
def test_days_that_cannot_be_are_refused_beside_their_field(
    days: str, browser: Callable[..., Client], shop: object
) -> None:
    page = browser("director").get("/retention/lapse/", {"days": days})
    assert page.status_code == 200
    assert page.context["form"].errors["days"]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_is_to_be_known_of_the_data_stands_once_before_the_numbers(
    language: str, browser: Callable[..., Client], shop: object
) -> None:
    told = {"en": "A day is missing.", "ru": "Нет одного дня."}
    finding = {"code": "gap", "severity": "warning", "table": "orders", "told": told}
    Checked.objects.create(load=load_number(), clock=company().timezone, findings=[finding])
    client = browser("analyst", language)
    for section in SECTIONS:
        page = client.get("/retention/", {"section": section}).content.decode()
        assert page.count(told[language]) == 1
        assert page.index(told[language]) < page.index("hx-get")
    assert told[language] not in client.get("/retention/figures/retention/").content.decode()


@pytest.mark.parametrize("anchor", ["delay", "cohorts", "rfm", "groups"])
def test_cells_stand_under_their_heading(anchor: str, browser: Callable[..., Client], shop: object) -> None:
    table = browser("analyst").get(f"/retention/figures/{anchor}/").content.decode().split("<table")[1]
    head, first = table.split("</tr>")[:2]
    assert re.findall(r'<th scope="col" class="(\w*)"', head) == re.findall(r'<td class="(\w*)"', first) != []


def test_who_may_not_take_away_sees_no_button(browser: Callable[..., Client], shop: object) -> None:
    assert "/csv/" not in browser("support").get("/retention/figures/aov/").content.decode()
    assert "/csv/" in browser("analyst").get("/retention/figures/aov/").content.decode()


def test_before_the_first_load_the_room_says_what_to_do(browser: Callable[..., Client], empty_log: object) -> None:
    assert "load the orders" in browser("analyst").get("/retention/").content.decode()
    assert browser("analyst").get("/retention/figures/cohorts/").status_code == 404


def test_what_is_not_there_is_not_found(browser: Callable[..., Client], shop: object) -> None:
    client = browser("analyst")
    for address in ("?section=nothing", "figures/nothing/", "figures/aov/exe/", "figures/delay/png/"):
        assert client.get(f"/retention/{address}").status_code == 404
