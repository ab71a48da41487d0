"""When customers leave: a hazard that experiences raise and time fades, and the instant when it has done enough.

A customer leaves when the hazard summed up over time passes a threshold drawn once for each customer (exponential, mean
1). Between two experiences the sum has a closed form, so that customers are followed from one to the next, all at once.
"""

from dataclasses import dataclass, replace

import numpy as np

from vernost.sources.synthetic.columns import Array, Columns, chosen

NEWTON_STEPS = 60
CLOSE_DAYS = 1e-7
NEVER_REACHED = 1e3
"""A threshold beyond all hazard of a life."""


@dataclass(frozen=True)
class Hazard:
    """The hazard of many customers at some instant each.

    Attributes:
        at: the instant.
        base: hazard a day that nothing changes.
        fades: days in which each kind of experience fades to 1/e.
        excess: hazard a day by customer and kind of experience, at the instant.
        threshold_left: what of the threshold is not used up.
        left: when the customer left; infinite for those who stay.
    """

    at: Array
    base: Array
    fades: Array
    excess: Array
    threshold_left: Array
    left: Array

    @classmethod
    def fresh(cls, at: Array, base: Array, fades: Array, threshold: Array) -> "Hazard":
        """Customers who have lived through nothing."""
        return cls(
            at.astype(float).copy(),
            base,
            fades,
            np.zeros((at.size, fades.size)),
            threshold.copy(),
            np.full(at.size, np.inf),
        )

    def of(self, customers: Array) -> "Hazard":
        """The same of some customers."""
        parts = {
            name: getattr(self, name)[customers].copy() for name in ("at", "base", "excess", "threshold_left", "left")
        }
        return replace(self, **parts)

    def summed(self, experiences: Columns, until: Array) -> Array:
        """The hazard summed up to a later instant of each customer, whether or not that is more than the threshold."""
        size = self.at.size
        patient = replace(self, threshold_left=np.full(size, NEVER_REACHED), left=np.full(size, np.inf))
        before = chosen(experiences, experiences["at"] < until[experiences["customer"]])
        return NEVER_REACHED - patient.followed(before, until).threshold_left

    def followed(self, experiences: Columns, until: Array | float) -> "Hazard":
        """The hazard at a later instant, or at that of leaving.

        Args:
            experiences: ``customer, at, slot, weight`` by customer and time: hazards in all (``weight``) of the kind
                ``slot`` that begin then.
            until: the later instant, for all or for each.
        """
        walk = self.of(np.arange(self.at.size))
        counts = np.bincount(experiences["customer"], minlength=self.at.size)
        starts = np.cumsum(counts) - counts
        active = np.flatnonzero((counts > 0) & np.isinf(walk.left))
        step = 0
        while active.size:
            rows = starts[active] + step
            stays = walk.walk_on(active, experiences["at"][rows])
            active, rows = active[stays], rows[stays]
            slots = experiences["slot"][rows]
            walk.excess[active, slots] += experiences["weight"][rows] / self.fades[slots]
            step += 1
            active = active[counts[active] > step]
        active = np.flatnonzero(np.isinf(walk.left))
        walk.walk_on(active, np.broadcast_to(until, walk.at.shape)[active])
        return walk

    def walk_on(self, who: Array, to: Array) -> Array:
        """Let time pass for some customers; which of them stay."""
        days = np.maximum(to - self.at[who], 0.0)
        excess, base, remains = self.excess[who], self.base[who], self.threshold_left[who]
        used = _sum(base, excess, self.fades, days)
        leaves = used >= remains
        if leaves.any():
            days = days.copy()
            days[leaves] = _crossing(base[leaves], excess[leaves], self.fades, remains[leaves], days[leaves])
            self.left[who[leaves]] = self.at[who[leaves]] + days[leaves]
        self.at[who] += days
        self.excess[who] = excess * np.exp(-days[:, None] / self.fades)
        self.threshold_left[who] = np.where(leaves, 0.0, remains - used)
        return ~leaves


def _sum(base: Array, excess: Array, fades: Array, days: Array) -> Array:
    """Hazard summed up over so many days."""
    return base * days - (excess * fades * np.expm1(-days[:, None] / fades)).sum(axis=1)


def _crossing(base: Array, excess: Array, fades: Array, wanted: Array, most: Array) -> Array:
    """After how many days the sum reaches what is wanted.

    The sum grows ever slower, so that each step of Newton's, begun at 0, stays before the crossing and comes nearer.
    """
    days = np.zeros(base.size)
    for _ in range(NEWTON_STEPS):
        speed = base + (excess * np.exp(-days[:, None] / fades)).sum(axis=1)
        step = np.maximum(wanted - _sum(base, excess, fades, days), 0.0) / np.maximum(speed, 1e-12)
        days = np.minimum(days + step, most)
        if step.max(initial=0.0) < CLOSE_DAYS:
            break
    return days
