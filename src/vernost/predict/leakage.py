"""Columns that know the answer: what is written down only once a customer has left tells nothing beforehand."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from vernost.glossary import Language
from vernost.predict.frames import names

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

SURE_AUC = 0.99
"""A column that ranks customers so well by itself knows the answer; honest ones are far from it."""

BY_CHANCE = 1e-6
"""A pattern counts that chance would make less often than this."""

LEAST_OF_CLASS = 10
"""Fewer customers of an outcome are told apart by chance alone."""

MOST_OF_CLASS = 0.5
"""What is filled for stayers alone must be so for this share of them: the best customers may well all stay."""

MOST_KINDS = 50
"""A number with no more values than this may be a code, whose order says nothing."""

Why = Literal["order", "kind", "filled"]


@dataclass(frozen=True, slots=True)
class Leak:
    """A column that tells who left, all by itself.

    Attributes:
        column: its name.
        why: by its order, by its kind, or by being filled at all.
        strength: its AUC alone; for a column filled for one class only, the share of that class that it is filled for.
    """

    column: str
    why: Why
    strength: float

    def sentence(self, language: Language = "en") -> str:
        """It in words, with what to do.

        >>> Leak("closed_on", "filled", 0.31).sentence()
        "'closed_on' is filled only for customers of one outcome (31% of them): it was written down afterwards..."
        """
        return _texts()[self.why][language].format(column=self.column, strength=self.strength)


def find_leaks(X: Any, y: Any, *, announced: Collection[str] = ()) -> tuple[Leak, ...]:
    """Columns that know who left, each with why; the fewer customers of a class, the less can be said.

    Args:
        X: features, one row a customer: pandas, Polars, Arrow or a dict of columns. ``customer_id`` is passed over.
        y: 1 for who left, 0 for who stayed, in the same order.
        announced: columns in which customers themselves say what will come; these may tell it, but not be filled for
            leavers alone.

    >>> left = [number % 2 for number in range(40)]
    >>> [leak.column for leak in find_leaks({"orders": [3, 3, 2, 2] * 10, "is_gone": left}, left)]
    ['is_gone']
    """
    import numpy as np

    left = np.asarray(y, dtype=bool)
    if min(left.sum(), (~left).sum()) < LEAST_OF_CLASS:
        return ()
    found = (_leak(name, _values(X, name), left) for name in names(X) if name != "customer_id")
    return tuple(leak for leak in found if leak and (leak.column not in announced or leak.why == "filled"))


def _leak(name: str, values: "pd.Series[Any]", left: "NDArray[np.bool_]") -> Leak | None:
    """What gives a column away, the plainest first."""
    filled = values.notna().to_numpy()
    share = _share_of_one_class(filled, left)
    if share is not None:
        return Leak(name, "filled", share)
    numbers = _numbers(values)
    if numbers is not None and (auc := _auc(numbers[filled], left[filled])) >= SURE_AUC:
        return Leak(name, "order", auc)
    if numbers is None or values.nunique() <= MOST_KINDS:
        auc = _auc(_held_out_rates(values, left), left)
        return Leak(name, "kind", auc) if auc >= SURE_AUC else None
    return None


def _share_of_one_class(filled: "NDArray[np.bool_]", left: "NDArray[np.bool_]") -> float | None:
    """The share of one outcome that a column is filled for, when it is filled for no other and not by chance."""
    outcomes = set(left[filled].tolist())
    if filled.all() or len(outcomes) != 1:
        return None
    (is_of_leavers,) = outcomes
    is_class = left == is_of_leavers
    share = float(filled.sum() / is_class.sum())
    is_chance = float(is_class.mean()) ** int(filled.sum()) >= BY_CHANCE
    return None if is_chance or (not is_of_leavers and share < MOST_OF_CLASS) else share


def _auc(scores: "NDArray[Any]", left: "NDArray[np.bool_]") -> float:
    """How well an order tells the outcomes apart, in whichever direction; 0.5 when there are too few of one."""
    from scipy.stats import rankdata

    gone, stayed = int(left.sum()), int((~left).sum())
    if min(gone, stayed) < LEAST_OF_CLASS:
        return 0.5
    above = float(rankdata(scores)[left].sum()) - gone * (gone + 1) / 2
    auc = above / (gone * stayed)
    return max(auc, 1 - auc)


def _held_out_rates(values: "pd.Series[Any]", left: "NDArray[np.bool_]") -> "NDArray[Any]":
    """The share that left of each customer's kind among the other half: a kind of one customer tells nothing."""
    import numpy as np
    import pandas as pd

    half = np.where(left, np.cumsum(left), np.cumsum(~left)) % 2
    rows = pd.DataFrame({"kind": values.astype("string").fillna("").to_numpy(), "left": left.astype(float)})
    rates = np.full(len(rows), float(left.mean()))
    for mine in (0, 1):
        learnt = rows[half != mine].groupby("kind")["left"].mean()
        rates[half == mine] = rows["kind"][half == mine].map(learnt).fillna(float(left.mean()))
    return rates


def _numbers(values: "pd.Series[Any]") -> "NDArray[Any] | None":
    """A column as numbers, instants too; None for words."""
    import pandas as pd

    known = values.dropna()
    if known.empty or isinstance(known.iloc[0], str):
        return None
    if isinstance(known.iloc[0], date):
        values = pd.to_datetime(values).map(pd.Timestamp.timestamp, na_action="ignore")
    return pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=float("nan"))


def _values(X: Any, name: str) -> "pd.Series[Any]":
    import pandas as pd

    column = X[name]
    return (column.to_pandas() if hasattr(column, "to_pandas") else pd.Series(column)).reset_index(drop=True)


@cache
def _texts() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("vernost.predict").joinpath("leakage.toml").read_text(encoding="utf-8"))
