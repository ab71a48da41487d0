"""What is asked of a measure: by which period, cut by what, over which rows, as of when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from vernost.errors import InvalidValue, UnknownName
from vernost.measure.periods import Grain, check_zone
from vernost.schema import YEARS

RESERVED = frozenset(
    "period complete value low high numerator denominator customer_id cohort age customers cohort_size".split()
)
"""Names of answer columns, which no cut may take."""


@dataclass(frozen=True, slots=True)
class Question:
    """A checked question, the same for every measure.

    Attributes:
        by: length of the periods, or None for one answer over all time (or over the window).
        cut: attributes of customers or facts whose values each get their own rows.
        where: expression over attributes; the measure is of the log that remains.
        since: first day shown (or, without ``by``, counted).
        until: last day shown (or, without ``by``, counted).
        as_of: the day at whose end the log is looked at; None for the day of its last fact.
        timezone: the company's clock; None for the log's own.
    """

    by: Grain | None = None
    cut: tuple[str, ...] = ()
    where: str | None = None
    since: date | None = None
    until: date | None = None
    as_of: date | None = None
    timezone: str | None = None

    @classmethod
    def ask(
        cls,
        *,
        by: str | None = None,
        cut: str | Iterable[str] = (),
        where: str | None = None,
        since: date | str | None = None,
        until: date | str | None = None,
        as_of: date | str | None = None,
        timezone: str | None = None,
    ) -> "Question":
        """Check what a person wrote.

        >>> Question.ask(by="month", cut="city", as_of="1998-06-30").by.value
        'month'
        """
        first, last = _day(since, "since"), _day(until, "until")
        if first and last and first > last:
            raise InvalidValue(
                "The window begins on {first} and ends on {last}; its first day must not be after its last.",
                first=first,
                last=last,
            )
        return cls(
            by=_grain(by),
            cut=_cuts(cut),
            where=where or None,
            since=first,
            until=last,
            as_of=_day(as_of, "as_of"),
            timezone=check_zone(timezone) if timezone else None,
        )

    @property
    def filters(self) -> dict[str, Any]:
        """What narrows the answer, for its header."""
        parts = {
            "where": self.where,
            "from": self.since and self.since.isoformat(),
            "to": self.until and self.until.isoformat(),
        }
        return {name: part for name, part in parts.items() if part is not None}


def _grain(by: str | None) -> Grain | None:
    if by is None:
        return None
    try:
        return Grain(by)
    except ValueError:
        raise UnknownName("period", by, [grain.value for grain in Grain]) from None


def _cuts(cut: str | Iterable[str]) -> tuple[str, ...]:
    names = tuple([cut] if isinstance(cut, str) else cut)
    for name in names:
        if name in RESERVED:
            raise InvalidValue(
                "{name!r} is a column of every answer and cannot be a cut. Cut by an attribute, such as city.",
                name=name,
            )
    if len(set(names)) < len(names):
        raise InvalidValue("A cut is named twice: {names}.", names=names)
    return names


def _day(day: date | str | None, name: str) -> date | None:
    if day is None:
        return None
    try:
        found = day if isinstance(day, date) else date.fromisoformat(day)
    except ValueError:
        raise InvalidValue("{name} is {value!r}, must be a date such as 2024-12-31.", name=name, value=day) from None
    first, last = YEARS
    if not first <= found.year <= last:
        raise InvalidValue(
            "{name} is {value}, must be in the years {first} to {last}.", name=name, value=found, first=first, last=last
        )
    return found
