"""What the documentation shows happens, in both languages, and its pages are translations of each other."""

import re
import runpy
import sys
from pathlib import Path

import pytest

import vernost

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.console import EXAMPLES, PAGES, ROOT, examples, fits, is_russian, outcomes

_FENCE = re.compile(r"^(`{3,})([^\n]*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
ENGLISH = [page for page in PAGES if not is_russian(page)]
PYTHON = ROOT / "docs" / "reference" / "python.md"
WITH_EXAMPLES = [page for page in PAGES if any(examples(page.read_text(encoding="utf-8")))]


def _translation(page: Path) -> Path:
    return page.with_name(f"{page.stem}.ru.md")


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=_name)
def test_each_command_of_a_page_prints_what_the_page_says(page: Path) -> None:
    for example, code, actual in outcomes(page):
        assert fits(example.expected, actual), f"$ {example.command}\n{actual}"
        assert code == (2 if example.expected.startswith("vernost: ") else 0), example.command


@pytest.mark.parametrize("page", ENGLISH, ids=_name)
def test_each_page_has_its_translation(page: Path) -> None:
    english, russian = page.read_text(encoding="utf-8"), _translation(page).read_text(encoding="utf-8")

    assert _headings(russian) == _headings(english)
    assert _code(russian) == _code(english)
    assert re.search("[а-яё]{3}", _prose(russian))
    assert not re.search("[а-яё]{3}", _prose(english).replace("Русский", ""), re.IGNORECASE)


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_each_link_to_a_file_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!\w+:|#)([^)#]+)", _prose(page.read_text(encoding="utf-8"))):
        is_made = "/made/" in target  # written when the site is built
        assert is_made or (page.parent / target).exists(), target


@pytest.mark.parametrize("page", [PYTHON, _translation(PYTHON)], ids=_name)
def test_each_public_name_has_an_example(page: Path) -> None:
    names = set(re.findall(r"vernost\.(\w+)", page.read_text(encoding="utf-8")))

    assert set(vernost.__all__) <= names


def test_the_settings_shown_are_those_of_the_example_file() -> None:
    shown = (ROOT / "docs" / "guides" / "load.md").read_text(encoding="utf-8")

    assert f"```toml\n{(EXAMPLES / 'sources.toml').read_text(encoding='utf-8')}```" in shown


def test_the_example_files_are_those_that_their_script_makes(tmp_path: Path) -> None:
    runpy.run_path(str(EXAMPLES / "make.py"))["make"](tmp_path)

    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made
    for name, content in made.items():
        assert (EXAMPLES / name).read_bytes() == content, name


@pytest.mark.parametrize(
    ("expected", "actual", "is_fit"),
    [("a\n...\nd", "a\nb\nc\nd", True), ("a  b", "a b", False), ("", "", True), ("", "note", False), ("a", "", False)],
)
def test_an_output_fits_only_when_it_is_the_same_but_for_dots(expected: str, actual: str, is_fit: bool) -> None:
    assert fits(expected, actual) is is_fit


def test_commands_are_found_with_their_outputs() -> None:
    page = "text\n```console\n$ one\n1\n2\n\n$ two\n```\n```python\n$ not\n```\n"

    assert [(found.command, found.expected) for found in examples(page)] == [("one", "1\n2"), ("two", "")]


def _prose(text: str) -> str:
    """A page without code."""
    return re.sub("`[^`\n]*`", "", _FENCE.sub("", text))


def _headings(text: str) -> list[int]:
    """Levels of a page's headings, in order."""
    return [len(marks) for marks in re.findall(r"^(#+) ", _FENCE.sub("", text), re.MULTILINE)]


def _code(text: str) -> list[tuple[str, str]]:
    """Blocks of code: of a console what is typed, of Python what is run but for its texts, of a directive its kind."""
    return [(kind, _typed(kind, content)) for _, kind, content in _FENCE.findall(text)]


def _typed(kind: str, content: str) -> str:
    if kind.startswith("{"):
        return ""
    if kind == "console":
        return "\n".join(line for line in content.splitlines() if line.startswith("$ "))
    if kind == "python":
        run = "\n".join(line for line in content.splitlines() if line.startswith((">>>", "...")))
        return re.sub(r'"[^"]*"', '""', run or content)
    return content
