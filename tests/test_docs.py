"""What is shown to people exists in both languages, and what exists is documented."""

import re
import tomllib
from pathlib import Path

import pytest

from vernost.glossary import terms
from vernost.measure import CATALOGUE, Measure

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "vernost"
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


@pytest.mark.parametrize("measure", CATALOGUE.values(), ids=CATALOGUE)
def test_each_measure_has_a_term_in_both_languages(measure: Measure) -> None:
    term = measure.term

    assert term.en
    assert term.meaning_en.endswith(".")
    assert not CYRILLIC.search(term.en + term.meaning_en)
    assert CYRILLIC.search(term.ru) or term.ru.isupper() or ":" in term.ru
    assert CYRILLIC.search(term.meaning_ru)


@pytest.mark.parametrize("measure", CATALOGUE.values(), ids=CATALOGUE)
def test_each_option_of_a_measure_is_explained(measure: Measure) -> None:
    documentation = measure.function.__doc__ or ""

    for option in measure.options:
        assert f"{option}:" in documentation


def test_each_term_is_a_measure() -> None:
    assert set(terms()) == set(CATALOGUE)


def test_each_heading_and_note_has_both_languages() -> None:
    headings = tomllib.loads((PACKAGE / "columns.toml").read_text(encoding="utf-8"))
    notes = tomllib.loads((PACKAGE / "measure" / "notes.toml").read_text(encoding="utf-8"))

    for name, pair in headings.items():
        assert len(pair) == 2, name
        assert not CYRILLIC.search(pair[0]), name
    for code, texts in notes.items():
        assert set(texts) == {"en", "ru"}, code
        assert re.findall(r"{(\w+)", texts["en"]) == re.findall(r"{(\w+)", texts["ru"]), code
