"""Asking the log on behalf of pages: each measure once for a state of the log, all others read what was kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from vernost.errors import MissingFacts
from vernost.messages import Message
from vernost.report.inquiry import Inquiry
from vernost_web.company.queries import company
from vernost_web.data.queries import load_number, reading
from vernost_web.metrics.keeping import kept
from vernost_web.ui.words import packed, unpacked

if TYPE_CHECKING:
    from vernost.measure.answer import Answer


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

    def why_missing(self, language: str) -> str:
        """What is missing, in words."""
        text = unpacked(self.missing)
        return text.told(language) if isinstance(text, Message) else text


def ask(measure: str, **asked: Any) -> Told:
    """The answer of a measure at the newest state of the log, by the company's clock.

    Args:
        measure: code name.
        **asked: the question (by, cut, where, since, until, as_of) and the measure's own options.

    Raises:
        VernostError: when the question is wrong; MissingFacts is not raised but told.
    """
    asked = {name: value for name, value in asked.items() if value not in (None, "", [], ())}
    load = load_number()
    question = {"measure": measure, "asked": asked, "timezone": company().timezone}
    return Told(measure, **kept(question, load, lambda: _asked(measure, asked)))


def _asked(name: str, asked: dict[str, Any]) -> dict[str, Any]:
    from vernost.measure import find_measure

    with reading() as log:
        try:
            return _plain(find_measure(name)(log, **asked))
        except MissingFacts as error:
            return {"missing": packed(error.message)}


def _plain(answer: "Answer") -> dict[str, Any]:
    return {
        "rows": answer.rows,
        "unit": answer.unit,
        "as_of": answer.as_of,
        "summary": dict(answer.summary),
        "notes": [note.to_dict() for note in answer.notes],
        "interval": answer.finding.interval,
        "base": answer.finding.base,
    }


class KeptInquiry(Inquiry):
    """A report's inquiry whose answers are kept between pages, languages and processes."""

    def _asked(self, name: str, asked: dict[str, Any], *, lazily: bool) -> "Answer | None":
        answer = super()._asked(name, asked, lazily=True)
        if answer is None or lazily:
            return answer
        question = {"inquiry": name, "asked": asked, "as_of": self.day, "timezone": self.timezone, "where": self.where}
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
def inquiring(*, where: str | None = None, as_of: date | None = None, forecasts: bool = False) -> Iterator[Inquiry]:
    """An inquiry of the newest state of the log, by the company's clock and industry."""
    found = company()
    with reading() as log:
        yield KeptInquiry(
            log,
            as_of=as_of,
            timezone=found.timezone,
            where=where,
            industry=found.industry or None,
            forecasts=forecasts,
        )
