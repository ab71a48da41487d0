"""Every feature: what it means, how it is said as a reason, and which rows are behind it."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from vernost.errors import UnknownName
from vernost.glossary import Language
from vernost.predict.features.known import Known
from vernost.predict.features.sentence import filled, is_unknown

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from vernost.store.log import Log

Kind = Literal["count", "flag", "number", "category"]

SUBJECTS = {
    "orders": "orders",
    "order_lines": "goods",
    "subscriptions": "contracts",
    "events": "events",
    "tickets": "tickets",
    "answers": "answers",
    "reviews": "reviews",
    "contacts": "contacts",
    "points": "points",
    "customers": "attributes",
}
"""Table of the log -> module of its features."""

SEASON = "season"
"""Section of what depends on the day alone."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing that is known of a customer at the end of a day.

    Attributes:
        name: column of the features.
        table: table of the log that it is made of; ``season`` where it depends on the day alone.
        kind: a count (0 where there is nothing), a flag (1 or 0), a number (null where it is not known), or a category.
        en: name in English.
        ru: name in Russian.
        said: language -> the fact as a sentence about the customer, with named gaps for features.
        unsaid: language -> the sentence for when it is not known, or not so; empty for counts.
        days: over how many days it looks; None for all time.
        above: the number that it must be above to be so; None where any is.
        least: the least number that can be a reason to leave; None where any can.
        most: the greatest one.
        mark: column of the facts that marks the rows that count; None for all.
        beside: another table that it takes, too.
        is_announced: whether customers themselves have said what will come, so that it alone may tell who leaves.
    """

    name: str
    table: str
    kind: Kind
    en: str
    ru: str
    said: Mapping[str, str]
    unsaid: Mapping[str, str]
    days: int | None = None
    above: float | None = None
    least: float | None = None
    most: float | None = None
    mark: str | None = None
    beside: str | None = None
    is_announced: bool = False

    def title(self, language: Language) -> str:
        """Its name in a language."""
        return self.ru if language == "ru" else self.en

    def warns(self, value: Any) -> bool:
        """Whether a value can be a reason to leave: it is known, and no plain reason to stay.

        >>> describe("silence_ratio").warns(1.5), describe("silence_ratio").warns(0.5)
        (True, False)
        """
        if is_unknown(value):
            return False
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def sentence(self, language: Language, values: Mapping[str, Any]) -> str:
        """It as a sentence about one customer.

        Args:
            language: 'en' or 'ru'.
            values: the customer's features by name.

        >>> describe("silence_ratio").sentence("en", {"silence": 64, "gap_mean": 21.0, "silence_ratio": 3.05})
        'has been silent for 64 days, usually buys every 21 days'
        """
        value, least = values.get(self.name), 0 if self.kind == "flag" else self.above
        is_so = least is None or (value is not None and value > least)
        said = filled(self.said[language], values, language) if is_so else None
        return said or self.unsaid.get(language, self.title(language))

    def rows(self, log: "Log", customer_id: str, as_of: Any, *, timezone: str | None = None) -> "ir.Table | None":
        """The rows of the log behind it, as known at the end of a day; None where it depends on the day alone."""
        if self.table == SEASON:
            return None
        known = Known(log, as_of, timezone=timezone)
        rows = subject(self.table).facts(known)
        rows = rows.filter(rows.customer_id == customer_id)
        rows = rows.filter(rows[self.mark]) if self.mark else rows
        rows = rows.filter(known.recent(rows, self.days)) if self.days else rows
        return rows.select(name for name in rows.columns if not name.endswith("_") and name != "local")


def subject(table: str) -> Any:
    """The module of a table's features, which has ``facts`` and ``summary``."""
    return import_module(f"vernost.predict.features.{SUBJECTS[table]}")


@cache
def catalogue() -> dict[str, Feature]:
    """All features by name, in the order of their columns."""
    text = files("vernost.predict.features").joinpath("features.toml").read_text(encoding="utf-8")
    sections = tomllib.loads(text).items()
    return {
        feature.name: feature
        for table, entries in sections
        for name, entry in entries.items()
        for feature in _spelled_out(table, name, entry)
    }


def describe(name: str) -> Feature:
    """A feature by its name.

    >>> describe("tickets_90d").title("ru")
    'Обращения за 90 дней'
    """
    if name not in catalogue():
        raise UnknownName("feature", name, catalogue())
    return catalogue()[name]


def _spelled_out(table: str, name: str, entry: dict[str, Any]) -> Iterator[Feature]:
    """An entry as one feature, or as one for each span of days that it names."""
    spans = entry.get("days")
    for span in spans if isinstance(spans, list) else [spans]:

        def told(text: str, span: Any = span) -> str:
            return text.replace("{days}", str(span))

        yield Feature(
            name=told(name),
            table=table,
            kind=entry["kind"],
            en=told(entry["en"]),
            ru=told(entry["ru"]),
            said={language: told(entry[f"say_{language}"]) for language in ("en", "ru")},
            unsaid={
                language: told(entry[f"none_{language}"]) for language in ("en", "ru") if f"none_{language}" in entry
            },
            days=span,
            above=entry.get("above"),
            least=entry.get("least"),
            most=entry.get("most"),
            mark=entry.get("mark"),
            beside=entry.get("beside"),
            is_announced=entry.get("is_announced", False),
        )
