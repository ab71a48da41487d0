"""Everything that this installation holds of a person, place by place."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from vernost.glossary import Language
from vernost.report.voice import Voice
from vernost_web.data.queries import load_number, loads, reading, rejected
from vernost_web.privacy.person import Person
from vernost_web.privacy.traces import traces
from vernost_web.ui.language import spoken
from vernost_web.ui.slice import Keeping, slices

LANGUAGES: tuple[Language, ...] = ("en", "ru")
REJECTED = _("Rows that could not be loaded")
TRACES = _("Audit trail, jobs and other tables")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is known of a person.

    Attributes:
        name: code name of the place.
        title: what it is, in the reader's language.
        records: what is known there, as plain data.
    """

    name: str
    title: str
    records: list[dict[str, Any]]

    @property
    def count(self) -> int:
        """How many records that are."""
        return len(self.records)


def keepings() -> Iterator[tuple[str, Keeping]]:
    """What each slice keeps about persons, under a code name."""
    for each in slices():
        for number, keeping in enumerate(each.keeps):
            yield f"{each.label}-{number}", keeping


def places(person: Person) -> list[Place]:
    """All places in which something is known of a person: the log, what slices keep, and traces elsewhere."""
    kept = [Place(name, str(each.title), each.tell(person.ids)) for name, each in keepings()]
    refused = Place("rejected", str(REJECTED), _rejected(person))
    found = [*_of_log(person), refused, *kept, Place("traces", str(TRACES), traces(person))]
    return [each for each in found if each.records]


def _rejected(person: Person) -> list[dict[str, Any]]:
    """Rows that no load could read, and that tell of a person."""
    return [
        {"load": row["load_id"], "source": row["source"], "line": row["line"], "row": row["raw"]}
        for each in loads()
        if each.counts["rejected"]
        for batch in rejected(each.record.load_id)
        for row in batch.to_pylist()
        if person.is_in(row["raw"] or "")
    ]


def _of_log(person: Person) -> list[Place]:
    from vernost.store import told

    if not load_number():
        return []
    voice = Voice(spoken())
    with reading() as log:
        return [Place(name, voice.say(f"table.{name}"), rows) for name, rows in told(log, person.ids).items()]


def titles_of_table(name: str) -> dict[str, str]:
    """What a table of the log is called, in every language."""
    if name == "rejected":
        return titles(REJECTED)
    return {str(language): Voice(language).say(f"table.{name}") for language in LANGUAGES}


def titles(title: Any) -> dict[str, str]:
    """A title in every language."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = str(title)
    return found
