"""The list of customers as a file."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from vernost_web.customers.columns import PERSONAL, TITLES
from vernost_web.customers.listing import Choice, first
from vernost_web.customers.models import Customer
from vernost_web.customers.telling import beside
from vernost_web.metrics.queries import KINDS, file_of, table_of

if TYPE_CHECKING:
    from vernost.glossary import Language

__all__ = ["KINDS", "MOST", "list_file"]

MOST = 100_000
"""Customers in a file; the page says so where there are more."""


def list_file(kind: str, choice: Choice, columns: Sequence[str], language: "Language") -> tuple[bytes, list[str]]:
    """The customers of a choice as a file, and their ids; what tells who they are only for those who may see it."""
    rows = first(choice, MOST)
    names = [name for name in columns if choice.is_personal or name not in PERSONAL]
    written = beside(rows, names)
    head = ("customer_id", "name") if choice.is_personal else ("customer_id",)
    table = table_of(
        "customers",
        [{name: _cell(row, name, written[row.customer_id]) for name in (*head, *names)} for row in rows],
        language,
        {**TITLES, "name": _("Name")},
    )
    return file_of(kind, table), [row.customer_id for row in rows]


def _cell(row: Customer, name: str, written: dict[str, str]) -> Any:
    if name in {"owner", "tags"}:
        return written[name]
    value = getattr(row, name)
    if isinstance(value, datetime):
        return timezone.localtime(value).date()
    if name == "band":
        return str(row.get_band_display()) if value else ""
    return value
