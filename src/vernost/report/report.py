"""The retention health report: asked of the log once, written as a page, a print and a workbook."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from vernost.errors import InvalidValue
from vernost.glossary import Language
from vernost.measure.base_value import Settings
from vernost.measure.waits import Hours
from vernost.messages import reason
from vernost.options import DISCOUNT_RATE, HORIZON_YEARS, MARGIN_RATE
from vernost.report.chapters import CHAPTERS, headlines, most_changed
from vernost.report.document import Chapter, Finding, Report
from vernost.report.excel import workbook
from vernost.report.html import page
from vernost.report.inquiry import Inquiry
from vernost.report.pdf import print_
from vernost.report.voice import Voice

if TYPE_CHECKING:
    from vernost.store.log import Log

MOST_FINDINGS = 8
_QUESTIONS, _ASKING, _LEARNING = 110, 0.75, 0.6
"""About how many questions a full report asks, the share of time that asking takes, and of that the forecast's."""

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """Where a report was written."""

    html: Path
    pdf: Path
    xlsx: Path


def render_report(
    log: "Log",
    out: Path,
    *,
    language: Language = "en",
    title: str | None = None,
    currency: str = "",
    industry: str | None = None,
    generated_at: datetime,
    as_of: date | None = None,
    timezone: str | None = None,
    where: str | None = None,
    forecast: bool = True,
    margin_rate: float = MARGIN_RATE,
    discount_rate: float = DISCOUNT_RATE,
    lapse_days: int | None = None,
    working_hours: Hours = None,
    progress: Progress | None = None,
) -> ReportFiles:
    """Write the report as HTML, and beside it as PDF and as a workbook; each file is whole or not there.

    Args:
        log: the customer log.
        out: the HTML file; the others take its name with their own endings.
        language: 'en' or 'ru'.
        title: the company's name.
        currency: ISO code or sign of the company's money.
        industry: compare with this industry.
        generated_at: when it is made; an instant with a zone.
        as_of: the day to look from; by default that of the last fact.
        timezone: the company's clock; by default that of the log.
        where: only rows for which this expression holds.
        forecast: whether it tells who is leaving and what customers are worth; learning that takes most of the time.
        margin_rate: share of revenue left after the cost of what was sold.
        discount_rate: yearly rate at which later money counts for less.
        lapse_days: silence that makes a customer lost; learnt from the log by default.
        working_hours: those in which waits for replies are counted, such as 'Mon-Fri 09:00-18:00'; all by default.
        progress: called with what is being done and the share done, 0 to 1.
    """
    out = Path(out)
    if out.suffix.lower() not in (".html", ".htm"):
        raise InvalidValue("{name} must end in .html; the PDF and the workbook go beside it.", name=out.name)
    files = ReportFiles(html=out, pdf=out.with_suffix(".pdf"), xlsx=out.with_suffix(".xlsx"))
    tell = progress or (lambda _what, _share: None)
    report = build_report(
        log,
        Voice(language, currency),
        title=title,
        industry=industry,
        generated_at=generated_at,
        as_of=as_of,
        timezone=timezone,
        where=where,
        forecast=forecast,
        margin_rate=margin_rate,
        discount_rate=discount_rate,
        lapse_days=lapse_days,
        working_hours=working_hours,
        progress=tell,
    )
    makers: tuple[tuple[Path, Callable[[Report, datetime], bytes]], ...] = (
        (files.html, lambda report, _: page(report).encode()),
        (files.pdf, print_),
        (files.xlsx, workbook),
    )
    made = []
    for place, (path, make) in enumerate(makers):
        tell(path.suffix[1:], _ASKING + (1 - _ASKING) * place / len(makers))
        made.append((path, make(report, generated_at)))
    for path, content in made:
        try:
            _write(path, content)
        except OSError as error:
            raise InvalidValue(
                "{path} cannot be written: {reason}. Name another place.", path=path, reason=reason(error)
            ) from error
    tell("", 1.0)
    return files


def build_report(
    log: "Log",
    voice: Voice,
    *,
    title: str | None = None,
    industry: str | None = None,
    generated_at: datetime,
    as_of: date | None = None,
    timezone: str | None = None,
    where: str | None = None,
    forecast: bool = True,
    margin_rate: float = MARGIN_RATE,
    discount_rate: float = DISCOUNT_RATE,
    lapse_days: int | None = None,
    working_hours: Hours = None,
    progress: Progress | None = None,
) -> Report:
    """The report before it is written; arguments as of `render_report`."""
    course = _Course(voice, progress or (lambda _what, _share: None), learning=_LEARNING if forecast else 0.0)
    inquiry = Inquiry(
        log,
        as_of=as_of,
        timezone=timezone,
        where=where,
        industry=industry,
        settings=Settings(margin_rate, discount_rate, HORIZON_YEARS),
        lapse_days=lapse_days,
        working_hours=working_hours,
        step=course.step,
        forecasts=forecast,
        hear=course.hear,
    )
    if inquiry.day < inquiry.first_day:
        raise InvalidValue(
            "as_of is {day}, but the data begin on {first_day}. Name that day or a later one.",
            day=inquiry.day,
            first_day=inquiry.first_day,
        )
    cards = headlines(inquiry, voice)
    changes = most_changed(inquiry, voice)
    chapters = tuple(chapter for make in CHAPTERS if not (chapter := make(inquiry, voice)).is_empty)
    anchors = {figure.anchor for chapter in chapters for figure in chapter.figures}
    return Report(
        language=voice.language,
        title=title or voice.say("label.default_title"),
        subtitle=_subtitle(inquiry, voice, has_title=bool(title)),
        made=_made(inquiry, voice, generated_at),
        headlines=cards,
        headlines_lead=_headlines_lead(inquiry, voice),
        findings=_summary(chapters, changes, anchors),
        chapters=chapters,
        voice=voice,
        anchors=frozenset(anchors),
    )


@dataclass
class _Course:
    """How far the asking is: questions answered, and the forecast learnt.

    Attributes:
        voice: names what is asked.
        tell: hears of it.
        learning: the share of the time that the forecast takes.
    """

    voice: Voice
    tell: Progress
    learning: float
    _asked: int = 0
    _learnt: float = 0.0

    def step(self, name: str) -> None:
        """A measure is about to be asked."""
        self._asked += 1
        self._told(self.voice.name(name))

    def hear(self, share: float) -> None:
        """So much of the forecast is learnt."""
        self._learnt = max(self._learnt, share)
        self._told(self.voice.say("label.learning"))

    def _told(self, what: str) -> None:
        answered = min(self._asked / _QUESTIONS, 1.0)
        self.tell(what, _ASKING * (self.learning * self._learnt + (1 - self.learning) * answered))


def _summary(chapters: tuple[Chapter, ...], further: list[Finding], anchors: set[str]) -> tuple[Finding, ...]:
    """The weightiest findings, each of which has a figure to show it."""
    offered = [*further, *(finding for chapter in chapters for finding in chapter.findings)]
    shown = sorted((f for f in offered if f.anchor in anchors), key=lambda finding: -finding.weight)
    return tuple({finding.text: finding for finding in shown}.values())[:MOST_FINDINGS]


def _subtitle(inquiry: Inquiry, voice: Voice, *, has_title: bool) -> str:
    formats = voice.formats
    words = voice.say("label.subtitle", first=formats.day(inquiry.first_day), last=formats.day(inquiry.day))
    return f"{voice.say('label.default_title')}. {words}" if has_title else words


def _made(inquiry: Inquiry, voice: Voice, generated_at: datetime) -> str:
    zone = inquiry.scope.zone
    day = voice.formats.day(generated_at.astimezone(ZoneInfo(zone)).date())
    words = voice.say("label.made", day=day, zone=zone)
    return f"{words} {voice.say('label.filtered', where=inquiry.where)}" if inquiry.where else words


def _headlines_lead(inquiry: Inquiry, voice: Voice) -> str:
    key = "finished" if inquiry.is_comparable(inquiry.period) else "running"
    return voice.say(f"label.headlines_{key}", period=voice.formats.period(inquiry.period, inquiry.by))


def _write(path: Path, content: bytes) -> None:
    """Write a whole file or none: first beside it, then by renaming."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        draft = Path(file.name)
    try:
        draft.write_bytes(content)
        draft.chmod(0o666 & ~_umask())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
