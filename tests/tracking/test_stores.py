"""The same story in both kinds of inbox: taken in, looked at, brought, forgotten."""

import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.utils import timezone

from vernost import open_log
from vernost_web.tracking import bringing, keeping, looking
from vernost_web.tracking.archiving import read, write
from vernost_web.tracking.inbox import State, fetched, opened
from vernost_web.tracking.inbox_postgres import PostgresInbox
from vernost_web.tracking.inbox_sqlite import SqliteInbox
from vernost_web.tracking.looking import Wanted
from vernost_web.tracking.rhythm import SHORTEST, is_time
from vernost_web.tracking.sweeping import KEPT, sweep
from vernost_web.tracking.tests.conftest import Client
from vernost_web.tracking.writing import Writer


class Quiet:
    def tell(self, share: float, step: str = "") -> None:
        """Hear nothing."""


@pytest.fixture(scope="module")
def database(postgres_server: str) -> str:
    """URL of an empty database."""
    import psycopg

    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE inbox_of_tests")
    return urlunsplit(urlsplit(postgres_server)._replace(path="/inbox_of_tests"))


@pytest.fixture(params=["sqlite", "postgres"])
def either(request: pytest.FixtureRequest, client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    if request.param == "postgres":
        client.inbox = client.door.writer.inbox = PostgresInbox(request.getfixturevalue("database"))
        monkeypatch.setattr("vernost_web.tracking.keeping.inbox", lambda: client.inbox)
        _empty(client.inbox)
    return client


def track(name: str, number: int, **who: str) -> dict[str, Any]:
    return {
        "type": "track",
        "event": name,
        "messageId": f"message-number-{number:04}",
        "properties": {"a\tb": "c\\d\ne"},
        **who,
    }


def test_from_the_client_to_the_log_and_out_again(either: Client, empty_log: Path, source: Any) -> None:
    ann, visitor = {"userId": "ann"}, {"anonymousId": "v1"}
    either.batch(
        track("Opened", 1, **ann), track("Closed 100%", 2, **visitor), track("Opened", 1, **ann), {"type": "x"}
    )
    either.batch(track("Opened", 3, **visitor), track("Opened", 1, **ann))
    assert sorted(row["state"] for row in either.rows()) == [State.WAITING] * 3 + [State.REFUSED]
    flow = looking.flow(either.inbox, now=timezone.now())
    assert [flow.of_day(name) for name in ("taken", "repeated", "refused")] == [3, 2, 1]
    assert (flow.waiting, flow.held, flow.since is not None) == (3, 0, True)
    assert bringing.bring(either.inbox, Quiet()) == 3
    assert looking.flow(either.inbox, now=timezone.now()).held == 2
    either.batch({"type": "identify", **ann, **visitor, "traits": {"email": "a@example.com"}})
    assert bringing.bring(either.inbox, Quiet()) == 3
    with open_log(str(empty_log)) as log:
        events = log.tables["events"].to_pyarrow().to_pylist()
    assert sorted((each["event_id"], each["customer_id"], each["properties"]) for each in events) == [
        (f"message-number-{number:04}", "ann", '{"a\\tb": "c\\\\d\\ne"}') for number in (1, 2, 3)
    ]
    assert keeping.forget(["ann"], "erased-1") == 6
    assert [row["state"] for row in either.rows()] == [State.REFUSED]
    assert sweep(either.inbox, now=10**18) == 1
    assert max(KEPT.values()) < 10**17


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), 6),
        (Wanted(kind="page"), 1),
        (Wanted(name="ope"), 2),
        (Wanted(name="%"), 1),
        (Wanted(who="ann"), 3),
        (Wanted(who="v1"), 2),
        (Wanted(state=int(State.REFUSED)), 1),
        (Wanted(source=0), 0),
        (Wanted(name="ope", who="ann"), 1),
    ],
)
def test_events_are_found(either: Client, wanted: Wanted, found: int) -> None:
    ann, visitor = {"userId": "ann"}, {"anonymousId": "v1"}
    either.batch(
        track("Opened", 1, **ann), track("Reopened", 2, **visitor), track("Closed 100%", 3, **ann), {"type": "x"}
    )
    either.batch({"type": "page", **visitor}, {"type": "identify", **ann})
    rows = looking.newest(either.inbox, wanted)
    assert len(rows) == found
    assert [row["number"] for row in rows] == sorted((row["number"] for row in rows), reverse=True)


def test_many_who_send_at_once_lose_nothing_and_double_nothing(either: Client) -> None:
    batches = [[track("Opened", place + 10 * number, userId="ann") for place in range(20)] for number in range(12)]

    def send(batch: list[Any]) -> None:
        other = Client(either.door, either.inbox)
        other.batch(*batch)
        statuses.append(other.status)

    either.batch(*batches[0])  # the key is known from here on: other threads have no connection to the application
    statuses: list[int] = []
    threads = [threading.Thread(target=send, args=(batch,)) for batch in batches]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert statuses == [200] * len(batches)
    assert sorted(row["id"] for row in either.rows()) == [f"message-number-{number:04}" for number in range(130)]


def test_it_is_time_when_something_waits_and_the_last_load_is_long_ago(either: Client, empty_log: Path) -> None:
    def settled() -> int:
        with opened(either.inbox) as connection:
            return int(fetched(connection, "SELECT max(settled_at) AS at FROM piece")[0]["at"])

    assert not is_time(either.inbox, now=0)
    either.batch(track("Opened", 1, userId="ann"))
    assert is_time(either.inbox, now=0)
    bringing.bring(either.inbox, Quiet())
    either.batch(track("Opened", 2, userId="ann"))
    with opened(either.inbox) as connection:
        connection.execute("UPDATE piece SET made_at = settled_at - 1")
    assert not is_time(either.inbox, now=settled() + SHORTEST - 1)
    assert is_time(either.inbox, now=settled() + SHORTEST)
    with opened(either.inbox) as connection:
        connection.execute("UPDATE piece SET made_at = settled_at - ?", [SHORTEST])
    assert not is_time(either.inbox, now=settled() + 2 * SHORTEST), "a load that takes long has a long rest after it"
    with opened(either.inbox) as connection:
        connection.execute("INSERT INTO piece (made_at) VALUES (1)")
    assert is_time(either.inbox, now=0), "what was begun is ended at once"


def test_a_backup_holds_the_inbox_for_either_engine(
    either: Client, database: str, empty_log: Path, tmp_path: Path
) -> None:
    either.batch(track("Opened", 1, userId="ann"), track("Opened", 2, anonymousId="v1"), {"type": "x"})
    bringing.bring(either.inbox, Quiet())
    either.batch(track("Opened", 3, userId="ann"))
    copies: list[Any] = [SqliteInbox(tmp_path / "copy.sqlite3")]
    if isinstance(either.inbox, PostgresInbox):
        copies.append(either.inbox)
    before = either.rows()
    with (tmp_path / "rows").open("w+b") as file:
        count = write(either.inbox, file)
        if isinstance(either.inbox, PostgresInbox):
            _empty(either.inbox)
        for copy in copies:
            file.seek(0)
            assert read(copy, file) == count
            assert Client(either.door, copy).rows() == before
            assert bringing.bring(copy, Quiet()) == 1
    either.door.writer = Writer(copies[-1])
    either.batch(track("Opened", 4, userId="ann"))
    assert Client(either.door, copies[-1]).rows()[-1]["number"] > before[-1]["number"]


def _empty(inbox: PostgresInbox) -> None:
    with opened(inbox) as connection:
        connection.execute("TRUNCATE event, piece, link, fact, tally RESTART IDENTITY")
