"""Changing what is known of the company."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from vernost_web.audit.queries import records
from vernost_web.company.actions import change_company
from vernost_web.company.queries import company


def test_only_what_changed_is_written_down(person: Callable[..., Any]) -> None:
    boss = person("director")
    change_company(by=boss, name="Shop", currency="EUR", margin=Decimal("0.35"))
    change_company(by=boss, name="Shop", working_hours={"0": ["10:00", "13:00", "14:00", "19:00"]})
    change_company(by=boss, name="Shop")
    second, first = records(action="company.change")
    assert first.after == {"name": "Shop", "currency": "EUR", "margin": "35 %"}
    assert second.before == dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00–18:00")
    assert second.after == {
        "monday": "10:00–13:00, 14:00–19:00",
        **dict.fromkeys(("tuesday", "wednesday", "thursday", "friday"), ""),
    }
    assert second.actor == boss


@pytest.mark.parametrize(
    "values",
    [
        {"timezone": "Mars/Olympus"},
        {"margin": Decimal("1.2")},
        {"discount_rate": Decimal("-0.1")},
        {"lapse_days": 0},
        {"two_factor": "some"},
        {"language": "de"},
    ],
)
def test_what_makes_no_sense_is_not_kept(values: dict[str, Any], db: None) -> None:
    with pytest.raises(ValidationError):
        change_company(**values)
    assert getattr(company(), next(iter(values))) != next(iter(values.values()))
    assert not records()


@pytest.mark.parametrize(
    ("rule", "role", "is_required"),
    [
        ("", "administrator", False),
        ("administrators", "administrator", True),
        ("administrators", "director", False),
        ("everybody", "support", True),
    ],
)
def test_the_rule_of_the_second_factor(rule: str, role: str, is_required: bool, person: Callable[..., Any]) -> None:
    assert change_company(two_factor=rule).requires_second_factor(person(role)) == is_required


@pytest.mark.parametrize(
    ("values", "hours"),
    [
        pytest.param({}, None, id="all hours, until it says otherwise"),
        pytest.param(
            {"counts_working_hours": True, "holidays": ["2026-01-01"]},
            "Mon-Fri 09:00-18:00; off 2026-01-01",
            id="its week and its holidays",
        ),
        pytest.param({"counts_working_hours": True, "working_hours": {}}, None, id="nobody works there"),
    ],
)
def test_the_hours_in_which_waits_are_counted(values: dict[str, Any], hours: str | None, db: None) -> None:
    found = change_company(**values)
    assert found.chosen.get("working_hours") == found.basis.get("working_hours") == hours
