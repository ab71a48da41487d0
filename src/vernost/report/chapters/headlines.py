"""The numbers at the top, and which of them changed most."""

from collections.abc import Iterable, Sequence

from vernost.report import sentences
from vernost.report.chapters.figures import changed
from vernost.report.comparison import Change
from vernost.report.document import Finding, Headline, Sure
from vernost.report.inquiry import Inquiry
from vernost.report.voice import Voice
from vernost.statistics import benjamini_hochberg

PLACES = {
    "retention_rate": "retention",
    "churn_rate": "retention",
    "active_customers": "lifecycle",
    "new_customers": "lifecycle",
    "repeat_rate": "second",
    "revenue": "revenue",
    "orders": "revenue",
    "aov": "aov",
    "purchase_frequency": "purchase_frequency",
    "revenue_per_customer": "revenue_per_customer",
    "mrr": "mrr",
    "nrr": "kept_revenue",
    "revenue_churn": "revenue_churn",
    "nps": "nps",
    "csat": "satisfaction",
}
"""Measures at the top, and the figure that shows each."""

_LEAST_TESTS = 2
_ALL_TIME = ("repeat_rate",)
_MIRRORED = ("churn_rate", "revenue_churn")
"""Measures that another one shows from its other side: they are not candidates for the greatest change."""


def headlines(inquiry: Inquiry, voice: Voice, names: Iterable[str] = PLACES) -> tuple[Headline, ...]:
    """The cards, of measures that have a value; by default those that the report has at its top."""
    return tuple(card for name in names if (card := _card(inquiry, voice, name)))


def _card(inquiry: Inquiry, voice: Voice, name: str) -> Headline | None:
    answer = inquiry.ask(name) if name in _ALL_TIME else inquiry.ask(name, by=inquiry.by)
    row = (
        answer.rows[0]
        if answer and name in _ALL_TIME and answer.rows
        else inquiry.current(answer.rows if answer else [])
    )
    if answer is None or row is None or row["value"] is None or row.get("denominator") == 0:
        return None
    return Headline(
        name=name,
        title=voice.name(name),
        value=voice.formats.value(row["value"], answer.unit),
        interval=voice.formats.interval(row.get("low"), row.get("high"), answer.unit),
        changes=() if name in _ALL_TIME else _changes(inquiry, voice, name, answer.unit),
        anchor=PLACES.get(name, ""),
        note=voice.say("note.all_time") if name in _ALL_TIME else "",
    )


def _changes(inquiry: Inquiry, voice: Voice, name: str, unit: str) -> tuple[tuple[str, Sure | None], ...]:
    found = []
    for before in dict.fromkeys((inquiry.before, inquiry.year_ago)):
        change = changed(inquiry, inquiry.course(name), unit, before)
        if change:
            found.append((sentences.against(voice, change, before, inquiry.by), change.sure))
    return tuple(found)


def most_changed(inquiry: Inquiry, voice: Voice) -> list[Finding]:
    """The number that changed most against the period before, corrected for having looked at all of them."""
    drafts = _candidates(inquiry)
    if len(drafts) < _LEAST_TESTS:
        return []
    adjusted = benjamini_hochberg([change.p_value or 0.0 for _, change in drafts])
    judged = [
        (name, Change(change.now, change.before, change.unit, p_value))
        for (name, change), p_value in zip(drafts, adjusted, strict=True)
    ]
    name, change = min(judged, key=lambda pair: (pair[1].p_value or 0.0, -abs(pair[1].relative or 0.0)))
    now, before = (voice.formats.period(day, inquiry.by, "when") for day in (inquiry.period, inquiry.before))
    if change.sure == "noise":
        genitive = voice.formats.period(inquiry.before, inquiry.by, "genitive")
        text = voice.say("most.nothing", tests=_tests(voice, judged), when=now, before=genitive)
        return [Finding(text, PLACES[name], weight=80, sure="noise")]
    text = sentences.most_changed(
        voice, voice.name(name), change, now=now, before=before, tests=len(judged), year=_year(inquiry, voice, name)
    )
    return [Finding(text, PLACES[name], weight=97, sure=change.sure)]


def _tests(voice: Voice, judged: Sequence[tuple[str, Change]]) -> str:
    return voice.count("segment.tests", len(judged))


def _candidates(inquiry: Inquiry) -> list[tuple[str, Change]]:
    found = []
    for name in PLACES:
        answer = None if name in (*_ALL_TIME, *_MIRRORED) else inquiry.ask(name, by=inquiry.by)
        change = changed(inquiry, answer.rows, answer.unit, inquiry.before) if answer else None
        if change and change.p_value is not None:
            found.append((name, change))
    return found


def _year(inquiry: Inquiry, voice: Voice, name: str) -> tuple[Change, str] | None:
    answer = inquiry.ask(name, by=inquiry.by)
    if answer is None or inquiry.year_ago == inquiry.before:
        return None
    change = changed(inquiry, answer.rows, answer.unit, inquiry.year_ago)
    return (change, voice.formats.period(inquiry.year_ago, inquiry.by, "when")) if change else None
