"""What customers buy: revenue, average check, frequency."""

from vernost.report.chapters.figures import measured
from vernost.report.document import Chapter
from vernost.report.inquiry import Inquiry
from vernost.report.voice import Voice

MEASURES = ("revenue", "orders", "aov", "purchase_frequency", "revenue_per_customer")


def orders(inquiry: Inquiry, voice: Voice) -> Chapter:
    """The chapter."""
    figures = [measured(inquiry, voice, name) for name in MEASURES]
    return Chapter("orders-chapter", voice.say("chapter.orders"), tuple(figure for figure in figures if figure))
