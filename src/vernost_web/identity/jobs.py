"""Slow work on identity: searching for doubles, and merges and their ends, which are loads of the log."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vernost_web.data import actions as data
from vernost_web.identity import searching
from vernost_web.identity.models import Pair, Wish
from vernost_web.jobs.kinds import Run, job
from vernost_web.webhooks.actions import tell


@job("identity.search", title=_("Look for doubles"), permission="merge_customers")
def search(run: Run) -> dict[str, Any]:
    """Find doubles in the newest state of the log."""
    run.tell(0)
    return {"count": searching.search().count}


@job("identity.merge", title=_("Merge customers"), permission="merge_customers")
def merge(run: Run, wish: str) -> dict[str, Any]:
    """Make customers one, as a wish says."""
    run.tell(0)
    found = Wish.objects.get(pk=wish)
    load = data.merge(run, found.surviving_id, found.absorbed_ids, key=f"merge {wish}")
    # Further doubles of the absorbed are doubles of the survivor; the next search finds them as such.
    gone = Q(first_id__in=found.absorbed_ids) | Q(second_id__in=found.absorbed_ids)
    Pair.objects.filter(gone, refused_at=None).delete()
    told = {"customer_id": found.surviving_id, "merged": found.absorbed_ids, "load": load}
    tell("identity.merged", told, key=f"identity.merged {wish}")
    return {"load": load}


@job("identity.part", title=_("Part merged customers"), permission="merge_customers")
def part(run: Run, wish: str) -> dict[str, Any]:
    """End a merge, as a wish says."""
    run.tell(0)
    found = Wish.objects.get(pk=wish)
    load = data.part(run, found.absorbed_ids, key=f"part {wish}")
    told = {"customer_id": found.surviving_id, "parted": found.absorbed_ids, "load": load}
    tell("identity.parted", told, key=f"identity.parted {wish}")
    return {"load": load}
