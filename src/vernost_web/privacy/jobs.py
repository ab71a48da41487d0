"""Erasing persons, and what is kept long enough."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from vernost_web.jobs.kinds import Run, job
from vernost_web.privacy import erasing, terms
from vernost_web.privacy.asking import ask
from vernost_web.privacy.certifying import certify
from vernost_web.privacy.models import Erasure
from vernost_web.privacy.queries import unfinished
from vernost_web.webhooks.actions import tell


@job("privacy.erase", title=_("Erase a person"), permission="handle_rights")
def erase(run: Run, erasure: str) -> dict[str, Any]:
    """Erase a person everywhere, and certify it; done again, it finds nothing more."""
    found = Erasure.objects.get(pk=erasure)
    if found.ended_at is None:
        erasing.erase(run, found)
        certify(found)
    told = {"certificate": str(found.pk), "pseudonym": found.pseudonym}
    tell("privacy.erased", told, key=f"privacy.erased {found.pk}")
    return {"count": found.count}


@job("privacy.finish", title=_("Go on with erasing"), permission="handle_rights")
def finish(run: Run) -> dict[str, Any]:
    """Ask again for erasures that were not finished."""
    found = unfinished()
    for each in found:
        ask(each, by=each.asked_by)
    return {"count": len(found)}


@job("privacy.expire", title=_("Erase what is kept long enough"), permission="handle_rights")
def expire(run: Run) -> dict[str, Any]:
    """Let go what is older than it may be, and give the space up."""
    gone = terms.expire(run)
    if gone:
        erasing.give_up_space()
    return gone
