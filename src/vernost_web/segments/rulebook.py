"""The rules of all segments, as the library takes them, and from where it looks at the log."""

from collections import ChainMap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vernost.explain.segments import (
    Listed,
    Narrowed,
    Rule,
    Standpoint,
    members,
    mentioned,
    read_rule,
    ready_made,
    resolved,
    told,
)  # fmt: skip
from vernost_web.company.queries import company
from vernost_web.segments.models import Kind, Membership, Segment, Version
from vernost_web.ui.language import spoken

if TYPE_CHECKING:
    from vernost.store.log import Log


class Rulebook(Mapping[str, Rule]):
    """Rules by the keys of their segments, each read when it is first asked for; fixed lists too."""

    def __init__(self) -> None:
        self._segments = {each.key: each for each in Segment.objects.all()}
        self._read: dict[str, Rule] = {}

    def __getitem__(self, key: str) -> Rule:
        if key not in self._read:
            self._read[key] = self._rule(key)
        return self._read[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._segments)

    def __len__(self) -> int:
        return len(self._segments)

    def __contains__(self, key: object) -> bool:
        return key in self._segments

    def _rule(self, key: str) -> Rule:
        found = self._segments[key]
        if found.kind == Kind.LIST:
            return Listed(tuple(ids_of(found)))
        return read_rule(written(found))

    @property
    def titles(self) -> dict[str, str]:
        """Names of the segments in the reader's language."""
        return {key: each.title for key, each in self._segments.items()}

    def told(self, rule: Rule) -> str:
        """A rule in the reader's words."""
        return told(rule, spoken(), self.titles)

    def state(self, key: str) -> str:
        """What names the rule of a segment with all that it mentions, so that answers can be kept by it."""
        seen: dict[str, str] = {}
        waiting = [key]
        while waiting:
            name = waiting.pop()
            segment = self._segments.get(name)
            if name in seen or segment is None:
                continue
            is_list = segment.kind == Kind.LIST
            seen[name] = f"turn {segment.turn}" if is_list else f"version {segment.version}"
            waiting += [] if is_list else mentioned(self[name])
        return " ".join(f"{name} {state}" for name, state in sorted(seen.items()))


def written(segment: Segment, number: int | None = None) -> object:
    """The rule of a segment as plain data: the one that counts, or that of a version."""
    found = Version.objects.filter(segment=segment, number=number or segment.version).first()
    return found.rule if found else ready_made()[segment.key].written


def ids_of(segment: Segment) -> Iterator[str]:
    """Who is in a segment, as it was last written."""
    return Membership.objects.filter(segment=segment, left_on=None).values_list("customer_id", flat=True).iterator()


def standpoint(log: "Log") -> Standpoint:
    """A log as the company looks at it."""
    found = company()
    return Standpoint(log, timezone=found.timezone, chosen=found.chosen)


def check(rule: object, key: str = "") -> Rule:
    """Refuse what is not a rule, or cannot be asked with the segments that there are; gives back the rule.

    Args:
        rule: as plain data.
        key: of the segment whose rule it is to be.
    """
    read, book = read_rule(rule), Rulebook()
    resolved(read, ChainMap({key: read}, book) if key else book)  # type: ignore[arg-type]  # nothing is written into it
    return read


@contextmanager
def narrowed(log: "Log", key: str) -> Iterator["Log"]:
    """A log of the customers of a segment alone."""
    book = Rulebook()
    with Narrowed(log, members(standpoint(log), book[key], book)) as part:
        yield part
