"""The list: who is found by what is typed, in which order, page by page; what is kept and taken away."""

import csv
from collections.abc import Callable
from io import StringIO
from itertools import product

import pytest
from django.test import Client

from vernost_web.audit.models import Record
from vernost_web.customers.actions import add_tag, change_care
from vernost_web.customers.listing import Choice, _rarest, first, leaf
from vernost_web.customers.models import Customer, Look, SavedView, Stand
from vernost_web.customers.models.directory import SORTS
from vernost_web.customers.tests.conftest import ANN, SHOP

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]
People = dict[str, Customer]


def found(text: str = "", *, is_personal: bool = True, **values: object) -> list[str]:
    """Ids of those whom a choice holds."""
    return sorted(row.customer_id for row in first(Choice(text=text, is_personal=is_personal, **values), 99))  # type: ignore[arg-type]


SEARCHES = {
    "анна": [ANN],  # a name in small letters
    "ЁЛКИНА АНН": [ANN],  # beginnings of words in any order and case
    "елки": [ANN],  # e for yo
    "Йоз": ["eve"],  # a letter with a breve
    "o'neil": ["bob"],  # a name with an apostrophe
    "ромашка": [SHOP],  # a company without its quotes
    "кина": [],  # not the end of a name
    "+7 916 123 45 67": [ANN],  # a phone with its country
    "8(916)123-45-67": [ANN],  # a phone as it is dialled at home
    "89161234567": [ANN],  # a phone without signs
    "45-67": [ANN],  # the end of a phone
    "020 7946 0958": [],  # another country's phone as it is dialled there
    "7946 0958": [SHOP],  # its end
    "ANNA@example.com": [ANN],  # an address in other letters
    "bob@": ["bob"],  # the beginning of an address
    "walker": ["walker"],  # an id
    SHOP: [SHOP],  # an id with quotes and a slash
    '" OR * NEAR': [],  # words of the index itself
    "анна*": [ANN],  # a sign of the index
    "%": [],  # a sign of SQL
    "\0": [],  # nothing that can be kept
}
"""What is typed, and who is found."""


def test_who_is_found(people: People) -> None:
    assert {text: found(text) for text in SEARCHES} == SEARCHES


def test_a_name_that_many_have_is_found_in_the_order_of_the_list(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = found("а")
    monkeypatch.setattr("vernost_web.customers.searching.FEW", 0)
    assert found("а") == few == [ANN, SHOP]
    assert found("walker") == ["walker"], "and ids are still found"


def test_without_the_right_to_personal_data_only_ids_are_searched(people: People) -> None:
    assert found("walker", is_personal=False) == ["walker"]
    for text in ("анна", "+79161234567", "45-67", "anna@example.com"):
        assert found(text, is_personal=False) == []


@pytest.mark.parametrize("most", [1, 2, 3])
def test_pages_hold_each_customer_once_in_order_forwards_and_back(most: int, people: People) -> None:
    for sort, is_falling in product(SORTS, (True, False)):
        _turn(Choice(sort=sort, is_falling=is_falling), most, people)


def _turn(choice: Choice, most: int, people: People) -> None:
    whole = [row.customer_id for row in first(choice, 99)]
    pages = [leaf(choice, most=most)]
    while pages[-1].after:
        pages.append(leaf(choice, after=pages[-1].after, most=most))
    assert [row.customer_id for page in pages for row in page.rows] == whole
    assert sorted(whole) == sorted(people)
    values = [value for row in whole if (value := getattr(people[row], choice.sort)) is not None]
    assert values == sorted(values, reverse=choice.is_falling)
    back = leaf(choice, before=pages[-1].before, most=most)
    assert [row.customer_id for row in back.rows] == [row.customer_id for row in pages[-2].rows]
    assert not pages[0].before


def test_a_page_beside_nobody_is_the_first(people: People) -> None:
    assert leaf(Choice(), after="gone").rows == leaf(Choice()).rows


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        pytest.param({"values": {"city": "Казань"}}, [ANN, "bob"], id="a city"),
        pytest.param({"values": {"city": "Казань", "segment": "vip"}}, [ANN], id="a city and a segment"),
        pytest.param({"values": {"is_business": True}}, [SHOP], id="companies"),
        pytest.param({"spans": {"revenue": (60, 130)}}, [ANN, "bob"], id="a span that holds its ends"),
        pytest.param({"spans": {"orders": (None, 1)}}, ["bob", "walker"], id="a span with one end"),
        pytest.param({"values": {"city": "Nowhere"}}, [], id="nobody"),
    ],
)
@pytest.mark.parametrize("by_index", [None, "city"])
def test_filters_narrow_the_list_however_the_database_goes_about_it(
    narrowed: dict[str, object],
    expected: list[str],
    by_index: str | None,
    people: People,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("vernost_web.customers.listing._rarest", lambda *_, **__: by_index)
    assert found(**narrowed) == sorted(expected)
    assert leaf(Choice(**narrowed)).count == len(expected)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("counts", "wanted", "expected"),
    [
        pytest.param({"city": 1_000, "segment": 300_000}, 50, "city", id="few live there"),
        pytest.param({"city": 500_000, "segment": 300_000}, 50, None, id="a page is soon full"),
        pytest.param({"city": 20_000, "segment": 500_000}, 50, None, id="a page is sooner full than all are fetched"),
        pytest.param({"city": 20_000, "segment": 500_000}, 1_000, "city", id="a thousand are not"),
        pytest.param({"city": 0, "segment": 500_000}, 50, "city", id="nobody lives there"),
    ],
)
def test_the_rarer_value_is_fetched_or_the_order_is_walked_whichever_takes_fewer_rows(
    counts: dict[str, int], wanted: int, expected: str | None
) -> None:
    values = {column: {"x": count} for column, count in counts.items()}
    now = Stand(customers=1_000_000, values=values)
    assert _rarest(Choice(values=dict.fromkeys(counts, "x")), now, wanted, share=1.0) == expected


def test_owners_and_tags_narrow_the_list(people: People, person: Callable[..., object]) -> None:
    manager = person("account_manager")
    change_care(ANN, by=manager, owner=manager)
    add_tag("bob", "  friend  of ours ", by=manager)
    assert found(owner=manager.pk) == [ANN]  # type: ignore[attr-defined]
    assert found(tag="friend of ours") == ["bob"]


def test_a_count_beyond_what_is_counted_says_so(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vernost_web.customers.listing.MOST_COUNTED", 1)
    told = leaf(Choice(spans={"orders": (0, None)}))
    assert (told.count, told.is_exact) == (1, False)
    assert leaf(Choice(values={"city": "Казань"})).count == 2, "of one value all are known"


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("role", ["director", "account_manager"])
def test_the_page_shows_names_only_to_who_may_see_them(
    language: str, role: str, browser: Browser, people: People
) -> None:
    page = browser(role, language).get("/customers/").content.decode()
    sees = role == "account_manager"
    assert ("Анна Ёлкина" in page, "+79161234567" in page, "•••67" in page) == (sees, sees, not sees)
    assert Look.objects.count() == (len(people) if sees else 0)


def test_a_look_is_written_down_once_an_hour(browser: Browser, people: People) -> None:
    client = browser("support")
    for _ in range(3):
        client.get("/customers/")
    look = Look.objects.get(customer_id=ANN)
    assert (look.what, look.actor_name) == ("list", "support@example.com")


def test_the_page_says_when_it_lags_behind_the_log(browser: Browser, people: People, load: Callable[..., int]) -> None:
    from vernost_web.customers.tests.conftest import ORDERS

    client = browser("director")
    assert "newer data" not in client.get("/customers/").content.decode()
    load(orders=ORDERS.assign(order_id="8"))
    assert "newer data" in client.get("/customers/").content.decode()


def test_before_anything_is_loaded_the_page_says_what_to_do(browser: Browser, empty_log: object) -> None:
    assert "Nothing is loaded yet" in browser("director").get("/customers/").content.decode()


def test_a_list_is_kept_for_oneself_or_for_everybody_and_taken_away_by_whose_it_is(
    browser: Browser, people: People
) -> None:
    analyst, director = browser("analyst"), browser("director")
    for name, values in (("mine", {}), ("ours", {"is_shared": "on"})):
        analyst.post("/customers/views/save/", {"name": name, "question": "city=Казань&sort=orders"} | values)
    shown = director.get("/customers/").content.decode()
    assert "ours" in shown
    assert "mine" not in shown
    view = SavedView.objects.get(name="ours")
    assert [row.customer_id for row in analyst.get(f"/customers/?{view.address}").context["leaf"].rows] == [ANN, "bob"]
    assert director.post(f"/customers/views/{view.pk}/remove/").status_code == 404
    assert analyst.post(f"/customers/views/{view.pk}/remove/").status_code == 302
    assert {record.action for record in Record.objects.all()} >= {"customers.save_view", "customers.remove_view"}


def test_columns_are_chosen(browser: Browser, people: People) -> None:
    table = browser("director").get("/customers/?columns=orders&columns=city").context["table"]
    assert [heading.name for heading in table.headings] == ["city", "orders"]


def test_the_filters_offer_the_values_that_there_are(browser: Browser, people: People) -> None:
    page = browser("director").get("/customers/filters/?city=Казань").content.decode()
    assert '<option value="Казань" selected>' in page
    assert '<option value="Пермь">' in page


@pytest.mark.parametrize(("role", "sees"), [("analyst", False), ("account_manager", True)])
def test_a_file_has_names_only_for_who_may_see_them_and_is_written_down(
    role: str, sees: bool, browser: Browser, people: People
) -> None:
    answer = browser(role).get("/customers/file/csv/?city=Казань&q=")
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 3
    assert ("Name" in rows[0], "Phone" in rows[0]) == (sees, sees)
    record = Record.objects.get(action="customers.export")
    assert (record.thing, record.after) == ("csv", {"city": ["Казань"], "customers": 2})
    assert Look.objects.filter(what="file").count() == (2 if sees else 0)
    assert browser(role).get("/customers/file/xlsx/").content[:2] == b"PK"
    assert browser(role).get("/customers/file/exe/").status_code == 404


@pytest.mark.parametrize("text", ["'; DROP TABLE x; --", "<script>alert(1)</script>", "\0", "9" * 400, "-1", "nan", ""])
def test_nothing_hostile_breaks_the_list(text: str, browser: Browser, people: People) -> None:
    client = browser("account_manager")
    fields = ("q", "city", "sort", "order", "columns", "owner", "tag", "after", "before", "revenue_from", "orders_to",
              "risk_from", "last_order_at_to", "is_business")  # fmt: skip
    for field in fields:
        answer = client.get("/customers/", {field: text})
        assert answer.status_code == 200, field
        assert "<script>alert" not in answer.content.decode()


def test_who_may_not_see_customers_sees_nothing(browser: Browser, people: People) -> None:
    for address in ("", "filters/", "file/csv/", f"of/{ANN}/", f"of/{ANN}/timeline/", "bought/?order=1"):
        assert browser("hr").get(f"/customers/{address}").status_code == 403
