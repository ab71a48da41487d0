"""The page of one customer: who they are, what happened, what was written down, and who may see and do it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pandas as pd
import pytest
from django.test import Client
from django.urls import reverse

from vernost.errors import InvalidValue
from vernost.store.merges import merge_customers
from vernost_web.audit.models import Record
from vernost_web.customers import actions
from vernost_web.customers.addresses import IdConverter
from vernost_web.customers.models import Care, Consent, Customer, Look, Membership, Note, Occasion, Tagging
from vernost_web.customers.profile import profile_of
from vernost_web.customers.tests.conftest import ANN, ORDERS, SHOP
from vernost_web.customers.timeline import stretch

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]
People = dict[str, Customer]
HOSTILE = [
    "a/b",
    "..",
    ".",
    "a/../b",
    "%2F",
    "~",
    "a?b#c",
    "с пробелом",
    "<script>",
    "a\\b",
    "x//y",
    "/",
    "100%",
    "\tq",
]


def test_an_address_bears_any_id() -> None:
    for customer in HOSTILE:
        assert IdConverter().to_python(IdConverter().to_url(customer)) == customer
        address = reverse("customers:customer", args=[customer])
        path = unquote(address).removeprefix("/customers/of/").removesuffix("/")
        assert "/" not in path
        assert path not in {"", ".", ".."}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_page_opens_by_any_id_in_both_languages(language: str, browser: Browser, people: People) -> None:
    client = browser("account_manager", language)
    for customer, row in people.items():
        page = client.get(reverse("customers:customer", args=[customer]))
        assert page.status_code == 200
        assert page.context["card"].title == (row.name or customer)


def test_nobody_has_no_page(browser: Browser, people: People) -> None:
    for part in ("", "timeline/"):
        answer = browser("support").get(reverse("customers:customer", args=["nobody"]) + part)
        assert answer.status_code == (200 if part else 404)


@pytest.mark.parametrize(("role", "sees"), [("director", False), ("support", True)])
def test_personal_data_is_masked_by_role_and_each_look_is_written_down(
    role: str, sees: bool, browser: Browser, people: People
) -> None:
    page = browser(role).get(reverse("customers:customer", args=[ANN])).content.decode()
    assert ("Анна Ёлкина" in page, "+79161234567" in page, "anna@example.com" in page) == (sees, sees, sees)
    assert ("•••67" in page) is not sees
    assert list(Look.objects.values_list("customer_id", "what")) == ([(ANN, "card")] if sees else [])


def test_who_looked_is_shown_to_who_may_see_the_audit(browser: Browser, people: People) -> None:
    browser("support").get(reverse("customers:customer", args=[ANN]))
    page = browser("director").get("/customers/looks/", {"customer": ANN})
    assert [look.actor_name for look in page.context["page"]] == ["support@example.com"]
    assert not browser("director").get("/customers/looks/", {"customer": "bob"}).context["page"].object_list
    assert not browser("director").get("/customers/looks/", {"who": "nobody"}).context["page"].object_list
    assert browser("support").get("/customers/looks/").status_code == 403


# -- what happened ----------------------------------------------------------------------------------------------------


@pytest.fixture
def eventful(people: People, load: Callable[..., int]) -> str:
    """Somebody to whom something of each kind happened."""
    load(
        events=pd.DataFrame([("e1", ANN, "2026-01-06T10:00:00", "Cart viewed", '{"page": "/x", "n": 3}')],
                            columns=["event_id", "customer_id", "occurred_at", "name", "properties"]),
        tickets=pd.DataFrame([("t1", ANN, "2026-01-07T10:00:00", "delivery", "where is it <b>")],
                             columns=["ticket_id", "customer_id", "opened_at", "topic", "text"]),
        subscriptions=pd.DataFrame([("s1", ANN, "basic", "2026-01-02T10:00:00", "2026-01-08T10:00:00", 9)],
                                   columns=["subscription_id", "customer_id", "plan", "started_at", "ended_at",
                                            "monthly_price"]),
        points=pd.DataFrame([("p1", ANN, "2026-01-06T10:00:00", 10, "earn")],
                            columns=["entry_id", "customer_id", "booked_at", "points", "kind"]),
        order_lines=pd.DataFrame([("1", 1, "tea", 2, 50)],
                                 columns=["order_id", "line", "product", "quantity", "unit_price"]),
    )  # fmt: skip
    actions.add_note(ANN, "called her", by=None)
    actions.add_consent(ANN, channel="email", purpose="marketing", is_given=True, source="form", text="I agree",
                        at=datetime(2026, 1, 3, tzinfo=UTC))  # fmt: skip
    return ANN


def test_everything_that_happened_stands_in_one_row_of_time(eventful: str) -> None:
    found = stretch(eventful).happenings
    kinds = [each.place.kind for each in found]
    assert kinds == [
        "notes", "subscriptions", "tickets", "points", "orders", "events", "orders", "consents", "subscriptions",
        "orders",
    ]  # fmt: skip
    assert [each.place.at for each in found] == sorted((each.place.at for each in found), reverse=True)


def test_parts_of_the_row_hold_each_happening_once(eventful: str) -> None:
    whole = [each.place for each in stretch(eventful).happenings]
    for most in (1, 3, 7):
        parts = [stretch(eventful, most=most)]
        while parts[-1].before:
            parts.append(stretch(eventful, before=parts[-1].before, most=most))
        assert [each.place for part in parts for each in part.happenings] == whole


def test_one_kind_is_told_alone(eventful: str) -> None:
    assert {each.place.kind for each in stretch(eventful, kind="orders").happenings} == {"orders"}
    assert [each.place.key for each in stretch(eventful, kind="orders").happenings] == ["3", "2", "1"]


def test_a_wrong_place_is_the_beginning(eventful: str) -> None:
    for before in ("x", "1|x|y|z", "-1|2026-01-01|a|b", "9|2026-01-01T00:00:00|a|b", "|||", "\0"):
        assert len(stretch(eventful, before=before).happenings) == 10


@pytest.mark.parametrize(("role", "language", "sees"), [("director", "en", False), ("support", "ru", True)])
def test_what_happened_is_told_and_their_words_only_to_who_may_read_them(
    role: str, language: str, sees: bool, browser: Browser, eventful: str
) -> None:
    page = browser(role, language).get(reverse("customers:timeline", args=[eventful])).content.decode()
    assert ("where is it &lt;b&gt;" in page) is sees
    assert ("page: /x" in page) is sees
    assert "Cart viewed" in page
    assert page.count("<li") == 10


def test_what_was_bought_is_told_line_by_line(browser: Browser, eventful: str) -> None:
    page = browser("support").get("/customers/bought/", {"order": "1"}).content.decode()
    assert "tea" in page
    assert "does not know" in browser("support").get("/customers/bought/", {"order": "2"}).content.decode()


def test_the_log_alone_is_asked_for_what_was_shown_and_a_page(people: People, load: Callable[..., int]) -> None:
    many = pd.DataFrame({
        "order_id": [f"n{number:03}" for number in range(100)], "customer_id": "eve", "amount": 1, "kind": "sale",
        "ordered_at": "2026-01-05T10:00:00", "status": "done",
    })  # fmt: skip
    load(orders=many[list(ORDERS.columns)])
    first = stretch("eve", most=30)
    second = stretch("eve", before=first.before, most=30)
    keys = [each.place.key for each in (*first.happenings, *second.happenings)]
    assert keys == [f"n{number:03}" for number in range(99, 39, -1)]


# -- what is written down ---------------------------------------------------------------------------------------------


def test_what_is_written_down_stands_on_the_page_and_in_the_trail(browser: Browser, people: People) -> None:
    client = browser("account_manager")
    add = reverse("customers:customer", args=[ANN]) + "add/"
    client.post(f"{add}note/", {"text": "secret words"})
    client.post(f"{add}tag/", {"tag": "vip guest"})
    client.post(f"{add}occasion/", {"title": "wedding", "on": "2020-05-01", "is_yearly": "on"})
    assert (
        "not come yet"
        in client.post(
            f"{add}consent/",
            {"channel": "sms", "purpose": "surveys", "source": "x", "is_given": "True", "at": "2199-01-02"},
            follow=True,
        ).content.decode()
    )
    consent = {"channel": "email", "purpose": "marketing", "source": "call", "text": "yes", "at": "2026-01-02"}
    client.post(f"{add}consent/", consent | {"is_given": "True"})
    client.post(f"{add}consent/", consent | {"is_given": "False", "at": "2026-01-03"})
    page = client.get(reverse("customers:customer", args=[ANN])).content.decode()
    for words in ("secret words", "vip guest", "wedding", "withdrawn", "account_manager@example.com"):
        assert words in page
    standings = profile_of(ANN).standings  # type: ignore[union-attr]
    assert [(each.last.is_given, each.count) for each in standings] == [(False, 2)]
    done = [record.action for record in Record.objects.filter(thing=ANN).order_by("pk")]
    assert done == ["customers.add_note", "customers.add_tag", "customers.add_occasion", *["customers.add_consent"] * 2]
    assert not Record.objects.filter(text__contains="secret").exists(), (
        "the trail is never erased, so it tells no notes"
    )


def test_nothing_is_written_down_of_an_empty_form(browser: Browser, people: People) -> None:
    client = browser("support")
    for kind in ("note", "tag", "occasion", "consent", "member"):
        answer = client.post(reverse("customers:customer", args=[SHOP]) + f"add/{kind}/", {}, follow=True)
        assert "alert-danger" in answer.content.decode(), kind
    assert not any(model.objects.exists() for model in (Note, Tagging, Occasion, Consent, Membership))
    assert not Record.objects.filter(thing=SHOP).exists()


def test_the_owner_and_the_wishes_are_changed(browser: Browser, person: Callable[..., Any], people: People) -> None:
    owner = person("account_manager")
    browser("support").post(reverse("customers:customer", args=[ANN]) + "care/",
                            {"owner": owner.pk, "channel": "phone", "wishes": "never at night"})  # fmt: skip
    care = Care.objects.get()
    assert (care.owner, care.channel, care.wishes) == (owner, "phone", "never at night")
    record = Record.objects.get(action="customers.change_care")
    assert record.after == {"owner": "account_manager@example.com", "channel": "phone"}


def test_what_was_written_is_taken_away_on_the_page_of_its_customer_alone(browser: Browser, people: People) -> None:
    client, note = browser("support"), actions.add_note(ANN, "x", by=None)
    of = {name: reverse("customers:customer", args=[name]) for name in (ANN, "bob")}
    assert client.post(f"{of['bob']}remove/note/{note.pk}/").status_code == 404
    assert client.post(f"{of[ANN]}remove/consent/{note.pk}/").status_code == 404
    assert client.post(f"{of[ANN]}remove/note/{note.pk}/").status_code == 302
    assert not Note.objects.exists()
    assert Record.objects.filter(action="customers.remove_note", thing=ANN).exists()


def test_only_who_may_edit_can_write(browser: Browser, people: People) -> None:
    of = reverse("customers:customer", args=[ANN])
    for part in ("add/note/", "care/", "remove/note/1/"):
        assert browser("director").post(f"{of}{part}", {"text": "x"}).status_code == 403
    assert 'name="text"' not in browser("director").get(of).content.decode()
    assert browser("support").get(f"{of}add/note/").status_code == 405


def test_consents_are_never_changed(people: People) -> None:
    consent = actions.add_consent(ANN, channel="sms", purpose="surveys", is_given=True, source="form")
    with pytest.raises(TypeError):
        consent.save()
    with pytest.raises(TypeError):
        Consent.objects.update(is_given=False)


def test_a_company_has_people_and_they_have_it(browser: Browser, people: People) -> None:
    client = browser("account_manager")
    shop, ann = (reverse("customers:customer", args=[name]) for name in (SHOP, ANN))
    client.post(f"{shop}add/member/", {"customer_id": ANN, "position": "buyer"})
    assert "Анна Ёлкина" in client.get(shop).content.decode()
    assert "Ромашка" in client.get(ann).content.decode()
    wrong = client.post(f"{shop}add/member/", {"customer_id": "nobody"}, follow=True)
    assert "no customer of this id" in wrong.content.decode()
    with pytest.raises(InvalidValue):
        actions.add_member(SHOP, SHOP, by=None)
    client.post(f"{ann}remove/member/{Membership.objects.get().pk}/")
    assert not Membership.objects.exists()


def test_after_a_merge_both_are_one_page(
    browser: Browser, people: People, gather: Callable[[], object], empty_log: Path
) -> None:
    actions.add_note("walker", "of the walker", by=None)
    merge_customers(str(empty_log), "bob", ["walker"], at=datetime(2026, 1, 12, tzinfo=UTC))
    gather()
    client = browser("support")
    moved = client.get(reverse("customers:customer", args=["walker"]))
    assert moved.headers["location"] == reverse("customers:customer", args=["bob"])
    page = client.get(reverse("customers:customer", args=["bob"])).content.decode()
    assert "of the walker" in page
    assert {each.row["order_id"] for each in stretch("bob", kind="orders").happenings} == {"4", "5", "6"}


def test_no_two_fields_of_the_page_are_one_to_a_screen_reader(browser: Browser, people: People) -> None:
    page = browser("account_manager").get(reverse("customers:customer", args=[SHOP])).content.decode()
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
