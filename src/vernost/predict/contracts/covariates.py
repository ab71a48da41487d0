"""What may explain how long customers stay, as numbers that can be compared with each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from vernost.errors import InvalidValue, MissingColumn
from vernost.predict.churn.encoding import IDENTITY, Encoding
from vernost.predict.contracts.lives import COLUMNS, Floats
from vernost.predict.frames import has, names

Reason = Literal["constant", "collinear"]

_CONSTANT = 1e-9
"""A column whose spread is less than this part of its size does not vary."""

_COLLINEAR = 1e-6
"""A column of which less than this part is left when those before it are known says nothing new."""


@dataclass(frozen=True, slots=True)
class Term:
    """One number that explains: a column, or whether a category has a value.

    Attributes:
        column: the column.
        level: the value of the category; None for a column of numbers.
    """

    column: str
    level: str | None = None

    def __str__(self) -> str:
        return self.column if self.level is None else f"{self.column}={self.level}"


@dataclass(frozen=True, slots=True)
class Covariates:
    """Columns that explain, each term with its mean and spread at the time of learning.

    A category becomes one term for each value but the most frequent one. What is missing, rare or was never seen takes
    the mean, so that it explains nothing.

    Attributes:
        encoding: columns and categories.
        terms: what is learnt from.
        mean: mean of each term.
        spread: standard deviation of each term.
        dropped: terms that are not learnt from, and why.
    """

    encoding: Encoding
    terms: tuple[Term, ...]
    mean: Floats
    spread: Floats
    dropped: Mapping[str, Reason]

    @classmethod
    def learn(cls, frame: Any, chosen: Sequence[str] | None) -> tuple[Self, Floats]:
        """Learn the terms of the chosen columns (by default all that may explain), and the standardised terms."""
        encoding = Encoding.learn({name: frame[name] for name in _found(frame, chosen)})
        raw = encoding.matrix(frame)
        terms = _all_terms(encoding, raw)
        matrix = _at_mean(_spelt_out(encoding, raw, terms))
        size, spread = np.abs(matrix).max(axis=0, initial=0), matrix.std(axis=0)
        varies = spread > _CONSTANT * np.maximum(size, _CONSTANT)
        standard = (matrix[:, varies] - matrix[:, varies].mean(axis=0)) / spread[varies]
        kept = np.flatnonzero(varies)
        is_new = _says_something_new(standard)
        dropped: dict[str, Reason] = {str(terms[place]): "constant" for place in np.flatnonzero(~varies)}
        dropped |= {str(terms[place]): "collinear" for place in kept[~is_new]}
        kept = kept[is_new]
        if not kept.size:
            raise InvalidValue("No column that could explain varies among the customers. Take KaplanMeier instead.")
        learnt = cls(
            encoding, tuple(terms[place] for place in kept), matrix[:, kept].mean(axis=0), spread[kept], dropped
        )
        return learnt, standard[:, is_new]

    def standardised(self, frame: Any) -> Floats:
        """The terms of a frame, in spreads away from the mean."""
        raw = self.encoding.matrix(frame)
        matrix = _spelt_out(self.encoding, raw, self.terms)
        return np.where(np.isnan(matrix), 0.0, (matrix - self.mean) / self.spread)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that explain, each once."""
        return tuple(dict.fromkeys(term.column for term in self.terms))

    def by_column(self, parts: Floats) -> Floats:
        """Parts of terms, added up by column."""
        owners = [[column == term.column for column in self.columns] for term in self.terms]
        return parts @ np.array(owners, dtype=np.float64)


def _found(frame: Any, chosen: Sequence[str] | None) -> list[str]:
    """Columns of a frame that were chosen, or all that may explain."""
    own = [name for name in names(frame) if name not in COLUMNS and name != IDENTITY]
    columns = own if chosen is None else list(chosen)
    if not columns:
        raise InvalidValue("There is no column that could explain how long customers stay. Take KaplanMeier instead.")
    for name in columns:
        if not has(frame, name):
            raise MissingColumn("The frame", name, names(frame))
    return columns


def _all_terms(encoding: Encoding, raw: Floats) -> list[Term]:
    """All terms of encoded columns; a category of one value has but the term that is constant."""
    terms = []
    for name, values in zip(encoding.names, raw.T, strict=True):
        levels = encoding.levels.get(name)
        if not levels:
            terms.append(Term(name))
            continue
        counts = [np.count_nonzero(values == number) for number in range(len(levels))]
        usual = levels[int(np.argmax(counts))]
        terms += [Term(name, level) for level in levels if level != usual] or [Term(name, usual)]
    return terms


def _spelt_out(encoding: Encoding, raw: Floats, terms: Sequence[Term]) -> Floats:
    """Terms of encoded columns, side by side; what is missing is NaN."""
    owners = [raw[:, encoding.names.index(term.column)] for term in terms]
    return np.column_stack([_term(values, encoding, term) for values, term in zip(owners, terms, strict=True)])


def _at_mean(matrix: Floats) -> Floats:
    """A matrix with what is missing at the mean of its column."""
    is_known = ~np.isnan(matrix)
    mean = np.where(is_known, matrix, 0.0).sum(axis=0) / np.maximum(is_known.sum(axis=0), 1)
    return np.where(is_known, matrix, mean)


def _term(values: Floats, encoding: Encoding, term: Term) -> Floats:
    """A term of an encoded column; what is missing is NaN."""
    if term.level is None:
        return values
    number = encoding.levels[term.column].index(term.level)
    return np.where(np.isnan(values), np.nan, values == number)


def _says_something_new(standard: Floats) -> NDArray[np.bool_]:
    """For each standardised column, whether it is more than a mixture of those before it."""
    left = np.zeros(standard.shape[1])
    own = np.abs(np.diag(np.linalg.qr(standard, mode="r")))
    left[: len(own)] = own
    return left > _COLLINEAR * np.sqrt(len(standard))
