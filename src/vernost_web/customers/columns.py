"""The columns of the list of customers: what they are called, which a reader chose, and how their cells look."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vernost.report.voice import Voice
from vernost_web.customers.masking import masked, masked_phone
from vernost_web.customers.models import Customer
from vernost_web.customers.models.directory import SORTS

TITLES: Mapping[str, Any] = {
    "phone": _("Phone"), "email": _("E-mail"), "birthday_on": _("Birthday"), "country": _("Country"),
    "city": _("City"), "language": _("Language"), "channel": _("Where they came from"), "segment": _("Segment"),
    "manager": _("Account manager"), "owner": _("Owner"), "tags": _("Tags"), "is_business": _("Kind"),
    "known_at": _("Known since"), "orders": _("Orders"), "revenue": _("Revenue"),
    "first_order_at": _("First order"), "last_order_at": _("Last order"), "risk": _("Risk"),
    "band": _("Band of risk"), "revenue_expected": _("Revenue expected"), "revenue_at_risk": _("Revenue at risk"),
}  # fmt: skip
"""Columns that may be chosen; the customer stands before all of them."""

DEFAULT = ("phone", "city", "segment", "owner", "orders", "revenue", "last_order_at", "risk", "revenue_at_risk")
PERSONAL: Mapping[str, Callable[[Any], str]] = {
    "name": masked, "phone": masked_phone, "email": masked, "birthday_on": masked,
}  # fmt: skip
"""What tells who a customer is, and how it is masked."""

_COMPANY, _PERSON = _("company"), _("person")
_NUMBERS = frozenset({"orders", "revenue", "risk", "revenue_expected", "revenue_at_risk"})
_MONEY = frozenset({"revenue", "revenue_expected", "revenue_at_risk"})


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the list.

    Attributes:
        name: of the column.
        title: in words.
        look: class of its cells.
        is_sortable: whether the list may stand by it.
    """

    name: str
    title: str
    look: str
    is_sortable: bool


def headings(names: Sequence[str]) -> list[Heading]:
    """The headings of columns."""
    return [
        Heading(name, str(TITLES[name]), "number" if name in _NUMBERS else "words", name in SORTS)
        for name in names
        if name in TITLES
    ]


class Cells:
    """Cells of customers in the reader's language; money in whole units, for a list is looked over and not added up."""

    def __init__(self, voice: Voice, *, is_personal: bool) -> None:
        self._formats, self._is_personal = voice.formats, is_personal
        self._money = voice.formats.money(0)
        self._gap = voice.formats.number(1_000)[1:-3]

    def text(self, row: Customer, name: str, beside: Mapping[str, str] | None = None) -> str:
        """A cell.

        Args:
            row: of the directory.
            name: of the column.
            beside: what people wrote down, by column.
        """
        if beside and name in beside:
            return beside[name]
        value = getattr(row, name, None)
        if value is None or value == "":
            return ""
        if name in PERSONAL and not self._is_personal:
            return PERSONAL[name](value)
        return self._told(row, name, value)

    def _told(self, row: Customer, name: str, value: Any) -> str:
        if name in _MONEY:
            return self.money(value)
        if name == "orders":
            return self.whole(value)
        if name == "risk":
            return self._formats.share(value, 0)
        if name == "band":
            return str(row.get_band_display())
        if name == "is_business":
            return str(_COMPANY if value else _PERSON)
        if name.endswith("_at"):
            return self._formats.day(timezone.localtime(value).date())
        return self._formats.day(value) if isinstance(value, date) else str(value)

    def money(self, value: float) -> str:
        """Money in whole units."""
        return self._money.replace("0", self.whole(value))

    def whole(self, value: float) -> str:
        """A whole number; the library's way with numbers costs a list too much, a fifth of a millisecond each.

        >>> Cells(Voice("en"), is_personal=True).whole(1234567.8)
        '1,234,568'
        """
        return f"{round(value):,}".replace(",", self._gap).replace("-", "−")
