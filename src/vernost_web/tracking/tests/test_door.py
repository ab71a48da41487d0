"""What clients send, what is kept of it, and what they are told."""

import json
import zlib
from typing import Any

import pytest

from vernost_web.tracking.batch import MOST_IN_BATCH
from vernost_web.tracking.inbox import State
from vernost_web.tracking.keys import digest_of
from vernost_web.tracking.message import DEEPEST, KINDS, MOST_BYTES
from vernost_web.tracking.models import Key, Source
from vernost_web.tracking.tests.conftest import KEY, Client, packed
from vernost_web.tracking.writing import Full

OPENED = {"type": "track", "userId": "ann", "event": "Opened", "messageId": "m1"}
NEEDS: dict[str, dict[str, Any]] = {"track": {"event": "Opened"}, "group": {"groupId": 1}, "alias": {"previousId": "x"}}


def test_what_is_for_nobody_else_goes_on_to_the_application(client: Client) -> None:
    for path in ("/", "/v1", "/v1/tracks", "/api/v1/track", "/tracking/"):
        assert client.send(path, {}, method="GET") == {"inside": True}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", ["/v1/{kind}", "/v1/{letter}", "/v1/{kind}/"])
def test_each_call_has_its_address(client: Client, kind: str, path: str) -> None:
    answer = client.send(path.format(kind=kind, letter=kind[0]), {"userId": "ann", **NEEDS.get(kind, {})})
    assert (client.status, answer["accepted"]) == (200, 1)
    assert [(row["kind"], row["user_id"], row["state"]) for row in client.rows()] == [(kind, "ann", State.WAITING)]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param({**OPENED, "writeKey": KEY}, {}, id="in the body"),
        pytest.param(OPENED, {"authorization": f"Bearer {KEY}"}, id="bearer"),
        pytest.param(
            packed({**OPENED, "writeKey": KEY}), {"content_type": "text/plain"}, id="gzip that calls itself text"
        ),
    ],
)
def test_a_key_may_stand_where_clients_put_it(client: Client, body: Any, headers: dict[str, str]) -> None:
    client.send("/v1/track", body, key=None, **headers)
    assert client.status == 200
    assert len(client.rows()) == 1


@pytest.mark.parametrize("key", [None, "", "wrong", KEY + "x"])
def test_without_a_key_that_works_nothing_is_kept(client: Client, key: str | None) -> None:
    answer = client.send("/v1/track", OPENED, key=key)
    assert (client.status, answer["success"]) == (401, False)
    assert client.rows() == []


def test_a_key_that_is_over_or_taken_back_does_not_work(client: Client, source: Source) -> None:
    from django.utils import timezone

    Key.objects.create(source=source, digest=digest_of("over"), hint="over", until=timezone.now())
    Key.objects.create(source=source, digest=digest_of("back"), hint="back", withdrawn_at=timezone.now())
    for key in ("over", "back"):
        client.send("/v1/track", OPENED, key=key)
        assert client.status == 401


def test_a_key_for_pages_of_some_sites_serves_no_others(client: Client, source: Source) -> None:
    Key.objects.create(source=source, digest=digest_of("page"), hint="page", origins=["https://shop.example.com"])
    for origin, status in (("https://shop.example.com", 200), ("https://evil.example.com", 403), ("", 403)):
        client.send("/v1/t", OPENED, key="page", **({"origin": origin} if origin else {}))
        assert (client.status, client.headers.get("Access-Control-Allow-Origin", "")) == (status, origin)


def test_a_browser_may_ask_before_it_sends(client: Client) -> None:
    asked = {"origin": "https://a.example.com", "access_control_request_headers": "authorization,content-type"}
    client.send("/v1/t", b"", key=None, method="OPTIONS", **asked)
    assert client.status == 200
    assert client.headers["Access-Control-Allow-Headers"] == "authorization,content-type"
    assert "POST" in client.headers["Access-Control-Allow-Methods"]


def test_an_event_that_comes_again_is_kept_once(client: Client) -> None:
    client.batch(OPENED, OPENED)
    client.send("/v1/track", OPENED)
    client.batch({**OPENED, "messageId": "m2"})
    assert [row["id"] for row in client.rows()] == ["m1", "m2"]


def test_without_an_id_two_alike_are_two(client: Client) -> None:
    alike = {"userId": "ann", "event": "Opened"}
    client.batch({"type": "track", **alike}, {"type": "track", **alike})
    assert len(client.rows()) == 2


def test_of_a_batch_what_can_be_kept_is_and_the_rest_is_named(client: Client) -> None:
    answer = client.batch(OPENED, {"type": "track", "event": "x"}, {**OPENED, "messageId": "m2"}, 5)
    assert client.status == 400
    assert answer["accepted"] == 2
    assert [each["item"] for each in answer["refused"]] == [1, 3]
    assert "neither userId nor anonymousId" in answer["refused"][0]["reason"]
    assert sorted(row["state"] for row in client.rows()) == [State.WAITING] * 2 + [State.REFUSED] * 2


def test_what_a_batch_says_of_all_belongs_to_each(client: Client) -> None:
    client.batch(
        OPENED, {**OPENED, "messageId": "m2", "context": {"locale": "ru"}}, context={"locale": "en", "app": "a"}
    )
    assert [json.loads(row["body"])["context"] for row in client.rows()] == [
        {"locale": "en", "app": "a"}, {"locale": "ru", "app": "a"}
    ]  # fmt: skip


def nested(depth: int) -> str:
    return '{"a":' * depth + "1" + "}" * depth


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", "cannot be read"),
        ("[", "cannot be read"),
        ("null", "cannot be read"),
        ('{"userId": NaN}', "cannot be read"),
        ('{"userId": "ann", "event": "x", "properties": {"a": 1e999}}', "cannot be read"),
        ('{"userId": "ann", "event": "x", "properties": {"a": "\\ud800"}}', "cannot be read"),
        ('{"userId": {"a": 1}, "event": "x"}', "cannot be read"),
        ('{"userId": "a\\u0000b", "event": "x"}', "NUL"),
        ('{"userId": "   ", "event": "x"}', "blank"),
        ('{"userId": "ann", "event": "a\\u0000b"}', "NUL"),
        ('{"userId": "ann", "event": "  "}', "no event"),
        (json.dumps({"userId": "a" * 501, "event": "x"}), "longer than 500"),
        (json.dumps({"userId": "ann", "event": "x" * 201}), "at most 200"),
        ('{"userId": "ann", "event": "x", "timestamp": "soon"}', "must be an instant"),
        ('{"userId": "ann", "event": "x", "timestamp": 1e300}', "must be an instant"),
        ('{"userId": "ann", "event": "x", "timestamp": "2199-01-01T00:00:00Z"}', "ahead of this server"),
        ('{"userId": "ann", "event": "x", "timestamp": "0001-01-01T00:00:00Z"}', "outside the years"),
        (json.dumps({"userId": "ann", "event": "x", "properties": {"a": "b" * MOST_BYTES}}), "bytes"),
        ('{"userId": "ann", "event": "x", "properties": ' + nested(DEEPEST) + "}", "deep"),
        ('{"userId": "ann", "event": "x", "properties": ' + nested(5_000) + "}", "bytes|deep|cannot be read"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_reason_and_shown(client: Client, body: str, why: str) -> None:
    answer = client.send("/v1/track", body.encode())
    assert client.status == 400
    told = [answer["message"], *(each["reason"] for each in answer.get("refused", []))]
    assert any(part in text for part in why.split("|") for text in told), told
    assert [row["state"] for row in client.rows()] == [State.REFUSED]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(zlib.compress(b" " * 50_000_000, wbits=31), id="a bomb"),
        pytest.param(b" " * (MOST_IN_BATCH + 1), id="too much"),
        pytest.param(b"\x1f\x8b broken", id="no gzip"),
        pytest.param(zlib.compress(b'{"batch": []}' * 99, wbits=31)[:-12], id="half of a gzip"),
        pytest.param(b"data=%%%", id="no form"),
        pytest.param(b"\xff\xfe", id="no text"),
    ],
)
def test_a_body_that_is_no_batch_is_refused_as_a_whole(client: Client, body: bytes) -> None:
    answer = client.send("/v1/batch", body)
    assert (client.status, answer["accepted"]) == (400, 0)


def test_a_signs_are_kept_as_they_are(client: Client) -> None:
    name = "\u202eAnn\u200b <b>Лея</b> 🙂"
    client.batch({"type": "identify", "userId": 17, "traits": {"name": name, **{f"k{n}": n for n in range(2_000)}}})
    (row,) = client.rows()
    assert (client.status, row["user_id"], json.loads(row["body"])["traits"]["name"]) == (200, "17", name)


@pytest.mark.parametrize(
    ("timestamp", "sent_at", "expected"),
    [
        pytest.param("2020-02-29T12:00:00+03:00", None, "2020-02-29T09:00:00", id="the past"),
        pytest.param(1_582_966_800, None, "2020-02-29T09:00:00", id="seconds"),
        pytest.param(1_582_966_800_000, None, "2020-02-29T09:00:00", id="milliseconds"),
        pytest.param("2020-02-29T09:00:00.123456Z", "now", "2020-02-29T09:00:00.123456", id="exactly"),
    ],
)
def test_when_it_happened(client: Client, timestamp: Any, sent_at: str | None, expected: str) -> None:
    from datetime import UTC, datetime

    sent = {"sentAt": datetime.now(UTC).isoformat()} if sent_at else {}
    client.batch({**OPENED, "timestamp": timestamp}, **sent)
    from vernost_web.tracking.traits import plain_instant

    assert plain_instant(client.rows()[0]["occurred_at"]).isoformat() == expected


def test_a_clock_that_is_years_ahead_is_set_right_by_when_it_says_it_sent(client: Client) -> None:
    client.batch({**OPENED, "timestamp": "2099-01-01T00:00:00Z"}, sentAt="2099-01-01T00:00:10Z")
    (row,) = client.rows()
    assert row["received_at"] - row["occurred_at"] == 10_000_000


def test_more_than_can_be_written_is_told_to_come_again(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise Full

    monkeypatch.setattr(client.door.writer, "write", full)
    client.batch(OPENED)
    assert (client.status, client.headers["Retry-After"]) == (429, "1")


def test_when_the_disk_fails_nothing_is_acknowledged(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(type(client.inbox), "add", fail)
    client.batch(OPENED)
    assert (client.status, client.headers["Retry-After"]) == (503, "5")
    monkeypatch.undo()
    client.batch(OPENED)
    assert client.status == 200
    assert len(client.rows()) == 1


def test_a_source_that_sends_more_than_it_may_waits_for_the_next_minute(client: Client, source: Source) -> None:
    Source.objects.filter(pk=source.pk).update(most_a_minute=2)
    client.door.pace = type(client.door.pace)(1, clock=lambda: 90.0)
    statuses = []
    for number in range(3):
        client.batch({**OPENED, "messageId": str(number)})
        statuses.append(client.status)
    assert statuses == [200, 200, 429]
    assert client.headers["Retry-After"] == "30"


@pytest.mark.parametrize("path", ["/flags/", "/decide/", "/v1/m"])
def test_what_clients_ask_beside_has_an_answer(client: Client, path: str) -> None:
    client.send(path, {"token": KEY}, key=None)
    assert client.status == 200
    assert client.rows() == []


def test_posthog_is_understood(client: Client) -> None:
    visitor = {"distinct_id": "0190-visitor", "$device_id": "0190-visitor", "$current_url": "https://a.example.com/"}
    company = {"$group_key": "7", "$group_set": {"name": "Acme"}}
    batch = [
        {"event": "Opened", "distinct_id": "ann", "uuid": "u1", "properties": {"a": 1}},
        {"event": "$set", "distinct_id": "ann", "uuid": "u2", "properties": {"$set": {"email": "a@example.com"}}},
        {"event": "$create_alias", "distinct_id": "v0", "uuid": "u3", "properties": {"alias": "ann"}},
        {"event": "$groupidentify", "distinct_id": "$company_7", "uuid": "u4", "properties": company},
        {"event": "$pageview", "uuid": "u5", "properties": {**visitor, "title": "Home"}},
        {"event": "$identify", "distinct_id": "ann", "uuid": "u6", "$set": {"name": "Ann"},
         "properties": {"$anon_distinct_id": "0190-visitor"}},
        {"event": "", "distinct_id": "ann"},
    ]  # fmt: skip
    answer = client.send("/batch/", {"api_key": KEY, "batch": batch, "sent_at": None}, key=None)
    assert (client.status, answer["accepted"], [each["item"] for each in answer["refused"]]) == (400, 6, [6])
    kept = [row for row in client.rows() if row["state"] == State.WAITING]
    assert [(row["kind"], row["name"], row["user_id"], row["anonymous_id"]) for row in kept] == [
        ("track", "Opened", "ann", None),
        ("identify", "", "ann", None),
        ("alias", "", "ann", None),
        ("group", "", None, "$company_7"),
        ("page", "Home", None, "0190-visitor"),
        ("identify", "", "ann", "0190-visitor"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"api_key": KEY, "event": "Opened", "distinct_id": "ann", "uuid": "u1"},
        {"event": "Opened", "distinct_id": "ann", "uuid": "u1", "properties": {"token": KEY}},
        [{"event": "Opened", "uuid": "u1", "offset": 2_000, "properties": {"token": KEY, "distinct_id": "ann"}}],
    ],
)
def test_an_event_of_posthog_comes_in_many_coats(client: Client, body: Any) -> None:
    client.send("/e/", body, key=None)
    assert client.status == 200
    assert [(row["name"], row["user_id"]) for row in client.rows()] == [("Opened", "ann")]
