"""Persons are erased from a log: nothing tells who they were, everything counts as before, nothing brings them back."""

import base64
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pyarrow.parquet as pq
import pytest
from tests.vernost.store.factories import customer, hour, order, reading

from vernost.errors import InvalidValue, LogBusy, UnknownName
from vernost.schema import BOOKKEEPING, TABLES
from vernost.sources.source import Reading
from vernost.store import Store, counted, open_log, open_store, told
from vernost.store.expiring import expiring
from vernost.store.personal import FATES
from vernost.store.postgres_address import Address

CANARY = "Кенарь-Жёлтый"
"""In every text of the person who is erased, in this spelling or as ASCII: see ``ASCII``."""

ASCII = "k4n4ry"
PHONE = "+79995550142"
ID = f"{ASCII}-77"
WHO = (ID, f"{ID} twin")
"""The person, and whoever was merged into it."""

ROOT = Path(__file__).parents[3]
ROUNDS = int(os.environ.get("VERNOST_CRASH_ROUNDS", "3"))


@pytest.fixture(params=["folder", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "log") if request.param == "folder" else request.getfixturevalue("postgres_url")


@pytest.fixture
def store(url: str) -> Store:
    return open_store(url, create=True)


def rows_of(one: str) -> dict[str, list[dict[str, Any]]]:
    """A row in every table about persons, with a canary in every column that may hold words of a person."""
    made: dict[str, list[dict[str, Any]]] = {}
    word = CANARY if one == ID else "plain"
    for name, fates in FATES.items():
        row: dict[str, Any] = {}
        for column in TABLES[name].columns:
            if column.name in fates.person:
                row[column.name] = one
            elif column.name in (*fates.gone, *fates.marked, *fates.aliased, *fates.checked):
                row[column.name] = "1990-02-03" if column.type == "date" else f"{word} {one} {column.name}"
            elif column.is_required:
                row[column.name] = _some(column.type, column.choices)
        made[name] = [row | {"extra": f'{{"note": "{word} {one}"}}'}]
    made["order_lines"][0]["order_id"] = made["points"][0]["order_id"] = made["orders"][0]["order_id"]
    made["customers"][0] |= {"email": f"{one}@example.com", "phone": PHONE if one == ID else "+79991110011"}
    made["merges"] = [customer_pair(one, f"{one} twin")]
    return made


def customer_pair(one: str, other: str) -> dict[str, Any]:
    return {"absorbed_id": other, "surviving_id": one, "merged_at": "2024-01-02"}


def _some(kind: str, choices: tuple[str, ...]) -> Any:
    values = {"instant": "2024-01-05", "date": "2024-01-05", "string": "plain"}
    return choices[0] if choices else values.get(kind, 3)


def both(*, rejected: tuple[tuple[str, str], ...] = ()) -> Reading:
    """Rows of the canary and of somebody else, and rejected rows: reason, raw."""
    tables = {
        name: [*rows, *others]
        for (name, rows), others in zip(rows_of(ID).items(), rows_of("bob").values(), strict=True)
    }
    made = reading(tables)
    for reason, raw in rejected:
        made.connection.execute("INSERT INTO refused_lines VALUES ('orders', 'orders.csv', 7, ?, ?)", [reason, raw])
    return made


REJECTED = (
    (f"'{ASCII}' is no amount", f'{{"who": "{ID}", "amount": "{ASCII}"}}'),
    (f"'{ASCII}' is no day", f'{{"phone": "8 (999) 555-01-42", "day": "{ASCII}"}}'),
    (f"'{ASCII}' is no day", f'{{"mail": "{ID.upper()}@Example.com", "day": "{ASCII}"}}'),
    ("a line too long", f"1;{ID};{CANARY}"),
    ("'x' is no day", '{"who": "bob", "day": "x"}'),
)


def searched(url: str) -> Iterator[tuple[str, bytes]]:
    """All that is stored of a log: files, those of Parquet opened too; of PostgreSQL the files of its tables."""
    if "://" not in url:
        for path in Path(url).rglob("*"):
            if path.is_file():
                yield str(path), path.read_bytes()
            if path.suffix == ".parquet":
                yield f"{path} opened", repr(pq.read_table(path).to_pylist()).encode()
        return
    address = Address(url)
    with psycopg.connect(address.conninfo, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        (root,) = connection.execute("SHOW data_directory").fetchone() or ("",)
        names = (
            "SELECT relname, pg_relation_filepath(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
        )
        found = connection.execute(
            f"{names} WHERE nspname = %s AND pg_relation_filepath(c.oid) IS NOT NULL", [address.schema]
        )
        for name, place in found.fetchall():
            yield name, Path(root, place).read_bytes()


def traces(url: str) -> set[str]:
    """Places where the person still is, in any usual spelling."""
    words = [CANARY, ASCII, "9995550142"]
    spelled = [word.encode(code) for word in words for code in ("utf-8", "utf-16-le")]
    spelled += [base64.b64encode(word.encode())[:-4] for word in words]
    spelled += [repr(CANARY).encode("unicode_escape"), CANARY.encode("unicode_escape")]
    return {place for place, content in searched(url) if any(word in content for word in spelled)}


def dump(url: str) -> dict[str, list[dict[str, Any]]]:
    """All tables of a log, without the instants of its loads."""
    with open_log(url) as log:
        return {
            name: sorted(({**row, "loaded_at": None} for row in log.fetch(table).to_pylist()), key=repr)
            for name, table in log.tables.items()
        }


def test_it_is_said_of_every_column_what_becomes_of_it() -> None:
    for name, fates in FATES.items():
        said = (*fates.person, *fates.kept, *fates.gone, *fates.marked, *fates.aliased, *fates.checked)
        assert sorted(said) == sorted(TABLES[name].names)
    without_persons = {"spend", "competitors"}
    assert set(TABLES) - set(FATES) == without_persons
    assert {column.name for column in BOOKKEEPING} == {"extra", "source", "loaded_at"}


def test_nothing_that_is_stored_tells_who_is_erased(store: Store, url: str) -> None:
    store.load(both(), loaded_at=hour(0))
    store.load(reading(customers=[customer(ID, name=f"{CANARY} as she was")]), loaded_at=hour(1))
    store.load(both(rejected=REJECTED), loaded_at=hour(2))
    assert traces(url)
    receipt = store.erase(WHO, at=hour(3))
    assert traces(url) == set()
    counts = {tally.table: tally.read for tally in receipt.tallies}
    assert counts == dict.fromkeys(FATES, 1) | {"rejected": 4}
    assert all(tally.balances for tally in receipt.tallies)


def test_others_keep_every_word(store: Store, url: str) -> None:
    store.load(both(rejected=REJECTED), loaded_at=hour(0))
    with open_log(url) as log:
        before = told(log, ["bob", "bob twin"])
    store.erase(WHO, at=hour(1))
    with open_log(url) as log:
        assert told(log, ["bob", "bob twin"]) == before
    assert [row["raw"] for row in store.rejected().to_pylist() if row["raw"]] == ['{"who": "bob", "day": "x"}']
    assert store.rejected().num_rows == len(REJECTED)


def test_what_hangs_together_still_does(store: Store, url: str) -> None:
    store.load(both(), loaded_at=hour(0))
    store.erase(WHO, at=hour(1))
    with open_log(url) as log:
        (one,) = {row["customer_id"] for row in log.fetch(log.tables["customers"]).to_pylist()} - {"bob"}
        known = counted(log, [one])
        rows = told(log, [one])
    assert known == dict.fromkeys(FATES, 1)
    assert rows["order_lines"][0]["order_id"] == rows["points"][0]["order_id"] == rows["orders"][0]["order_id"]
    assert rows["order_lines"][0]["unit_price"] == "3.0000"
    assert rows["tickets"][0]["text"] == "erased"
    assert one.startswith("erased-")


def test_the_same_file_brings_nobody_back(store: Store, url: str) -> None:
    store.load(both(rejected=REJECTED), loaded_at=hour(0))
    store.erase(WHO, at=hour(1))
    before = dump(url)
    receipt = store.load(both(rejected=REJECTED), loaded_at=hour(2))
    assert dump(url) == before
    assert traces(url) == set()
    assert {tally.table: tally.read - tally.rejected - tally.unchanged for tally in receipt.tallies} == dict.fromkeys(
        FATES, 0
    )


def test_lines_of_an_order_that_come_alone_are_known_as_theirs(store: Store, url: str) -> None:
    store.load(both(), loaded_at=hour(0))
    store.load(reading(orders=[order("plain 5", customer_id=ID)]), loaded_at=hour(1))
    store.erase(WHO, at=hour(2))
    line = rows_of(ID)["order_lines"][0]
    other = line | {"order_id": "plain 5", "line": 9}
    store.load(reading(order_lines=[line, other]), loaded_at=hour(3))
    assert traces(url) == set()
    with open_log(url) as log:
        lines, orders = log.tables["order_lines"], log.tables["orders"]
        assert log.fetch(lines.anti_join(orders, "order_id")).num_rows == 0
        assert lines.count().execute() == 3


def test_new_rows_of_somebody_erased_come_without_them(store: Store, url: str) -> None:
    store.load(both(), loaded_at=hour(0))
    store.erase(WHO, at=hour(1))
    store.load(
        reading(
            customers=[customer(ID, name=CANARY)],
            orders=[order("o9", 12, customer_id=ID, coupon=CANARY)],
            tickets=[{"ticket_id": "t9", "customer_id": ID, "opened_at": "2024-02-02", "text": CANARY}],
        ),
        loaded_at=hour(2),
    )
    assert traces(url) == set()
    with open_log(url) as log:
        orders = log.tables["orders"]
        (row,) = log.fetch(orders.filter(orders.order_id == "o9")).to_pylist()
    assert (float(row["amount"]), row["coupon"], row["customer_id"][:7]) == (12, "erased", "erased-")


def test_a_rehearsal_knows_who_is_erased(store: Store, url: str) -> None:
    store.load(both(), loaded_at=hour(0))
    store.erase(WHO, at=hour(1))
    assert all(tally.unchanged == tally.read for tally in store.rehearse(both()).tallies)


def test_states_before_are_given_up_and_those_after_are_not(store: Store, url: str) -> None:
    store.load(both(), loaded_at=hour(0))
    store.erase(WHO, at=hour(1))
    store.load(reading(orders=[order("o9", customer_id="bob")]), loaded_at=hour(2))
    with pytest.raises(InvalidValue, match="no longer kept; the oldest kept is that of 2"):
        open_log(url, at_load=1)
    with pytest.raises(InvalidValue, match="no longer kept"):
        store.undo(1, at=hour(3))
    store.undo(3, at=hour(3))
    with open_log(url) as log:
        assert log.tables["orders"].count().execute() == 2
    assert [record.kind for record in store.loads()] == ["load", "erasure", "load", "undo"]


def test_asked_twice_under_a_key_it_is_done_once(store: Store, url: str) -> None:
    store.load(both(), loaded_at=hour(0))
    first = store.erase(WHO, at=hour(1), key="wish 1")
    assert store.erase(WHO, at=hour(2), key="wish 1") == first
    assert len(store.loads()) == 2


def test_somebody_the_log_does_not_know_is_kept_out(store: Store, url: str) -> None:
    store.erase(WHO, at=hour(0), contacts=[PHONE, f"{ID}@example.com"])
    store.load(both(rejected=REJECTED), loaded_at=hour(1))
    assert traces(url) == set()


def test_nobody_is_no_wish(store: Store) -> None:
    with pytest.raises(InvalidValue, match="Nobody is named"):
        store.erase([], at=hour(0))


def test_while_a_log_is_open_in_postgres_the_space_stays_and_the_next_try_frees_it(postgres_url: str) -> None:
    store = open_store(postgres_url, create=True)
    store.load(both(), loaded_at=hour(0))
    with open_log(postgres_url) as log:
        log.tables["orders"].count().execute()
        with pytest.raises(LogBusy, match="Close open logs"):
            store.erase(WHO, at=hour(1), key="wish 1")
    store.erase(WHO, at=hour(2), key="wish 1")
    assert traces(postgres_url) == set()


def erasing(url: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.vernost.store.eraser", url, *WHO]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own process


def test_killed_at_any_instant_it_is_finished_when_it_is_asked_for_again(
    url: str,
) -> None:
    chance = Random(3)  # noqa: S311
    takes = 0.0
    for number in range(ROUNDS):
        here = f"{url}{number}"
        store = open_store(here, create=True)
        store.load(both(rejected=REJECTED), loaded_at=hour(0))
        before = {name: len(rows) for name, rows in dump(here).items()}
        with erasing(here) as process:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            began = time.monotonic()
            if number:
                time.sleep(chance.uniform(0, takes))
                process.kill()
            else:
                assert process.stdout.read() == "done\n"
                takes = time.monotonic() - began
        with open_log(here) as log:
            rows = log.fetch(log.tables["customers"]).to_pylist()
        # All or nothing: the names go with the ids.
        assert {row["name"] is None for row in rows if row["customer_id"] != "bob"} in [{True}, {False}]
        store.erase(WHO, at=hour(9), key="wish 1")
        assert traces(here) == set()
        assert {name: len(rows) for name, rows in dump(here).items()} == before
        assert [record.kind for record in store.loads()] == ["load", "erasure"]


def test_what_is_kept_long_enough_goes_for_good(store: Store, url: str) -> None:
    old, new = "2023-01-05", "2024-01-05"
    facts = {"customer_id": "ann"}
    store.load(
        reading(
            events=[facts | {"event_id": f"e {day}", "occurred_at": day, "name": "visit"} for day in (old, new)],
            tickets=[facts | {"ticket_id": day, "opened_at": day, "text": f"{CANARY} {day}"} for day in (old, new)],
            orders=[order("o1")],
        ),
        loaded_at=hour(0),
    )
    limit = datetime(2023, 6, 1, tzinfo=UTC)
    with open_log(url) as log:
        assert expiring(log, "events", limit.replace(tzinfo=None)) == 1
        assert expiring(log, "ticket_texts", limit.replace(tzinfo=None)) == 1
        assert expiring(log, "review_texts", limit.replace(tzinfo=None)) == 0
    receipt = store.expire({"events": limit, "ticket_texts": limit, "review_texts": limit}, at=hour(1))
    assert receipt
    assert {tally.table: (tally.removed, tally.unchanged) for tally in receipt.tallies} == {
        "events": (1, 0),
        "tickets": (0, 1),
    }
    with open_log(url) as log:
        assert [row["event_id"] for row in log.fetch(log.tables["events"]).to_pylist()] == [f"e {new}"]
        tickets = log.tables["tickets"]
        texts = {row["ticket_id"]: row["text"] for row in log.fetch(tickets).to_pylist()}
        assert texts == {old: "erased", new: f"{CANARY} {new}"}
    assert not any(f"e {old}".encode() in content for _, content in searched(url))
    assert store.expire({"events": limit, "ticket_texts": limit}, at=hour(2)) is None
    with pytest.raises(InvalidValue, match="no longer kept"):
        store.undo(1, at=hour(3))


def test_only_kinds_that_there_are_expire(store: Store) -> None:
    with pytest.raises(UnknownName, match="kind of data"):
        store.expire({"dreams": hour(0)}, at=hour(0))
