"""Waits for replies in the report: by all hours, or by those in which the company works."""

from datetime import date

import pytest
from tests.vernost.measure.facts import frame
from tests.vernost.report.shops import MADE_AT

from vernost.glossary import Language
from vernost.report.gallery import figure_of
from vernost.report.inquiry import Inquiry
from vernost.report.report import build_report
from vernost.report.voice import Voice
from vernost.store.log import Log


@pytest.fixture
def log() -> Log:
    # From an hour before the end of a Friday's work to an hour after the beginning of the Monday's, each week.
    lines = [f"{day} a 2024-01-{day:02}T17:00 2024-01-{day + 3:02}T10:00" for day in (5, 12, 19, 26)]
    return Log.wrap(tickets=frame("ticket_id customer_id opened_at first_reply_at", *lines))


@pytest.mark.parametrize(
    ("hours", "language", "wait", "notes"),
    [
        pytest.param(None, "en", 65, [], id="all hours"),
        pytest.param(
            "Mon-Fri 09:00-18:00; off 2024-02-23",
            "en",
            2,
            ["Only working hours are counted: Mon–Fri 09:00–18:00. Holidays off: 1."],
            id="working hours",
        ),
        pytest.param(
            "Mon-Fri 09:00-18:00",
            "ru",
            2,
            ["Считаются только рабочие часы: Пн–Пт 09:00–18:00. Нерабочих праздничных дней: 0."],
            id="in Russian",
        ),
    ],
)
def test_a_figure_of_waits_says_which_hours_it_counts(
    log: Log, hours: str | None, language: Language, wait: float, notes: list[str]
) -> None:
    inquiry = Inquiry(log, length="week", as_of=date(2024, 1, 29), working_hours=hours)
    figure = figure_of("reply", inquiry, Voice(language))
    assert figure is not None
    assert [row[1] for row in figure.table.rows][:4] == [wait] * 4
    assert [note for note in figure.notes if "–" in note] == notes
    late = figure_of("unanswered_24h_rate", inquiry, Voice(language))
    assert late is not None
    assert late.table.rows[0][1] == (1 if hours is None else 0)
    assert set(notes) <= set(late.notes)


def test_other_figures_say_nothing_of_it(log: Log) -> None:
    figure = figure_of("backlog", Inquiry(log, length="week", working_hours="Mon-Fri 09:00-18:00"), Voice("en"))
    assert figure is not None
    assert not [note for note in figure.notes if "working" in note]


def test_a_whole_report_counts_so(log: Log) -> None:
    report = build_report(log, Voice("en"), generated_at=MADE_AT, forecast=False, working_hours="Mon-Fri 09:00-18:00")
    (reply,) = [figure for figure in report.figures if figure.anchor == "reply"]
    assert reply.notes[0].startswith("Only working hours are counted")
