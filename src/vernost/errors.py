"""Every mistake a user can make, one class per kind; each message says what to do next."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches


class VernostError(Exception):
    """Root of all errors that Vernost raises on purpose: one clear sentence with the next step."""


class InvalidValue(VernostError):
    """An argument is outside what it may be."""


class UnknownName(VernostError):
    """A name (measure, table, column, option) is not one of those that exist."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        known = sorted(known)
        close = get_close_matches(name, known, n=3, cutoff=0.5)
        shown = ", ".join(close or known[:12])
        more = "" if close or len(known) <= 12 else f" and {len(known) - 12} more"
        lead = "Did you mean" if close else "There are"
        tail = "?" if close else "."
        super().__init__(f"There is no {kind} {name!r}. {lead} {shown}{more}{tail}")
        self.name = name


class MissingColumn(VernostError):
    """A table lacks a column that must be there."""

    def __init__(self, table: str, column: str, found: Collection[str]) -> None:
        names = sorted(found)
        shown = ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")
        super().__init__(
            f"{table} has no column for {column!r}; it has {shown or 'no columns'}. "
            f"Name one with --map {column}=COLUMN."
        )
        self.table, self.column = table, column


class MissingFacts(VernostError):
    """A measure needs a table or columns that this log does not have."""

    def __init__(self, measure: str, needs: str) -> None:
        super().__init__(f"{measure} needs {needs}, which this log does not have. Load it to unlock the measure.")
        self.measure, self.needs = measure, needs


class UnreadableSource(VernostError):
    """A file or database cannot be read as data."""

    def __init__(self, source: str, why: str, hint: str) -> None:
        super().__init__(f"{source} cannot be read: {why}. {hint}")
        self.source = source


class InvalidExpression(VernostError):
    """A written expression (--where, --map) cannot be understood or is not allowed."""


class LogBusy(VernostError):
    """Another process is loading into the same log."""


class UnusableLog(VernostError):
    """A log URL points to something that is not a log, or that cannot be opened."""
