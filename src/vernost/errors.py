"""Every mistake a user can make, one class per kind; each message says what to do next, in either language."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from vernost.messages import Message, shortened


class VernostError(Exception):
    """Root of all errors that Vernost raises on purpose: one clear sentence with the next step.

    >>> error = InvalidValue("{name} is {value}, must be above 0.", name="days", value=-1)
    >>> str(error), error.told("ru")
    ('days is -1, must be above 0.', 'Значение days — -1, а должно быть больше 0.')
    """

    def __init__(self, sentence: str, /, **values: object) -> None:
        """A mistake in words.

        Args:
            sentence: what is wrong and what to do, in English with named gaps; ``messages.ru.toml`` has it in Russian.
            values: what fills the gaps.
        """
        self.message = Message(sentence, **values)
        super().__init__(self.message)

    def told(self, language: str) -> str:
        """It in a language, 'en' or 'ru'."""
        return self.message.told(language)


class InvalidValue(VernostError):
    """An argument is outside what it may be."""


class Unfilterable(InvalidValue):
    """A measure of what knows no customers cannot be asked of some of them alone."""


class UnknownName(VernostError):
    """A name (measure, table, column, option) is not one of those that exist."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        close = get_close_matches(name, names, n=3, cutoff=0.5)
        if close:
            sentence = "There is no {kind} {name!r}. Did you mean {known}?"
        elif names:
            sentence = "There is no {kind} {name!r}. There are {known}."
        else:
            sentence = "There is no {kind} {name!r}, and no other one."
        super().__init__(sentence, kind=Message(kind), name=name, known=close or shortened(names, 12))
        self.name = name


class MissingColumn(VernostError):
    """A table lacks a column that must be there."""

    def __init__(self, table: str, column: str, found: Collection[str]) -> None:
        super().__init__(
            "{table} has no column for {column!r}; it has {found}. Name one with --map {column}=COLUMN.",
            table=table,
            column=column,
            found=shortened(sorted(found), 20) if found else Message("no columns"),
        )
        self.table, self.column = table, column


class MissingFacts(VernostError):
    """A measure needs a table or columns that this log does not have."""

    def __init__(self, measure: str, needs: str) -> None:
        self.measure, self.needs = measure, Message(needs)
        super().__init__(
            "{measure} needs {needs}, which this log does not have. Load it to unlock the measure.",
            measure=measure,
            needs=self.needs,
        )


class UnreadableSource(VernostError):
    """A file or database cannot be read as data."""

    def __init__(self, source: str, why: str, hint: str, **values: object) -> None:
        super().__init__(
            "{source} cannot be read: {why}. {hint}",
            source=source,
            why=Message(why, **values),
            hint=Message(hint, **values),
        )
        self.source = source


class InvalidExpression(VernostError):
    """A written expression (--where, --map) cannot be understood or is not allowed."""


class LogBusy(VernostError):
    """Another process is loading into the same log."""


class UnusableLog(VernostError):
    """A log URL points to something that is not a log, or that cannot be opened."""
