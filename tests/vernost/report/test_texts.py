"""All words exist in both languages, and only words that are used."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

import vernost.report
from vernost.errors import UnknownName
from vernost.measure import CATALOGUE
from vernost.measure.benchmarks import industries
from vernost.measure.rfm import segments
from vernost.report.texts import Texts, catalogue
from vernost.report.voice import Voice
from vernost.schema import TABLES

SOURCE = Path(vernost.report.__file__).parent
SAME_IN_BOTH = {"trade.saas", "unit.share", "cohorts.span", "industry.place"}
"""Texts without words, or with names that nobody translates."""

CYRILLIC, LATIN = re.compile("[а-яё]", re.IGNORECASE), re.compile("[a-z]{3,}", re.IGNORECASE)


def forms(key: str, language: str) -> list[str]:
    entry = catalogue()[key][language]
    return [entry] if isinstance(entry, str) else entry


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_a_text_has_both_languages_with_the_same_gaps(key: str) -> None:
    entry = catalogue()[key]
    assert set(entry) == {"en", "ru"}
    assert isinstance(entry["en"], str) == isinstance(entry["ru"], str)
    if not isinstance(entry["en"], str):
        assert (len(entry["en"]), len(entry["ru"])) == (2, 3)
    assert {frozenset(gaps(text)) for text in forms(key, "en")} == {frozenset(gaps(text)) for text in forms(key, "ru")}


@pytest.mark.parametrize("key", sorted(set(catalogue()) - SAME_IN_BOTH))
def test_a_text_is_in_the_language_it_is_said_to_be(key: str) -> None:
    for text in forms(key, "en"):
        assert not CYRILLIC.search(text)
    for text in forms(key, "ru"):
        bare = re.sub(r"\{[^}]*\}", "", text)
        assert CYRILLIC.search(bare) or not LATIN.search(bare), f"{key} looks untranslated: {text}"


def written_keys() -> tuple[set[str], set[str]]:
    """Keys named in code and templates, whole, and the sections of those put together from parts."""
    whole, sections = set(), set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant):
                sections.add(str(node.values[0].value))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
    for path in SOURCE.rglob("*.html"):
        found = re.findall(r'say\(["\']([a-z_.]+)["\']( ~)?', path.read_text(encoding="utf-8"))
        whole |= {key for key, joined in found if not joined}
        sections |= {key for key, joined in found if joined}
    return whole, {section for section in sections if "." in section}


def test_every_text_is_used() -> None:
    whole, sections = written_keys()
    unused = {key for key in catalogue() if key not in whole and not any(key.startswith(s) for s in sections)}
    assert unused == set()


def test_every_key_that_is_named_exists() -> None:
    whole, _ = written_keys()
    known = {key.partition(".")[0] for key in catalogue()}
    named = {
        word for word in whole if re.fullmatch(r"[a-z_]+\.[a-z_0-9]*[a-z0-9]", word) and word.partition(".")[0] in known
    }
    columns = {f"{table.name}.{column.name}" for table in TABLES.values() for column in table.stored}
    assert {word for word in named if word not in catalogue()} - columns == set()


def test_an_unknown_text_and_an_unfilled_gap_are_errors() -> None:
    with pytest.raises(UnknownName):
        Texts("en").say("kept.nothing")
    with pytest.raises(KeyError):
        Texts("en").say("course.sentence", name="Revenue")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_all_names_from_elsewhere_have_words(language: str) -> None:
    voice = Voice(language)  # type: ignore[arg-type]
    assert [name for name in CATALOGUE if not voice.name(name) or not voice.meaning(name)] == []
    assert [name for name in industries() if f"trade.{name}" not in voice.texts] == []
    assert [name for name, entry in segments().items() if not entry[language]] == []
    assert [name for name in TABLES if f"table.{name}" not in voice.texts] == []
