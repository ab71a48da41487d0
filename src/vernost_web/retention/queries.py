"""Figures of the room, each worked out once for a state of the log and a question."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from vernost.errors import VernostError
from vernost.glossary import Language
from vernost.measure import find_measure
from vernost.report.chapters.notes import needed
from vernost.report.document import Figure
from vernost.report.gallery import GALLERY, figure_of
from vernost.report.segments import ATTRIBUTES
from vernost.report.voice import Voice
from vernost_web.company.queries import company, voice_of
from vernost_web.data.queries import load_number, reading
from vernost_web.metrics.queries import (
    Told,
    ask,
    by_group,
    customers_of,
    figure_data,
    figure_from,
    inquiring,
    kept,
    wrong_filter,
)  # fmt: skip
from vernost_web.retention.sections import OF_COHORTS
from vernost_web.ui.words import packed, told

MOST_VALUES = 20
"""Groups offered of one attribute, the largest ones."""

OF_ALL = frozenset(("by", "where", "among", "since", "until", "as_of"))
"""What every figure is asked; the rest is for cohorts alone."""

_NO_GROUPS = frozenset(("is_business", "name"))


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands in a figure's place.

    Attributes:
        figure: the figure; None when there is none.
        measure: name of what it shows, in the reader's language.
        needs: tables that would unlock it; empty when the data are too few.
        wrong: what is wrong with the question, in words; empty when nothing is.
    """

    figure: Figure | None
    measure: str
    needs: str = ""
    wrong: str = ""


def shown(anchor: str, asked: Mapping[str, Any], language: Language, *, leads: bool) -> Shown:
    """A figure for a question.

    Args:
        anchor: which.
        asked: the question: what all are asked, and the options of cohorts.
        language: in which it speaks.
        leads: whether its marks lead to the customers behind them.
    """
    asked = {name: value for name, value in asked.items() if name in OF_ALL or anchor in OF_COHORTS}
    voice = voice_of(language)
    measure = voice.name(GALLERY[anchor].measure)
    problem = wrong_filter(asked["where"]) if asked.get("where") else None
    if problem:
        return Shown(None, measure, wrong=problem.told(language))
    question = {"figure": anchor, "asked": asked, "language": language, "leads": leads} | company().basis
    question |= by_group(asked.get("among", ""))
    data = kept(question, load_number(), lambda: _drawn(anchor, asked, voice, leads=leads))
    return Shown(
        figure=figure_from(data["figure"]) if data["figure"] else None,
        measure=measure,
        needs=data["needs"],
        wrong=told(data["wrong"], language),
    )


def _drawn(anchor: str, asked: Mapping[str, Any], voice: Voice, *, leads: bool) -> dict[str, Any]:
    measure = GALLERY[anchor].measure
    whole = {name: value for name, value in asked.items() if name in OF_ALL}
    options = {name: _hashable(value) for name, value in asked.items() if name not in OF_ALL}
    data: dict[str, Any] = {"figure": None, "needs": "", "wrong": None}
    try:
        with inquiring(**whole, lead=customers_of if leads else None) as inquiry:
            made = figure_of(anchor, inquiry, voice, **options)
            missing = inquiry.missing.get(measure)
    except VernostError as error:
        return data | {"wrong": packed(error.message)}
    if made is not None:
        return data | {"figure": figure_data(made)}
    return data | {"needs": needed(voice, missing) if missing else ""}


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def locked(anchors: Iterable[str], language: Language) -> dict[str, list[str]]:
    """Figures whose tables are not there: what to load -> names of what that would show."""
    known = set(kept({"tables": "all"}, load_number(), _tables))
    found: dict[str, list[str]] = {}
    for anchor in anchors:
        measure = find_measure(GALLERY[anchor].measure)
        if not known & set(measure.reads):
            needs = voice_of(language).formats.listed(measure.reads, "or")
            found.setdefault(needs, []).append(anchor)
    return found


def _tables() -> list[str]:
    with reading() as log:
        return sorted(log.tables)


def as_of(day: date | None) -> date:
    """The day to which the room's numbers go."""
    return day or date.fromisoformat(kept({"last day": company().timezone}, load_number(), _last_day))


def _last_day() -> str:
    with inquiring() as inquiry:
        return inquiry.day.isoformat()


# -- groups of customers ----------------------------------------------------------------------------------------------


def groups() -> dict[str, list[str]]:
    """Attributes of customers and orders with their commonest values, to choose a group by."""
    found: dict[str, list[str]] = kept({"groups": MOST_VALUES}, load_number(), _groups)
    return found


def _groups() -> dict[str, list[str]]:
    with reading() as log:
        return {
            name: values
            for table, names in ATTRIBUTES.items()
            if table in log.tables
            for name in names
            if name not in _NO_GROUPS and len(values := _values(log, table, name)) > 1
        }


def _values(log: Any, table: str, name: str) -> list[str]:
    import ibis

    facts = log.tables[table]
    facts = facts.filter(facts[name].notnull())
    counts = facts.group_by(value=facts[name]).agg(number=facts.count())
    rows = log.fetch(counts.order_by([ibis.desc("number"), "value"]).limit(MOST_VALUES))
    return [str(value) for value in rows["value"].to_pylist()]


# -- the lapse window -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lapse:
    """The silence that makes a customer lost, and what another one would do.

    Attributes:
        learned: days, as the log's return curve says; None when it says nothing yet.
        current: days that count now; None while neither the company nor the log names them.
        is_chosen: whether the company chose them.
        before: the share of customers who are lost now.
        after: the same with the days that are tried; None when none are.
    """

    learned: int | None
    current: int | None
    is_chosen: bool
    before: Told
    after: Told | None


def lapse(tried: int | None) -> Lapse:
    """The lapse window as it is, and with other days.

    Args:
        tried: days that are tried; None for none.
    """
    window = ask("lapse_window")
    learned = window.rows[0]["value"] if window.rows else None
    chosen = company().lapse_days
    return Lapse(
        learned=learned,
        current=chosen or learned,
        is_chosen=chosen is not None,
        before=ask("lost"),
        after=None if tried is None else ask("lost", lapse_days=tried),
    )
