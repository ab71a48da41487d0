"""Who a person is to this installation: ids, and the words by which traces of them are found."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from vernost.store.erased import PHONE_DIGITS
from vernost_web.data.queries import ids_of, load_number, reading

ERASED = "erased"
_TELLING_ID, _TELLING_NAME = 5, 5
"""Letters from which an id or a name, found in the middle of a text, can be nobody else's."""

_COLUMNS = ("name", "email", "phone")


@dataclass(frozen=True)
class Person:
    """A person, as far as traces of them are to be found.

    Attributes:
        ids: of the customer, and of those merged into it.
        names: what they are called.
        contacts: addresses and telephones, as they are written.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """It as JSON values."""
        return {"ids": list(self.ids), "names": list(self.names), "contacts": list(self.contacts)}

    @classmethod
    def from_json(cls, values: Mapping[str, Sequence[str]]) -> "Person":
        """What ``as_json`` gave."""
        return cls(tuple(values["ids"]), tuple(values["names"]), tuple(values["contacts"]))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Words that in the middle of a text tell of this person, the longest first."""
        names = [each for each in self.names if len(each) >= _TELLING_NAME]
        phones = [
            digits[-PHONE_DIGITS:] for each in self.contacts if len(digits := re.sub(r"\D", "", each)) >= PHONE_DIGITS
        ]
        return tuple(sorted({*self.telling_ids, *names, *self.contacts, *phones}, key=lambda word: (-len(word), word)))

    @cached_property
    def telling_ids(self) -> tuple[str, ...]:
        """Ids that are nothing else by chance, as a short number would be."""
        return tuple(each for each in self.ids if len(each) >= _TELLING_ID)

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        bounded = [
            rf"(?<!\w){re.escape(word)}(?!\w)" if word in self.telling_ids else re.escape(word) for word in self.words
        ]
        return re.compile("|".join(bounded), re.IGNORECASE) if bounded else None

    def is_in(self, text: str) -> bool:
        """Whether a text tells of this person."""
        return text in self.ids or bool(self._pattern and self._pattern.search(text))

    def is_within(self, value: Any) -> bool:
        """Whether any text of a value of JSON tells of this person."""
        if isinstance(value, str):
            return self.is_in(value)
        if isinstance(value, Mapping):
            return any(self.is_within(each) for pair in value.items() for each in pair)
        return isinstance(value, list) and any(self.is_within(each) for each in value)

    def without(self, value: Any, pseudonym: str) -> Any:
        """A value of JSON with the pseudonym where an id stood, and nothing told elsewhere."""
        if isinstance(value, str):
            return self._without(value, pseudonym)
        if isinstance(value, Mapping):
            return {self._without(str(name), pseudonym): self.without(each, pseudonym) for name, each in value.items()}
        return [self.without(each, pseudonym) for each in value] if isinstance(value, list) else value

    def _without(self, text: str, pseudonym: str) -> str:
        if text in self.ids:
            return pseudonym
        known = {each.casefold() for each in self.ids}
        return (
            self._pattern.sub(lambda found: pseudonym if found[0].casefold() in known else ERASED, text)
            if self._pattern
            else text
        )


def person_of(customer_id: str) -> Person:
    """The person of a customer, by all ids that were merged into it."""
    ids = ids_of(customer_id) if load_number() else (customer_id,)
    rows = _rows(ids)
    names = dict.fromkeys(row["name"] for row in rows if row["name"])
    contacts = dict.fromkeys(row[name] for row in rows for name in ("email", "phone") if row[name])
    return Person(ids, tuple(names), tuple(contacts))


def found_by(text: str, *, most: int = 20) -> list[dict[str, Any]]:
    """Customers whose id, e-mail or telephone is a text, as it may be written."""
    plain, digits = text.strip(), re.sub(r"\D", "", text)[-PHONE_DIGITS:]
    if not plain or not load_number():
        return []
    with reading() as log:
        if "customers" not in log.tables:
            return [{"customer_id": plain}]
        rows = log.tables["customers"]
        tests = (rows.customer_id == plain) | (rows.email.lower() == plain.lower())
        if len(digits) == PHONE_DIGITS:
            tests |= rows.phone.re_replace("[^0-9]", "").right(PHONE_DIGITS) == digits
        return list(log.fetch(rows.filter(tests).select("customer_id", *_COLUMNS).limit(most)).to_pylist())


def _rows(ids: Iterable[str]) -> list[dict[str, Any]]:
    if not load_number():
        return []
    with reading() as log:
        if "customers" not in log.tables:
            return []
        rows = log.tables["customers"]
        return list(log.fetch(rows.filter(rows.customer_id.isin(list(ids))).select(_COLUMNS)).to_pylist())
