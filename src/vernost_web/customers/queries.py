"""Customers for pages and for other slices: the doors of this slice."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from vernost_web.customers.directory import FILTERED, is_behind, stand
from vernost_web.customers.happenings import Told, told
from vernost_web.customers.listing import Choice, Leaf, chosen, first, leaf
from vernost_web.customers.models import Look, Membership, Note, Occasion, SavedView, Tagging
from vernost_web.customers.models.writings import Written
from vernost_web.customers.ordering import Ordering
from vernost_web.customers.profile import Profile, card_of, profile_of
from vernost_web.customers.searching import found_by, is_known
from vernost_web.customers.telling import table_of
from vernost_web.customers.timeline import KINDS, Stretch, stretch
from vernost_web.data.queries import ids_of, reading

__all__ = [
    "FILTERED", "Choice", "Leaf", "Ordering", "Profile", "Stretch", "bought", "card_of", "chosen", "first", "found_by",
    "happened", "is_behind", "is_known", "kinds", "leaf", "looks", "profile_of", "stand", "stretch", "table_of",
    "views_of", "written",
]  # fmt: skip

_WRITTEN: Mapping[str, Any] = {
    "note": Note, "tag": Tagging, "occasion": Occasion, "member": Membership
}  # fmt: skip


def happened(customer_id: str, *, kind: str, before: str, is_personal: bool) -> tuple[list[Told], str]:
    """What happened to a customer in words, and where the next part begins.

    Args:
        customer_id: any of their ids.
        kind: of `kinds`; all when empty.
        before: where the part before left off.
        is_personal: whether what they wrote is told.
    """
    found = stretch(customer_id, kind=kind, before=before)
    return [told(each, is_personal=is_personal) for each in found.happenings], found.before


def kinds() -> dict[str, str]:
    """The kinds of happenings by their code names."""
    return {name: str(title) for name, title in KINDS.items()}


def bought(order_id: str) -> list[dict[str, Any]]:
    """The lines of an order."""
    with reading() as log:
        if "order_lines" not in log.tables:
            return []
        lines = log.tables["order_lines"]
        wanted = lines.filter(lines.order_id == order_id).order_by("line").limit(200)
        return list(log.fetch(wanted.select("product", "product_id", "category", "quantity", "unit_price")).to_pylist())


def views_of(user: Any) -> QuerySet[SavedView]:
    """The lists that a user kept, and those that others keep for everybody."""
    return SavedView.objects.filter(Q(by=user) | Q(is_shared=True)).select_related("by")


def written(kind: str, pk: int, customer_id: str) -> Written | None:
    """Something that was written down about a customer; a person also belongs to the page of their company."""
    model = _WRITTEN.get(kind)
    if model is None:
        return None
    of = Q(customer_id=customer_id) | (Q(company_id=customer_id) if model is Membership else Q())
    found: Written | None = model.objects.filter(of, pk=pk).first()
    return found


def looks(*, customer: str = "", who: str = "") -> QuerySet[Look]:
    """Who saw the personal data of whom, the last first.

    Args:
        customer: id of one customer.
        who: name of one user.
    """
    found = Look.objects.select_related("actor")
    found = found.filter(customer_id__in=ids_of(customer)) if customer else found
    return found.filter(actor_name=who) if who else found
