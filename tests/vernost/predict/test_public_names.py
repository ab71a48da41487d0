"""The names of the stage: they load when they are used, and are documented."""

import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

from vernost import predict

DOCS = Path(__file__).parents[3] / "docs"
AT_HOME = ("features", "labels", "origins", "evaluate")
"""Functions with the name of their module."""


@pytest.mark.parametrize("name", predict.__all__)
def test_a_public_name_leads_to_what_it_names(name: str) -> None:
    assert getattr(predict, name).__name__ == name
    assert getattr(predict, name).__doc__


def test_no_public_name_hides_a_module() -> None:
    assert not set(predict.__all__) & {module.name for module in iter_modules(predict.__path__)}


@pytest.mark.parametrize("name", AT_HOME)
def test_functions_with_the_name_of_their_module_are_found_there(name: str) -> None:
    assert callable(getattr(import_module(f"vernost.predict.{name}"), name))


def test_a_name_that_is_not_there_is_said() -> None:
    with pytest.raises(AttributeError, match="no attribute 'forecats'"):
        predict.forecats  # noqa: B018


def test_each_public_name_is_shown_or_explained() -> None:
    text = "\n".join(page.read_text("utf-8") for page in DOCS.rglob("*.md"))
    code = re.findall(r"^```python\n.*?^```$|`[^`\n]+`", text, re.MULTILINE | re.DOTALL)

    assert {*predict.__all__, *AT_HOME} <= set(re.findall(r"\w+", " ".join(code)))
