"""sBG: each customer has a chance of their own to leave at a renewal, which never changes.

Source: P. Fader, B. Hardie (2007), How to project customer retention. Journal of Interactive Marketing 21.
"""

from vernost.predict.contracts.lives import Floats
from vernost.predict.contracts.renewal_model import RenewalModel


class ShiftedBetaGeometric(RenewalModel):
    """Shifted-beta-geometric: retention rises with time only because those who were likely to leave have left.

    >>> model = ShiftedBetaGeometric().fit({"recency": [1, 2, 3, 3], "T": [3, 3, 3, 3], "weight": [369, 163, 86, 382]})
    >>> model.retention_rate([1, 2, 3]).round(2).tolist()
    [0.63, 0.74, 0.8]
    """

    _letters = ("alpha", "beta")

    def _worn(self, values: Floats, renewals: Floats) -> tuple[Floats, list[Floats]]:  # noqa: ARG002 - BdW needs them
        return renewals, []
