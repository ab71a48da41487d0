"""The chapters in their order; each is one function from the log and the voice to a chapter."""

from vernost.report.chapters.contracts import contracts
from vernost.report.chapters.customers import customers
from vernost.report.chapters.headlines import headlines, most_changed
from vernost.report.chapters.industry import industry
from vernost.report.chapters.leaving import leaving
from vernost.report.chapters.notes import glossary, quality, unlock
from vernost.report.chapters.opinions import opinions
from vernost.report.chapters.orders import orders
from vernost.report.chapters.retention import retention
from vernost.report.chapters.returning import returning
from vernost.report.chapters.segments import segments
from vernost.report.chapters.service import service
from vernost.report.chapters.trust import trust
from vernost.report.chapters.values import values
from vernost.report.chapters.worth import worth

CHAPTERS = (
    retention,
    segments,
    leaving,
    returning,
    customers,
    orders,
    contracts,
    opinions,
    service,
    values,
    worth,
    industry,
    trust,
    quality,
    unlock,
    glossary,
)
"""To add a chapter, write its function and name it here; the last three tell of what the others asked."""

__all__ = ["CHAPTERS", "headlines", "most_changed"]
