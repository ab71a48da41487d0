"""How customers without a contract buy until they silently stop: models of purchases and of what is spent."""

from vernost.predict.processes.beta_geo_beta_binom import BetaGeoBetaBinom
from vernost.predict.processes.beta_geo_nbd import BetaGeoNBD
from vernost.predict.processes.drift import DriftCorrection
from vernost.predict.processes.gamma_gamma import GammaGamma
from vernost.predict.processes.groups import GroupedProcess
from vernost.predict.processes.modified_beta_geo_nbd import ModifiedBetaGeoNBD
from vernost.predict.processes.pareto_nbd import ParetoNBD

__all__ = [
    "BetaGeoBetaBinom",
    "BetaGeoNBD",
    "DriftCorrection",
    "GammaGamma",
    "GroupedProcess",
    "ModifiedBetaGeoNBD",
    "ParetoNBD",
]
