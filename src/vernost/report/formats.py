"""How numbers, money, dates and periods look in each language."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from vernost.glossary import Language

Case = Literal["nominative", "genitive", "when"]
NARROW, JOINER = "\u202f", "\u2060"
"""Narrow no-break space: groups of digits, and the gap between a number and its unit. Joiner: no line breaks here."""

MINUS = "\u2212"
_IN_MONTH = "январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре".split()
_QUARTERS = ("I", "II", "III", "IV")
_WORDS = {"hours": {"en": "h", "ru": "ч"}, "months": {"en": "months", "ru": "мес."}}
"""Units that are said behind the number."""

_MILLION = 1_000_000


class Formats:
    """The look of values in one language and currency.

    Attributes:
        language: 'en' or 'ru'.
        currency: ISO code such as RUB, or any sign put after the amount; empty for bare numbers.

    >>> Formats("ru", "RUB").money(1234567.5).replace(NARROW, "_")
    '1,23_млн_₽'
    """

    def __init__(self, language: Language, currency: str = "") -> None:
        self.language: Language = language
        self.currency = currency.strip()

    # -- numbers --------------------------------------------------------------------------------------------------

    def number(self, value: float, digits: int = 0) -> str:
        """A number with so many digits after the point, halves away from zero.

        >>> Formats("en").number(-1234.56, 1)
        '−1,234.6'
        """
        from babel.numbers import format_decimal

        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return self._tidy(format_decimal(round(float(value), digits) + 0.0, format=pattern, locale=self.language))

    def share(self, value: float, digits: int = 1) -> str:
        """A share of 1 as a percentage.

        >>> Formats("en").share(0.1234), Formats("ru").share(0.1234).replace(NARROW, "_")
        ('12.3%', '12,3_%')
        """
        gap = NARROW if self.language == "ru" else ""
        return f"{self.number(100 * value, digits)}{gap}%"

    def small_share(self, value: float) -> str:
        """A share that is never shown as 0 unless it is.

        >>> Formats("en").small_share(0.0001), Formats("en").small_share(0.02)
        ('<0.1%', '2.0%')
        """
        return f"<{self.share(0.001)}" if 0 < value < 0.0005 else self.share(value)

    def points(self, difference: float, digits: int = 1) -> str:
        """A signed difference of two shares in percentage points.

        >>> Formats("ru").points(0.031).replace(NARROW, "_")
        '+3,1_п._п.'
        """
        unit = f"{NARROW}п.{NARROW}п." if self.language == "ru" else "\u00a0pp"
        return self.signed(100 * difference, digits) + unit

    def signed(self, value: float, digits: int = 1) -> str:
        """A number with its sign always shown, except for zero."""
        shown = self.number(value, digits)
        return f"+{shown}" if round(value, digits) > 0 else shown

    def money(self, value: float) -> str:
        """An amount: pennies below 100, whole units above, millions in words.

        >>> Formats("en", "GBP").money(17850.4), Formats("en").money(9.5)
        ('£17,850', '9.50')
        """
        size = abs(float(value))
        if size >= _MILLION:
            return self._tidy(self._compact(float(value)))
        return self._amount(float(value), 2 if 0 < size < 100 else 0)

    def value(self, value: float | None, unit: str) -> str:
        """A value in its unit: share, money, count, days, hours, points, ratio, loss; a dash when it is not known."""
        if value is None:
            return "–"
        digits = {"count": 0, "days": 0, "hours": 1, "months": 1, "points": 1, "ratio": 2, "loss": 3}
        if unit == "share":
            return self.share(value)
        if unit == "money":
            return self.money(value)
        word = _WORDS.get(unit, {}).get(self.language)
        return self.number(value, digits.get(unit, 2)) + (NARROW + word if word else "")

    def interval(self, low: float | None, high: float | None, unit: str) -> str:
        r"""An interval, its unit said once where it follows the number; empty when there is none.

        >>> Formats("en").interval(0.1, 0.2, "share")
        '10.0\u2060–\u206020.0%'
        """
        if low is None or high is None:
            return ""
        left, right = self.value(low, unit), self.value(high, unit)
        if unit == "share":
            left = left.rstrip("%").rstrip(NARROW)
        between = "\u00a0…\u00a0" if low < 0 else f"{JOINER}–{JOINER}"
        return left + between + right

    # -- time -----------------------------------------------------------------------------------------------------

    def day(self, day: date) -> str:
        """A date in words.

        >>> Formats("ru").day(date(2026, 11, 22)).replace(NARROW, "_")
        '22_ноября 2026_г.'
        """
        from babel.dates import format_date

        pattern = f"d'{NARROW}'MMMM y'{NARROW}г.'" if self.language == "ru" else "d\u00a0MMMM y"
        return format_date(day, pattern, locale=self.language)

    def period(self, first: date, by: str, case: Case = "nominative") -> str:
        """A period by its first day: 'when' carries its preposition, the other cases are Russian grammar.

        >>> Formats("ru").period(date(1998, 6, 1), "month", "when").replace(NARROW, "_")
        'в июне 1998_г.'
        >>> Formats("en").period(date(1998, 4, 1), "quarter", "when")
        'in Q2 1998'
        """
        return self._russian(first, by, case) if self.language == "ru" else self._english(first, by, case)

    def short_period(self, first: date, by: str) -> str:
        """A period as it fits beside a chart.

        >>> Formats("en").short_period(date(2011, 11, 1), "month")
        'Nov 2011'
        """
        from babel.dates import format_date

        if by in ("day", "week"):
            return format_date(first, "d MMM y", locale=self.language).replace(".", "")
        if by == "month":
            return format_date(first, "LLL y", locale=self.language).replace(".", "")
        return self.period(first, by)

    def listed(self, words: Sequence[str], joint: Literal["and", "or"] = "and") -> str:
        """Words joined as a list.

        >>> Formats("ru").listed(["orders", "events"], "or")
        'orders или events'
        """
        last = {"en": {"and": " and ", "or": " or "}, "ru": {"and": " и ", "or": " или "}}[self.language][joint]
        return ", ".join(words[:-1]) + last + words[-1] if len(words) > 1 else "".join(words)

    def _english(self, first: date, by: str, case: Case) -> str:
        names = {
            "day": self.day(first),
            "week": f"the week of {self.day(first)}",
            "month": f"{_month('en', first)} {first.year}",
            "quarter": f"Q{(first.month + 2) // 3} {first.year}",
            "year": str(first.year),
        }
        lead = ("on " if by == "day" else "in ") if case == "when" else ""
        return lead + names[by]

    def _russian(self, first: date, by: str, case: Case) -> str:
        year, quarter = f"{first.year}{NARROW}г.", _QUARTERS[(first.month - 1) // 3]
        name = _month("ru", first)
        names: dict[str, tuple[str, str, str]] = {
            "day": (self.day(first),) * 3,
            "week": (
                f"неделя с {self.day(first)}",
                f"недели с {self.day(first)}",
                f"на неделе с {self.day(first)}",
            ),
            "month": (f"{name} {year}", f"{_genitive(first)} {year}", f"в {_IN_MONTH[first.month - 1]} {year}"),
            "quarter": (
                f"{quarter} квартал {year}",
                f"{quarter} квартала {year}",
                f"{'во' if quarter == 'II' else 'в'} {quarter} квартале {year}",
            ),
            "year": (f"{first.year} год", f"{first.year} года", f"в {first.year} году"),
        }
        return names[by][("nominative", "genitive", "when").index(case)]

    # -- parts ----------------------------------------------------------------------------------------------------

    @property
    def _iso(self) -> str:
        """The currency as an ISO code that Babel knows, or nothing."""
        from babel.core import Locale

        code = self.currency.upper()
        return code if code in Locale("en").currencies else ""

    def _amount(self, value: float, digits: int) -> str:
        from babel.numbers import format_currency, get_currency_symbol

        if not self._iso:
            return self.number(value, digits) + (f"{NARROW}{self.currency}" if self.currency else "")
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        # A code of letters, as of the rouble in English, keeps its distance; a sign does not.
        gap = "\u00a0" if get_currency_symbol(self._iso, self.language)[-1:].isalpha() else ""
        pattern = f"{pattern} ¤" if self.language == "ru" else f"¤{gap}{pattern}"
        rounded = round(value, digits) + 0.0
        return self._tidy(format_currency(rounded, self._iso, pattern, locale=self.language, currency_digits=False))

    def _compact(self, value: float) -> str:
        from babel.numbers import format_compact_currency, format_compact_decimal

        if self._iso:
            return format_compact_currency(value, self._iso, locale=self.language, fraction_digits=2)
        shown = format_compact_decimal(value, locale=self.language, fraction_digits=2)
        return shown + (f"{NARROW}{self.currency}" if self.currency else "")

    def _tidy(self, text: str) -> str:
        """A typeset number: a true minus, narrow spaces that do not break (ordinary spaces after it in Russian too)."""
        text = text.replace("-", MINUS)
        return text.replace("\u00a0", NARROW).replace(" ", NARROW) if self.language == "ru" else text


def _month(language: Language, day: date) -> str:
    from babel.dates import format_date

    return format_date(day, "LLLL", locale=language)


def _genitive(day: date) -> str:
    from babel.dates import format_date

    return format_date(day, "MMMM", locale="ru")
