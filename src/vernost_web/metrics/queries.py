"""Numbers for pages: the doors of this slice."""

from vernost_web.metrics.answers import Told, ask, inquiring
from vernost_web.metrics.drawing import drawn
from vernost_web.metrics.keeping import kept

__all__ = ["Told", "ask", "drawn", "inquiring", "kept"]
