"""Doubles on pages: side by side, merged, parted, refused; personal data only for who may see them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest
from django.test import Client
from tests.vernost.store.factories import order

from vernost.store.merges import merge_customers
from vernost_web.audit.models import Record
from vernost_web.data import queries as data
from vernost_web.identity.models import Pair
from vernost_web.identity.tests.conftest import DAY, load, open_pairs

Browser = Callable[..., Client]


def page(client: Client, path: str, **given: str) -> str:
    answer = client.get(path, given)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def owners() -> dict[str, str]:
    """Each order and whose it is."""
    with data.reading() as log:
        rows = log.fetch(log.tables["orders"].select("order_id", "customer_id")).to_pylist()
    return {row["order_id"]: row["customer_id"] for row in rows}


def test_pairs_stand_side_by_side_and_are_masked_by_role(gathered: Path, browser: Browser) -> None:
    shown = page(browser("support"), "/identity/")
    assert "Anna Smith" in shown
    assert "anna@example.com" in shown

    masked = page(browser("analyst"), "/identity/")
    assert "anna" in masked
    for secret in ("Anna Smith", "anna@example.com", "7946"):
        assert secret not in masked


def test_a_rank_alone_is_shown(gathered: Path, browser: Browser) -> None:
    assert page(browser("support"), "/identity/", rank="3").count("<article") == 1
    assert page(browser("support"), "/identity/", rank="1", after="x").count("<article") == 3
    assert page(browser("support"), "/identity/", rank="9").count("<article") == 4


def test_pages_follow_each_other_without_gaps(gathered: Path, browser: Browser) -> None:
    Pair.objects.bulk_create(Pair(first_id=f"a{n:02}", second_id=f"b{n:02}", rank=2) for n in range(25))
    client, seen, after = browser("support"), [], ""
    while True:
        answer = client.get("/identity/", {"after": after})
        seen += [each.pair.pk for each in answer.context["pairs"]]
        if not (after := answer.context["after"]):
            break
    assert seen == list(Pair.objects.values_list("pk", flat=True))
    assert len(seen) == 29


def test_a_merge_is_previewed_made_and_ended_with_loads_between(
    gathered: Path, browser: Browser, work: Callable[[], int]
) -> None:
    client, both = browser("support"), {"surviving": "ann", "absorbed": "anna"}
    preview = page(client, "/identity/merge/", **both)
    assert "Orders: 1 + 1" in preview
    assert "city, country" in preview

    assert client.post("/identity/merge/", both).url == "/identity/merges/"
    assert "becomes one with" in page(client, "/identity/merges/")
    work()
    assert owners() == {"1": "ann", "2": "ann", "3": "bob"}
    assert ("ann", "anna", ANY) not in open_pairs()
    load(gathered, 28, orders=[order("4", customer_id="anna")])
    assert owners()["4"] == "ann"

    assert "anna" in page(client, "/identity/merges/")
    assert "Orders: 2" in page(client, "/identity/part/", customer="anna")
    client.post("/identity/part/", {"customer": "anna"})
    work()
    assert owners() == {"1": "ann", "2": "anna", "3": "bob", "4": "anna"}
    told = list(Record.objects.filter(action__in=["identity.merge", "identity.part"]).values_list("action", "thing"))
    assert sorted(told) == [("identity.merge", "ann"), ("identity.part", "ann")]


@pytest.mark.parametrize(
    ("surviving", "absorbed", "says"),
    [
        pytest.param("ann", "ann", "itself", id="oneself"),
        pytest.param("ann", "<script>alert(1)</script>", "knows no customer", id="unknown and hostile"),
        pytest.param("ann", "a\0b", "Null characters", id="what no database keeps"),
        pytest.param("", "ann", "required", id="empty"),
    ],
)
def test_what_cannot_be_merged_is_told(
    gathered: Path, browser: Browser, surviving: str, absorbed: str, says: str
) -> None:
    for ask in (browser("support").get, browser("support").post):
        answer = ask("/identity/merge/", {"surviving": surviving, "absorbed": absorbed}).content.decode()
        assert says in answer
        assert "<script>alert" not in answer
    assert not Record.objects.filter(action="identity.merge").exists()


def test_a_merge_overtaken_by_another_is_told_not_done(
    gathered: Path, browser: Browser, work: Callable[[], int]
) -> None:
    client = browser("support")
    client.post("/identity/merge/", {"surviving": "ann", "absorbed": "anna"})
    client.post("/identity/merge/", {"surviving": "anna", "absorbed": "ann"})
    work()
    assert "belongs to" in page(client, "/identity/merges/")
    answer = client.get("/identity/under-way/")
    assert answer.headers["HX-Refresh"] == "true"
    assert "every 2s" not in answer.content.decode()


def test_not_the_same_is_remembered_and_can_be_taken_back(gathered: Path, browser: Browser) -> None:
    client, pair = browser("support"), Pair.objects.get(first_id="ann", second_id="anna")
    assert client.post(f"/identity/{pair.pk}/refuse/").url == "/identity/"
    assert page(client, "/identity/", rank="3").count("<article") == 0
    assert "support@example.com" in page(client, "/identity/refused/")

    client.post(f"/identity/{pair.pk}/reopen/")
    assert page(client, "/identity/", rank="3").count("<article") == 1


def test_a_customers_page_tells_of_doubles_and_merged_ids(
    gathered: Path, browser: Browser, work: Callable[[], int]
) -> None:
    client = browser("support")
    assert "bob" in page(client, "/identity/of/", customer="ann")
    assert page(client, "/identity/of/", customer="nobody").strip() == ""
    client.post("/identity/merge/", {"surviving": "ann", "absorbed": "anna"})
    work()
    assert "Merged into this customer" in page(client, "/identity/of/", customer="anna")
    assert "bob" not in page(browser("marketer"), "/identity/of/", customer="ann")


def test_an_empty_installation_says_what_to_do(empty_log: Path, browser: Browser) -> None:
    client = browser("support")
    assert "Doubles are looked for" in page(client, "/identity/")
    assert "Nobody is merged" in page(client, "/identity/merges/")
    assert client.get("/identity/part/", {"customer": "ann"}).status_code == 404
    assert client.get("/identity/merge/", {"surviving": "a", "absorbed": "b"}).status_code == 400


def test_a_merged_id_finds_the_customer_whom_it_belongs_to(
    gathered: Path, browser: Browser, done: Callable[[str], Any]
) -> None:
    merge_customers(str(gathered), "ann", ["anna"], at=DAY.replace(day=2))
    done("customers.gather")
    answer = browser("analyst").get("/customers/", {"q": "anna"})
    assert [row.customer_id for row in answer.context["leaf"].rows] == ["ann"]
    assert browser("analyst").get("/customers/of/anna/").url == "/customers/of/ann/"
