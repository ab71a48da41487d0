"""The predictions room in both languages; the list, its order, its files, and who may see names."""

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from vernost_web.audit.models import Record
from vernost_web.customers.queries import looks
from vernost_web.metrics.queries import Leaf, Place
from vernost_web.predictions.models import TrainedModel
from vernost_web.predictions.scores import Choice, customers

pytestmark = pytest.mark.django_db


def test_before_a_model_the_room_says_what_is_missing(browser: Callable[..., Client], empty_log: object) -> None:
    page = browser("analyst").get("/predictions/")
    assert page.status_code == 200
    assert page.context["refusal"]["sentence"]
    assert "vernost load" not in page.content.decode()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_page_opens_in_both_languages(
    language: str, browser: Callable[..., Client], at_work: TrainedModel
) -> None:
    client = browser("analyst", language)
    sentence = at_work.sentences[language][0]
    assert sentence in client.get("/predictions/").content.decode()
    for address in ("map/", "panel/", "customers/", f"models/{at_work.pk}/", "policy/"):
        assert client.get(f"/predictions/{address}").status_code == 200


def test_the_panel_says_that_a_model_waits(browser: Callable[..., Client], waiting: TrainedModel) -> None:
    page = browser("director").get("/predictions/panel/").content.decode()
    assert "Train a model" not in page
    assert "waits" in page


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_sentence_of_a_model_that_waits_ends_once(
    language: str, browser: Callable[..., Client], waiting: TrainedModel
) -> None:
    assert ".." not in browser("analyst", language).get("/predictions/").content.decode().split("<main")[1]


def test_the_panel_counts_customers_at_high_risk(browser: Callable[..., Client], at_work: TrainedModel) -> None:
    changes = browser("director").get("/predictions/panel/").context["changes"]
    assert changes["high"] == at_work.counts["high"]
    assert changes["before"] is None


def turned(choice: Choice, *, most: int) -> list[Leaf]:
    """All pages of a list, as somebody turns them one by one."""
    pages = [customers(choice, "en", most=most).leaf]
    while pages[-1].after:
        pages.append(customers(choice, "en", place=Place(after=pages[-1].after), most=most).leaf)
    return pages


@pytest.mark.parametrize("sort", ["revenue_at_risk", "risk", "revenue"])
def test_pages_of_the_list_hold_each_customer_once_in_order(sort: str, at_work: TrainedModel) -> None:
    choice = Choice(band="all", sort=sort)
    whole = customers(choice, "en", most=1_000).leaf
    pages = turned(choice, most=100)
    rows = [row for page in pages for row in page.rows]
    assert whole.count == sum(at_work.counts.values()) == len({row["customer_id"] for row in rows})
    assert rows == whole.rows
    assert [page.passed for page in pages] == list(range(0, whole.count, 100))
    back = customers(choice, "en", place=Place(before=pages[-1].before), most=100).leaf
    assert (back.rows, back.passed) == (pages[-2].rows, pages[-2].passed)
    values = [row[sort] for row in rows if row[sort] is not None]
    assert values == sorted(values, reverse=True)


def test_the_next_page_is_found_by_its_neighbour_and_none_is_counted_off(
    browser: Callable[..., Client], at_work: TrainedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vernost.store.log import Log

    asked, fetch = [], Log.fetch

    def heard(log: Log, table: Any) -> Any:
        asked.append(str(log.connection.compile(table)))
        return fetch(log, table)

    client, address = browser("analyst"), "/predictions/customers/?band=all"
    after = client.get(address).context["leaf"].after
    monkeypatch.setattr(Log, "fetch", heard)
    page = client.get(address, {"after": after, "band": "all"})
    assert page.context["leaf"].first == 51
    assert any("LIMIT" in sql for sql in asked)
    assert not [sql for sql in asked if "OFFSET" in sql]
    assert "before=" in page.content.decode()


def leading(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """The marks of a chart that lead somewhere."""
    return [each for rows in spec["datasets"].values() for each in rows if "href" in each]


def test_each_cell_of_the_map_leads_to_as_many_customers_as_it_counts(
    browser: Callable[..., Client], at_work: TrainedModel
) -> None:
    client = browser("analyst")
    figure = client.get("/predictions/map/").context["figure"]
    cells = leading(figure["spec"])
    assert len(cells) == len(figure["table"]["rows"])
    found = {cell["href"]: client.get(cell["href"]).context["leaf"].count for cell in cells}
    assert {cell["href"]: int(cell["text"]) for cell in cells} == found
    assert sum(found.values()) == sum(count for band, count in at_work.counts.items() if band != "left")
    assert not leading(browser("product").get("/predictions/map/").context["figure"]["spec"]), "may not see customers"


def test_a_band_holds_only_its_customers_with_reasons(at_work: TrainedModel) -> None:
    found = customers(Choice(band="high", sort="risk"), "ru", most=1_000).leaf
    assert found.count == at_work.counts["high"]
    assert {row["band"] for row in found.rows} == {"high"}
    assert any(row["reasons"] for row in found.rows)


@pytest.mark.parametrize(("role", "sees"), [("analyst", False), ("account_manager", True)])
def test_names_are_shown_only_to_who_may_see_them(
    role: str, sees: bool, browser: Callable[..., Client], at_work: TrainedModel
) -> None:
    page = browser(role).get("/predictions/customers/").context["page"]
    assert any(cell["details"] for row in page.rows for cell in row) is sees
    file = browser(role).get("/predictions/customers/file/csv/").content.decode("utf-8-sig")
    assert ("Name,Phone,E-mail" in file.splitlines()[0]) is sees


def test_a_file_has_the_list_and_is_written_down(browser: Callable[..., Client], at_work: TrainedModel) -> None:
    answer = browser("analyst").get("/predictions/customers/file/csv/?band=high&sort=risk")
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) - 1 == at_work.counts["high"]
    record = Record.objects.get(action="predictions.export")
    assert record.after == {"band": "high", "sort": "risk", "customers": at_work.counts["high"]}
    assert browser("analyst").get("/predictions/customers/file/xlsx/").content[:2] == b"PK"
    assert browser("analyst").get("/predictions/customers/file/exe/").status_code == 404


@pytest.mark.parametrize("text", ["'; DROP TABLE scores; --", "<script>alert(1)</script>", "\0", "9" * 400, "-1", ""])
@pytest.mark.parametrize("field", ["band", "sort", "after", "before", "risk_from", "revenue_to"])
def test_nothing_hostile_breaks_the_list(
    field: str, text: str, browser: Callable[..., Client], at_work: TrainedModel
) -> None:
    answer = browser("analyst").get("/predictions/customers/", {field: text})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_only_who_may_train_can_train(browser: Callable[..., Client], own_shop: Any) -> None:
    assert browser("director").post("/predictions/train/").status_code == 403
    assert browser("analyst").post("/predictions/train/").status_code == 302


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_page_of_a_customer_gets_their_risk_with_reasons(
    language: str, browser: Callable[..., Client], at_work: TrainedModel
) -> None:
    worst = customers(Choice(band="high"), language, most=1).leaf.rows[0]  # type: ignore[arg-type]
    page = browser("support", language).get("/predictions/of-customer/", {"customer": worst["customer_id"]})
    assert page.context["reasons"] == worst["reasons"]
    assert page.context["reasons"][0] in page.content.decode()
    unknown = browser("support", language).get("/predictions/of-customer/", {"customer": "\0nobody"})
    assert "reasons" not in unknown.context


def test_who_reads_names_in_the_list_is_written_down(browser: Callable[..., Client], at_work: TrainedModel) -> None:
    browser("analyst").get("/predictions/customers/")
    assert not looks().exists()
    rows = browser("account_manager").get("/predictions/customers/").context["leaf"].rows
    assert {look.customer_id for look in looks()} == {row["customer_id"] for row in rows}


def test_customers_in_the_list_lead_to_their_pages(browser: Callable[..., Client], at_work: TrainedModel) -> None:
    page = browser("analyst").get("/predictions/customers/")
    customer = page.context["leaf"].rows[0]["customer_id"]
    assert f'href="/customers/of/{customer}/"' in page.content.decode()
