"""The list of customers at risk as a file."""

from typing import TYPE_CHECKING, Any

from vernost.predict.card_words import BANDS
from vernost.report.voice import Voice
from vernost_web.metrics.queries import KINDS, file_of, table_of
from vernost_web.predictions.listing import columns_of, title_of
from vernost_web.predictions.scores import Choice, customers

if TYPE_CHECKING:
    from vernost.glossary import Language

__all__ = ["KINDS", "MOST", "customers_at_risk"]

MOST = 100_000
"""Customers in a file; the page says so where there are more."""


def customers_at_risk(kind: str, choice: Choice, language: "Language", *, personal: bool) -> tuple[bytes, int]:
    """A file of a kind with the chosen customers in their order, and how many they are."""
    found = customers(choice, language, most=MOST, personal=personal)
    rows = [_row(row, language) for row in found.leaf.rows]
    names = columns_of(rows)
    titles = {name: title_of(Voice(language), name) for name in names}
    table = table_of("customers-at-risk", [{name: row[name] for name in names} for row in rows], language, titles)
    return file_of(kind, table), len(rows)


def _row(row: dict[str, Any], language: "Language") -> dict[str, Any]:
    return row | {"reasons": "; ".join(row["reasons"]), "band": BANDS[row["band"]].told(language)}
