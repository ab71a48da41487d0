"""Merged customers are one to whoever reads the log, in every engine, and two again when the merge has ended."""

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.vernost.store.factories import customer, hour, order, reading

from vernost.errors import InvalidValue
from vernost.store.belonging import Merge, belonging
from vernost.store.connection import Store, open_log, open_store
from vernost.store.log import Log
from vernost.store.merges import merge_customers, part_customers

DAY = datetime(2024, 5, 1)  # noqa: DTZ001 - instants of the log are UTC without a zone


@pytest.fixture(params=["folder", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "log") if request.param == "folder" else request.getfixturevalue("postgres_url")


@pytest.fixture
def store(url: str) -> Store:
    """Ann, her double anna who has a phone, and Bob; an order of each, and one of nobody."""
    store = open_store(url, create=True)
    rows = [
        order("1"),
        order("2", 20, customer_id="anna"),
        order("3", 30, customer_id="bob"),
        order("4", customer_id=None),
    ]
    who = [customer("ann", name="Ann"), customer("anna", name="Anna", phone="1"), customer("bob", name="Bob")]
    store.load(reading(orders=rows, customers=who), loaded_at=hour(0))
    return store


def orders_of(log: Log) -> dict[str, str | None]:
    rows = log.fetch(log.tables["orders"].select("order_id", "customer_id")).to_pylist()
    assert len({row["order_id"] for row in rows}) == len(rows)
    return {row["order_id"]: row["customer_id"] for row in rows}


def owners(url: str, **state: Any) -> dict[str, str | None]:
    """Each order and whose it is."""
    with open_log(url, **state) as log:
        return orders_of(log)


APART = {"1": "ann", "2": "anna", "3": "bob", "4": None}
TOGETHER = APART | {"2": "ann"}


def test_rows_follow_both_ways_those_loaded_in_between_too(store: Store, url: str) -> None:
    merge_customers(url, "ann", ["anna"], at=hour(1))
    assert owners(url) == TOGETHER

    store.load(
        reading(orders=[order("5", 50, customer_id="anna"), order("2", 25, customer_id="anna")]), loaded_at=hour(2)
    )
    assert owners(url) == TOGETHER | {"5": "ann"}

    part_customers(url, ["anna"], at=hour(3))
    assert owners(url) == APART | {"5": "anna"}

    merge_customers(url, "anna", ["ann"], at=hour(4))
    assert owners(url) == {"1": "anna", "2": "anna", "3": "bob", "4": None, "5": "anna"}


def test_the_survivor_keeps_its_own_and_gains_what_it_lacks(store: Store, url: str) -> None:
    merge_customers(url, "ann", ["bob", "anna"], at=hour(1))

    with open_log(url) as log:
        rows = log.fetch(log.tables["customers"]).to_pylist()
        names = [{name: row[name] for name in ("customer_id", "name", "phone", "city")} for row in rows]
        assert names == [{"customer_id": "ann", "name": "Ann", "phone": "1", "city": None}]
        assert log.belonging.ids_of("bob") == ("ann", "anna", "bob")


def test_a_survivor_whom_no_list_of_customers_names_is_named_by_the_absorbed(store: Store, url: str) -> None:
    store.load(reading(orders=[order("5", customer_id="new")]), loaded_at=hour(1))
    merge_customers(url, "new", ["ann"], at=hour(2))

    with open_log(url) as log:
        rows = log.fetch(log.tables["customers"]).to_pylist()
        assert {(row["customer_id"], row["name"]) for row in rows} == {("new", "Ann"), ("anna", "Anna"), ("bob", "Bob")}


def test_chains_come_apart_link_by_link(store: Store, url: str) -> None:
    merge_customers(url, "anna", ["ann"], at=hour(1))
    merge_customers(url, "bob", ["anna"], at=hour(2))
    assert set(owners(url).values()) == {"bob", None}

    part_customers(url, ["anna"], at=hour(3))
    assert owners(url) == {"1": "anna", "2": "anna", "3": "bob", "4": None}


def test_a_merge_is_a_load_that_can_be_undone(store: Store, url: str) -> None:
    receipt = merge_customers(url, "ann", ["anna"], at=hour(1))
    undo = store.undo(receipt.load_id, at=hour(2))
    assert owners(url) == APART

    store.undo(undo.load_id, at=hour(3))
    assert owners(url) == TOGETHER
    assert owners(url, at_load=1) == APART


def test_circles_that_undoing_lets_stand_do_no_harm(store: Store, url: str) -> None:
    merge_customers(url, "ann", ["anna"], at=hour(1))
    parted = part_customers(url, ["anna"], at=hour(2))
    merge_customers(url, "anna", ["ann"], at=hour(3))
    store.undo(parted.load_id, at=hour(4))

    assert owners(url) == TOGETHER


def test_the_past_sees_the_merges_of_its_time(store: Store, url: str) -> None:
    merge_customers(url, "ann", ["anna"], at=hour(30))
    part_customers(url, ["anna"], at=hour(90))

    with open_log(url) as log:
        seen = [orders_of(log.known_by(hour(number).replace(tzinfo=None))) for number in (20, 40, 95)]
        assert seen == [APART, TOGETHER, APART]
        assert orders_of(log) == APART


def test_the_same_key_merges_once(store: Store, url: str) -> None:
    first = merge_customers(url, "ann", ["anna"], at=hour(1), key="merge 1")
    assert merge_customers(url, "ann", ["anna"], at=hour(2), key="merge 1") == first
    assert len(store.loads()) == 2


@pytest.mark.parametrize(
    ("surviving", "absorbed", "said"),
    [
        pytest.param("ann", ["ann"], "itself", id="oneself"),
        pytest.param("ann", [], "nobody", id="nobody"),
        pytest.param("ann", ["zoe"], "knows no customer 'zoe'", id="unknown"),
        pytest.param("ann' OR 1=1 --", ["ann"], "knows no customer", id="hostile"),
        pytest.param("bob", ["anna"], "belongs to 'ann' already", id="merged already"),
        pytest.param("anna", ["bob"], "Merge 'ann' instead", id="into a merged one"),
        pytest.param("anna", ["ann"], "belongs to 'ann' already", id="a circle"),
    ],
)
def test_what_cannot_be_merged_is_refused(
    store: Store, url: str, surviving: str, absorbed: list[str], said: str
) -> None:
    merge_customers(url, "ann", ["anna"], at=hour(1))
    with pytest.raises(InvalidValue, match=said):
        merge_customers(url, surviving, absorbed, at=hour(2))
    with pytest.raises(InvalidValue, match="not merged"):
        part_customers(url, ["ann"], at=hour(2))
    assert len(store.loads()) == 2


def test_two_scores_of_a_day_become_that_of_the_survivor() -> None:
    scores = pd.DataFrame({
        "customer_id": ["anna", "ann", "anna"], "scored_on": ["2024-05-01", "2024-05-01", "2024-04-01"],
        "model": "m", "version": "1", "days": 30, "risk": [0.9, 0.1, 0.5], "band": "low",
    })  # fmt: skip
    with Log.wrap(scores=scores, merges=merges(("anna", "ann"))) as log:
        rows = log.fetch(log.tables["scores"].select("customer_id", "scored_on", "risk").order_by("scored_on"))
        assert [(row["customer_id"], row["risk"]) for row in rows.to_pylist()] == [("ann", 0.5), ("ann", 0.1)]


def test_without_merges_the_tables_are_the_stored_ones() -> None:
    ended = merges(("anna", "ann")).assign(ended_at=DAY)
    orders = pd.DataFrame({"customer_id": ["ann"], "ordered_at": [DAY]})
    with Log.wrap(orders=orders, merges=ended) as log:
        assert log.tables["orders"] is log._stored["orders"]


def test_spark_reads_merged_customers(spark_session: object, tmp_path: Path) -> None:
    folder = str(tmp_path / "log")
    store = open_store(folder, create=True)
    store.load(reading(orders=[order("1"), order("2", customer_id="anna")]), loaded_at=hour(0))
    store.load(reading(customers=[customer("ann"), customer("anna", name="Anna")]), loaded_at=hour(1))
    merge_customers(folder, "ann", ["anna"], at=hour(60))
    part_customers(folder, ["anna"], at=hour(90))
    merge_customers(folder, "ann", ["anna"], at=hour(120))

    with open_log(f"spark://{folder}") as log:
        assert orders_of(log) == {"1": "ann", "2": "ann"}
        assert [row["name"] for row in log.fetch(log.tables["customers"]).to_pylist()] == ["Anna"]
        assert orders_of(log.known_by((hour(100)).replace(tzinfo=None))) == {"1": "ann", "2": "anna"}


def test_a_long_chain_and_a_circle_are_followed_to_an_end() -> None:
    chain = [Merge(str(number), str(number + 1), DAY + timedelta(seconds=number)) for number in range(20_000)]
    found = belonging([*reversed(chain), Merge("20000", "7", DAY + timedelta(days=9)), Merge("x", "x", DAY)])
    assert found.belongs_to("0") == found.belongs_to("19999") == "20000"
    assert len(found.ids_of("5")) == 20_001
    assert found.belongs_to("x") == "x"


def merges(*pairs: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["absorbed_id", "surviving_id"]).assign(merged_at=DAY)


ODD = (
    "o'neil; DROP TABLE customers --",
    'a"b\\c',
    "tab\tand\nline",
    "\u202eright to left\u200b",
    "🙂" * 200,
    "\\N",
    " ",
)


def test_ids_may_hold_anything(url: str) -> None:
    store = open_store(url, create=True)
    rows = [order(str(number), customer_id=each) for number, each in enumerate(ODD)]
    store.load(reading(orders=rows), loaded_at=hour(0))
    merge_customers(url, ODD[0], ODD[1:], at=hour(1))
    assert set(owners(url).values()) == {ODD[0]}

    part_customers(url, ODD[1:], at=hour(2))
    assert owners(url) == {str(number): each for number, each in enumerate(ODD)}


def test_a_long_course_of_merges_ends_and_loads_is_as_told_by_hand(url: str) -> None:
    chance, ids = random.Random(7), ["ann", "anna", "bob"]  # noqa: S311 - the same course each time
    store, own, into = open_store(url, create=True), dict[str, str](), dict[str, str]()
    store.load(reading(orders=[order(each, customer_id=each) for each in ids]), loaded_at=hour(0))
    own.update(zip(ids, ids, strict=True))

    def end(customer_id: str) -> str:
        return end(into[customer_id]) if customer_id in into else customer_id

    for step in range(1, 10):
        one, other = chance.sample(ids, 2)
        if step % 3 == 0:
            own[f"later {step}"] = one
            store.load(reading(orders=[order(f"later {step}", customer_id=one)]), loaded_at=hour(step))
        elif one in into:
            part_customers(url, [one], at=hour(step))
            del into[one]
        elif other not in into:
            merge_customers(url, one, [other], at=hour(step))
            into[other] = one
        assert owners(url) == {number: end(customer_id) for number, customer_id in own.items()}


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=12), st.randoms())
def test_everybody_belongs_to_one_who_belongs_to_nobody(pairs: list[tuple[str, str]], chance: random.Random) -> None:
    found = [Merge(*pair, DAY + timedelta(hours=number)) for number, pair in enumerate(pairs)]
    told = belonging(found)
    for one in "abcdef":
        survivor = told.belongs_to(one)
        assert told.belongs_to(survivor) == survivor
        assert one in told.ids_of(one)
        assert told.ids_of(one) == told.ids_of(survivor)
    assert len({told.ids_of(one) for one in "abcdef"}) == len({told.belongs_to(one) for one in "abcdef"})
    chance.shuffle(found)
    assert belonging(found).survivors == told.survivors
