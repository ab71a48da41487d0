"""Rules in the words of people, in both languages."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from vernost.explain.segments.rule import (
    AllOf,
    AnyOf,
    Attribute,
    Behind,
    Condition,
    Did,
    Listed,
    Measured,
    Member,
    Not,
    Rule,
    Scored,
    Span,
)
from vernost.glossary import Language, heading, term
from vernost.measure.rfm import segments as rfm_segments

_RUSSIAN_FIGURES = str.maketrans(",.", "\u00a0,")
_CODES = {"rfm": "rfm", "band": "bands"}
"""Names of what has codes as its values, with where their words are."""


@cache
def _words() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    text = files("vernost.explain.segments").joinpath("words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def word(section: str, name: str, language: Language) -> str:
    """A word of rules in a language.

    Args:
        section: attributes, facts, fact_attributes, figures, scores, conditions, bands.
        name: its code name.
        language: in which it is said.

    >>> word("figures", "revenue", "ru")
    'выручка'
    """
    english, russian = _words()[section][name]
    return russian if language == "ru" else english


def choice(name: str, language: Language) -> str:
    """What a condition is called where one is chosen.

    >>> choice("equals", "ru"), choice("at_least", "ru")
    ('равно', 'не меньше')
    """
    return word("choices" if name in _words()["choices"] else "conditions", name, language)


def codes(name: str, language: Language) -> dict[str, str]:
    """The values that something can have, where these are codes, with their words; nothing where they are not."""
    if name == "rfm":
        return {code: str(each[language]) for code, each in rfm_segments().items()}
    return {code: word("bands", code, language) for code in _words()["bands"]} if name == "band" else {}


def told(rule: Rule, language: Language, titles: Mapping[str, str] | None = None) -> str:
    """A rule as a sentence.

    Args:
        rule: it.
        language: in which it is said.
        titles: names of the segments that it may mention, as people know them.

    >>> from vernost.explain.segments.reading import read_rule
    >>> told(read_rule('{"did": "orders", "at_least": 3, "within_days": 365}'), "en")
    'orders: at least 3, within the last 365 days'
    """
    return _Teller(language, titles or {}).rule(rule)


class _Teller:
    def __init__(self, language: Language, titles: Mapping[str, str]) -> None:
        self._language = language
        self._titles = titles

    def rule(self, rule: Rule) -> str:
        match rule:
            case AllOf(parts):
                return self._say("all", parts=self._several(parts)) if parts else self._say("everybody")
            case AnyOf(parts):
                return self._say("any", parts=self._several(parts)) if parts else self._say("nobody")
            case Not(part):
                return self._say("not", part=self.rule(part))
            case Attribute(name, condition):
                return self._condition(self._word("attributes", name), name, condition)
            case Measured(name, condition):
                return self._condition(self._word("figures", name), name, condition)
            case Scored(name, condition):
                return self._condition(self._word("scores", name), name, condition)
            case Did():
                return self._did(rule)
            case _:
                return self._by_name(rule)

    def _by_name(self, rule: Member | Listed | Behind) -> str:
        match rule:
            case Member(name):
                return self._say("member", name=self._titles.get(name, name))
            case Listed(customers):
                return self._say("listed", count=len(customers))
            case Behind(measure, row=row):
                keys = ", ".join(f"{heading(name, self._language)}: {value or '–'}" for name, value in row)
                told_row = self._say("row", parts=keys) if keys else ""
                return self._say("behind", measure=term(measure).title(self._language), row=told_row)

    def _several(self, parts: tuple[Rule, ...]) -> str:
        return "; ".join(
            f"({self.rule(each)})" if isinstance(each, AllOf | AnyOf) else self.rule(each) for each in parts
        )

    def _did(self, rule: Did) -> str:
        rest = {"fact": self._word("facts", rule.fact), "span": self._span(rule.span), "where": self._where(rule)}
        if rule.total is not None:
            total = self._word("fact_attributes", rule.total)
            return self._say("total", total=total, count=self._count(rule.counted), **rest)
        if rule.turn is not None and rule.counted == Condition("at_least", 1):
            return self._say(rule.turn, **rest)
        if rule.counted == Condition("at_most", 0):
            return self._say("never", **rest)
        return self._say("times", count=self._count(rule.counted), **rest)

    def _count(self, counted: Condition) -> str:
        if counted.word == "between":
            low, high = (self._value("", each) for each in counted.value)
            return self._say("between", low=low, high=high)
        return self._say(counted.word, count=self._value("", counted.value))

    def _span(self, span: Span) -> str:
        days = self._say("days", days=span.days) if span.days else ""
        since = self._say("since", day=span.since) if span.since else ""
        return days + since + (self._say("until", day=span.until) if span.until else "")

    def _where(self, rule: Did) -> str:
        said = [self._condition(self._word("fact_attributes", name), name, held) for name, held in rule.where]
        return self._say("where", parts="; ".join(said)) if said else ""

    def _condition(self, title: str, name: str, condition: Condition) -> str:
        said = self._word("conditions", condition.word)
        if condition.value is None:
            return self._say("bare", name=title, word=said)
        if condition.word == "between":
            low, high = (self._value(name, each) for each in condition.value)
            return self._say("range", name=title, low=low, high=high)
        return self._say("condition", name=title, word=said, value=self._value(name, condition.value))

    def _value(self, name: str, value: Any) -> str:
        if isinstance(value, tuple):
            return ", ".join(self._value(name, each) for each in value)
        if isinstance(value, float):
            text = f"{value:,.10g}"
            return text.translate(_RUSSIAN_FIGURES) if self._language == "ru" else text
        return codes(name, self._language).get(str(value), str(value)) if name in _CODES else str(value)

    def _word(self, section: str, name: str) -> str:
        return word(section, name, self._language)

    def _say(self, sentence: str, **values: object) -> str:
        return word("sentences", sentence, self._language).format(**values)
