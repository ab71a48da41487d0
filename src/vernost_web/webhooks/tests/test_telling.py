"""What happens is told to who listens: once, signed, tried again, given up, and told again when somebody wants it."""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from listener import Listener
from vernost.errors import UnknownName
from vernost_web.audit.models import Record
from vernost_web.ui.slice import slices
from vernost_web.webhooks import actions, queries
from vernost_web.webhooks.delivering import GONE, LONG, PAUSES, deliver_due
from vernost_web.webhooks.models import Delivery, Happening, State, Webhook
from vernost_web.webhooks.telling import kinds

pytestmark = pytest.mark.django_db
KIND = "data.loaded"


@pytest.fixture
def webhook(person: Callable[..., Any], listener: Listener) -> Webhook:
    return actions.add_webhook(by=person("administrator"), url=listener.url, kinds=[KIND])


def due_now() -> None:
    Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=1))


def is_signed(headers: dict[str, str], body: bytes, secret: str) -> bool:
    """Whether a message is signed by a secret, as a receiver finds out."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = "v1," + base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()
    return expected in headers["webhook-signature"].split(" ")


def test_it_is_tried_until_it_answers_well_and_can_check_who_sends(webhook: Webhook, listener: Listener) -> None:
    told = actions.tell(KIND, {"load": 7, "note": "Пермь"})
    assert told
    for count, state in ((1, "waiting"), (2, "waiting"), (3, "sent")):
        due_now()
        deliver_due()
        delivery = Delivery.objects.get()
        assert (delivery.attempts, delivery.state) == (count, state)
    assert deliver_due() == {"sent": 0, "failed": 0}
    assert (delivery.status, delivery.answer) == (200, "200 seen")
    headers, body = listener.got[-1]
    assert is_signed(headers, body, webhook.secret)
    assert not is_signed(headers, body + b" ", webhook.secret)
    assert {each["webhook-id"] for each, _ in listener.got} == {str(told.pk)}
    content = json.loads(body)
    assert (content["type"], content["data"]) == (KIND, {"load": 7, "note": "Пермь"})
    assert datetime.fromisoformat(content["timestamp"]) == told.at


def test_it_hears_of_what_it_wants_and_of_everything_when_it_names_nothing(webhook: Webhook) -> None:
    assert actions.tell("data.undone", {"load": 1}) is None
    actions.change_webhook(webhook, by=webhook.made_by, kinds=[])
    assert actions.tell("data.undone", {"load": 1})
    with pytest.raises(UnknownName):
        actions.tell("nothing.known", {})


def test_the_same_key_is_told_once(webhook: Webhook) -> None:
    assert actions.tell(KIND, {}, key="load 1")
    assert actions.tell(KIND, {}, key="load 1") is None
    assert Delivery.objects.count() == 1


def test_what_did_not_happen_after_all_is_not_told(webhook: Webhook) -> None:
    def undone() -> None:
        with transaction.atomic():
            actions.tell(KIND, {})
            raise ValueError("not after all")

    with pytest.raises(ValueError, match="after all"):
        undone()
    assert not Happening.objects.exists()


def test_a_worker_sends_it_without_waiting_for_the_schedule(
    webhook: Webhook, listener: Listener, work: Callable[[], int]
) -> None:
    actions.tell(KIND, {})
    work()
    assert len(listener.got) == 1


def test_pauses_grow_and_after_days_of_silence_it_is_switched_off(person: Callable[..., Any]) -> None:
    webhook = actions.add_webhook(by=person("administrator"), url="http://localhost:9/", kinds=[])
    Webhook.objects.update(failing_since=timezone.now() - LONG - timedelta(seconds=1))
    actions.tell(KIND, {})
    for number in range(len(PAUSES) + 1):
        due_now()
        begun = timezone.now()
        deliver_due()
        delivery = Delivery.objects.get()
        assert delivery.attempts == number + 1
        assert delivery.state == State.FAILED or delivery.due_at >= begun + PAUSES[number]
    assert delivery.state == State.FAILED
    assert "VERNOST_PRIVATE_WEBHOOKS" in delivery.answer
    webhook.refresh_from_db()
    assert not webhook.is_on
    assert Record.objects.filter(action="webhooks.give_up", thing=webhook.url).exists()
    assert actions.tell(KIND, {}) is None
    switched = actions.change_webhook(webhook, by=webhook.made_by, is_on=True)
    assert (switched.is_on, switched.failing_since) == (True, None)


def test_a_short_silence_switches_nothing_off(person: Callable[..., Any]) -> None:
    webhook = actions.add_webhook(by=person("administrator"), url="http://localhost:9/", kinds=[])
    actions.tell(KIND, {})
    Delivery.objects.update(attempts=len(PAUSES))
    deliver_due()
    webhook.refresh_from_db()
    assert (Delivery.objects.get().state, webhook.is_on, webhook.failing_since is None) == ("failed", True, False)


def test_one_that_says_it_is_gone_is_switched_off_at_once(webhook: Webhook, listener: Listener) -> None:
    listener.left[:] = [GONE]
    actions.tell(KIND, {})
    deliver_due()
    webhook.refresh_from_db()
    assert (Delivery.objects.get().state, webhook.is_on) == (State.FAILED, False)


def test_one_that_does_not_answer_holds_up_no_other(
    webhook: Webhook, listener: Listener, person: Callable[..., Any]
) -> None:
    listener.left.clear()
    actions.add_webhook(by=person("administrator"), url="http://localhost:9/", kinds=[])
    for number in range(3):
        actions.tell(KIND, {"load": number})
    assert deliver_due() == {"sent": 3, "failed": 1}


def test_an_old_secret_signs_beside_the_new_one_for_a_day(webhook: Webhook, listener: Listener) -> None:
    listener.left.clear()
    old = webhook.secret
    new = actions.renew_secret(webhook, by=webhook.made_by).secret
    assert old != new
    assert old not in str(Webhook.objects.values())
    assert new not in str(Webhook.objects.values())
    actions.tell(KIND, {})
    deliver_due()
    headers, body = listener.got[-1]
    assert is_signed(headers, body, old)
    assert is_signed(headers, body, new)
    Webhook.objects.update(before_until=timezone.now() - timedelta(seconds=1))
    actions.tell(KIND, {})
    deliver_due()
    headers, body = listener.got[-1]
    assert is_signed(headers, body, new)
    assert not is_signed(headers, body, old)


def test_it_is_sent_again_when_somebody_wants_it(
    webhook: Webhook, listener: Listener, browser: Callable[..., Client], work: Callable[[], int]
) -> None:
    listener.left.clear()
    actions.tell(KIND, {})
    work()
    delivery = Delivery.objects.get()
    client = browser("administrator")
    assert client.post(f"/webhooks/{webhook.pk}/deliveries/{delivery.pk}/again/").status_code == 302
    work()
    assert [each["webhook-id"] for each, _ in listener.got] == [str(delivery.happening_id)] * 2


def test_a_person_is_forgotten_in_what_was_told(webhook: Webhook) -> None:
    actions.tell(KIND, {"customer_id": "c1"})
    actions.tell(KIND, {"customer_id": "c2"})
    assert [each["content"] for each in queries.happenings_of(["c1", "c0"])] == [{"customer_id": "c1"}]
    assert actions.forget_customer(["c1"], "nobody") == 1
    assert not queries.happenings_of(["c1"])
    assert len(queries.happenings_of(["nobody", "c2"])) == 2


def test_webhooks_are_added_seen_switched_and_removed(browser: Callable[..., Client], listener: Listener) -> None:
    client = browser("administrator")
    wrong = client.post("/webhooks/", {"url": "ftp://example.com"})
    assert wrong.context["form"].errors
    added = client.post("/webhooks/", {"url": listener.url, "kinds": [KIND]})
    page = client.get(added.url)
    webhook = Webhook.objects.get()
    assert webhook.secret in page.content.decode()
    client.post(added.url, {"url": listener.url, "kinds": []})
    client.post(f"{added.url}switch/")
    client.post(f"{added.url}secret/")
    webhook.refresh_from_db()
    assert (webhook.kinds, webhook.is_on) == ([], False)
    client.post(f"{added.url}remove/")
    assert not Webhook.objects.exists()
    done = set(Record.objects.filter(action__startswith="webhooks.").values_list("action", flat=True))
    assert done == {"webhooks.add", "webhooks.change", "webhooks.renew_secret", "webhooks.remove"}


def test_an_address_inside_the_network_is_refused_where_it_is_named(browser: Callable[..., Client]) -> None:
    page = browser("administrator").post("/webhooks/", {"url": "http://127.0.0.1:8000/"})
    assert "url" in page.context["form"].errors


def test_each_kind_belongs_to_the_slice_that_names_it() -> None:
    assert kinds()
    assert all(kind.split(".")[0] in {each.label, "alarms", "customers"} for each in slices() for kind in each.tells)
