"""Who will leave: classifiers over features of customers, their calibration, and the rules they must beat."""

from vernost.predict.churn.additive import AdditiveChurn
from vernost.predict.churn.blended import BlendedChurn
from vernost.predict.churn.boosted import BoostedChurn
from vernost.predict.churn.calibrated import Calibrated
from vernost.predict.churn.rules import BaseRate, RecencyRule, RfmRule

__all__ = ["AdditiveChurn", "BaseRate", "BlendedChurn", "BoostedChurn", "Calibrated", "RecencyRule", "RfmRule"]
