"""Charts are valid, speak the report's language, and leave blank what is not known."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from tests.vernost.report import shops

from vernost.glossary import Language
from vernost.report import charts, maps
from vernost.report.chapters import retention
from vernost.report.document import Report
from vernost.report.drawing import drawing, picture
from vernost.report.gallery import figure_of
from vernost.report.inquiry import Inquiry
from vernost.report.voice import Voice

EN, RU = Voice("en"), Voice("ru")


def month(number: int, value: float | None, *, complete: bool = True) -> dict[str, Any]:
    bounds = {"low": value, "high": value}
    return {"period": date(2024, number, 1), "complete": complete, "value": value, **bounds}


def values(spec: charts.Spec) -> list[dict[str, Any]]:
    return [row for rows in spec["datasets"].values() for row in rows]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_chart_of_a_report_compiles(language: Language, built: Callable[[Language], Report]) -> None:
    report = built(language)
    drawn = [figure for figure in report.figures if figure.spec]
    assert len(drawn) >= 10
    for figure in drawn:
        assert figure.spec is not None
        svg = drawing(report.voice, figure.spec)
        assert "<path" in svg, figure.anchor


def test_axes_write_months_and_numbers_in_the_language() -> None:
    rows = [month(number, 0.125 * number) for number in range(1, 7)]
    course = [charts.Course("x", rows)]
    russian, english = (drawing(voice, charts.course(voice, course, "share", "month")) for voice in (RU, EN))
    assert ">янв<" in russian
    assert ">20\u202f%<" in russian
    assert ">Jan<" in english
    assert ">20%<" in english


def test_a_period_does_not_move_with_the_zone_of_the_reader() -> None:
    spec = charts.course(EN, [charts.Course("x", [month(1, 1.0), month(2, 2.0), month(3, 3.0)])], "count", "month")
    scales = re.findall(r'"type": "utc"', json.dumps(spec))
    assert scales
    assert {row["period"] for row in values(spec)} == {"2024-01-01", "2024-02-01", "2024-03-01"}


@pytest.mark.parametrize(("count", "bands"), [(1, 1), (2, 1), (3, 0)])
def test_bands_of_many_lines_do_not_cover_each_other(count: int, bands: int) -> None:
    courses = [charts.Course(str(number), [month(1, 1.0), month(2, 2.0)]) for number in range(count)]
    layers = charts.course(EN, courses, "count", "month")["layer"]
    assert sum(layer["mark"].get("type") == "area" for layer in layers) == bands


def test_what_is_not_known_is_not_drawn_and_what_runs_is_marked() -> None:
    rows = [month(1, None), month(2, 0.5), month(3, 0.4), month(4, 0.1, complete=False)]
    drawn = values(charts.course(EN, [charts.Course("x", rows)], "share", "month"))
    assert [(row["period"], row["complete"], row["tail"]) for row in drawn] == [
        ("2024-02-01", True, False),
        ("2024-03-01", True, True),
        ("2024-04-01", False, True),
    ]
    assert drawn[-1]["when"] == "April 2024 (still running)"


def test_the_dormant_hang_below_zero_and_the_others_stack_above() -> None:
    row = {"period": date(2024, 1, 1), "complete": True, "new": 3, "returning": 5, "resurrecting": 2, "dormant": 4}
    bars = {
        row["state"]: (row["y0"], row["y1"]) for row in values(charts.lifecycle(EN, [row], "month")) if "state" in row
    }
    assert bars == {"Returning": (0, 5), "New": (5, 8), "Resurrecting": (8, 10), "Dormant": (-4, 0)}


def test_a_cell_of_a_cohort_that_has_not_begun_is_blank_and_one_that_runs_is_open() -> None:
    cells = [
        maps.Cell("Jan", "1", 0.5, "50", {"x": "y"}),
        maps.Cell("Feb", "1", 0.2, "20", {"x": "y"}, is_open=True),
        maps.Cell("Feb", "2", None, "", {"x": "y"}),
    ]
    drawn = values(maps.heat_map(cells, rows=["Jan", "Feb"], columns=["1", "2"], x_title="t"))
    assert [(row["row"], row["column"], row["open"]) for row in drawn] == [("Jan", "1", False), ("Feb", "1", True)]


def test_big_numbers_on_an_axis_are_written_in_thousands_and_millions() -> None:
    rows = [month(number, 1_500_000.0 * number) for number in range(1, 4)]
    svg = drawing(RU, charts.course(RU, [charts.Course("x", rows)], "money", "month"))
    assert ">2 млн<" in svg


def test_only_what_can_be_read_of_many_cohorts_is_drawn_and_it_is_said() -> None:
    inquiry = Inquiry(shops.half_a_century())
    assert inquiry.by == "quarter"
    figure = next(figure for figure in retention(inquiry, EN).figures if figure.anchor == "cohorts")
    assert figure.spec is not None
    drawn = {row["row"] for row in values(dict(figure.spec)) if "row" in row}
    assert len(drawn) <= 24
    assert any(note.startswith("Drawn are the last 24 of") for note in figure.notes)
    assert len(figure.table.rows) > 100


def test_weeks_are_marked_on_the_mondays_they_begin_on() -> None:
    rows = [month(1, 0.5) | {"period": date(2024, 4, day)} for day in (1, 8, 15, 22)]
    svg = drawing(EN, charts.course(EN, [charts.Course("x", rows)], "share", "week"))
    assert [day for day in ("1 Apr", "8 Apr", "15 Apr", "22 Apr") if f">{day}<" not in svg.replace("> ", ">")] == []


def test_a_cohort_of_one_does_not_pale_the_others() -> None:
    cells = [
        maps.Cell("Jan", "1", 0.4, "40", {"x": "y"}, weight=500),
        maps.Cell("Feb", "1", 1.0, "100", {"x": "y"}, weight=1),
    ]
    spec = maps.heat_map(cells, rows=["Jan", "Feb"], columns=["1"], x_title="t")
    assert spec["layer"][0]["encoding"]["color"]["scale"]["domain"] == [0, 0.4]


FONTS = shutil.which("fc-list")
HAS_FONTS = FONTS is not None and bool(subprocess.run([FONTS], capture_output=True, check=True).stdout)  # noqa: S603


@pytest.mark.skipif(not HAS_FONTS, reason="this machine has no fonts to measure Cyrillic by")
def test_russian_names_of_bars_are_whole_in_the_print() -> None:
    names = ["Постоянные клиенты", "Клиенты в зоне риска", "Доля отзывов с ответом, гостеприимство"]
    items = [maps.Dot(name, 0.5, None, None, "50 %", "") for name in names]

    svg = drawing(RU, maps.bars(RU, items, "share", x_title=""))

    assert [name for name in names if f">{name}<" in svg] == names


def test_marks_lead_where_the_inquiry_says_and_nowhere_on_paper() -> None:
    def lead(name: str, asked: Mapping[str, Any], row: Mapping[str, Any]) -> str:
        return f"/{name}/{asked.get('by')}/{row.get('age', row.get('state', ''))}"

    for anchor, expected in (("cohorts", "/cohort_retention/month/1"), ("lifecycle", "/lifecycle/month/dormant")):
        inquiry = Inquiry(shops.shared_shop(), lead=lead, length="month")
        spec = figure_of(anchor, inquiry, EN).spec  # type: ignore[union-attr]
        assert expected in {row.get("href") for row in values(dict(spec or {}))}
        on_paper = figure_of(anchor, Inquiry(shops.shared_shop()), EN).spec  # type: ignore[union-attr]
        assert not any("href" in row for row in values(dict(on_paper or {})))


def test_cohorts_are_drawn_by_every_option() -> None:
    inquiry = Inquiry(shops.shared_shop(), length="month")
    asked: list[dict[str, Any]] = [
        {"mode": "on_or_after"}, {"mode": "rolling"}, {"start": "recurring"}, {"relative_to": "previous"},
        {"of": "revenue"}, {"of": "orders"}, {"min_orders": 2}, {"min_amount": 10.0}, {"horizon": 3},
        {"cut": ("city",)},
    ]  # fmt: skip
    for options in asked:
        drawn = figure_of("cohorts", inquiry, RU, **options)
        means = figure_of("cohort-means", inquiry, RU, **options)
        assert drawn is not None, options
        assert means is not None, options
        assert drawing(RU, drawn.spec or {})
        assert drawing(RU, means.spec or {})
    by_city = figure_of("cohorts", inquiry, EN, cut=("city",))
    assert by_city is not None
    assert [column.title for column in by_city.table.columns[:2]] == ["city", "Cohort"]
    picture_ = picture(EN, by_city.spec or {})
    assert picture_.startswith(b"\x89PNG")


def test_means_of_a_few_customers_are_neither_drawn_nor_told_but_stand_in_the_table() -> None:
    inquiry = Inquiry(shops.lonely_first_month(), length="month")
    means, cohorts = (figure_of(anchor, inquiry, EN) for anchor in ("cohort-means", "cohorts"))
    assert means is not None
    assert cohorts is not None
    drawn = {row["day"] for row in values(dict(means.spec or {}))}
    assert (max(drawn), max(row[0] for row in means.table.rows)) == (4, 5)
    assert "after 4, 0.0%" in cohorts.text
    assert means.notes == ("Means of fewer than 30 customers stand in the table alone.",)


def test_the_span_and_the_length_of_periods_are_those_asked_for() -> None:
    since, until = date(2024, 2, 1), date(2024, 2, 29)
    inquiry = Inquiry(shops.shared_shop(), length="month", since=since, until=until)
    rows = figure_of("retention", inquiry, EN).table.rows  # type: ignore[union-attr]
    assert [row[0] for row in rows] == [inquiry.period] == [date(2024, 2, 1)]
