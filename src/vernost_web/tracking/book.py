"""What a piece tells, as it is put together: rows of the log, and what is remembered of whom and of what.

The last word counts by when something happened, not by when it came: what each message says of a customer or an order
is remembered with its instant.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vernost.messages import Message
from vernost.schema import TABLES
from vernost_web.tracking.pieces import Fields, Outcome, Row
from vernost_web.tracking.traits import MOST_FIELDS
from vernost_web.ui.words import packed


@dataclass(slots=True)
class Memory:
    """What was known before the piece, and what was asked of the log for it.

    Attributes:
        links: visitors who were named -> their customers.
        facts: kind and id -> fields.
        customers: ids that the log knows, of those that somebody is said to have had before.
        orders: orders that the log knows and no message told of -> when they were and for how much.
        sources: number of a source -> its name.
        currency: of the company; empty where it has not said.
    """

    links: dict[str, str] = field(default_factory=dict)
    facts: dict[tuple[str, str], Fields] = field(default_factory=dict)
    customers: frozenset[str] = frozenset()
    orders: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sources: Mapping[int, str] = field(default_factory=dict)
    currency: str = ""


@dataclass(slots=True)
class Told:
    """What a piece tells.

    Attributes:
        tables: table of the log -> key -> row.
        outcome: what becomes of the events.
        hints: pairs of known customers who may be the same.
    """

    tables: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    outcome: Outcome = field(default_factory=Outcome)
    hints: set[tuple[str, str]] = field(default_factory=set)


class Book:
    """Writes down what events tell.

    Attributes:
        memory: what was known before.
        told: what is told.
    """

    def __init__(self, memory: Memory) -> None:
        self.memory, self.told = memory, Told()

    def knows(self, kind: str, key: str) -> bool:
        """Whether anything was said of a customer or an order."""
        return (kind, key) in self.told.outcome.facts or (kind, key) in self.memory.facts

    def fields(self, kind: str, key: str) -> Fields:
        """What is known by now of a customer or an order."""
        found = self.told.outcome.facts.get((kind, key))
        if found is None:
            before = self.memory.facts.get((kind, key), {})
            found = self.told.outcome.facts[kind, key] = {name: list(value) for name, value in before.items()}
        return found

    def say(self, kind: str, key: str, said: Mapping[str, Any], at: int) -> dict[str, Any]:
        """Remember what is said, unless something later was said; what of it is news."""
        known = self.fields(kind, key)
        news: dict[str, Any] = {}
        for name, value in said.items():
            before = known.get(name)
            if before is None and len(known) >= MOST_FIELDS:
                continue
            if before is None or name == "ordered_at" or before[1] <= at:
                known[name] = [value, at]
                if before is None or before[0] != value:
                    news[name] = value
        return news

    def put(self, table: str, row: Mapping[str, Any], event: Row) -> None:
        """Put a row, or more of one that is there."""
        key = tuple(row[name] for name in TABLES[table].key)
        there = self.told.tables[table].setdefault(key, {})
        extra = {**(there.get("extra") or {}), **(row.get("extra") or {})} or None
        there.update({name: value for name, value in row.items() if value is not None})
        there.update({"extra": extra, "source": self.memory.sources.get(event["source"], "")})

    def note(self, row: Row, why: Message) -> None:
        """Say what of an event is not in the log."""
        self.told.outcome.notes[row["number"]] = packed(why)
