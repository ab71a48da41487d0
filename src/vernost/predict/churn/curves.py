"""What the values of one column add to the log-odds: a broken line through knots, or one number a category."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

KNOTS = 10
TAIL = 0.005
"""Share of customers beyond the outer knots, where curves stay level: what few customers show is not extrapolated."""

SCALE = 0.5
"""Spread of an indicator that is true for every second customer. Indicators of rare things keep this scale instead of
their own smaller one, so that the ridge pulls a category of five customers to 0 and leaves a common one alone."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A column's part of the log-odds.

    Attributes:
        knots: values, increasing; the places of a category's values.
        values: what is added at each knot, with straight lines between them.
        missing: what is added when the value is missing.
    """

    knots: "NDArray[np.float64]"
    values: "NDArray[np.float64]"
    missing: float

    def __call__(self, column: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """What is added for each value.

        >>> import numpy as np
        >>> curve = Curve(np.array([0.0, 10.0]), np.array([-1.0, 1.0]), missing=0.25)
        >>> curve(np.array([5.0, 7.5, 99.0, np.nan])).tolist()
        [0.0, 0.5, 1.0, 0.25]
        """
        import numpy as np

        if not len(self.knots):
            return np.where(np.isnan(column), self.missing, 0.0)
        return np.where(np.isnan(column), self.missing, np.interp(column, self.knots, self.values))


@dataclass(frozen=True, slots=True)
class Basis:
    """The columns of a design that a curve is a sum of: a hat a knot, a slope for numbers, an indicator of missing.

    Attributes:
        knots: where the hats stand.
        has_slope: whether a straight line is among the columns, which the ridge then prefers to many hats.
        has_missing: whether some values were missing.
        middle: mean of each hat and of the slope, taken off; a missing value is then in the middle of all.
    """

    knots: "NDArray[np.float64]"
    has_slope: bool
    has_missing: bool
    middle: "NDArray[np.float64]"

    @classmethod
    def learn(cls, column: "NDArray[np.float64]", weight: "NDArray[np.float64]", *, is_category: bool) -> "Basis":
        """Place knots at the values of a category, at the few values of a count, or at quantiles of a number."""
        import numpy as np

        is_known = ~np.isnan(column)
        knots = _knots(column[is_known], is_category=is_category)
        plain = cls(knots, not is_category and len(knots) > 1, not is_known.all(), np.zeros(1))
        shapes = plain.shapes(column[is_known])
        middle = np.average(shapes, axis=0, weights=weight[is_known]) if is_known.any() else np.zeros(shapes.shape[1])
        return cls(plain.knots, plain.has_slope, plain.has_missing, middle)

    def __len__(self) -> int:
        return len(self.knots) + self.has_slope + self.has_missing

    def shapes(self, column: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """Hats and slope at values that are not missing, before their middle is taken off."""
        import numpy as np

        if not len(self.knots):
            return np.empty((len(column), 0))
        hats = [np.interp(column, self.knots, hat) for hat in np.eye(len(self.knots))]
        slope = [np.interp(column, self.knots, self._slope())] if self.has_slope else []
        return np.column_stack([*hats, *slope])

    def _slope(self) -> "NDArray[np.float64]":
        return (self.knots - self.knots[0]) / (self.knots[-1] - self.knots[0])

    def design(self, column: "NDArray[np.float64]") -> "NDArray[np.float64]":
        """Columns of the design for values, missing ones among them."""
        import numpy as np

        is_missing = np.isnan(column)
        shapes = self.shapes(column) - self.middle
        shapes[is_missing] = 0.0
        indicator = [is_missing[:, None].astype(np.float64)] if self.has_missing else []
        return np.hstack([shapes, *indicator]) / SCALE

    def curve(self, coefficients: "NDArray[np.float64]") -> Curve:
        """The curve that coefficients of the design make."""
        import numpy as np

        values = self.design(np.append(self.knots, np.nan)) @ coefficients
        return Curve(self.knots, values[:-1], float(values[-1]))


def _knots(known: "NDArray[np.float64]", *, is_category: bool) -> "NDArray[np.float64]":
    import numpy as np

    distinct = np.unique(known)
    if len(distinct) > KNOTS and not is_category:
        distinct = np.unique(np.quantile(known, np.linspace(TAIL, 1 - TAIL, KNOTS)))
    return distinct if len(distinct) > 1 or is_category else np.empty(0)
