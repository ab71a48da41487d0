"""Bringing data in, loading it, taking loads back."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from vernost_web.audit import actions as audit
from vernost_web.data.belonging import merge, part
from vernost_web.data.models import Database, Intake, folders
from vernost_web.data.queries import loaded_before
from vernost_web.data.uploading import Arrival
from vernost_web.jobs.actions import ask_for, cancel
from vernost_web.jobs.queries import last_asked
from vernost_web.ui.sealing import seal
from vernost_web.ui.searching import Tells, is_told_in

if TYPE_CHECKING:
    from vernost_web.jobs.models import Job

__all__ = [
    "add_database", "change_database", "discard", "fetch", "load", "look_again", "merge", "part",
    "remove_database", "say_mapping", "take_from", "take_in", "try_out", "undo",
]  # fmt: skip


@transaction.atomic
def take_in(arrival: Arrival, *, by: Any) -> Intake:
    """Make an intake of files that have come, and have it looked at."""
    intake = Intake.objects.create(pk=arrival.intake, by=by, files=arrival.files)
    audit.record("data.upload", by=by, thing=intake, after={"files": [each["name"] for each in arrival.files]})
    return _ask("data.look", intake, by)


@transaction.atomic
def take_from(database: Database, *, by: Any) -> Intake:
    """Make an intake of a database, and have it looked at."""
    return _ask("data.look", Intake.objects.create(by=by, database=database, mapping=database.mapping), by)


@transaction.atomic
def look_again(intake: Intake, *, by: Any) -> Intake:
    """Have an intake looked at once more."""
    return _ask("data.look", intake, by)


@transaction.atomic
def say_mapping(intake: Intake, said: dict[str, Any], *, by: Any) -> Intake:
    """Say how tables of an intake fill the log, and have it looked at again.

    Args:
        intake: which.
        said: name of a table of the sources -> its table of the log and the columns.
        by: the user.
    """
    before = {name: intake.mapping.get(name) for name in said}
    intake.mapping |= said
    intake.rehearsed = None
    intake.save(update_fields=["mapping", "rehearsed"])
    audit.record("data.map", by=by, thing=intake, before=before, after=said)
    return _ask("data.look", intake, by)


@transaction.atomic
def try_out(intake: Intake, *, by: Any) -> Intake:
    """Have it told what the load of an intake would do."""
    return _ask("data.rehearse", intake, by)


@transaction.atomic
def load(intake: Intake, *, by: Any) -> Intake:
    """Have an intake loaded once it was looked at; asked twice, it is loaded once."""
    found = Intake.objects.select_for_update(of=("self",)).select_related("job").get(pk=intake.pk)
    if found.load is not None or not found.is_understood or _is_under_way("data.load", found):
        return found
    audit.record("data.load", by=by, thing=found)
    return _ask("data.load", found, by)


@transaction.atomic
def discard(intake: Intake, *, by: Any) -> None:
    """Forget an intake that is not loaded, and its files."""
    if intake.job is not None and not intake.job.is_over:
        cancel(intake.job)
    audit.record("data.discard", by=by, thing=intake)
    folder = intake.folder
    intake.delete()
    transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))


def forget_loaded(limit: datetime) -> int:
    """Forget files that were brought in before an instant and loaded; of how many intakes."""
    found = loaded_before(limit)
    for each in found:
        shutil.rmtree(each.folder, ignore_errors=True)
    return len(found)


def forget_telling(tells: Tells) -> int:
    """Forget files that were brought in: those that are loaded, and those that tell of somebody; how many intakes.

    What is loaded is in the log. An intake that is not loaded goes with its files, for what is left is not what came.
    """
    for intake in Intake.objects.filter(load__isnull=False):
        _forget_samples(intake)
    count = 0
    for intake in Intake.objects.filter(database=None):
        is_loaded = intake.load is not None
        if intake.folder.exists() and (is_loaded or _is_told(intake.folder, tells)):
            shutil.rmtree(intake.folder, ignore_errors=True)
            count += 1
            if not is_loaded:
                intake.delete()
    known = {each.hex for each in Intake.objects.values_list("pk", flat=True)}
    for folder in folders().glob("*"):
        if folder.name not in known and _is_told(folder, tells):
            shutil.rmtree(folder, ignore_errors=True)
            count += 1
    return count


def _forget_samples(intake: Intake) -> None:
    """Forget the rows that a look showed."""
    if intake.looked is not None:
        for each in (*intake.looked["looks"], *intake.looked["tables"]):
            each["rows"] = []
        intake.save(update_fields=["looked"])


def _is_told(folder: Path, tells: Tells) -> bool:
    return any(tells(path.name) or is_told_in(path, tells) for path in folder.rglob("*") if path.is_file())


@transaction.atomic
def undo(number: int, *, by: Any) -> "Job":
    """Have a load taken back; asked again before that is done, the job that is already there."""
    if asked := _asked("data.undo", load=number):
        return asked
    audit.record("data.undo", by=by, thing=number)
    return ask_for("data.undo", by=by, load=number, wish=uuid4().hex)


@transaction.atomic
def add_database(*, by: Any, name: str, url: str, shown: str, every: int) -> Database:
    """Know a database from now on."""
    database = Database(name=name, sealed=seal(url, of="data"), shown=shown[:500], every=every)
    database.schedule(timezone.now())
    database.save()
    audit.record("data.add_database", by=by, thing=database, after=_told(database))
    return database


@transaction.atomic
def change_database(database: Database, *, by: Any, name: str, every: int, url: str = "", shown: str = "") -> Database:
    """Change what is known of a database; without an address it keeps its own."""
    before = _told(Database.objects.get(pk=database.pk))
    database.name = name
    if every != database.every:
        database.every = every
        database.schedule(timezone.now())
    if url:
        database.sealed, database.shown = seal(url, of="data"), shown[:500]
    database.save()
    old, new = audit.changes(before, _told(database))
    audit.record("data.change_database", by=by, thing=database, before=old, after=new)
    return database


@transaction.atomic
def remove_database(database: Database, *, by: Any) -> None:
    """Forget a database; what was loaded from it stays."""
    audit.record("data.remove_database", by=by, thing=database, before=_told(database))
    database.delete()


@transaction.atomic
def fetch(database: Database, *, by: Any) -> "Job":
    """Have a database loaded now, as the schedule would; asked again before that is done, the job that is there."""
    if asked := _asked("data.fetch", database=str(database.pk)):
        return asked
    audit.record("data.fetch", by=by, thing=database)
    return ask_for("data.fetch", by=by, database=str(database.pk), at=timezone.now().isoformat())


def _asked(kind: str, **arguments: Any) -> "Job | None":
    """The job that was asked for and is not over."""
    found = last_asked(kind, **arguments)
    return None if found is None or found.is_over else found


def _told(database: Database) -> dict[str, Any]:
    return {"name": database.name, "shown": database.shown, "every": database.every}


def _is_under_way(kind: str, intake: Intake) -> bool:
    return intake.job is not None and intake.job.kind == kind and not intake.job.is_over


def _ask(kind: str, intake: Intake, by: Any) -> Intake:
    """Have a job about an intake done instead of the one under way; a load, and the same job, go on."""
    if _is_under_way(kind, intake) or _is_under_way("data.load", intake):
        return intake
    if intake.job is not None and not intake.job.is_over:
        cancel(intake.job)
    intake.job = ask_for(kind, by=by, intake=str(intake.pk))
    intake.save(update_fields=["job"])
    return intake
