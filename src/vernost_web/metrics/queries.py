"""Numbers for pages: the doors of this slice."""

from vernost_web.metrics.answers import Told, ask, inquiring
from vernost_web.metrics.behind import Behind, customers_behind, query_of
from vernost_web.metrics.drawing import drawn, tabled
from vernost_web.metrics.files import KINDS, file_of
from vernost_web.metrics.keeping import kept
from vernost_web.metrics.showing import course, latest, lines, value_of

__all__ = [
    "KINDS", "Behind", "Told", "ask", "course", "customers_behind", "drawn", "file_of", "inquiring", "kept", "latest",
    "lines", "query_of", "tabled", "value_of",
]  # fmt: skip
