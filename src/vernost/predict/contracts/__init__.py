"""Customers under contract: how long they stay, and how likely they leave at the next chance to."""

from vernost.predict.contracts.kaplan_meier import KaplanMeier
from vernost.predict.contracts.regression import CoxRegression, WeibullRegression

__all__ = ["CoxRegression", "KaplanMeier", "WeibullRegression"]
