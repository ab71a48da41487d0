"""What is known of each customer at the end of a day, and nothing from after it."""

from vernost.predict.features.catalogue import Feature, catalogue, describe
from vernost.predict.features.known import late_facts
from vernost.predict.features.table import features

__all__ = ["Feature", "catalogue", "describe", "features", "late_facts"]
