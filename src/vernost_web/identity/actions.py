"""Deciding on doubles: merging, parting, saying that two are not the same, and suggesting."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from vernost_web.audit import actions as audit
from vernost_web.data.queries import belongs_to, reading
from vernost_web.identity.models import Pair, Rank, Wish
from vernost_web.identity.searching import in_order
from vernost_web.jobs.actions import ask_for

MOST_SUGGESTED = 10_000
"""Open suggestions of programs; whoever floods us with more is not heard."""


def merge(surviving_id: str, absorbed_ids: Sequence[str], *, by: Any) -> Wish:
    """Have customers made one.

    Raises:
        InvalidValue: when the log does not know one of them, or one is merged already, or is to be merged with itself.
    """
    from vernost.store.merges import check_merge

    absorbed = list(dict.fromkeys(absorbed_ids))
    with reading() as log:
        check_merge(log, surviving_id, absorbed)
    return _wish(Wish.Kind.MERGE, surviving_id, absorbed, by=by)


def part(absorbed_id: str, surviving_id: str, *, by: Any) -> Wish:
    """Have a merge ended."""
    return _wish(Wish.Kind.PART, surviving_id, [absorbed_id], by=by)


@transaction.atomic
def _wish(kind: Wish.Kind, surviving_id: str, absorbed_ids: list[str], *, by: Any) -> Wish:
    wish = Wish.objects.create(kind=kind, surviving_id=surviving_id, absorbed_ids=absorbed_ids, by=by)
    audit.record(f"identity.{kind}", by=by, thing=surviving_id, after={"merged": absorbed_ids})
    wish.job = ask_for(f"identity.{kind}", by=by, wish=str(wish.pk))
    wish.save(update_fields=["job"])
    return wish


@transaction.atomic
def refuse(pair: Pair, *, by: Any) -> None:
    """Say that two customers are not the same; they are not held up to anybody again."""
    if Pair.objects.filter(pk=pair.pk, refused_at=None).update(refused_at=timezone.now(), refused_by=by):
        audit.record("identity.refuse", by=by, thing=pair.first_id, after={"double": pair.second_id})


@transaction.atomic
def reopen(pair: Pair, *, by: Any) -> None:
    """Take that back."""
    if Pair.objects.filter(pk=pair.pk).exclude(refused_at=None).update(refused_at=None, refused_by=None):
        audit.record("identity.reopen", by=by, thing=pair.first_id, after={"double": pair.second_id})


def search(*, by: Any) -> None:
    """Have doubles looked for now."""
    audit.record("identity.search", by=by)
    ask_for("identity.search", by=by)


def suggest(one: str, other: str) -> Pair | None:
    """Hold two customers up to people as possible doubles, because a program met one person under both ids.

    Nobody is merged by it, for anybody may send events to a site: people decide.

    Args:
        one: id of a customer.
        other: id of another.

    Returns:
        The pair, an older one that people may have refused among them; None when both are one already, or programs
        have suggested too many.
    """
    first, second = in_order(belongs_to(one), belongs_to(other))
    if not first or first == second:
        return None
    known = Pair.objects.filter(first_id=first, second_id=second).first()
    if known or Pair.objects.filter(is_suggested=True, refused_at=None).count() >= MOST_SUGGESTED:
        return known
    values = {"rank": Rank.FAIR, "is_suggested": True}
    return Pair.objects.get_or_create(first_id=first, second_id=second, defaults=values)[0]


@transaction.atomic
def forget(ids: Sequence[str], pseudonym: str) -> int:
    """Erase what is kept about the customer of these ids; how many records that were."""
    asked = set(ids)
    wishes = [each.pk for each in Wish.objects.all() if {each.surviving_id, *each.absorbed_ids} & asked]
    pairs = Pair.objects.filter(Q(first_id__in=asked) | Q(second_id__in=asked))
    return int(pairs.delete()[0] + Wish.objects.filter(pk__in=wishes).delete()[0])
