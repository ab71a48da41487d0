"""Records read as words."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

import vernost_web
from vernost_web.audit.models import Record
from vernost_web.audit.telling import told
from vernost_web.ui.slice import slices


def recorded() -> Iterator[tuple[str, str]]:
    """Each action that code writes down, or how its name begins where code makes it up, and where that is."""
    root = Path(vernost_web.__file__).parent
    for path in sorted(root.rglob("*.py")):
        if "tests" not in path.parts:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in {"audit.record", "record"} and node.args:
                    yield from ((text, str(path.relative_to(root))) for text in beginnings(node.args[0]))


def beginnings(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.JoinedStr):
        yield from beginnings(node.values[0])
    elif isinstance(node, ast.IfExp):
        yield from [*beginnings(node.body), *beginnings(node.orelse)]


def test_every_action_that_is_written_down_has_words() -> None:
    trails = {each.label: each.trail for each in slices()}
    found = list(recorded())
    assert ("people.reopen", "accounts/actions.py") in found
    assert [
        (action, place)
        for action, place in found
        if not any(known.startswith(action) for known in trails[place.split("/")[0]])
    ] == []


@pytest.mark.parametrize(
    ("language", "values", "expected"),
    [
        pytest.param("en", {"role": "hr"}, ("Role", "HR"), id="a choice of a field"),
        pytest.param("ru", {"role": "hr"}, ("Роль", "Кадры"), id="a choice of a field, in Russian"),
        pytest.param("en", {"is_active": True}, ("May sign in", "yes"), id="yes or no"),
        pytest.param("en", {"second_factor": False}, ("Two-factor sign-in", "no"), id="words of the slice"),
        pytest.param("en", {"no_such_field": 3}, ("No such field", "3"), id="a name that nobody explains"),
        pytest.param("en", {"x": ["a", 1, None]}, ("X", "a, 1, –"), id="a list"),
        pytest.param("en", {"x": {"a": [1], "b": {"c": True}}}, ("X", "a: 1; b: c: yes"), id="values in values"),
        pytest.param("en", {"x": 0}, ("X", "0"), id="nought is not nothing"),
        pytest.param("en", {"role": "king"}, ("Role", "king"), id="a choice that is gone"),
        pytest.param("en", {"role": ["hr"]}, ("Role", "HR"), id="several choices"),
        pytest.param("en", {"role": {"a": "hr"}}, ("Role", "a: hr"), id="not a choice"),
    ],
)
def test_values_are_told(language: str, values: dict[str, Any], expected: tuple[str, str]) -> None:
    with translation.override(language):
        (change,) = told(Record(action="people.role", after=values)).changes
    assert (change.name, change.before, change.after) == (expected[0], "–", expected[1])


@pytest.mark.parametrize(
    ("record", "who"),
    [
        (Record(actor_name="Ann", action="a.b"), "Ann"),
        (Record(action="a.b"), "the system"),
        (Record(action="a.b", address="10.0.0.1"), "somebody not signed in"),
    ],
)
def test_who_did_it_is_told(record: Record, who: str) -> None:
    with translation.override("en"):
        assert (told(record).who, told(record).action) == (who, "a.b")
