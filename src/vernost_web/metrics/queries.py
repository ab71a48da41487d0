"""Numbers for pages: the doors of this slice."""

from vernost_web.metrics.answers import Told, ask, by_group, inquiring, wrong_filter
from vernost_web.metrics.behind import PERSONAL, Behind, customers_behind, query_of, told_of
from vernost_web.metrics.drawing import drawn, figure_data, figure_from, tabled
from vernost_web.metrics.files import KINDS, file_of, table_of
from vernost_web.metrics.keeping import kept
from vernost_web.metrics.leads import customers_of
from vernost_web.metrics.paging import BESIDE, FIRST, Book, Leaf, Order, Place
from vernost_web.metrics.secrecy import refusal
from vernost_web.metrics.showing import course, latest, lines, value_of
from vernost_web.metrics.spans import is_course

__all__ = [
    "BESIDE", "FIRST", "KINDS", "PERSONAL", "Behind", "Book", "Leaf", "Order", "Place", "Told", "ask", "by_group",
    "course", "customers_behind", "customers_of", "drawn", "figure_data", "figure_from", "file_of", "inquiring",
    "is_course", "kept", "latest", "lines", "query_of", "refusal", "table_of", "tabled", "told_of", "value_of",
    "wrong_filter",
]  # fmt: skip
