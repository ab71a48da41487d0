"""A page of the list of customers at risk, as people read it."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from vernost.glossary import heading
from vernost.predict.card_words import BANDS
from vernost.report.voice import Voice
from vernost_web.company.queries import voice_of
from vernost_web.metrics.queries import PERSONAL, Leaf, Place
from vernost_web.predictions.scores import SHOWN, Choice, customers

if TYPE_CHECKING:
    from vernost.glossary import Language

MONEY = ("revenue", "revenue_at_risk")


@dataclass(frozen=True, slots=True)
class Page:
    """Some customers.

    Attributes:
        columns: headings.
        rows: cells: text, look, reasons, details of who it is.
        leaf: where it stands in the list.
        scored_on: as of which day they were scored; None while nobody was.
    """

    columns: list[dict[str, str]]
    rows: list[list[dict[str, Any]]]
    leaf: Leaf
    scored_on: date | None


def page_of(choice: Choice, place: Place, language: "Language", *, personal: bool) -> Page:
    """The page of customers at a place."""
    found = customers(choice, language, place=place, personal=personal)
    voice, rows = voice_of(language), found.leaf.rows
    names = [name for name in columns_of(rows) if name not in PERSONAL]
    return Page(
        columns=[{"title": title_of(voice, name), "look": look(name)} for name in names],
        rows=[[_cell(voice, name, row) for name in names] for row in rows],
        leaf=found.leaf,
        scored_on=found.scored_on,
    )


def score_lines(row: dict[str, Any], language: "Language") -> list[tuple[str, str]]:
    """What a scoring says of one customer: titles and values, of what it says."""
    voice = voice_of(language)
    names = [name for name in SHOWN[1:] if name != "reasons"]
    return [(title_of(voice, name), text) for name in names if (text := _text(voice, name, row[name]))]


def columns_of(rows: list[dict[str, Any]]) -> list[str]:
    """Columns that say something of these customers: without money where none is known."""
    names = [SHOWN[0], *(name for name in PERSONAL if rows and name in rows[0]), *SHOWN[1:]]
    return [name for name in names if name == SHOWN[0] or any(row[name] not in (None, [], "") for row in rows)]


def title_of(voice: Voice, name: str) -> str:
    """A heading; the revenue of a score is yet to come."""
    if name == "revenue":
        return voice.say("column.expected_revenue")
    return str(PERSONAL.get(name) or heading(name, voice.language))


def look(name: str) -> str:
    """The class of a column's cells."""
    return "number" if name in {"risk", *MONEY} else "sentences" if name == "reasons" else "words"


def _cell(voice: Voice, name: str, row: dict[str, Any]) -> dict[str, Any]:
    """A cell; beneath the customer's id who it is, for those who may see it."""
    return {
        "text": _text(voice, name, row[name]),
        "look": look(name),
        "reasons": row[name] if name == "reasons" else [],
        "details": [row[each] for each in PERSONAL if row.get(each)] if name == SHOWN[0] else [],
    }


def _text(voice: Voice, name: str, value: Any) -> str:
    if value is None or name == "reasons":
        return ""
    if name == "risk":
        return voice.formats.share(value)
    if name in MONEY:
        return voice.formats.money(value)
    if name == "band":
        return BANDS[value].told(voice.language)
    return voice.formats.day(value) if isinstance(value, date) else str(value)
