"""Doubles found after loads, and what people and programs have said of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.vernost.store.factories import customer, order

from vernost.store import open_store
from vernost.store.merges import merge_customers
from vernost_web.identity import actions, queries
from vernost_web.identity.models import Pair, Rank, Search
from vernost_web.identity.tests.conftest import DAY, load, open_pairs

FOUND = [("ann", "anna", Rank.STRONG), ("ann", "bob", Rank.WEAK), ("ann", "eve", Rank.WEAK), ("anna", "bob", Rank.WEAK)]


def test_pairs_are_found_once_and_go_with_their_reason(gathered: Path, done: Callable[[str], Any]) -> None:
    assert open_pairs() == FOUND
    numbers = {pair.pk for pair in Pair.objects.all()}

    load(gathered, 2, customers=[customer("eve", name="Eve Adams", email="eve@example.com")])
    done("identity.search")
    assert open_pairs() == [each for each in FOUND if "eve" not in each]
    assert {pair.pk for pair in Pair.objects.all()} < numbers


def test_a_load_without_customers_is_not_searched(gathered: Path, done: Callable[[str], Any]) -> None:
    assert not queries.is_search_due()
    load(gathered, 2, orders=[order("9")])
    Pair.objects.all().delete()
    done("identity.search")
    assert Search.objects.first().load == 2
    assert open_pairs() == []


def test_a_search_rests_between_loads(gathered: Path) -> None:
    load(gathered, 2, customers=[customer("zoe", phone="+442079460018")])
    assert not queries.is_search_due()
    Search.objects.update(at=DAY)
    assert queries.is_search_due()


def test_what_is_refused_stays_so_under_other_ids(
    gathered: Path, done: Callable[[str], Any], person: Callable[..., Any]
) -> None:
    bob = Pair.objects.get(first_id="ann", second_id="bob")
    actions.refuse(bob, by=person())
    merge_customers(str(gathered), "anna", ["ann"], at=DAY.replace(day=2))
    done("identity.search")
    assert open_pairs() == [("anna", "eve", Rank.WEAK)]

    actions.reopen(bob, by=person())
    assert open_pairs() == [("ann", "bob", Rank.WEAK), ("anna", "eve", Rank.WEAK)]


def test_a_program_suggests_and_people_decide(
    gathered: Path, done: Callable[[str], Any], person: Callable[..., Any]
) -> None:
    pair = actions.suggest("eve", "bob")
    assert pair is not None
    assert (pair.ids, pair.rank, pair.is_suggested) == (("bob", "eve"), Rank.FAIR, True)
    done("identity.search")
    assert ("bob", "eve", Rank.FAIR) in open_pairs()

    actions.refuse(pair, by=person())
    actions.suggest("bob", "eve")
    assert ("bob", "eve", Rank.FAIR) not in open_pairs()
    assert actions.suggest("bob", "bob") is None

    merge_customers(str(gathered), "ann", ["anna"], at=DAY.replace(day=2))
    assert actions.suggest("ann", "anna") is None


def test_suggestions_without_end_are_not_heard(gathered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_SUGGESTED", 2)
    assert [actions.suggest("eve", f"stranger {number}") is not None for number in range(4)] == [
        True,
        True,
        False,
        False,
    ]


def test_only_the_surest_are_kept(log: Path, done: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    from vernost_web.identity import searching

    monkeypatch.setattr(searching, "MOST_PAIRS", 1)
    done("identity.search")
    assert open_pairs() == FOUND[:1]


def test_a_person_is_told_and_forgotten(gathered: Path, person: Callable[..., Any]) -> None:
    actions.merge("ann", ["anna"], by=person())
    told = queries.told(["anna"])
    assert [set(each) & {"double", "merge"} for each in told] == [{"double"}, {"double"}, {"merge"}]

    assert actions.forget(["anna"], "erased-1") == 3
    assert queries.told(["anna"]) == []
    assert open_pairs() == [("ann", "bob", Rank.WEAK), ("ann", "eve", Rank.WEAK)]


def test_an_erased_person_is_nobodys_double(gathered: Path, done: Callable[[str], Any]) -> None:
    open_store(str(gathered)).erase(["anna"], at=DAY.replace(day=2))
    done("identity.search")
    assert open_pairs() == [("ann", "bob", Rank.WEAK), ("ann", "eve", Rank.WEAK)]
