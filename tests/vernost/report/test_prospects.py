"""What the report says of the future: who is leaving, what customers are worth, and how far that can be trusted."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from python_calamine import CalamineWorkbook
from tests.vernost.predict import firms
from tests.vernost.report import shops

from vernost.errors import InvalidValue
from vernost.glossary import Language
from vernost.report.chapters import leaving, risk_groups, trust, values, worth
from vernost.report.chapters.leaving import endangered_words, risk_figure
from vernost.report.document import Chapter, Figure, Report
from vernost.report.excel import workbook
from vernost.report.inquiry import Inquiry
from vernost.report.prospects import FIRST, Prospects, prospects_of, refusal_of
from vernost.report.report import build_report
from vernost.report.risk_map import risk_map
from vernost.report.voice import Voice
from vernost.store.log import Log

EN = Voice("en")
FUTURE = {"leaving", "values", "trust"}


def chapter(report: Report, anchor: str) -> Chapter:
    return next(chapter for chapter in report.chapters if chapter.anchor == anchor)


def figure(found: Chapter, anchor: str) -> Figure:
    return next(figure for figure in found.figures if figure.anchor == anchor)


def future(report: Report) -> set[str]:
    return {chapter.anchor for chapter in report.chapters} & FUTURE


@pytest.fixture(scope="module")
def shop() -> Prospects:
    found = prospects_of(Inquiry(shops.shared_shop()))
    assert found is not None
    return found


# -- the list and the map ---------------------------------------------------------------------------------------------


def test_the_list_names_customers_at_risk_the_most_revenue_at_risk_first(built: Callable[[Language], Report]) -> None:
    listed = figure(chapter(built("en"), "leaving"), "at-risk").table
    titles = [column.title for column in listed.columns]
    money, risk = titles.index("Revenue at risk"), titles.index("Risk")
    assert 0 < len(listed.rows) <= FIRST
    assert [row[money] for row in listed.rows] == sorted((row[money] for row in listed.rows), reverse=True)
    assert all(0 < row[risk] < 1 for row in listed.rows)
    assert all(row[titles.index("Band")] in ("medium", "high") for row in listed.rows)
    assert any(row[titles.index("What raises the risk")] for row in listed.rows)


def test_reasons_and_bands_are_told_in_the_language_of_the_report(built: Callable[[Language], Report]) -> None:
    rows = {name: figure(chapter(built(name), "leaving"), "at-risk").table.rows for name in ("en", "ru")}  # type: ignore[arg-type]
    assert [row[0] for row in rows["en"]] == [row[0] for row in rows["ru"]]
    assert {row[2] for row in rows["ru"]} <= {"средний", "высокий"}
    assert not any(letter in row[-1] for row in rows["en"] for letter in "абвгд")
    assert any("а" in row[-1] for row in rows["ru"])


def test_the_list_shows_no_name_nor_any_other_personal_column(built: Callable[[Language], Report]) -> None:
    names = {column.title for column in figure(chapter(built("en"), "leaving"), "at-risk").table.columns}
    assert names <= {
        "Customer", "Risk", "Band", "Expected revenue, 12 months", "Revenue at risk", "Silence alarming from",
        "What raises the risk",
    }  # fmt: skip


def test_the_page_shows_all_of_the_list_and_the_workbook_too(built: Callable[[Language], Report]) -> None:
    from vernost.report.html import page

    report = built("en")
    listed = figure(chapter(report, "leaving"), "at-risk").table
    shown = page(report).split('id="at-risk"')[1].split("</figure>")[0]
    assert shown.count("<tr") == len(listed.rows) + 1
    sheet = CalamineWorkbook.from_filelike(BytesIO(workbook(report, shops.MADE_AT))).get_sheet_by_name(listed.name)
    assert len(sheet.to_python()) == len(listed.rows) + 1


def test_the_map_holds_each_customer_who_can_still_leave_once(shop: Prospects) -> None:
    found = risk_map(shop.present)
    assert sum(place.customers for place in found.places) == shop.present.num_rows
    assert len(found.risks) <= 10
    assert len(found.revenues) <= 10
    total = sum(shop.present["revenue_at_risk"].to_pylist())
    assert sum(place.at_risk for place in found.places) == pytest.approx(total)


@pytest.mark.parametrize(
    ("risk", "revenue", "columns", "rows"),
    [
        pytest.param([0.03, 0.04], [150.0, 150.0], 4, [(100.0, 200.0)], id="small risks have narrow steps"),
        pytest.param([0.5, 1.0], [99.0, 101.0], 10, [(50.0, 100.0), (100.0, 200.0)], id="a risk of one"),
        pytest.param([0.5, 0.5], [1000.0, 5000.0], 10, [(1000.0, 2000.0), (2000.0, 5000.0), (5000.0, 10000.0)],
                     id="a round number begins its own step"),
    ],
)  # fmt: skip
def test_steps_of_the_map_are_round(
    risk: list[float], revenue: list[float], columns: int, rows: list[tuple[float, float]]
) -> None:
    customers = pa.table({"risk": risk, "revenue": revenue, "revenue_at_risk": revenue})
    found = risk_map(customers)
    assert len(found.risks) == columns
    assert [(step.low, step.high) for step in found.revenues] == rows
    assert sum(place.customers for place in found.places) == len(risk)


def test_a_million_customers_and_one_giant_make_no_larger_a_map() -> None:
    chance = np.random.default_rng(1)
    revenue = np.append(chance.lognormal(5, 2, 1_000_000), 1e12)
    risk = np.append(chance.beta(0.3, 3, 1_000_000), 0.999)
    found = risk_map(pa.table({"risk": risk, "revenue": revenue, "revenue_at_risk": risk * revenue}))
    assert max(len(found.risks), len(found.revenues)) <= 10
    assert (found.risks[-1].high, found.revenues[-1].high) == (None, None)
    assert sum(place.customers for place in found.places) == 1_000_001


# -- where it is ------------------------------------------------------------------------------------------------------


def prospects(shop: Prospects, **columns: list[Any]) -> Prospects:
    """Sixty customers of two cities, with some of their columns replaced."""
    known: dict[str, list[Any]] = {
        "customer_id": [f"c{n}" for n in range(120)],
        "city": ["Perm"] * 60 + ["Kazan"] * 60,
        "band": ["high"] * 120,
        "risk": [0.5] * 120,
        "revenue": [100.0] * 120,
        "historic": [10.0] * 120,
        "expected": [20.0] * 120,
    } | columns
    known.setdefault("revenue_at_risk", [r * m for r, m in zip(known["risk"], known["revenue"], strict=True)])
    return replace(shop, customers=pa.table(known), cuts=("city",), first=[], drift=1.0)


def finding_of(found: Prospects) -> str:
    return " ".join(finding.text for _, finding in risk_groups.risk_by_group(EN, found) if finding)


def test_the_city_that_holds_the_revenue_at_risk_is_named(shop: Prospects) -> None:
    assert finding_of(prospects(shop, revenue=[300.0] * 60 + [100.0] * 60)) == (
        "Where the revenue at risk is: city “Perm”, with 50.0% of the customers and 75.0% of it, 9,000."
    )


@pytest.mark.parametrize(
    "revenue",
    [
        pytest.param([100.0] * 120, id="both hold as much"),
        pytest.param([10_000.0] + [100.0] * 119, id="one customer makes no city"),
    ],
)
def test_no_city_is_named_where_none_stands_out(shop: Prospects, revenue: list[float]) -> None:
    found = prospects(shop, revenue=revenue)
    assert finding_of(found) == ""
    (drawn, _), *_ = risk_groups.risk_by_group(EN, found)
    assert drawn.text == "By city the revenue at risk is spread as the customers are."


@pytest.mark.parametrize(
    ("drift", "money", "note"),
    [
        pytest.param(1.25, "15,000", "Sums of what is expected are multiplied by 1.25", id="more came than was told"),
        pytest.param(1.0, "12,000", "", id="as much came"),
    ],
)
def test_sums_are_what_earlier_forecasts_teach_and_customers_stay_as_they_are(
    shop: Prospects, drift: float, money: str, note: str
) -> None:
    found = replace(prospects(shop, risk=[0.2] * 60 + [0.5] * 60), drift=drift)
    drawn = risk_figure(EN, found, endangered_words(EN, found))
    assert f"Of the {money} expected within a year" in drawn.text
    assert sum(row[-1] for row in drawn.table.rows) == pytest.approx(drift * (0.2 + 0.5) * 60 * 100)
    assert [each for each in drawn.notes if "multiplied" in each] == [
        each for each in drawn.notes if note and note in each
    ]
    assert any("multiplied" in each for each in drawn.notes) == bool(note)
    groups = found.grouped(found.customers)["city"]
    assert [group.revenue for group in groups] == [drift * 6000] * 2
    assert [group.historic for group in groups] == [600] * 2
    assert found.customers["revenue"].to_pylist() == [100.0] * 120


# -- what customers are worth -----------------------------------------------------------------------------------------


def test_the_value_adds_up_over_the_groups_of_each_cut(built: Callable[[Language], Report]) -> None:
    table = figure(chapter(built("en"), "values"), "customer-value").table
    heads = {cut: sum(row[2] for row in table.rows if row[0] == cut) for cut in {row[0] for row in table.rows}}
    money = {cut: sum(row[6] for row in table.rows if row[0] == cut) for cut in heads}
    assert set(heads.values()) == {660}
    assert len(heads) > 2
    assert all(total == pytest.approx(money["all customers"]) for total in money.values())
    assert all(row[3] == pytest.approx(row[4] + row[5]) for row in table.rows)


@pytest.mark.parametrize("where", ["values", "worth-chapter"])
def test_money_is_counted_by_the_companys_own_rates(built: Callable[[Language], Report], where: str) -> None:
    """The shop's margin is 35 % and its discount 12 % in `built`."""
    told = {"margin_rate": 0.7, "discount_rate": 0.5}
    report = build_report(shops.shared_shop(), EN, generated_at=shops.MADE_AT, **told)  # type: ignore[arg-type]
    notes = [note for each in chapter(report, where).figures for note in (each.text, *each.notes) if "rests on" in note]
    assert notes
    assert all("a margin of 70% of revenue, a discount of 50% a year and 5 years" in note for note in notes)
    rows = {name: figure(chapter(each, "values"), "customer-value").table.rows[0] for name, each in
            (("own", report), ("usual", built("en")))}  # fmt: skip
    historic, expected = (rows["own"][place] / rows["usual"][place] for place in (4, 5))
    assert historic == pytest.approx(2)
    assert 1 < expected < 2


def spending_shop() -> Log:
    """The shop with two channels, and what was spent on each month by month."""
    shop = shops.shared_shop()
    orders = shop.fetch(shop.tables["orders"].select("customer_id", "ordered_at", "amount")).to_pandas()
    ids = sorted(set(orders.customer_id))
    channels = ["ads" if n % 2 else "search" for n in range(len(ids))]
    months = pd.date_range("2023-01-01", "2024-04-01", freq="MS").date
    spend = [(month, channel, cost) for month in months for channel, cost in (("ads", 50_000.0), ("search", 100.0))]
    return Log.wrap(
        orders=orders,
        customers=pd.DataFrame({"customer_id": ids, "acquisition_channel": channels}),
        spend=pd.DataFrame(spend, columns=["period_on", "channel", "amount"]).assign(purpose="acquisition"),
        timezone="Europe/Moscow",
    )


def test_value_stands_beside_cost_and_a_channel_that_loses_is_named() -> None:
    inquiry = Inquiry(spending_shop())
    found = values(inquiry, EN)
    rows = {row[0]: row for row in figure(found, "value-to-cost").table.rows}
    assert set(rows) == {"all customers", "ads", "search"}
    assert all(row[3] == pytest.approx(row[1] / row[2]) for row in rows.values())
    (told,) = [finding.text for finding in found.findings if finding.anchor == "value-to-cost"]
    assert "By “ads” customers cost more than they bring" in told
    # What the forecast tells is not told again by the measure, which knows less.
    names = {row[0] for row in figure(worth(inquiry, EN), "economics").table.rows}
    assert EN.name("cac") in names
    assert not {EN.name("clv"), EN.name("clv_to_cac")} & names


# -- how far it can be trusted ----------------------------------------------------------------------------------------


def test_the_back_test_sets_what_was_told_beside_what_came(
    built: Callable[[Language], Report], shop: Prospects
) -> None:
    found = chapter(built("en"), "trust")
    rows = figure(found, "back-test").table.rows
    assert [row[0] for row in rows] == [date.fromisoformat(trial.as_of) for trial in shop.card.trials]
    assert all(row[4] == pytest.approx(row[2] / row[1]) and row[5] == pytest.approx(row[3] / row[1]) for row in rows)
    drawn = json.dumps(figure(found, "back-test").spec)
    assert all(str(round(row[5], 6))[:6] in drawn for row in rows)
    assert len(figure(found, "lift").table.rows) == 10
    assert figure(found, "lift").table.rows[-1][2] == pytest.approx(1)
    assert len(figure(found, "tried").table.rows) == len(shop.card.tried)
    assert "Chosen: " in found.lead


def test_a_model_that_could_not_be_fitted_says_why(shop: Prospects) -> None:
    tried = (*shop.card.tried, replace(shop.card.tried[0], name="lifetimes", loss=None, gain=None, failure="Too few."))
    inquiry = Inquiry(shops.shared_shop())
    inquiry.cached("prospects", lambda: replace(shop, card=replace(shop.card, tried=tried)))
    table = figure(trust(inquiry, EN), "tried").table
    assert table.columns[-1].title == "Why it failed"
    assert table.rows[-1][1] is None
    assert table.rows[-1][-1] == "Too few."


# -- companies that differ --------------------------------------------------------------------------------------------


def test_a_log_that_is_too_thin_says_why_in_the_chapter_on_data() -> None:
    for language, begins, says in (
        ("en", "No forecast: ", "customers: 3 (at least 50 are needed)"),
        ("ru", "Прогноза нет: ", "клиенты: 3 (нужно хотя бы 50)"),
    ):
        report = build_report(shops.tiny_shop(), Voice(language), generated_at=shops.MADE_AT)  # type: ignore[arg-type]
        assert future(report) == set()
        (note,) = [n for n in figure(chapter(report, "data-quality"), "quality").notes if n.startswith(begins)]
        assert says in note


def test_a_report_without_forecast_learns_none_and_says_nothing_of_it() -> None:
    inquiry = Inquiry(shops.shared_shop(), forecasts=False)
    assert prospects_of(inquiry) is None
    assert refusal_of(inquiry) is None
    assert leaving(inquiry, EN).is_empty
    assert not any("forecast" in key for key in inquiry._found)


def test_a_company_of_events_alone_gets_the_risk_without_money() -> None:
    visits = firms.visits(300)
    report = build_report(Log.wrap(events=visits), EN, generated_at=shops.MADE_AT)
    assert future(report) == {"leaving", "trust"}
    found = chapter(report, "leaving")
    assert {column.title for column in figure(found, "risk-map").table.columns} == {"Band", "Customers"}
    assert sum(row[1] for row in figure(found, "risk-map").table.rows) == len(set(visits["customer_id"]))
    assert not any("evenue" in column.title for column in figure(found, "at-risk").table.columns)


def test_subscribers_are_cut_by_plan_and_those_gone_count_in_what_customers_are_worth() -> None:
    log = Log.wrap(subscriptions=firms.contracts(400, basic=0.2, team=0.02))
    report = build_report(log, EN, generated_at=shops.MADE_AT)
    assert future(report) == FUTURE
    assert "risk-by-plan" in {figure.anchor for figure in chapter(report, "leaving").figures}
    table = figure(chapter(report, "values"), "customer-value").table
    assert table.rows[0][2] == 400
    assert "end the contract within 30 days" in chapter(report, "leaving").lead


def test_where_nothing_tells_who_leaves_nobody_is_listed_and_it_is_said() -> None:
    report = build_report(shops.visitors(), EN, generated_at=shops.MADE_AT)
    assert future(report) == {"trust"}
    notes = figure(chapter(report, "data-quality"), "quality").notes
    assert [note for note in notes if note.startswith("Nothing that is known tells who leaves")]
    assert figure(chapter(report, "trust"), "tried").table.rows[0][0].startswith("the base rate")


def test_a_filter_shows_its_customers_with_the_risk_that_all_teach(shop: Prospects) -> None:
    found = prospects_of(Inquiry(shops.shared_shop(), where="city = 'Казань'"))
    assert found is not None
    assert found.customers.num_rows == 110
    risks = dict(zip(shop.customers["customer_id"].to_pylist(), shop.customers["risk"].to_pylist(), strict=True))
    theirs = zip(found.customers["customer_id"].to_pylist(), found.customers["risk"].to_pylist(), strict=True)
    assert all(risks[name] == risk for name, risk in theirs)
    ids = set(found.customers["customer_id"].to_pylist())
    assert found.first
    assert {row["customer_id"] for row in found.first} <= ids


def test_a_forecast_that_fails_leaves_the_rest_of_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise InvalidValue("The {thing} does not fit.", thing="model")

    monkeypatch.setattr("vernost.predict.forecast.fit", fail)
    log = shops.hostile_shop()
    report = build_report(log, EN, generated_at=shops.MADE_AT)
    assert future(report) == set()
    assert "No forecast: The model does not fit." in figure(chapter(report, "data-quality"), "quality").notes
    assert report.findings
