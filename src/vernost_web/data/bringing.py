"""From sources to the log: looked at, rehearsed, loaded once; each tells how far it is and can be stopped."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.utils import timezone

from vernost.errors import InvalidValue, LogBusy, UnusableLog
from vernost.messages import Message
from vernost_web.company.queries import company
from vernost_web.data.databases import UnusableAddress, shown_address
from vernost_web.data.mapping import given_of, mapping_of, recall, remember
from vernost_web.data.models import Database, Intake
from vernost_web.data.picture import picture
from vernost_web.data.warehouse import store
from vernost_web.jobs.kinds import Run
from vernost_web.ui.words import packed

if TYPE_CHECKING:
    from vernost.sources import Reading
    from vernost.store import Receipt, Store, Tally

Progress = Callable[[str, float], None]
Done = TypeVar("Done")
PATIENCE = 600.0
"""Seconds to wait for another load of the same log."""

_PAUSE, _READ = 2.0, 0.6


class Course:
    """How far a job of several parts is: it never goes back."""

    def __init__(self, run: Run) -> None:
        self._run, self._share = run, 0.0

    def part(self, said: Callable[[str], Message], first: float, last: float) -> Progress:
        """Tells the share of a part as that of the whole, and what is done in words."""

        def tell(what: str, share: float) -> None:
            self._share = max(self._share, first + (last - first) * min(share, 1.0))
            self._run.tell(self._share, said(what))

        return tell


def look(intake: Intake, run: Run) -> None:
    """Look at an intake, and keep what is seen; what people said of it is remembered when it can be read so."""
    from vernost.sources import preview

    seen = preview(
        **_sources(intake),
        recall=recall,
        progress=Course(run).part(lambda what: Message("Looking at {what}", what=what), 0, 1),
    )
    intake.looked = picture(seen)
    intake.mapping |= mapping_of(seen.given, [each.source for each in seen.looks])
    intake.save(update_fields=["looked", "mapping"])
    if intake.database:
        Database.objects.filter(pk=intake.database.pk).update(mapping=intake.mapping)
    for each in seen.looks:
        if (each.is_understood or each.is_left_out) and each.source in intake.mapping:
            remember(each.columns, intake.mapping[each.source])


def rehearse(intake: Intake, run: Run) -> None:
    """Keep what a load of an intake would do."""
    course = Course(run)
    with _reading(intake, course) as reading, _present_store() as log:
        told = log.rehearse(
            reading, progress=course.part(lambda what: Message("Comparing with the log: {what}", what=what), _READ, 1)
        )
    intake.rehearsed = {"tallies": [tallied(each) for each in told.tallies], "notes": [packed(n) for n in told.notes]}
    intake.save(update_fields=["rehearsed"])


def bring(intake: Intake, run: Run) -> "Receipt":
    """Load an intake, once: asked again, the receipt of the load that there is."""
    course = Course(run)
    if done := _done(intake.key):
        return done
    with _reading(intake, course) as reading:
        progress = course.part(lambda what: Message("Loading {what}", what=what), _READ, 1)
        return patiently(
            run, lambda: store().load(reading, loaded_at=timezone.now(), progress=progress, key=intake.key)
        )


def patiently(run: Run, work: Callable[[], Done]) -> Done:
    """Do something to the log, after others that load into it have done."""
    limit = time.monotonic() + PATIENCE
    while True:
        try:
            return work()
        except LogBusy:
            if time.monotonic() > limit:
                raise
            run.tell(0, Message("Waiting for another load"))
            time.sleep(_PAUSE)


def tallied(tally: "Tally") -> dict[str, Any]:
    """A tally as plain data."""
    names = ("table", "read", "accepted", "unchanged", "replaced", "rejected", "removed")
    return {name: getattr(tally, name) for name in names}


def _done(key: str) -> "Receipt | None":
    from vernost.store import Receipt
    from vernost.store.history import keyed

    known = keyed(store().loads(), key)
    return Receipt.of(known) if known else None


@contextmanager
def _reading(intake: Intake, course: Course) -> Iterator["Reading"]:
    from vernost.sources import read

    with read(
        **_sources(intake), progress=course.part(lambda what: Message("Reading {what}", what=what), 0, _READ)
    ) as reading:
        yield reading


def _sources(intake: Intake) -> dict[str, Any]:
    labels = intake.labels
    if intake.database:
        _check_address(intake.database)
    return {
        "sources": list(labels),
        "labels": {source: label for source, label in labels.items() if label},
        "given": given_of(intake.mapping),
        "timezone": company().timezone,
        "memory_limit": f"{settings.CONFIGURATION.memory // 2_000_000}MB",
    }


def _check_address(database: Database) -> None:
    """Refuse an address that no page would take: an archive that was restored here may bring one."""
    try:
        shown_address(database.url)
    except UnusableAddress as error:
        sentence = "The address of the database {name!r} may not be used here. Write another on the page of databases."
        raise InvalidValue(sentence, name=database.name) from error


@contextmanager
def _present_store() -> Iterator["Store"]:
    """The log, or an empty one for the time being where there is none yet."""
    from vernost.store import open_store
    from vernost.workdir import Workdir

    try:
        found = open_store(settings.CONFIGURATION.log_url)
    except UnusableLog:
        with Workdir() as folder:
            yield open_store(f"{folder}/log", create=True)
    else:
        yield found
