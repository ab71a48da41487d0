"""Slow work on data: looking, rehearsing, loading, undoing, checking; each can be done again and does nothing twice."""

import shutil
import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vernost.errors import VernostError
from vernost_web.audit import actions as audit
from vernost_web.data import bringing, quality
from vernost_web.data.models import Database, Intake, folders
from vernost_web.data.warehouse import newest_load, store
from vernost_web.jobs.actions import ask_for
from vernost_web.jobs.kinds import Run, job
from vernost_web.ui.words import packed
from vernost_web.webhooks.actions import tell

KEPT = timedelta(days=7)
"""How long files that were brought in are kept."""


@job("data.look", title=_("Look at what was brought in"))
def look(run: Run, intake: str) -> None:
    """See how an intake would be read."""
    bringing.look(Intake.objects.get(pk=intake), run)


@job("data.rehearse", title=_("Try a load out"))
def rehearse(run: Run, intake: str) -> None:
    """See what the load of an intake would do."""
    bringing.rehearse(Intake.objects.get(pk=intake), run)


@job("data.load", title=_("Load data"))
def load(run: Run, intake: str) -> dict[str, Any]:
    """Load an intake."""
    return _load(run, Intake.objects.get(pk=intake))


@job("data.undo", title=_("Undo a load"))
def undo(run: Run, load: int, wish: str) -> dict[str, Any]:
    """Take a load back; ``wish`` names this very asking."""
    run.tell(0)
    receipt = bringing.patiently(run, lambda: store().undo(load, at=timezone.now(), key=f"undo {wish}"))
    tell("data.undone", {"load": receipt.load_id, "undone": load}, key=f"data.undone {receipt.load_id}")
    return {"load": receipt.load_id}


@job("data.schedule", title=_("Look which databases are due"))
def schedule(run: Run) -> dict[str, Any]:
    """Ask for the load of each database that is due, once for each time that it is."""
    now = timezone.now()
    due = list(Database.objects.filter(next_at__lte=now))
    for database in due:
        at = database.next_at.isoformat() if database.next_at else ""
        ask_for("data.fetch", key=f"data.fetch {database.pk} {at}", database=str(database.pk), at=at)
        database.schedule(now)
        database.save(update_fields=["next_at"])
    return {"count": len(due)}


@job("data.fetch", title=_("Load from a database"))
def fetch(run: Run, database: str, at: str) -> dict[str, Any]:
    """Load a database as it is now; ``at`` names this very time."""
    found = Database.objects.get(pk=database)
    pk = uuid.uuid5(found.pk, at)
    intake, _made = Intake.objects.get_or_create(pk=pk, defaults={"database": found, "mapping": found.mapping})
    values: dict[str, Any] = {"last_at": timezone.now(), "last_error": None}
    try:
        done = _load(run, intake)
    except VernostError as error:
        Database.objects.filter(pk=database).update(**values | {"last_error": packed(error.message)})
        raise
    Database.objects.filter(pk=database).update(**values, last_load=done["load"])
    return done


@job("data.check", title=_("Check the quality of the data"))
def check(run: Run) -> dict[str, Any]:
    """Check the newest state of the log."""
    run.tell(0)
    return {"findings": len(quality.check().findings)}


@job("data.sweep", title=_("Forget old files"))
def sweep(run: Run) -> dict[str, Any]:
    """Forget files that were brought in long ago, those of broken uploads too, and what nobody loaded."""
    limit = timezone.now() - KEPT
    for folder in folders().glob("*"):
        if folder.stat().st_mtime < limit.timestamp():
            shutil.rmtree(folder, ignore_errors=True)
    return {"count": Intake.objects.filter(at__lt=limit, load=None).delete()[0]}


@transaction.atomic
def _note(intake: Intake, number: int, tallies: list[dict[str, Any]]) -> None:
    """Write down, once, that an intake is loaded."""
    if Intake.objects.filter(pk=intake.pk, load=None).update(load=number):
        counts = {name: sum(each[name] for each in tallies) for name in ("accepted", "replaced", "rejected")}
        audit.record("data.loaded", by=intake.by, thing=intake, after={"load": number, **counts})
        tell("data.loaded", {"load": number, "intake": str(intake.pk), "tallies": tallies}, key=f"data.loaded {number}")


def _load(run: Run, intake: Intake) -> dict[str, Any]:
    receipt = bringing.bring(intake, run)
    tallies = [bringing.tallied(each) for each in receipt.tallies]
    _note(intake, receipt.load_id, tallies)
    return {"load": receipt.load_id, "tallies": tallies}


def is_due() -> bool:
    """Whether a database is due."""
    return Database.objects.filter(next_at__lte=timezone.now()).exists()


def is_unchecked() -> bool:
    """Whether nobody has checked the newest state of the log."""
    return newest_load(settings.CONFIGURATION.log_url) > 0 and quality.checked() is None
