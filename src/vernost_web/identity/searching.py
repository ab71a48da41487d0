"""Looking for doubles after a load, and keeping what was found beside what people have said."""

import heapq
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.db import transaction

from vernost_web.data.queries import belonging, load_number, reading, store
from vernost_web.identity.models import Pair, Rank, Search

if TYPE_CHECKING:
    from vernost.store.doubles import Double

MOST_PAIRS = 50_000
"""Pairs that are kept, the surest first; more nobody would look through."""

_RANKS: Mapping[str | None, int] = {"strong": Rank.STRONG, "fair": Rank.FAIR, "weak": Rank.WEAK}
_TABLES = frozenset({"customers", "merges"})
"""Tables of the log on which doubles depend."""


def search() -> Search:
    """Find doubles in the newest state of the log, unless its customers are those of the last search."""
    last, number = Search.objects.first(), load_number()
    if last is not None and not _has_changed_since(last.load):
        return Search.objects.create(load=number, count=last.count, seconds=last.seconds)
    began = time.monotonic()
    found = _surest()
    count = _keep(found)
    return Search.objects.create(load=number, count=count, seconds=time.monotonic() - began)


def _has_changed_since(load: int) -> bool:
    """Whether customers or merges changed after a load; erasing changes them too."""
    later = (record for record in store().loads() if record.load_id > load)
    return any(record.kind == "erasure" or _TABLES & {each.table for each in record.tallies} for record in later)


def _surest() -> "list[Double]":
    from vernost.store.doubles import find_doubles

    with reading() as log:
        return heapq.nlargest(MOST_PAIRS, find_doubles(log), key=lambda each: _RANKS[each.sureness])


@transaction.atomic
def _keep(found: "Iterable[Double]") -> int:
    """Keep pairs as they were found now; what was refused stays so, under whatever ids both have come to have."""
    refused = _refused()
    wanted = {(each.first_id, each.second_id): each for each in found}
    wanted = {ids: each for ids, each in wanted.items() if ids not in refused}
    known = {pair.ids: pair for pair in Pair.objects.filter(refused_at=None)}
    gone = [pair.pk for ids, pair in known.items() if ids not in wanted and not _still_stands(pair)]
    for start in range(0, len(gone), 500):
        Pair.objects.filter(pk__in=gone[start : start + 500]).delete()
    Pair.objects.bulk_create(
        [_filled(Pair(first_id=ids[0], second_id=ids[1]), each) for ids, each in wanted.items() if ids not in known],
        batch_size=500,
        ignore_conflicts=True,
    )
    other = [_filled(known[ids], each) for ids, each in wanted.items() if ids in known and _is_other(known[ids], each)]
    Pair.objects.bulk_update(other, ["rank", "agree", "differ"], batch_size=500)
    return Pair.objects.filter(refused_at=None).count()


def _refused() -> set[tuple[str, str]]:
    """Pairs of which somebody said that they are two, by the customers to whom their ids belong now."""
    found = belonging()
    pairs = Pair.objects.exclude(refused_at=None).values_list("first_id", "second_id")
    return {in_order(found.belongs_to(one), found.belongs_to(other)) for one, other in pairs}


def _still_stands(pair: Pair) -> bool:
    """Whether a program's suggestion is still of two customers."""
    return pair.is_suggested and all(belonging().belongs_to(each) == each for each in pair.ids)


def in_order(one: str, other: str) -> tuple[str, str]:
    """Two ids as pairs have them."""
    return (one, other) if one < other else (other, one)


def _filled(pair: Pair, found: "Double") -> Pair:
    pair.rank, pair.agree, pair.differ = _RANKS[found.sureness], list(found.agree), list(found.differ)
    return pair


def _is_other(pair: Pair, found: "Double") -> bool:
    told = (_RANKS[found.sureness], list(found.agree), list(found.differ))
    return (pair.rank, pair.agree, pair.differ) != told
