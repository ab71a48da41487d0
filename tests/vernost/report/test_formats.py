"""Numbers, money and dates as each language writes them."""

from datetime import date

import pytest

from vernost.glossary import Language
from vernost.report.formats import JOINER, NARROW, Formats
from vernost.report.texts import plural_form


def plain(text: str) -> str:
    """Spaces and joiners made visible."""
    return text.replace(NARROW, "_").replace("\u00a0", "~").replace(JOINER, "")


@pytest.mark.parametrize(
    ("language", "unit", "value", "expected"),
    [
        ("en", "share", 0.17, "17.0%"),
        ("ru", "share", 0.17, "17,0_%"),
        ("ru", "share", 1.0, "100,0_%"),
        ("en", "count", 1234567, "1,234,567"),
        ("ru", "count", 1234567, "1_234_567"),
        ("en", "ratio", 1.414, "1.41"),
        ("ru", "points", -12.34, "\u221212,3"),
        ("en", "points", -0.04, "0.0"),
        ("ru", "days", 352, "352"),
        ("ru", "hours", 12.34, "12,3_ч"),
        ("en", "months", 3.0, "3.0_months"),
        ("en", "share", None, "–"),
    ],
)
def test_a_value_is_written_in_its_unit(language: Language, unit: str, value: float | None, expected: str) -> None:
    assert plain(Formats(language).value(value, unit)) == expected


@pytest.mark.parametrize(
    ("language", "currency", "value", "expected"),
    [
        pytest.param("en", "GBP", 17850.4, "£17,850", id="whole above 100"),
        pytest.param("en", "GBP", 9.5, "£9.50", id="pennies below 100"),
        pytest.param("en", "GBP", -9.5, "\u2212£9.50", id="a minus, not a hyphen"),
        pytest.param("ru", "RUB", 17850.4, "17_850_₽", id="the rouble after the number"),
        pytest.param("ru", "rub", 0, "0_₽", id="codes in any case"),
        pytest.param("ru", "RUB", 1234567.5, "1,23_млн_₽", id="millions in words"),
        pytest.param("en", "RUB", 17850.4, "RUB~17,850", id="a code of letters keeps its distance"),
        pytest.param("en", "", 1234567.5, "1.23M", id="no currency"),
        pytest.param("en", "points", 250, "250_points", id="a sign of one's own"),
        pytest.param("en", "<b>", 250, "250_<b>", id="a hostile sign stays text"),
    ],
)
def test_money_is_written_as_people_of_the_language_do(
    language: Language, currency: str, value: float, expected: str
) -> None:
    assert plain(Formats(language, currency).money(value)) == expected


@pytest.mark.parametrize(
    ("by", "case", "english", "russian"),
    [
        ("month", "nominative", "May 2024", "май 2024_г."),
        ("month", "genitive", "May 2024", "мая 2024_г."),
        ("month", "when", "in May 2024", "в мае 2024_г."),
        ("quarter", "nominative", "Q2 2024", "II квартал 2024_г."),
        ("quarter", "when", "in Q2 2024", "во II квартале 2024_г."),
        ("year", "genitive", "2024", "2024 года"),
        ("year", "when", "in 2024", "в 2024 году"),
        ("week", "when", "in the week of 1~May 2024", "на неделе с 1_мая 2024_г."),
        ("week", "genitive", "the week of 1~May 2024", "недели с 1_мая 2024_г."),
        ("day", "when", "on 1~May 2024", "1_мая 2024_г."),
    ],
)
def test_a_period_stands_in_its_case(by: str, case: str, english: str, russian: str) -> None:
    first = date(2024, 5, 1) if by in ("month", "week", "day") else date(2024, 4, 1)
    assert plain(Formats("en").period(first, by, case)) == english  # type: ignore[arg-type]
    assert plain(Formats("ru").period(first, by, case)) == russian  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("number", "form"),
    [(0, 2), (1, 0), (2, 1), (4, 1), (5, 2), (11, 2), (12, 2), (14, 2), (21, 0), (22, 1), (25, 2), (101, 0), (111, 2)],
)
def test_russian_has_three_plural_forms(number: int, form: int) -> None:
    assert plural_form("ru", number) == form


@pytest.mark.parametrize("number", range(0, 1100, 7))
def test_plural_forms_agree_with_unicode(number: int) -> None:
    from babel.core import Locale

    names = {"one": 0, "few": 1, "many": 2}
    assert plural_form("ru", number) == names[Locale("ru").plural_form(number)]


def test_an_interval_does_not_break_over_lines() -> None:
    assert Formats("en").interval(0.1, 0.2, "share") == f"10.0{JOINER}–{JOINER}20.0%"
    assert Formats("ru").interval(None, 0.2, "share") == ""
    assert plain(Formats("ru").interval(-5.0, 5.0, "points")) == "\u22125,0~…~5,0"
