"""Customers under contract: how long they stay, and how likely they leave at the next chance to."""

from vernost.predict.contracts.beta_discrete_weibull import BetaDiscreteWeibull
from vernost.predict.contracts.durations import contract_durations
from vernost.predict.contracts.intervals import renewal_interval, renewals_of, renewals_within
from vernost.predict.contracts.kaplan_meier import KaplanMeier
from vernost.predict.contracts.regression import CoxRegression, WeibullRegression
from vernost.predict.contracts.shifted_beta_geometric import ShiftedBetaGeometric

__all__ = [
    "BetaDiscreteWeibull",
    "CoxRegression",
    "KaplanMeier",
    "ShiftedBetaGeometric",
    "WeibullRegression",
    "contract_durations",
    "renewal_interval",
    "renewals_of",
    "renewals_within",
]
