"""A made-up shop whose customers buy and leave as BG/NBD says, seen purchase by purchase."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from vernost.predict.processes.distinct import Floats


@dataclass(frozen=True)
class Shop:
    """Purchases in the sequence of customers and time.

    Attributes:
        customer: who bought.
        at: when, in weeks; the first purchase of each customer too.
    """

    customer: "np.ndarray"
    at: Floats

    @classmethod
    def open(
        cls,
        count: int,
        *,
        weeks: float,
        arriving: float,
        seed: int,
        r: float = 0.24,
        alpha: float = 4.4,
        a: float = 0.8,
        b: float = 2.4,
    ) -> "Shop":
        chance = np.random.default_rng(seed)
        begin = chance.uniform(0, arriving, count)
        rate, leaves = chance.gamma(r, 1 / alpha, count), chance.beta(a, b, count)
        customer, at = [np.arange(count)], [begin]
        now, here = begin, np.arange(count)
        while len(here):
            now = now + chance.exponential(size=len(here)) / np.maximum(rate[here], 1e-12)
            here, now = here[now < weeks], now[now < weeks]
            customer.append(here)
            at.append(now)
            stays = chance.random(len(here)) > leaves[here]
            here, now = here[stays], now[stays]
        who, when = np.concatenate(customer), np.concatenate(at)
        order = np.lexsort((when, who))
        return cls(who[order], when[order])

    def until(self, moment: float) -> pa.Table:
        """Histories at a moment, in the sequence of customers who had come by then."""
        known = self.at <= moment
        who, at = self.customer[known], self.at[known]
        customers, first, bought = np.unique(who, return_index=True, return_counts=True)
        last = np.append(first[1:], len(at)) - 1
        return pa.table(
            {
                "customer_id": customers,
                "frequency": bought - 1.0,
                "recency": at[last] - at[first],
                "T": moment - at[first],
            }
        )

    def bought(self, begin: float, end: float) -> Floats:
        """Purchases in a span of time, by those who had come before it."""
        customers = np.unique(self.customer[self.at <= begin])
        inside = (self.at > begin) & (self.at <= end)
        counts = np.bincount(self.customer[inside], minlength=int(self.customer.max()) + 1)
        return counts[customers].astype(np.float64)
