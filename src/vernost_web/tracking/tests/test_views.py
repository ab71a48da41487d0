"""Pages of what comes, and of who may send."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from vernost_web.audit.models import Record
from vernost_web.tracking.models import Key, Source
from vernost_web.tracking.tests.conftest import KEY, Client

ANN = {"type": "identify", "userId": "ann", "traits": {"email": "ann@example.com"}}
EVIL = {"type": "track", "userId": "<script>alert(1)</script>", "event": "<img src=x>\u202e"}


@pytest.fixture
def page(browser: Callable[..., Browser]) -> Callable[..., str]:
    def read(path: str, role: str = "analyst", **parameters: str) -> str:
        answer = browser(role).get(path, parameters)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    return read


def test_before_the_first_source_the_page_says_what_to_do(page: Any, inbox: Any) -> None:
    assert "No source sends yet" in page("/tracking/")
    assert "No source is known yet" in page("/tracking/sources/")


def test_events_stand_there_as_they_came(client: Client, page: Any) -> None:
    client.batch(ANN, EVIL, {"type": "track", "event": "Lost"})
    shown = page("/tracking/")
    assert "&lt;script&gt;" in shown
    assert "<img" not in shown.split('id="events"')[1]
    assert "neither userId nor anonymousId" in shown
    assert "Lost" in page("/tracking/", state="4")
    assert "Lost" not in page("/tracking/", state="0")
    assert "none is like that" in page("/tracking/", name="never", source="x", before="9" * 30)


def test_what_is_refused_is_told_in_the_language_of_the_reader(client: Client, browser: Any) -> None:
    client.batch({"type": "track", "event": "Lost"})
    assert "непонятно, чьё это событие" in browser("analyst", "ru").get("/tracking/").content.decode()


def test_the_part_that_renews_itself_comes_when_there_is_news(client: Client, browser: Any) -> None:
    client.batch(ANN)
    reader = browser("analyst")
    page = reader.get("/tracking/").content.decode()
    address = re.search(r'hx-get="([^"]+)"', page.split('id="events"')[1])[1].replace("&amp;", "&")  # type: ignore[index]
    assert reader.get(address).status_code == 204
    client.batch({**ANN, "userId": "bob"})
    answer = reader.get(address)
    assert answer.status_code == 200
    assert "bob" in answer.content.decode()
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize(("role", "is_seen"), [("analyst", False), ("administrator", True)])
def test_what_an_event_says_of_a_person_is_for_who_may_see_it(
    client: Client, page: Any, role: str, is_seen: bool
) -> None:
    client.batch(ANN)
    (row,) = client.rows()
    shown = page(f"/tracking/events/{row['number']}/", role)
    assert ("ann@example.com" in shown) == is_seen
    assert "email" in shown


def test_an_event_leads_to_its_customer_where_the_reader_may_go_there(client: Client, page: Any) -> None:
    client.batch(ANN, {"type": "page", "anonymousId": "v1"})
    known, visitor = (row["number"] for row in client.rows())
    assert 'href="/customers/of/ann/"' in page(f"/tracking/events/{known}/")
    assert 'href="/customers/of/ann/"' not in page(f"/tracking/events/{known}/", "product")
    assert "/customers/of/" not in page(f"/tracking/events/{visitor}/")


def test_pages_turn_by_the_event_they_follow(client: Client, page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client.batch(*[{"type": "track", "userId": "ann", "event": f"Opened {number:03}"} for number in range(120)])
    first = page("/tracking/")
    assert "Opened 119" in first
    older = re.search(r"before=(\d+)", first)
    assert older
    second = page("/tracking/", before=older[1])
    assert "Opened 069" in second
    assert "Opened 070" not in second
    assert "hx-trigger" not in second.split('id="events"')[1], "an older page does not renew itself"


def test_a_source_and_its_key_are_made_shown_once_and_taken_back(browser: Any, inbox: Any) -> None:
    administrator = browser("administrator")
    answer = administrator.post("/tracking/sources/", {"name": "shop.example.com", "most_a_minute": "0"}, follow=True)
    source = Source.objects.get()
    assert answer.redirect_chain[-1][0] == f"/tracking/sources/{source.pk}/"
    where = f"/tracking/sources/{source.pk}/keys/"
    shown = administrator.post(
        where, {"origins": "https://Shop.example.com/x\nhttp://localhost:5000", "until": "2030-01-01"}
    )
    key = Key.objects.get()
    secret = re.search(r"vt_[\w-]+", shown.content.decode())
    assert secret
    assert key.origins == ["https://shop.example.com", "http://localhost:5000"]
    assert secret[0].endswith(key.hint)
    assert secret[0] not in administrator.get(f"/tracking/sources/{source.pk}/").content.decode()
    assert "is no address" in administrator.post(where, {"origins": "shop"}).content.decode()
    administrator.post(f"/tracking/keys/{key.pk}/withdraw/")
    key.refresh_from_db()
    assert not key.is_open
    kinds = ["tracking.add_source", "tracking.make_key", "tracking.withdraw_key"]
    assert [each.action for each in Record.objects.filter(action__startswith="tracking").order_by("pk")] == kinds
    assert secret[0] not in "".join(each.text for each in Record.objects.all())


def test_a_source_is_changed_by_who_may_and_by_nobody_else(browser: Any, source: Source, inbox: Any) -> None:
    where, values = f"/tracking/sources/{source.pk}/", {"name": "app", "most_a_minute": "60"}
    browser("analyst").post(where, values)
    browser("analyst").post("/tracking/sources/", values)
    assert [each.name for each in Source.objects.all()] == ["shop.example.com"]
    assert browser("analyst").post(f"{where}keys/", {}).status_code == 403
    browser("administrator").post(where, values)
    assert [(each.name, each.most_a_minute) for each in Source.objects.all()] == [("app", 60)]
    assert "already exists" in browser("administrator").post("/tracking/sources/", values).content.decode()


def test_a_key_that_is_shown_works(client: Client, browser: Any, source: Source) -> None:
    shown = browser("administrator").post(f"/tracking/sources/{source.pk}/keys/", {"origins": "", "until": ""})
    secret = re.search(r"vt_[\w-]+", shown.content.decode())
    assert secret
    client.send("/v1/track", {"userId": "ann", "event": "x"}, key=secret[0])
    assert client.status == 200
    assert secret[0] != KEY
