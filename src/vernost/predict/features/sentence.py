"""Sentences with gaps for numbers that agree with the word behind them, in English and Russian."""

import math
from collections.abc import Mapping
from string import Formatter
from typing import Any

from vernost.glossary import Language


def filled(sentence: str, values: Mapping[str, Any], language: Language) -> str | None:
    """A sentence with its gaps filled; None when one of its values is not known.

    A gap is ``{name}``, ``{name:%}`` for a share, or ``{name:day|days}`` with the forms of the word behind the number:
    one and many, in Russian one, few and many.

    >>> filled("молчит {silence:день|дня|дней}", {"silence": 22}, "ru")
    'молчит 22 дня'
    >>> filled("orders are {trend:%} of those before", {"trend": 0.5}, "en")
    'orders are 50% of those before'
    """
    gaps = [name for _, name, _, _ in Formatter().parse(sentence) if name]
    if any(is_unknown(values.get(name)) for name in gaps):
        return None
    return _Sentence(language).vformat(sentence, (), values)


def is_unknown(value: Any) -> bool:
    """Whether a value is null, or not a number."""
    return value is None or (isinstance(value, float) and math.isnan(value))


class _Sentence(Formatter):
    def __init__(self, language: Language) -> None:
        self._language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, str):
            return value
        if format_spec == "%":
            return self._shown(round(100 * float(value))) + ("\u00a0%" if self._language == "ru" else "%")
        number = _rounded(float(value))
        return (
            f"{self._shown(number)} {self._form(number, format_spec.split('|'))}"
            if format_spec
            else self._shown(number)
        )

    def _shown(self, number: float) -> str:
        from babel.numbers import format_decimal

        return str(format_decimal(number, format="#,##0.#", locale=self._language))

    def _form(self, number: float, forms: list[str]) -> str:
        from babel import Locale

        # A fraction takes the form of few in Russian: 1,5 дня.
        place = {"one": 0, "few": 1, "many": 2, "other": 1}[Locale(self._language).plural_form(number)]
        return forms[min(place, len(forms) - 1)]


def _rounded(value: float) -> int | float:
    """A number as people say it: a tenth matters below ten only.

    >>> _rounded(64.3), _rounded(2.46), _rounded(3.01)
    (64, 2.5, 3)
    """
    rounded = round(value, 1) if abs(value) < 10 else round(value)
    return int(rounded) if float(rounded).is_integer() else rounded
