"""Who was erased from a log, without saying who: marks by which their rows are known when they are loaded again."""

import hmac
import json
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vernost.store import manifest
from vernost.store.personal import ERASED

if TYPE_CHECKING:
    import duckdb

MARKS = "_vernost_marks"
"""Relation of those who were ever erased: ``mark, pseudonym``."""

PHONE_DIGITS = 10
"""So many last digits tell a telephone."""

_FILE = "erased.json"


@dataclass(frozen=True, slots=True)
class Erased:
    """Those who were erased from a log.

    Attributes:
        secret: under which marks are made; random, and kept with the log.
        people: mark of an id -> the pseudonym that stands in its place.
        contacts: marks of their ids, addresses and telephones as they may stand in a row that could not be read.
        is_finished: whether all that was to be deleted is.
    """

    secret: str = field(default_factory=lambda: secrets.token_hex(32))
    people: Mapping[str, str] = field(default_factory=dict)
    contacts: frozenset[str] = frozenset()
    is_finished: bool = True

    def mark(self, value: str) -> str:
        """By what a value is known again; ``personal.mark_sql`` makes the same.

        >>> marked = Erased(secret="a").mark("ann")
        >>> len(marked), marked == Erased(secret="b").mark("ann")
        (64, False)
        """
        inner = sha256(f"{self.secret}{value}".encode()).hexdigest()
        return sha256(f"{self.secret}{inner}".encode()).hexdigest()

    def joined_by(self, ids: Iterable[str], contacts: Iterable[str], pseudonym: str = "") -> "Erased":
        """With these too, the first by a pseudonym; who is among them already keeps the one that they have."""
        asked = tuple(ids)
        people = {self.mark(each): f"{ERASED}-{secrets.token_hex(8)}" for each in asked}
        if pseudonym:
            people[self.mark(asked[0])] = pseudonym
        found = {self.mark(loosely(each)) for each in (*asked, *contacts) if loosely(each)}
        return replace(self, people={**people, **self.people}, contacts=self.contacts | found, is_finished=False)

    def begun(self) -> "Erased":
        """With something left to be deleted."""
        return replace(self, is_finished=False)

    def finished(self) -> "Erased":
        """With nothing left to be deleted."""
        return replace(self, is_finished=True)

    def pseudonym(self, one: str) -> str | None:
        """What stands in the place of an id."""
        return next((name for mark, name in self.people.items() if hmac.compare_digest(mark, self.mark(one))), None)

    def hold(self, connection: "duckdb.DuckDBPyConnection") -> None:
        """Put them into an engine as `MARKS`."""
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {MARKS} (mark VARCHAR, pseudonym VARCHAR)")
        if self.people:
            connection.executemany(f"INSERT INTO {MARKS} VALUES (?, ?)", list(self.people.items()))  # noqa: S608

    def as_json(self) -> dict[str, Any]:
        """It as JSON values."""
        return {
            "secret": self.secret,
            "people": dict(self.people),
            "contacts": sorted(self.contacts),
            "is_finished": self.is_finished,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Erased":
        """What ``as_json`` wrote."""
        return cls(values["secret"], values["people"], frozenset(values["contacts"]), values["is_finished"])


def loosely(value: str) -> str:
    """A value without what writers vary: case and space; of a telephone the last digits.

    >>> loosely(" Ann@Example.com "), loosely("+7 (912) 345-67-89"), loosely("9123456789")
    ('ann@example.com', '9123456789', '9123456789')
    """
    plain = value.strip().lower()
    digits = re.sub(r"[^0-9]", "", plain)
    is_phone = len(digits) >= PHONE_DIGITS and not re.search(r"[^0-9+() .-]", plain)
    return digits[-PHONE_DIGITS:] if is_phone else plain


def read(root: Path) -> Erased | None:
    """Who was erased from the log in a folder; None when nobody ever was."""
    path = root / manifest.FOLDER / _FILE
    return Erased.from_json(json.loads(path.read_bytes())) if path.exists() else None


def write(root: Path, erased: Erased) -> None:
    """Keep, lastingly, who was erased."""
    manifest.put(root, _FILE, erased.as_json())
