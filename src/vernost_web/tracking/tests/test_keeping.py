"""What the inbox knows of a person is told whole, and forgotten without a trace."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vernost_web.tracking.inbox import Inbox, State, opened
from vernost_web.tracking.keeping import forget, tell
from vernost_web.tracking.pieces import facts
from vernost_web.tracking.sweeping import DAY, KEPT, sweep
from vernost_web.tracking.tests.conftest import Client

ANN = {"type": "identify", "userId": "ann_1", "anonymousId": "v1", "traits": {"email": "ann-canary@example.com"}}
ORDER = {"type": "track", "event": "Order Completed", "userId": "ann_1", "properties": {"order_id": "o1", "total": 5}}
BOB = {"type": "identify", "userId": "ann11", "anonymousId": "v2", "traits": {"email": "bob@example.com"}}
VISIT = {"type": "page", "anonymousId": "v1", "properties": {"title": "canary"}}
OTHER_ORDER = {**ORDER, "userId": "ann11", "properties": {"order_id": "o2", "total": 5}}


@pytest.fixture
def known(client: Client, done: Callable[[str], Any], empty_log: Path) -> Client:
    client.batch(ANN, ORDER, BOB, VISIT, OTHER_ORDER)
    done("tracking.bring")
    client.batch({**VISIT, "messageId": "later"}, {**ORDER, "messageId": "later too"})
    return client


def test_all_that_is_known_of_a_person_is_told(known: Client) -> None:
    told = tell(["ann_1"])
    assert [each["kind"] for each in told] == ["identify", "track", "page", "page", "track", "customer"]
    assert told[0]["body"]["traits"] == ANN["traits"]
    assert told[-1]["fields"]["email"][0] == "ann-canary@example.com"
    assert tell(["nobody"]) == []


def test_a_person_is_forgotten_and_nobody_else(known: Client, settings: Any) -> None:
    assert forget(["ann_1"], "erased-1") == 5 + 1 + 1 + 1
    assert tell(["ann_1"]) == []
    assert [row["user_id"] for row in known.rows()] == ["ann11", "ann11"]
    with opened(known.inbox) as connection:
        remembered = facts(connection, "order", ["o1", "o2"])
    assert {key: fields["customer_id"][0] for key, fields in remembered.items()} == {"o1": "erased-1", "o2": "ann11"}
    content = b"".join(path.read_bytes() for path in settings.CONFIGURATION.data.glob("inbox*"))
    assert b"canary" not in content
    assert b"ann_1" not in content
    assert b"bob@example.com" in content


def test_a_person_is_not_forgotten_while_events_are_brought(known: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from vernost.errors import LogBusy

    monkeypatch.setattr("vernost_web.tracking.keeping.PATIENCE", 0.3)
    with known.inbox.alone() as is_alone:
        assert is_alone
        with pytest.raises(LogBusy):
            forget(["ann_1"], "erased-1")
    assert tell(["ann_1"])


def test_what_is_old_goes_by_itself(client: Client, inbox: Inbox) -> None:
    client.batch(*[{**ORDER, "messageId": state.name} for state in State])
    (first, *_) = client.rows()
    with opened(inbox) as connection:
        for state in State:
            connection.execute("UPDATE event SET state = ? WHERE id = ?", [int(state), state.name])
    assert sweep(inbox, now=first["received_at"] + 7 * DAY - 1) == 0
    assert sweep(inbox, now=first["received_at"] + max(KEPT.values()) + 10**9) == len(KEPT)
    assert {row["id"] for row in client.rows()} == {"WAITING", "UNDER_WAY"}
