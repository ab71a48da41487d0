"""BdW: each customer has a chance of their own to leave at a renewal, which rises or falls with time.

Source: P. Fader, B. Hardie, Y. Liu, J. Davin, T. Steenburgh (2018), "How to project customer retention" revisited: the
role of duration dependence. Journal of Interactive Marketing 43.
"""

import numpy as np

from vernost.predict.contracts.lives import Floats
from vernost.predict.contracts.renewal_model import RenewalModel

_WORN_OUT = 1e15
"""Beyond this the wear of a contract makes no difference that numbers of 53 bits can hold."""


class BetaDiscreteWeibull(RenewalModel):
    """Beta-discrete-Weibull: as `ShiftedBetaGeometric`, with wear ``t ** c``.

    With ``c`` above 1 one and the same customer is the likelier to leave the longer they stay, below 1 the less.

    >>> weight = [120, 160, 150, 110, 460]
    >>> model = BetaDiscreteWeibull().fit({"recency": [1, 2, 3, 4, 5], "T": [5] * 5, "weight": weight})
    >>> model.params_["c"] > 1
    True
    """

    _letters = ("alpha", "beta", "c")

    def _worn(self, values: Floats, renewals: Floats) -> tuple[Floats, list[Floats]]:
        with np.errstate(over="ignore"):
            worn = np.minimum(renewals ** values[2], _WORN_OUT)
        return worn, [worn * np.log(np.maximum(renewals, 1))]
