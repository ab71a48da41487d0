"""Customers to learn from, in an order that depends on nothing but what they hold, and their parts for trials."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from vernost.errors import InvalidValue, VernostError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

FOLDS, LINKS = 5, 3
"""Trials: so many random parts without origins; with them so many of the last, each learnt from those before it."""


class TooFewCustomers(VernostError):
    """There are too few customers, or too few of one kind, to tell them apart."""

    def __init__(self, left: int, stayed: int, least: int) -> None:
        super().__init__(
            "It is known of {left} customers that they left and of {stayed} that they stayed; it takes at least "
            "{least} of each. Load a longer history, or take the base rate.",
            left=left,
            stayed=stayed,
            least=least,
        )


@dataclass(frozen=True, slots=True)
class Sample:
    """Customers to learn from.

    Attributes:
        X: numbers, a row a customer.
        y: 1 for who left, 0 for who stayed.
        weight: how many customers each row stands for, against 1 on average.
        origin: date or number of the day each row was looked at; None when all were on one day.
    """

    X: "NDArray[np.float64]"
    y: "NDArray[np.float64]"
    weight: "NDArray[np.float64]"
    origin: "NDArray[np.int64] | None" = None

    @classmethod
    def check(cls, X: "NDArray[np.float64]", y: Any, origin: Any = None, weight: Any = None) -> "Sample":
        """Take what was given to fit, or say what is wrong with it."""
        import numpy as np

        if not len(X):
            raise InvalidValue("X has no rows. Give at least one customer of whom it is known whether they left.")
        left = _numbers(y, "y", len(X))
        if not np.isin(left, (0.0, 1.0)).all():
            raise InvalidValue("y holds other values than 0 (stayed) and 1 (left). Give 0 or 1 for each customer.")
        weights = np.ones(len(X)) if weight is None else _numbers(weight, "weight", len(X))
        if not (weights > 0).all() or np.isinf(weights).any():
            raise InvalidValue("weight holds values that are not above 0. Leave out customers that do not count.")
        origins = None if origin is None else _numbers(origin, "origin", len(X)).astype(np.int64)
        return cls(X, left, weights / weights.mean(), origins)

    def __len__(self) -> int:
        return len(self.y)

    def __getitem__(self, rows: Any) -> "Sample":
        return Sample(self.X[rows], self.y[rows], self.weight[rows], None if self.origin is None else self.origin[rows])

    @property
    def rarer(self) -> int:
        """How many left, or stayed where these are fewer."""
        left = int(self.y.sum())
        return min(left, len(self) - left)

    def check_enough(self, least: int) -> None:
        """Refuse when fewer than ``least`` left or stayed."""
        if self.rarer < least:
            left = int(self.y.sum())
            raise TooFewCustomers(left, len(self) - left, least)

    def without_dates(self) -> "Sample":
        """The same, with columns emptied that tell days apart and not customers.

        A month, a price index or a count of all customers is the same for everyone on a day. Unless its values came
        back, on two days each, what it teaches is the level of those days by heart, and it says nothing of the next.
        """
        import numpy as np

        if self.origin is None:
            return self
        days, first, day = np.unique(self.origin, return_index=True, return_inverse=True)
        matrix = self.X.copy()
        for column in matrix.T:
            daily = column[first]
            is_daily = np.array_equal(column, daily[day], equal_nan=True)
            if is_daily and 2 * len(np.unique(daily)) > len(days):
                column[:] = 0.0
        return replace(self, X=matrix)

    def order(self, seed: int) -> "NDArray[np.int64]":
        """A shuffle that is the same however the rows were sorted before.

        Rows are sorted by a hash of what they hold (the finalizer of splitmix64, column by column); equal rows are
        interchangeable. So neither folds nor trees depend on the sequence in which an engine gave the customers.
        """
        import numpy as np

        origins = [] if self.origin is None else [self.origin.astype(np.float64)]
        key = np.full(len(self), seed, dtype=np.uint64)
        for column in (*self.X.T, self.y, self.weight, *origins):
            plain = np.where(np.isnan(column), np.nan, column + 0.0)  # one NaN and one zero
            key = (key ^ plain.view(np.uint64)) * np.uint64(0xBF58476D1CE4E5B9)
            key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            key ^= key >> np.uint64(31)
        return np.argsort(key, kind="stable")

    def folds(self, horizon: int) -> "list[tuple[NDArray[np.int64], NDArray[np.int64]]]":
        """Rows to learn from and rows to test on: earlier and later origins, or parts with equal shares of leavers.

        Args:
            horizon: how long after an origin it is known who left, in the unit of the origins.
        """
        return self._chain(horizon) or self._parts()

    def _chain(self, horizon: int) -> "list[tuple[NDArray[np.int64], NDArray[np.int64]]]":
        import numpy as np

        if self.origin is None:
            return []
        links = []
        for now in np.unique(self.origin):
            past = np.flatnonzero(self.origin <= now - horizon)
            if len(np.unique(self.y[past])) == 2:
                links.append((past, np.flatnonzero(self.origin == now)))
        return links[-LINKS:]

    def _parts(self) -> "list[tuple[NDArray[np.int64], NDArray[np.int64]]]":
        import numpy as np

        part = np.empty(len(self), dtype=np.int64)
        for kind in (0.0, 1.0):
            members = np.flatnonzero(self.y == kind)
            part[members] = np.arange(len(members)) % FOLDS
        return [(np.flatnonzero(part != fold), np.flatnonzero(part == fold)) for fold in range(FOLDS)]


def _numbers(values: "Sequence[Any]", name: str, rows: int) -> "NDArray[np.float64]":
    import numpy as np

    column = np.asarray(values, dtype=np.float64)
    if column.shape != (rows,):
        raise InvalidValue(
            "{name} has {count} values, X has {rows} rows. Give one value a row.",
            name=name,
            count=column.size,
            rows=rows,
        )
    if np.isnan(column).any():
        raise InvalidValue("{name} has missing values. Leave out customers of whom it is not known.", name=name)
    return column
