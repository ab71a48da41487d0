"""What a measure is, and the catalogue of all of them by name."""

import functools
import inspect
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from numbers import Integral, Real
from types import NoneType
from typing import TYPE_CHECKING, Any, get_args

from vernost.errors import InvalidValue, UnknownName
from vernost.glossary import Term, term, terms
from vernost.measure.answer import Answer
from vernost.measure.finding import Finding
from vernost.measure.question import Question
from vernost.measure.scope import Scope
from vernost.messages import Message

if TYPE_CHECKING:
    from vernost.store.log import Log

QUESTION = ("by", "cut", "where", "since", "until", "as_of", "timezone")
CATALOGUE: dict[str, "Measure"] = {}
"""All measures by name."""


@dataclass(eq=False)
class Measure:
    """A named measure: call it with a log and a question, get an answer.

    Attributes:
        name: code name, as on the command line.
        function: from a scope to a finding.
        unit: unit of its values.
        reads: tables it reads; those present set ``as_of``.
        needs: table -> columns; any one of these tables suffices.
        options: its own options with their defaults.
    """

    name: str
    function: Callable[..., Finding]
    unit: str
    reads: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        functools.update_wrapper(self, self.function)

    def __call__(self, log: "Log", **asked: Any) -> Answer:
        """Ask it of a log.

        Args:
            log: the log.
            **asked: the question (by, cut, where, since, until, as_of, timezone) and the measure's own options.
        """
        for name, value in asked.items():
            if name not in QUESTION and name not in self.options:
                raise UnknownName(Message("option of {measure}", measure=self.name), name, [*QUESTION, *self.options])
            if name in self.options:
                _check_kind(name, value, inspect.signature(self.function).parameters[name].annotation)
        question = Question.ask(**{name: value for name, value in asked.items() if name in QUESTION})
        options = {name: value for name, value in asked.items() if name in self.options}
        scope = Scope(log, question, measure=self.name, reads=self.reads)
        return Answer(self, scope, self.function(scope, **options), dict(self.options) | options)

    @property
    def term(self) -> Term:
        """Its names and meanings in both languages."""
        return term(self.name)

    def __repr__(self) -> str:
        return f"<measure {self.name}>"


_KINDS: Mapping[type, tuple[tuple[type, ...], Message]] = {
    int: ((Integral,), Message("a whole number")),
    float: ((Real,), Message("a number")),
    bool: ((bool,), Message("true or false")),
    str: ((str,), Message("a text")),
}


def _check_kind(name: str, value: Any, annotation: Any) -> None:
    """Refuse a value of an option that is not of its kind, before an engine stumbles over it."""
    allowed = get_args(annotation) or (annotation,)
    kind = next((each for each in _KINDS if each in allowed), None)
    if kind is None or (value is None and NoneType in allowed):
        return
    types, words = _KINDS[kind]
    own = tuple(each for each in allowed if isinstance(each, type) and each not in _KINDS)
    fits = isinstance(value, (*types, *own)) and (kind is bool or not isinstance(value, bool))
    if not fits or (isinstance(value, Real) and not math.isfinite(value)):
        raise InvalidValue("{name} is {value!r}, must be {kind}.", name=name, value=value, kind=words)


def measure(*, unit: str, reads: Iterable[str]) -> Callable[[Callable[..., Finding]], Measure]:
    """Make a function from a scope to a finding a measure of the catalogue, under the function's name."""

    def make(function: Callable[..., Finding]) -> Measure:
        parameters = list(inspect.signature(function).parameters.values())[1:]
        made = Measure(
            name=function.__name__,
            function=function,
            unit=unit,
            reads=tuple(reads),
            options={parameter.name: parameter.default for parameter in parameters},
        )
        CATALOGUE[made.name] = made
        return made

    return make


def chapters() -> list[Measure]:
    """All measures in the order of the glossary's chapters."""
    return [CATALOGUE[name] for name in terms() if name in CATALOGUE]


def find_measure(name: str) -> Measure:
    """A measure by its code name."""
    if name not in CATALOGUE:
        raise UnknownName("measure", name, CATALOGUE)
    return CATALOGUE[name]


def explained(measure: Measure) -> dict[str, Message]:
    """What the options of a measure mean, as its function says it.

    >>> from vernost.measure import find_measure
    >>> explained(find_measure("rfm")), explained(find_measure("cohort_retention"))["horizon"]
    ({}, 'greatest age shown; None for all.')
    """
    _, _, arguments = (inspect.getdoc(measure.function) or "").partition("Args:\n")
    words: dict[str, str] = {}
    name = ""
    for line in arguments.splitlines():
        if not line.startswith("    "):
            break
        if line[4] != " ":
            name, _, text = line.strip().partition(": ")
            words[name] = text
        else:
            words[name] += " " + line.strip()
    return {name: Message(meaning) for name, meaning in words.items() if name in measure.options}
