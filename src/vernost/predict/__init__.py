"""Say what is next: who will leave, when, and what each customer is worth.

The public names are listed here and load when they are used, so that importing the stage loads no numbers. What has
the name of its module has its home there: ``features``, ``labels``, ``origins`` and ``evaluate``.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "vernost.predict.business": ("TooThin",),
    "vernost.predict.card": ("ModelCard",),
    "vernost.predict.churn": (
        "AdditiveChurn", "BaseRate", "BlendedChurn", "BoostedChurn", "Calibrated", "RecencyRule", "RfmRule",
    ),
    "vernost.predict.contracts": (
        "BetaDiscreteWeibull", "CoxRegression", "KaplanMeier", "ShiftedBetaGeometric", "WeibullRegression",
        "contract_durations", "renewal_interval", "renewals_of", "renewals_within",
    ),
    "vernost.predict.estimator": ("NotFitted",),
    "vernost.predict.forecast": ("Forecast", "fit"),
    "vernost.predict.histories": ("Past", "customer_histories", "histories_of", "pasts_of"),
    "vernost.predict.keeping": ("keep_scores",),
    "vernost.predict.leakage": ("Leak", "find_leaks"),
    "vernost.predict.processes": (
        "BetaGeoBetaBinom", "BetaGeoNBD", "DriftCorrection", "GammaGamma", "GroupedProcess", "ModifiedBetaGeoNBD",
        "ParetoNBD",
    ),
    "vernost.predict.worth": ("customer_value",),
}  # fmt: skip
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)  # noqa: PLE0605 - the list is the table above


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'vernost.predict' has no attribute {name!r}")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
