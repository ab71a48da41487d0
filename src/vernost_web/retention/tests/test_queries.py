"""Figures of the room: each question worked out once, every figure drawn or its absence explained."""

from datetime import date
from typing import Any

import pytest

from vernost.report.gallery import GALLERY
from vernost_web.company.actions import change_company
from vernost_web.metrics.queries import customers_behind
from vernost_web.retention import queries
from vernost_web.retention.sections import SECTIONS

pytestmark = pytest.mark.django_db


def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    from vernost.store.log import Log

    monkeypatch.setattr(Log, "fetch", lambda *_: pytest.fail("the engine was asked again"))


def hrefs(spec: Any) -> set[str]:
    if isinstance(spec, dict):
        own = {spec["href"]} if isinstance(spec.get("href"), str) else set()
        return own.union(*(hrefs(value) for value in spec.values()))
    return set().union(*(hrefs(each) for each in spec)) if isinstance(spec, list) else set()


def test_each_figure_of_the_gallery_stands_in_one_section() -> None:
    placed = [anchor for section in SECTIONS.values() for anchor in section.anchors]
    assert sorted(placed) == sorted(GALLERY)


@pytest.mark.parametrize("anchor", sorted(GALLERY))
def test_a_figure_is_drawn_and_the_second_look_asks_the_engine_nothing(
    anchor: str, shop: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"by": "month", "where": "amount > 1" if anchor not in {"unanswered_24h_rate", "reply", "backlog"} else ""}
    first = queries.shown(anchor, asked, "ru", leads=True)
    assert first.wrong == ""
    assert first.figure is not None
    no_engine(monkeypatch)
    assert queries.shown(anchor, asked, "ru", leads=True) == first


@pytest.mark.parametrize(
    "options",
    [
        {"mode": "on_or_after"}, {"mode": "rolling"}, {"start": "recurring"}, {"relative_to": "previous"},
        {"of": "revenue"}, {"of": "orders"}, {"min_orders": 2}, {"min_amount": 5_000.0}, {"horizon": 4},
        {"base": "events"}, {"cut": ["city"]},
    ],
)  # fmt: skip
def test_cohorts_take_every_option_of_the_library(options: dict[str, Any], shop: object) -> None:
    plain = queries.shown("cohorts", {"by": "month"}, "en", leads=False)
    asked = queries.shown("cohorts", {"by": "month"} | options, "en", leads=False)
    assert asked.wrong == ""
    assert asked.figure is not None
    assert plain.figure is not None
    assert asked.figure.table != plain.figure.table


def test_marks_lead_to_as_many_customers_as_they_count(shop: object) -> None:
    from django.http import QueryDict

    found = queries.shown("cohorts", {"by": "month", "where": "amount > 100"}, "en", leads=True).figure
    assert found is not None
    address = next(each for each in sorted(hrefs(found.spec)) if "row.age=1" in each)
    values = QueryDict(address.partition("?")[2])
    keys = {name.removeprefix("row."): str(value) for name, value in values.items() if name.startswith("row.")}
    asked = {name: str(value) for name, value in values.items() if not name.startswith("row.")}
    cohort, age = date.fromisoformat(keys["cohort"]), int(keys["age"])
    place = next(n for n, column in enumerate(found.table.columns) if column.title == str(age))
    row = next(row for row in found.table.rows if row[0] == cohort)
    behind = customers_behind("cohort_retention", asked, keys, "numerator")
    assert behind.leaf.count == round(row[1] * row[place])


def test_who_may_not_see_customers_gets_no_leads(shop: object) -> None:
    found = queries.shown("lifecycle", {"by": "month"}, "en", leads=False).figure
    assert found is not None
    assert not hrefs(found.spec)


def test_a_wrong_filter_is_told_in_the_readers_language(shop: object) -> None:
    russian, english = (
        queries.shown("retention", {"where": "colour = 'red'"}, language, leads=False).wrong  # type: ignore[arg-type]
        for language in ("ru", "en")
    )
    assert "colour" in russian
    assert russian != english


def test_another_lapse_window_changes_who_is_lost_everywhere(shop: object) -> None:
    learned = queries.lapse(None).learned
    assert learned is not None
    shorter = queries.lapse(learned // 2)
    assert shorter.after is not None
    before, after = shorter.before.rows[0]["numerator"], shorter.after.rows[0]["numerator"]
    assert before < after
    groups = queries.shown("groups", {}, "en", leads=False).figure
    change_company(lapse_days=learned // 2)
    now = queries.lapse(None)
    assert (now.is_chosen, now.current, now.before.rows[0]["numerator"]) == (True, learned // 2, after)
    changed = queries.shown("groups", {}, "en", leads=False).figure
    assert groups is not None
    assert changed is not None
    assert changed.table != groups.table


def test_groups_name_the_commonest_values(shop: object) -> None:
    found = queries.groups()
    assert "city" in found
    assert all(0 < len(values) <= queries.MOST_VALUES for values in found.values())
    assert "name" not in found
