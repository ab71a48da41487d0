"""What happened to a customer, of all kinds in one row of time: the newest first, so much at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from vernost.schema import TABLES
from vernost.store.single import newest
from vernost_web.customers.models import Consent, Note
from vernost_web.data.queries import ids_of, load_number, reading
from vernost_web.ui.slice import Words

if TYPE_CHECKING:
    from vernost.store.log import Log

PAGE = 30
MOST_SHOWN = 3_000
"""Happenings to which one scrolls back; older ones are in the log's files."""

FACTS: Mapping[str, Words] = {
    "orders": _("Orders and refunds"), "subscriptions": _("Subscriptions"), "events": _("Visits and events"),
    "tickets": _("Tickets"), "answers": _("Answers to surveys"), "reviews": _("Reviews"),
    "contacts": _("Messages"), "points": _("Points"),
}  # fmt: skip
"""Tables of the log that tell what happened, and what their rows are."""

WRITTEN: Mapping[str, Words] = {"notes": _("Notes"), "consents": _("Consents")}
KINDS: Mapping[str, Words] = {**FACTS, **WRITTEN}


class Place(NamedTuple):
    """Where a happening stands in the row of time.

    Attributes:
        at: when, in UTC.
        kind: of `KINDS`.
        key: of the row.
    """

    at: datetime
    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to a customer.

    Attributes:
        place: when, of what kind, which.
        row: what is known of it.
    """

    place: Place
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of what happened.

    Attributes:
        happenings: the newest first.
        before: where the next part begins, as an address says it; empty when this is the last.
    """

    happenings: list[Happening]
    before: str


def stretch(customer_id: str, *, kind: str = "", before: str = "", most: int = PAGE) -> Stretch:
    """What happened to a customer before a place.

    Each kind gives as many of its newest as were shown and are still to be shown: among them are those that come next,
    whatever the kinds. So the part after many costs little more than the first, and nothing is told twice.

    Args:
        customer_id: any of their ids.
        kind: of `KINDS`; all when empty or unknown.
        before: as a `Stretch` gives it.
        most: how many are given.
    """
    shown, edge = _read(before)
    kinds = [kind] if kind in KINDS else list(KINDS)
    wanted = shown + most + 1
    found = sorted(_found(ids_of(customer_id), kinds, wanted), key=lambda each: each.place, reverse=True)
    rest = [each for each in found if edge is None or each.place < edge]
    page = rest[:most]
    is_more = len(rest) > most and shown + most < MOST_SHOWN
    return Stretch(page, _written(shown + most, page[-1].place) if is_more else "")


def _found(ids: Sequence[str], kinds: Sequence[str], most: int) -> Iterator[Happening]:
    yield from _notes(ids, most) if "notes" in kinds else ()
    yield from _consents(ids, most) if "consents" in kinds else ()
    tables = [kind for kind in kinds if kind in FACTS]
    if tables and load_number():
        with reading() as log:
            for table in tables:
                yield from _facts(log, table, ids, most)


def _facts(log: "Log", table: str, ids: Sequence[str], most: int) -> Iterator[Happening]:
    if table not in log.tables:
        return
    shape = TABLES[table]
    for each in ids:
        for row in newest(log, table, each, most).to_pylist():
            at = row[shape.happened[0]].replace(tzinfo=UTC)
            yield Happening(Place(at, table, str(row[shape.key[0]])), row)
            if table == "subscriptions" and _is_over(row):
                ended = row["ended_at"].replace(tzinfo=UTC)
                yield Happening(Place(ended, table, f"{row[shape.key[0]]} ended"), row | {"is_end": True})


def _is_over(row: Mapping[str, Any]) -> bool:
    """Whether a subscription has ended, and not only will."""
    ended, loaded = row["ended_at"], row["loaded_at"]
    return ended is not None and (loaded is None or ended <= loaded)


def _notes(ids: Sequence[str], most: int) -> Iterator[Happening]:
    for note in Note.objects.filter(customer_id__in=ids).select_related("by")[:most]:
        yield Happening(Place(note.at, "notes", f"{note.pk:012}"), {"text": note.text, "by": str(note.by or "")})


def _consents(ids: Sequence[str], most: int) -> Iterator[Happening]:
    for each in Consent.objects.filter(customer_id__in=ids)[:most]:
        row = {
            "channel": each.get_channel_display(), "purpose": each.get_purpose_display(),
            "is_given": each.is_given, "text": each.text, "source": each.source,
        }  # fmt: skip
        yield Happening(Place(each.at, "consents", f"{each.pk:012}"), row)


def _written(shown: int, place: Place) -> str:
    return f"{shown}|{place.at.isoformat()}|{place.kind}|{place.key}"


def _read(text: str) -> tuple[int, Place | None]:
    """How many were shown, and the place that an address names; from the beginning where it names none."""
    try:
        shown, at, kind, key = text.split("|", 3)
        found = Place(datetime.fromisoformat(at), kind, key)
        count = int(shown)
    except ValueError:
        return 0, None
    if found.at.tzinfo is None or not 0 <= count <= MOST_SHOWN:
        return 0, None
    return count, found
