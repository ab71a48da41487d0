"""A made-up company whose true log-odds of leaving are known."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

PLANS = ("год", "месяц", "неделя")


@dataclass(frozen=True)
class Company:
    """Customers, what came, and the log-odds that it came by."""

    X: pd.DataFrame
    y: Any
    truth: Any
    origin: Any


def company(customers: int, *, seed: int, origins: int = 1, drift: float = 0.0) -> Company:
    """Customers of so many origins; with each the log-odds rise by ``drift``."""
    chance = np.random.default_rng(seed)
    silence = chance.exponential(60, customers)
    orders = chance.poisson(4, customers).astype(float)
    plan = chance.choice(PLANS, customers)
    origin = np.sort(chance.integers(0, origins, customers))
    truth = -1 + np.minimum(silence, 120) / 40 - 0.3 * orders + (plan == "неделя") + drift * origin
    y = (chance.random(customers) < 1 / (1 + np.exp(-truth))).astype(int)
    features = pd.DataFrame(
        {
            "customer_id": [f"c{number}" for number in range(customers)],
            "silence": silence,
            "orders": np.where(chance.random(customers) < 0.1, np.nan, orders),
            "тариф": plan,
            "is_business": chance.random(customers) < 0.3,
            "revenue": orders * chance.uniform(5, 15, customers),
        }
    )
    return Company(features, y, truth, origin)
