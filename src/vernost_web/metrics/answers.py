"""Asking the log on behalf of pages: each measure once for a state of the log, all others read what was kept."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, get_args

from vernost.errors import InvalidValue, MissingFacts, VernostError
from vernost.glossary import Language
from vernost.measure import find_measure
from vernost.measure.base_value import CONVENTIONS
from vernost.measure.question import Question
from vernost.measure.scope import Scope
from vernost.measure.waits import ALL_HOURS
from vernost.measure.working_hours import WorkingHours
from vernost.messages import Message
from vernost.report.inquiry import ACTIVITY, Inquiry, Row
from vernost_web.company.queries import company
from vernost_web.data.queries import load_number, reading
from vernost_web.metrics.among import reading_among, state_of
from vernost_web.metrics.keeping import kept
from vernost_web.ui.question import ALL, WORKING
from vernost_web.ui.words import packed, told, unpacked

if TYPE_CHECKING:
    from vernost.measure.answer import Answer

Lead = Callable[[str, Mapping[str, Any], Row], str]
"""Where a row of a measure leads."""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer as pages need it: plain data of one state of the log.

    Attributes:
        measure: code name.
        unit: of its values.
        as_of: the day at whose end the log was looked at.
        rows: as the library gives them.
        summary: what is said once.
        notes: sentences worth knowing, in both languages.
        interval: how the interval is made; None without one.
        base: the table that made customers active, where it matters.
        missing: what the log lacks for it; then there are no rows.
    """

    measure: str
    unit: str = ""
    as_of: date | None = None
    rows: list[dict[str, Any]] = field(default_factory=list)
    summary: dict[str, Any] = field(default_factory=dict)
    notes: list[Any] = field(default_factory=list)
    interval: str | None = None
    base: str | None = None
    missing: Any = None

    @property
    def is_missing(self) -> bool:
        """Whether the log lacks what the measure needs."""
        return self.missing is not None

    def why_missing(self, language: Language) -> str:
        """What is missing, in words."""
        return told(self.missing, language)


def ask(measure: str, **asked: Any) -> Told:
    """The answer of a measure at the newest state of the log, by the company's clock.

    Args:
        measure: code name.
        **asked: the question (by, cut, where, since, until, as_of, and among: key of a group of customers) and the
            measure's own options.

    Raises:
        VernostError: when the question is wrong; MissingFacts is not raised but told.
    """
    among = asked.pop("among", None) or ""
    asked = by_company(measure, {name: value for name, value in asked.items() if value not in (None, "", [], ())})
    load = load_number()
    question = {"measure": measure, "asked": asked, "timezone": company().timezone} | by_group(among)
    return Told(measure, **kept(question, load, lambda: _asked(measure, asked, among)))


def by_group(among: str) -> dict[str, str]:
    """What names a group of customers in the question by which an answer is kept; nothing for all customers."""
    return {"among": state_of(among)} if among else {}


def by_company(measure: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What is asked, with what the company chose (lapse window, rates, hours of waits) where it names nothing else."""
    known, found = find_measure(measure).options, company()
    chosen = {name: value for name, value in found.chosen.items() if name in known}
    return {
        name: value for name, value in (chosen | dict(asked) | _waits(found.hours, asked)).items() if value is not None
    }


def _waits(hours: WorkingHours | None, asked: Mapping[str, Any]) -> dict[str, str | None]:
    """The hours in which waits are counted, where the question chooses between the company's and all."""
    if asked.get("working_hours") == ALL:
        return {"working_hours": None}
    if asked.get("working_hours") != WORKING:
        return {}
    if hours is None:
        raise InvalidValue("The company's settings name no working hours. Name some there, or count all hours.")
    return {"working_hours": str(hours)}


def wrong_filter(text: str) -> Message | None:
    """What is wrong with a filter, whichever table it is about; None when it can be asked."""
    load = load_number()
    found = kept({"filter": text}, load, lambda: _wrong(text)) if load else None
    return unpacked(found) if found else None  # type: ignore[return-value]  # what was packed was a message


def _wrong(text: str) -> Any:
    with reading() as log:
        tables = sorted(log.tables, key=lambda name: name not in ACTIVITY)
        scope = Scope(log, Question.ask(where=text), measure="filter", reads=tables)
        try:
            for name in tables:
                scope.table(name)
        except VernostError as error:
            return packed(error.message)
    return None


def _asked(name: str, asked: dict[str, Any], among: str) -> dict[str, Any]:
    with reading_among(among) as log:
        try:
            return _plain(find_measure(name)(log, **asked), asked)
        except MissingFacts as error:
            return {"missing": packed(error.message)}


def _plain(answer: "Answer", asked: Mapping[str, Any]) -> dict[str, Any]:
    counts_all = "working_hours" in answer.options and "working_hours" not in asked
    notes = [*answer.notes, *((ALL_HOURS,) if counts_all else ())]
    return {
        "rows": answer.rows,
        "unit": answer.unit,
        "as_of": answer.as_of,
        "summary": dict(answer.summary),
        "notes": [{language: note.sentence(language) for language in get_args(Language)} for note in notes],
        "interval": answer.finding.interval,
        "base": answer.finding.base,
    }


class KeptInquiry(Inquiry):
    """A report's inquiry whose answers are kept between pages, languages and processes.

    Attributes:
        group: what names the group of customers that it is about, in the question by which answers are kept.
    """

    group: Mapping[str, str] = MappingProxyType({})

    def _asked(self, name: str, asked: dict[str, Any], *, lazily: bool) -> "Answer | None":
        answer = super()._asked(name, asked, lazily=True)
        if answer is None or lazily:
            return answer
        question = {"inquiry": name, "asked": self._question(asked), **self.group}
        found = kept(question, self.log.load_count, lambda: _rows_of(answer))
        if "missing" in found:
            self.missing.setdefault(name, str(unpacked(found["missing"])))
            return None
        # The answer's own lazies, filled with what was kept.
        answer.__dict__.update(found)
        return answer


def _rows_of(answer: "Answer") -> dict[str, Any]:
    try:
        return {"rows": answer.rows, "summary": dict(answer.summary)}
    except MissingFacts as error:
        return {"missing": packed(error.needs)}


@contextmanager
def inquiring(
    *,
    where: str | None = None,
    since: date | None = None,
    until: date | None = None,
    as_of: date | None = None,
    by: str | None = None,
    among: str = "",
    lead: Lead | None = None,
    forecasts: bool = False,
) -> Iterator[Inquiry]:
    """An inquiry of the newest state of the log, by the company's clock, industry, lapse window, rates and hours.

    Args:
        where: filter over attributes.
        since: first day shown.
        until: last day shown.
        as_of: the day to look from; None for that of the last fact.
        by: length of the periods; None for one that fits the data.
        among: key of a group of customers; nothing for all of them.
        lead: where a row of a measure leads.
        forecasts: whether a forecast is learnt.
    """
    found = company()
    rates = dict(found.chosen)
    hours, lapse_days = rates.pop("working_hours", None), rates.pop("lapse_days", None)
    with reading_among(among) as log:
        inquiry = KeptInquiry(
            log,
            as_of=as_of,
            timezone=found.timezone,
            where=where,
            since=since,
            until=until,
            length=by,
            lead=_among(lead, among),
            industry=found.industry or None,
            settings=replace(CONVENTIONS, **rates),
            lapse_days=lapse_days,
            working_hours=hours,
            forecasts=forecasts,
        )
        inquiry.group = by_group(among)
        yield inquiry


def _among(lead: Lead | None, among: str) -> Lead | None:
    """Where a row leads, among the same customers."""
    if lead is None or not among:
        return lead
    return lambda name, asked, row: lead(name, {**asked, "among": among}, row)
