"""A measure's page: the number, its customers, its query, its files; wrong questions are told kindly."""

from collections.abc import Callable
from io import BytesIO
from itertools import pairwise

import pytest
from django.test import Client

from vernost_web.audit.models import Record

pytestmark = pytest.mark.django_db
HOSTILE = [
    "'; DROP TABLE orders; --",
    "city = 'x' OR 1=1",
    "<script>alert(1)</script>",
    "{{ 7001|add:7 }}",
    "amount >",
    "\0",
    "a" * 5_000,
    '"><img src=x onerror=alert(1)>',
]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_catalogue_lists_every_measure(language: str, browser: Callable[..., Client], shop: object) -> None:
    from vernost.measure import CATALOGUE

    page = browser("analyst", language).get("/measures/").content.decode()
    missing = [name for name in CATALOGUE if f"/measures/{name}/" not in page]
    assert not missing


def test_every_measure_answers_or_says_what_is_missing(browser: Callable[..., Client], shop: object) -> None:
    from vernost.measure import CATALOGUE

    client = browser("analyst")
    answers = {name: client.get(f"/measures/{name}/answer/") for name in CATALOGUE}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert [name for name, answer in answers.items() if "error" in answer.context] == [], "as they are first shown"


@pytest.mark.parametrize("asked", ["", "?where=city%3D'x'&by=month"])
@pytest.mark.parametrize("part", ["", "answer/", "query/", "customers/", "customers/csv/", "csv/"])
def test_before_the_first_load_people_are_led_to_the_data(
    part: str, asked: str, browser: Callable[..., Client], empty_log: object
) -> None:
    page = browser("analyst", "ru").get(f"/measures/revenue/{part}{asked}")
    told = page.content.decode()
    assert page.status_code in {200, 400, 404}
    assert "vernost load" not in told
    assert ("на странице «Данные»" in told) == (part in {"answer/", "query/", "customers/"})


def test_groups_stand_in_their_order_and_the_period_that_is_not_over_comes_last(
    browser: Callable[..., Client], shop: object
) -> None:
    table = browser().get("/measures/orders/answer/?by=week&cut=city").context["table"]
    titles = [column["title"] for column in table["columns"]]
    rows = [(row["is_running"], *(cell["text"] for cell in row["cells"][:2])) for row in table["rows"]]
    assert titles[:2] == ["period", "city"]
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    for period in {row[1] for row in rows}:
        cities = [city for _, each, city in rows if each == period]
        assert cities == sorted(cities, key=lambda city: (city == "–", city))
    whole = browser().get("/measures/orders/answer/?by=week").context["table"]["rows"]
    assert [row["is_running"] for row in whole][:2] == [True, False]


@pytest.mark.parametrize(
    ("asked", "is_one"),
    [("retention_rate/answer/?by=month", True), ("retention_rate/answer/?by=month&cut=city", False),
     ("retention_rate/answer/?cut=city", False), ("cohort_retention/answer/?by=month", False)],
)  # fmt: skip
def test_no_group_is_shown_as_if_it_were_all(
    asked: str, is_one: bool, browser: Callable[..., Client], shop: object
) -> None:
    page = browser("analyst", "en").get(f"/measures/{asked}").content.decode()
    assert ("headline-value" in page, "The customers behind it" in page) == (is_one, is_one)
    assert "as of" in page


def test_a_row_leads_to_as_many_customers_as_it_counts(browser: Callable[..., Client], shop: object) -> None:
    from vernost_web.metrics.queries import ask

    row = next(row for row in reversed(ask("retention_rate", by="month").rows) if row["complete"])
    page = browser("analyst").get(f"/measures/retention_rate/customers/?by=month&row.period={row['period']}")
    assert page.context["leaf"].count == row["numerator"]
    page = browser("analyst").get(
        f"/measures/retention_rate/customers/?by=month&row.period={row['period']}&side=denominator"
    )
    assert page.context["leaf"].count == row["denominator"]


@pytest.mark.parametrize(
    "field", ["where", "cut", "by", "since", "as_of", "base", "days", "row.period", "row.nonsense"]
)
@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_breaks_a_page_or_comes_back_unescaped(
    field: str, text: str, browser: Callable[..., Client], shop: object
) -> None:
    client = browser("analyst")
    for address in ("", "answer/", "customers/", "query/"):
        page = client.get(f"/measures/retention_rate/{address}", {"by": "month", field: text})
        assert page.status_code in {200, 400, 404}
        assert "<script>alert(1)" not in page.content.decode()
        assert "7008" not in page.content.decode()


@pytest.mark.parametrize(("kind", "begins"), [("csv", b"\xef\xbb\xbfperiod"), ("xlsx", b"PK")])
def test_an_export_is_written_down(kind: str, begins: bytes, browser: Callable[..., Client], shop: object) -> None:
    answer = browser("analyst").get(f"/measures/aov/{kind}/?by=month")
    assert answer.content.startswith(begins)
    assert Record.objects.filter(action=f"export.{kind}", thing="aov").count() == 1


def test_a_workbook_holds_numbers_as_numbers(browser: Callable[..., Client], shop: object) -> None:
    from python_calamine import CalamineWorkbook

    content = browser("analyst").get("/measures/orders/xlsx/?by=month").content
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert all(isinstance(row[rows[0].index("value")], (int, float)) for row in rows[1:])


def test_who_may_not_see_customers_gets_no_links_to_them(browser: Callable[..., Client], shop: object) -> None:
    assert "/customers/" not in browser("hr").get("/measures/aov/answer/?by=month").content.decode()
    assert browser("hr").get("/measures/aov/customers/").status_code == 403
    assert browser("product").get("/measures/aov/csv/").status_code == 403


def test_the_second_look_asks_the_engine_nothing(
    browser: Callable[..., Client], shop: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vernost.store.log import Log

    client, asked = browser("analyst"), "/measures/retention_rate/answer/?by=quarter&where=amount > 10"
    first = client.get(asked).context["told"]
    monkeypatch.setattr(Log, "fetch", lambda *_: pytest.fail("the engine was asked again"))
    assert client.get(asked).context["told"] == first


def test_only_who_may_see_personal_data_sees_who_the_customers_are(
    browser: Callable[..., Client], shop: object
) -> None:
    address = "/measures/aov/customers/?by=quarter"
    bare, whole = (browser(role).get(address).context["leaf"].rows[0] for role in ("analyst", "support"))
    assert set(bare) == {"customer_id"}
    assert whole["customer_id"] == bare["customer_id"]
    assert {"name", "phone", "email"} <= set(whole)
    assert whole["name"]


@pytest.mark.parametrize(("language", "titles"), [("en", "Name,Phone,E-mail"), ("ru", "Имя,Телефон,Эл. почта")])
def test_a_file_of_customers_is_headed_in_the_readers_language(
    language: str, titles: str, browser: Callable[..., Client], shop: object
) -> None:
    answer = browser("account_manager", language).get("/measures/aov/customers/csv/?by=quarter")
    assert answer.content.decode("utf-8-sig").splitlines()[0].endswith(titles)


def test_pages_of_customers_follow_each_other_without_gaps(browser: Callable[..., Client], shop: object) -> None:
    client, address = browser("analyst"), "/measures/active_customers/customers/"
    pages = [client.get(address).context["leaf"]]
    while pages[-1].after:
        pages.append(client.get(address, {"after": pages[-1].after}).context["leaf"])
    ids = [each["customer_id"] for page in pages for each in page.rows]
    assert len(ids) == len(set(ids)) == pages[0].count
    assert ids == sorted(ids)
    assert [page.passed for page in pages] == list(range(0, len(ids), 100))
    for page, following in pairwise(pages):
        assert client.get(address, {"before": following.before}).context["leaf"] == page
    assert pages[0].before == ""


@pytest.mark.parametrize("place", [{"after": "zzzz"}, {"before": " "}, {"before": "Z", "after": "zzzz"}])
def test_beyond_the_last_customer_the_first_page_is_shown(
    place: dict[str, str], browser: Callable[..., Client], shop: object
) -> None:
    client, address = browser("analyst"), "/measures/active_customers/customers/"
    first = client.get(address).context["leaf"]
    assert client.get(address, place).context["leaf"] == first


def test_a_wrong_question_is_told_and_not_answered_in_another_way(browser: Callable[..., Client], shop: object) -> None:
    page = browser("analyst").get("/measures/aov/customers/", {"where": "colour = 'red'"})
    assert page.status_code == 400
    assert "colour" in page.content.decode()
    assert "found" not in page.context
    form = browser("analyst").get("/measures/aov/", {"where": "colour = 'red'"}).context["form"]
    assert "colour" in form.errors["where"][0]


def test_published_figures_of_the_industry_stand_beside_ours(browser: Callable[..., Client], shop: object) -> None:
    from vernost_web.company.actions import change_company

    change_company(industry="e-commerce")
    found = browser("analyst").get("/measures/repeat_rate/answer/?by=").context["industry"]
    assert found
    assert all(each.industry.startswith("e-commerce") for each in found)
    assert all(each.source and each.value for each in found)
    assert browser("analyst").get("/measures/backlog/answer/?by=month").context["industry"] == []


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("retention_rate/answer/", {"by": "month", "as_of": "9999-12-31"}),
        ("retention_rate/customers/", {"after": "9" * 5_000}),
        ("retention_rate/customers/", {"before": "a\0b"}),
        ("retention_rate/customers/", {"cut": "city", "row.city": "a\0b"}),
        ("second_order_rate/answer/", {"days": "9" * 20}),
        ("retention_value/answer/", {"discount_rate": "0"}),
    ],
)
def test_what_is_beyond_all_measure_breaks_no_page(
    address: str, asked: dict[str, str], browser: Callable[..., Client], shop: object
) -> None:
    assert browser("analyst").get(f"/measures/{address}", asked).status_code in {200, 400}
