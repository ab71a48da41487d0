"""What keeping more customers is worth."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from vernost.errors import InvalidValue
from vernost.measure.activity import find_base
from vernost.measure.base_value import NAMES, Settings, at_ends, customers_listed, fitted, spanned_moments
from vernost.measure.finding import Finding, Row
from vernost.measure.measure import measure
from vernost.measure.moments import Means, dropped, estimate, interval, means
from vernost.measure.scope import Scope
from vernost.options import DISCOUNT_RATE, HORIZON_YEARS, MARGIN_RATE, POINTS

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN = ("value", "low", "high", "profit", "relative", "retention", "base_value", "customers")


@measure(unit="money", reads=("subscriptions", "orders"))
def retention_value(
    scope: Scope,
    *,
    points: int = POINTS,
    margin_rate: float = MARGIN_RATE,
    discount_rate: float = DISCOUNT_RATE,
    horizon: int = HORIZON_YEARS,
    base: str | None = None,
) -> Finding:
    """What each further point of yearly retention is worth, by the company's own numbers.

    ``value`` is the change of the discounted margin that the customers of today are expected to bring (``base_value``),
    with its interval; ``relative`` the same as a share of it; ``profit`` the margin of one more year from those kept;
    ``retention`` the yearly retention reached, 1 at most. The model is that of `vernost.measure.base_value`, as in S.
    Gupta, D. R. Lehmann and J. A. Stuart (2004), Valuing Customers, Journal of Marketing Research 41(1), 7-18.

    Args:
        scope: the log seen through the question; by period, each is looked at as of its end.
        points: up to how many points more.
        margin_rate: share of revenue left after the cost of what was sold.
        discount_rate: yearly rate at which later money counts for less.
        horizon: years ahead.
        base: subscriptions or orders.
    """
    if not 1 <= points <= 100:
        raise InvalidValue("{name} is {value}, must be from 1 to 100.", name="points", value=points)
    settings = Settings(margin_rate, discount_rate, horizon)
    name = find_base(scope, base)

    def finished(rows: list[Row]) -> list[Row]:
        return [line for row in rows for line in _lines(fitted(settings, row, name), row, points)]

    return Finding(
        table=at_ends(scope, lambda then: spanned_moments(then, base), name),
        columns=SHOWN,
        axis=("points",),
        interval="delta",
        finish=finished,
        base=name,
        who=lambda: at_ends(scope, lambda then: customers_listed(then, base), name),
    )


def _lines(settings: Settings, row: Row, points: int) -> "Iterator[Row]":
    at = means(row, NAMES)
    now = settings.retention(at) if at else None
    expected = settings.expected(at) if at else None
    base_value = None if expected is None else expected * row["n_"]
    for number in range(1, points + 1):
        value, error = estimate(row, NAMES, _gain(settings, number / 100))
        # Where all stay already there is nothing to gain, and no doubt about it.
        error = None if now == 1 else error
        gained = None if value is None else value * row["n_"]
        yield {
            **dropped(row),
            "points": number,
            **_above_zero(interval(gained, None if error is None else error * row["n_"])),
            "profit": None
            if now is None
            else _more(now, number / 100) * settings.margin_rate * at["yearly_"] * row["n_"],
            "relative": gained / base_value if gained is not None and base_value else None,
            "retention": None if now is None else now + _more(now, number / 100),
            "base_value": base_value,
            "customers": row["n_"],
        }


def _above_zero(bounds: dict[str, float | None]) -> dict[str, float | None]:
    """Bounds of a gain: keeping customers who bring money cannot cost any."""
    low, value = bounds["low"], bounds["value"]
    return bounds | {"low": max(low, 0.0)} if low is not None and value is not None and value >= 0 else bounds


def _more(now: float, wanted: float) -> float:
    """How much retention can rise: not above 1."""
    return min(wanted, 1 - now)


def _gain(settings: Settings, wanted: float) -> Callable[[Means], float | None]:
    """Discounted margin of a customer gained by so much more retention."""

    def gain(at: Means) -> float | None:
        now = settings.retention(at)
        if now is None:
            return None
        then = settings.multiple(now + _more(now, wanted)) - settings.multiple(now)
        return settings.margin_rate * at["yearly_"] * then

    return gain
