"""What is in the log and how it came there, for pages and for the slices that read it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from vernost.errors import UnusableLog
from vernost.report.voice import Voice
from vernost_web.accounts.permissions import Role
from vernost_web.audit import queries as audit
from vernost_web.data import quality
from vernost_web.data.belonging import belonging
from vernost_web.data.bringing import patiently
from vernost_web.data.models import Checked, Database, Intake
from vernost_web.data.warehouse import newest_load, store, warehouse
from vernost_web.jobs import queries as jobs
from vernost_web.ui.language import spoken

if TYPE_CHECKING:
    import pyarrow as pa

    from vernost.store import LoadRecord
    from vernost.store.log import Log
    from vernost.store.rejected import Parcel
    from vernost_web.jobs.models import Job

__all__ = ["belonging", "load_number", "patiently", "reading", "store"]

GRAVE = ("error", "warning")
EVENTS = "tracking "
"""Before the keys of loads that bring in what sites and apps sent."""

MOST_ROWS = 20
"""Rejected rows that a page shows."""


def reading() -> AbstractContextManager["Log"]:
    """The log at its newest state, this thread's own while the context lasts."""
    return warehouse().reading()


def close_logs() -> None:
    """Close the logs of this process that nobody reads, so that none holds what is to go."""
    warehouse().close()


def load_number() -> int:
    """Number of the last load, which names the state of the log; 0 while it is empty."""
    return newest_load(settings.CONFIGURATION.log_url)


def belongs_to(customer_id: str) -> str:
    """The customer of an id: itself, unless it was merged into another."""
    return belonging().belongs_to(customer_id)


def ids_of(customer_id: str) -> tuple[str, ...]:
    """All ids of the customer to whom an id belongs, the surviving one first; one where nothing was merged."""
    return belonging().ids_of(customer_id)


@dataclass(frozen=True, slots=True)
class Load:
    """A load or an undo as pages tell it.

    Attributes:
        record: what the log knows of it.
        intake: what it was made of, when it was brought in here.
        is_undone: whether it is taken back.
        asker: who asked for it, when it is an undo; empty where nobody knows.
    """

    record: "LoadRecord"
    intake: Intake | None
    is_undone: bool
    asker: str = ""

    @property
    def is_of_events(self) -> bool:
        """Whether it is one of those, hundreds a day, that bring in what sites and apps sent."""
        return self.record.key.startswith(EVENTS)

    @property
    def by(self) -> str:
        """Who brought it about, in words; empty where nobody knows."""
        return str(self.intake.by or _("the schedule")) if self.intake else self.asker

    @property
    def counts(self) -> Mapping[str, int]:
        """What became of the rows of all tables."""
        names = ("read", "accepted", "unchanged", "replaced", "rejected", "removed")
        return {name: sum(getattr(tally, name) for tally in self.record.tallies) for name in names}

    @property
    def notes(self) -> list[str]:
        """What is worth knowing of it; a log keeps that in English."""
        from vernost.messages import recognized, told

        return [told(recognized(note, "notes"), spoken()) for note in self.record.notes]

    @property
    def at(self) -> Any:
        """When it was, as an aware time."""
        return _at(self.record)


def _at(record: "LoadRecord") -> datetime:
    return record.loaded_at.replace(tzinfo=UTC)


def loads() -> list[Load]:
    """All loads and undoes, the newest first."""
    from vernost.store import open_store
    from vernost.store.history import undone

    try:
        records = open_store(settings.CONFIGURATION.log_url).loads()
    except UnusableLog:
        return []
    fallen = undone(records)
    intakes = {each.load: each for each in Intake.objects.exclude(load=None).select_related("by", "database")}
    askers = _askers(records)
    return [
        Load(each, intakes.get(each.load_id), each.load_id in fallen, askers.get(each.load_id, ""))
        for each in reversed(records)
    ]


def _askers(records: "Sequence[LoadRecord]") -> dict[int, str]:
    """Who asked for each undo: the last who had, when it was done."""
    undoes = [each for each in records if each.undoes]
    asked = list(audit.records(action="data.undo").values_list("thing", "at", "actor_name")) if undoes else []
    return {
        each.load_id: next((name for of, at, name in asked if of == str(each.undoes) and at <= _at(each)), "")
        for each in undoes
    }


def load(number: int) -> Load | None:
    """A load by its number."""
    return next((each for each in loads() if each.record.load_id == number), None)


def undoing(number: int) -> "Job | None":
    """The last wish to undo a load, while it is not fulfilled."""
    found = jobs.last_asked("data.undo", load=number)
    return None if found is None or found.state == "done" else found


def rejected(number: int) -> "Iterator[pa.RecordBatch]":
    """The rows that a load rejected."""
    return store().rejected_batches(number)


def parcels(number: int) -> "list[Parcel]":
    """The rows that a load rejected, as they are handed out."""
    from vernost.store.rejected import parcels as parcels_of

    return parcels_of(rejected(number))


def first_rejected(number: int) -> list[dict[str, Any]]:
    """The first rows that a load rejected, with their reasons in the reader's language."""
    import pyarrow as pa

    from vernost.store.rejected import explained

    first = next((batch for batch in rejected(number) if batch.num_rows), None)
    rows = [] if first is None else explained(pa.Table.from_batches([first]), spoken()).slice(0, MOST_ROWS).to_pylist()
    return list(rows)


def extents() -> list[dict[str, Any]]:
    """Each table of the log with its rows and the span of its facts."""
    if not load_number():
        return []
    voice = Voice(spoken())
    with reading() as log:
        return [
            {"name": name, "title": voice.say(f"table.{name}"), "rows": rows, "first": first, "last": last}
            for name, (rows, first, last) in log.extents().items()
            if rows
        ]


def intakes(user: Any) -> QuerySet[Intake]:
    """What a user may load or discard: their own, that of databases, and for administrators all."""
    found = Intake.objects.select_related("job", "by", "database")
    return found if user.role == Role.ADMINISTRATOR else found.filter(Q(by=user) | Q(by=None))


def open_intakes(user: Any) -> QuerySet[Intake]:
    """What a user brought in and did not load yet."""
    return intakes(user).filter(load=None, by__isnull=False)


def loaded_before(limit: datetime) -> list[Intake]:
    """What was brought in before an instant and loaded, and whose files are still kept."""
    found = Intake.objects.filter(at__lt=limit, load__isnull=False, database=None)
    return [each for each in found if each.folder.exists()]


def databases() -> QuerySet[Database]:
    """All databases that are known."""
    return Database.objects.all()


def checked() -> Checked | None:
    """What the checks found in the newest state of the log, or else in the last one that was checked."""
    return quality.checked() or quality.last_checked()


def warnings(severities: tuple[str, ...] = GRAVE) -> list[dict[str, str]]:
    """What whoever reads numbers should know of the data, the gravest first, in the reader's language."""
    found = checked()
    if found is None:
        return []
    told = [
        {"severity": each["severity"], "table": each["table"], "text": each["told"][spoken()]}
        for each in found.findings
        if each["severity"] in severities
    ]
    return sorted(told, key=lambda each: severities.index(each["severity"]))


def calendars() -> list[dict[str, Any]]:
    """A calendar of each table of which facts are known day by day."""
    from vernost_web.data.days import MIN_WIDTH, calendar

    found, voice = checked(), Voice(spoken())
    drawn = []
    for name, days in (found.days if found else {}).items():
        counts, empty = quality.counts_of(days)
        title = voice.say(f"table.{name}")
        drawn.append({
            "name": name, "title": title, "spec": calendar(voice, counts, empty), "min_width": MIN_WIDTH,
            "empty": [voice.formats.day(day) for day in sorted(empty)],
        })  # fmt: skip
    return drawn
