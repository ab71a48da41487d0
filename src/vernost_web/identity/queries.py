"""Looking at possible doubles and at merges."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from vernost_web.data.queries import ids_of, load_number, reading
from vernost_web.identity.models import Pair, Search, Wish
from vernost_web.identity.preview import Preview, counts_of, preview_of

__all__ = ["Merged", "Preview", "ids_of", "preview_of"]

PAGE = 10
"""Pairs, or merges, that a page shows."""

REST = timedelta(minutes=15)
"""From one search to the next, or twenty times as long as it took."""


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge that holds.

    Attributes:
        absorbed_id: who gave way.
        surviving_id: to whom they belong.
        at: since when.
        by: who wished it; empty when it was made elsewhere.
    """

    absorbed_id: str
    surviving_id: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a list that is read from where the page before ended.

    Attributes:
        rows: what stands on it.
        after: where the next page begins; empty when there is none.
    """

    rows: list[Any]
    after: str


def open_pairs(rank: int | None = None) -> QuerySet[Pair]:
    """Pairs that nobody has decided on, the surest first."""
    found = Pair.objects.filter(refused_at=None)
    return found if rank is None else found.filter(rank=rank)


def leaf_of(pairs: QuerySet[Pair], after: str) -> Leaf:
    """Some of the pairs, from the one after that of an id."""
    last = Pair.objects.filter(pk=int(after)).first() if after.isdecimal() and len(after) < 16 else None
    if last is not None:
        pairs = pairs.filter(Q(rank__lt=last.rank) | Q(rank=last.rank, pk__gt=last.pk))
    rows = list(pairs[: PAGE + 1])
    return Leaf(rows[:PAGE], str(rows[PAGE - 1].pk) if len(rows) > PAGE else "")


def counts() -> dict[int, int]:
    """How many open pairs there are of each rank."""
    return dict(open_pairs().order_by().values_list("rank").annotate(count=Count("pk")))


def refused_pairs() -> QuerySet[Pair]:
    """Pairs of which somebody said that they are two, the last first."""
    return Pair.objects.exclude(refused_at=None).select_related("refused_by").order_by("-refused_at", "-pk")


def pairs_of(ids: Sequence[str]) -> QuerySet[Pair]:
    """Open pairs with one of these ids."""
    return open_pairs().filter(Q(first_id__in=ids) | Q(second_id__in=ids))


def last_search() -> Search | None:
    """The last search that is done."""
    return Search.objects.first()


def is_search_due() -> bool:
    """Whether there is a newer state of the log than that of the last search, and that was a while ago."""
    number, last = load_number(), last_search()
    if last is None or number < last.load:
        return number > 0
    return number > last.load and timezone.now() - last.at > max(REST, timedelta(seconds=20 * last.seconds))


def under_way() -> list[Wish]:
    """Wishes whose jobs are not over, and those that failed within the last day."""
    recent = Wish.objects.filter(at__gt=timezone.now() - timedelta(days=1)).select_related("job", "by")
    return [each for each in recent if each.job and each.job.state != "done"]


def merges(after: str = "", most: int = PAGE) -> Leaf:
    """Merges that hold, the last first.

    Args:
        after: where the page before ended: an instant and an id.
        most: how many at most.
    """
    with reading() as log:
        if "merges" not in log.tables:
            return Leaf([], "")
        rows = log.tables["merges"]
        found = rows.filter(rows.ended_at.isnull()).select("absorbed_id", "surviving_id", "merged_at")
        instant, _, last = after.partition(" ")
        if place := _instant(instant):
            is_later = (found.merged_at < place) | ((found.merged_at == place) & (found.absorbed_id > last))
            found = found.filter(is_later)
        ordered = found.order_by([found.merged_at.desc(), found.absorbed_id]).limit(most + 1)
        told = [(row["absorbed_id"], row["surviving_id"], row["merged_at"]) for row in log.fetch(ordered).to_pylist()]
    shown = [Merged(one, other, at.replace(tzinfo=UTC), _wisher(one, other)) for one, other, at in told[:most]]
    return Leaf(shown, f"{told[most - 1][2].isoformat()} {told[most - 1][0]}" if len(told) > most else "")


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def _wisher(absorbed_id: str, surviving_id: str) -> str:
    wishes = Wish.objects.filter(kind=Wish.Kind.MERGE, surviving_id=surviving_id).select_related("by")
    return next((str(each.by or "") for each in wishes if absorbed_id in each.absorbed_ids), "")


def merge_of(absorbed_id: str) -> Merged | None:
    """The merge that holds of a customer into another."""
    from vernost.store.merges import merges_of

    with reading() as log:
        row = merges_of(log, [absorbed_id]).get(absorbed_id)
    if row is None:
        return None
    survivor = row["surviving_id"]
    return Merged(absorbed_id, survivor, row["merged_at"].replace(tzinfo=UTC), _wisher(absorbed_id, survivor))


def brought_under(customer_id: str) -> dict[str, int]:
    """Table of the log -> how many rows came under an id by itself, whoever it belongs to."""
    with reading() as log:
        return {name: count for name, (count,) in counts_of(log, log.stored, [customer_id]).items()}


def told(ids: Sequence[str]) -> list[dict[str, Any]]:
    """What is kept here about the customer of these ids."""
    pairs = Pair.objects.filter(Q(first_id__in=ids) | Q(second_id__in=ids))
    wishes = [each for each in Wish.objects.all() if {each.surviving_id, *each.absorbed_ids} & set(ids)]
    return [
        {"double": list(each.ids), "found_at": each.found_at.isoformat(), "is_refused": each.refused_at is not None}
        for each in pairs
    ] + [{each.kind: each.absorbed_ids, "customer": each.surviving_id, "at": each.at.isoformat()} for each in wishes]
