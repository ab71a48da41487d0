"""A whole report: of any company, in both languages, and always of the data."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from tests.vernost.report import shops

from vernost.errors import InvalidValue, MissingFacts, UnknownName
from vernost.glossary import Language
from vernost.report import ReportFiles, render_report
from vernost.report.document import Report
from vernost.report.inquiry import Inquiry
from vernost.report.report import build_report
from vernost.report.voice import Voice
from vernost.store.log import Log


def report_of(log: Log, language: Language = "en", **options: object) -> Report:
    """A report without forecast, which is looked at elsewhere and takes most of the time."""
    asked = {"forecast": False} | options
    return build_report(log, Voice(language), generated_at=shops.MADE_AT, **asked)  # type: ignore[arg-type]


def test_three_whole_files_are_written_and_nothing_else(written: Callable[[Language], ReportFiles]) -> None:
    files = written("en")
    assert sorted(path.name for path in files.html.parent.iterdir()) == [
        "report_en.html",
        "report_en.pdf",
        "report_en.xlsx",
    ]
    assert all(path.stat().st_size > 10_000 for path in (files.html, files.pdf, files.xlsx))


def test_a_report_has_findings_headlines_and_chapters(built: Callable[[Language], Report]) -> None:
    report = built("en")
    assert 5 <= len(report.findings) <= 8
    assert {"retention_rate", "revenue", "repeat_rate"} <= {card.name for card in report.headlines}
    figures = {figure.anchor for figure in report.figures}
    assert {"retention", "cohorts", "lifecycle", "return", "second", "rfm", "concentration", "worth"} <= figures
    assert {finding.anchor for finding in report.findings} <= figures


def test_both_languages_tell_the_same(built: Callable[[Language], Report]) -> None:
    english, russian = built("en"), built("ru")
    for part in ("figures", "findings", "chapters"):
        assert [x.anchor for x in getattr(english, part)] == [x.anchor for x in getattr(russian, part)]
    assert [f.sure for f in english.findings] == [f.sure for f in russian.findings]
    assert [f.table.rows for f in english.figures if f.spec and f.anchor == "retention"] == [
        f.table.rows for f in russian.figures if f.spec and f.anchor == "retention"
    ]


def test_when_the_data_change_the_sentences_change() -> None:
    good = report_of(shops.two_cities(kept_in_kazan=30, kept_in_perm=60))
    bad = report_of(shops.two_cities(kept_in_kazan=60, kept_in_perm=30))
    same = report_of(shops.two_cities(kept_in_kazan=50, kept_in_perm=50))
    first = [
        next((f.text for f in r.findings if f.text.startswith("Where to look first")), "") for r in (good, bad, same)
    ]
    assert "“Казань”" in first[0]
    assert "“Пермь”" in first[1]
    assert first[2] == ""


def test_a_tiny_shop_gets_numbers_and_no_conclusions() -> None:
    report = report_of(shops.tiny_shop())
    assert report.findings == ()
    assert {card.name: card.value for card in report.headlines}["repeat_rate"] == "33.3%"
    assert {"rfm", "worth", "return", "survival", "concentration"} & {f.anchor for f in report.figures} == set()
    assert all(figure.table.rows for figure in report.figures)


def test_one_order_is_enough_for_a_report() -> None:
    log = Log.wrap(orders=pd.DataFrame({"customer_id": ["ann"], "ordered_at": ["2024-05-01"], "amount": [9.0]}))
    assert report_of(log).headlines


def test_a_company_of_subscriptions_has_a_chapter_of_its_own() -> None:
    report = report_of(shops.subscribers())
    figures = {figure.anchor for figure in report.figures}
    assert {"mrr", "revenue_churn", "kept_revenue", "retention", "survival", "by-plan"} <= figures
    assert not {"rfm", "revenue", "aov", "return"} & figures
    assert "who began the period with a subscription" in " ".join(f.text for f in report.findings)


def test_a_company_of_events_alone_gets_what_can_be_said() -> None:
    report = report_of(shops.visitors())
    assert {"retention", "cohorts", "lifecycle"} <= {figure.anchor for figure in report.figures}
    assert not {"revenue", "worth", "mrr"} & {figure.anchor for figure in report.figures}


def test_what_is_missing_is_listed_with_the_tables_it_needs() -> None:
    report = report_of(shops.tiny_shop())
    unlock = next(chapter for chapter in report.chapters if chapter.anchor == "unlock")
    waiting = dict(unlock.items)
    assert "NPS" in waiting["answers"]
    assert any("customers.city" in needs for needs in waiting)


def test_nothing_of_the_running_period_is_compared() -> None:
    report = report_of(shops.shared_shop(), as_of=date(2024, 3, 10))
    assert report.headlines_lead == "The last finished period: February 2024."
    assert all("January 2024" in card.changes[0][0] for card in report.headlines if card.changes)
    retention = next(figure for figure in report.figures if figure.anchor == "retention")
    assert retention.table.rows[-1][0] == date(2024, 3, 1)
    assert retention.table.marks == {len(retention.table.rows) - 1}


def test_a_year_ago_is_compared_where_there_was_one(built: Callable[[Language], Report]) -> None:
    card = next(card for card in built("en").headlines if card.name == "active_customers")
    assert [text.split(" vs ")[1] for text, _ in card.changes] == ["February 2024", "March 2023"]


def test_a_filter_narrows_the_report_and_is_said() -> None:
    report = report_of(shops.shared_shop(), where="city = 'Казань'")
    assert "Only rows where city = 'Казань'" in report.made
    whole = report_of(shops.shared_shop())
    size = [next(c.value for c in r.headlines if c.name == "active_customers") for r in (report, whole)]
    assert int(size[0]) < int(size[1])


def test_a_filter_leaves_out_what_knows_no_customers() -> None:
    spend = pd.DataFrame({"period_on": ["2024-01-01"], "channel": ["ads"], "amount": [5.0], "purpose": ["acquisition"]})
    orders = shops.shared_shop().tables["orders"].to_pyarrow()
    inquiry = Inquiry(Log.wrap(orders=orders, spend=spend), where="amount > 10")
    assert inquiry.ask("cac") is None
    assert inquiry.ask("revenue") is not None
    assert Inquiry(inquiry.log).ask("cac") is not None


def test_a_filter_by_what_no_order_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="There is no attribute 'weather'"):
        render_report(shops.tiny_shop(), tmp_path / "r.html", generated_at=shops.MADE_AT, where="weather = 'rain'")


def test_progress_only_grows_and_ends_at_one(tmp_path: Path) -> None:
    shares: list[float] = []
    render_report(
        shops.tiny_shop(),
        tmp_path / "r.html",
        generated_at=shops.MADE_AT,
        progress=lambda _, share: shares.append(share),
    )
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_failed_write_leaves_the_old_report(tmp_path: Path) -> None:
    out = tmp_path / "r.html"
    out.write_text("old")
    (tmp_path / "r.pdf").mkdir()
    with pytest.raises(InvalidValue, match=r"r\.pdf"):
        render_report(shops.tiny_shop(), out, generated_at=shops.MADE_AT)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"where": "no_such_column = 1"}, UnknownName, "no_such_column"),
        ({"timezone": "Mars/Olympus"}, InvalidValue, "Mars/Olympus"),
        ({"industry": "alchemy"}, UnknownName, "alchemy"),
    ],
)
def test_a_wrong_wish_is_refused_in_words(options: dict[str, str], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        report_of(shops.tiny_shop(), **options)


def test_the_file_must_be_a_page(tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match="must end in"):
        render_report(shops.tiny_shop(), tmp_path / "r.pdf", generated_at=shops.MADE_AT)


def test_a_log_without_rows_is_refused_in_words() -> None:
    empty = pa.table({"customer_id": pa.array([], pa.string()), "ordered_at": pa.array([], pa.timestamp("us"))})
    with pytest.raises(MissingFacts, match="The report needs at least one row in orders"):
        report_of(Log.wrap(orders=empty))


def test_an_industry_is_compared_with_its_sources() -> None:
    report = report_of(shops.shared_shop(), industry="e-commerce")
    figure = next(figure for figure in report.figures if figure.anchor == "industry")
    assert all(row[4] and row[5] and row[6] for row in figure.table.rows)
    assert "Repeat purchase rate" in {row[0] for row in figure.table.rows}


def test_no_more_retention_is_promised_than_there_is_room_for() -> None:
    for log in (shops.shared_shop(), shops.subscribers()):
        worth = next((f for f in report_of(log).figures if f.anchor == "worth"), None)
        assert worth is not None
        assert all(row[1] < 1 for row in worth.table.rows)
        assert f"Keeping {worth.table.rows[-1][0]} percentage points more" in worth.text
