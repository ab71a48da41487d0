"""How what customers pay under contract changes in a year, as it did before."""

from typing import TYPE_CHECKING

import numpy as np

from vernost.predict.business import Business
from vernost.predict.features.known import Known
from vernost.predict.processes.distinct import Floats

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from vernost.store.log import Log

YEAR = 365
ATOMS = 25
"""Equally likely changes that stand for all."""

ALIKE = 0.02
"""Changes so near the common one are that one: invoices of one rise come on different days."""

LEAST = 0.1
"""A change seen over a short time is stretched to a year, but to no less than a tenth of the price."""

LEVELS = (np.arange(ATOMS) + 0.5) / ATOMS
UNCHANGED = np.ones(1)


def yearly_changes(log: "Log", business: Business) -> Floats:
    """Equally likely answers to: times its price at the start, what does a contract bring in a year?

    Learnt from customers who were under contract both a year before the day of the forecast (or, when the log is
    shorter than two years, half of it before) and on it: more seats, another plan, breaks. What changed alike for most
    of them is left out: a rise of prices is the company's own decision, which no past foretells.
    """
    known = Known(log, business.as_of, base="subscriptions", timezone=business.timezone)
    span = max(1, min(YEAR, business.history_days // 2))
    changes = _changes(known, span)
    found = log.fetch(changes.group_by("times").agg(count=changes.count()).order_by("times"))
    if not found.num_rows:
        return UNCHANGED
    times, reached = found["times"].to_numpy(), np.cumsum(found["count"].to_numpy())
    common, *atoms = times[np.searchsorted(reached, reached[-1] * np.array([0.5, *LEVELS]))]
    change = np.array(atoms) / common - 1
    change[np.abs(change) < ALIKE] = 0.0
    return np.maximum(1 + change * (YEAR / span), LEAST)


def _changes(known: Known, span: int) -> "ir.Table":
    """What each customer who stayed brought in the last days, times the price at their start; in thousandths."""
    import ibis

    rows = known.facts("subscriptions")
    begin, end = known.today + 1 - span, known.today + 1
    stop = rows.ended_at.isnull().ifelse(end, known.day("subscriptions", rows.ended_at))
    ran = ibis.greatest(ibis.least(stop, end) - ibis.greatest(rows.day_, begin), 0)
    price = rows.monthly_price.cast("float64")
    customers = rows.group_by("customer_id").agg(
        before_=price.sum(where=(rows.day_ <= begin) & (stop > begin)),
        brought_=(price * ran.cast("float64")).sum(),
        stays_=rows.ended_at.isnull().any(),
    )
    customers = customers.filter(customers.stays_ & (customers.before_ > 0))
    times = customers.brought_ / (customers.before_ * float(span))
    return customers.select(times=times.round(3).cast("float64"))
