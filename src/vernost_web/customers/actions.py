"""What people write down about customers, and what they keep and take away; all of it is in the audit trail.

The trail says what was done and to whom, not what a note says of a person: it is never erased, notes are.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from vernost.errors import InvalidValue
from vernost_web.audit import actions as audit
from vernost_web.customers import looks
from vernost_web.customers.models import Care, Consent, Membership, Note, Occasion, SavedView, Tagging
from vernost_web.customers.models.writings import Written

__all__ = [
    "add_consent", "add_member", "add_note", "add_occasion", "add_tag", "change_care", "note_export", "note_looks",
    "remove", "remove_view", "save_view",
]  # fmt: skip


def note_looks(user: Any, customers: Collection[str], what: str, *, at: datetime | None = None) -> None:
    """Write down that somebody saw the personal data of customers, in a list, on a page or in a file."""
    looks.note_looks(user, customers, what, at=at or timezone.now())


def note_export(request: Any, kind: str, asked: dict[str, Any], count: int) -> None:
    """Write down that a list of customers was taken away; not what was searched for, which may be a name."""
    narrowed = {name: value for name, value in asked.items() if name != "q"}
    audit.record("customers.export", request=request, thing=kind, after=narrowed | {"customers": count})


@transaction.atomic
def add_note(customer_id: str, text: str, *, by: Any) -> Note:
    """Write a note about a customer."""
    note = Note.objects.create(customer_id=customer_id, text=text, by=by)
    audit.record("customers.add_note", by=by, thing=customer_id)
    return note


@transaction.atomic
def add_tag(customer_id: str, tag: str, *, by: Any) -> Tagging:
    """Tag a customer; a tag that is there stays."""
    tag = " ".join(tag.split())
    tagging, is_new = Tagging.objects.get_or_create(customer_id=customer_id, tag=tag, defaults={"by": by})
    if is_new:
        audit.record("customers.add_tag", by=by, thing=customer_id, after={"tag": tag})
    return tagging


@transaction.atomic
def add_occasion(customer_id: str, *, by: Any, **values: Any) -> Occasion:
    """Write down a date that matters to a customer."""
    occasion = Occasion.objects.create(customer_id=customer_id, by=by, **values)
    audit.record("customers.add_occasion", by=by, thing=customer_id)
    return occasion


@transaction.atomic
def add_member(customer_id: str, company_id: str, position: str = "", *, by: Any) -> Membership:
    """Say that a person works for a company; said again, the position is changed.

    Raises:
        InvalidValue: when both are one customer.
    """
    if customer_id == company_id:
        raise InvalidValue("A customer cannot work for itself. Name the person and the company.")
    values = {"position": position, "by": by}
    found, _ = Membership.objects.update_or_create(customer_id=customer_id, company_id=company_id, defaults=values)
    audit.record("customers.add_member", by=by, thing=customer_id, after={"company_id": company_id})
    return found


@transaction.atomic
def remove(thing: Written, *, by: Any) -> None:
    """Take away a note, a tag, a date or a membership."""
    before = {"tag": thing.tag} if isinstance(thing, Tagging) else None
    thing.delete()
    audit.record(f"customers.remove_{_KINDS[type(thing)]}", by=by, thing=thing.customer_id, before=before)


_KINDS: Mapping[type[Written], str] = {Note: "note", Tagging: "tag", Occasion: "occasion", Membership: "member"}


@transaction.atomic
def change_care(customer_id: str, *, by: Any, **values: Any) -> Care:
    """Say who looks after a customer and how they like to be treated."""
    care = Care.objects.select_for_update().filter(customer_id=customer_id).first() or Care(customer_id=customer_id)
    before = _shown(care)
    for name, value in values.items():
        setattr(care, name, value)
    care.full_clean()
    care.save()
    old, new = audit.changes(before, _shown(care))
    if new or "wishes" in values:
        audit.record("customers.change_care", by=by, thing=customer_id, before=old, after=new)
    return care


def _shown(care: Care) -> dict[str, Any]:
    """What the trail tells of it: the wishes are the customer's own words."""
    return {"owner": str(care.owner or ""), "channel": care.channel, "hours": care.hours, "language": care.language}


@transaction.atomic
def add_consent(customer_id: str, *, by: Any = None, **values: Any) -> Consent:
    """Write down what a customer allowed or forbade.

    Args:
        customer_id: of the customer.
        by: who writes it down; None for the system.
        **values: channel, purpose, is_given, text, at, source.
    """
    consent = Consent(customer_id=customer_id, by=by, **values)
    consent.full_clean()
    consent.save()
    told = {name: getattr(consent, name) for name in ("channel", "purpose", "is_given", "source")}
    audit.record("customers.add_consent", by=by, thing=customer_id, after=told)
    return consent


@transaction.atomic
def save_view(name: str, question: dict[str, Any], *, is_shared: bool, by: Any) -> SavedView:
    """Keep a list under a name; a list of that name is replaced."""
    values = {"question": question, "is_shared": is_shared}
    view, _ = SavedView.objects.update_or_create(by=by, name=name, defaults=values)
    audit.record("customers.save_view", by=by, thing=name, after={"is_shared": is_shared})
    return view


@transaction.atomic
def remove_view(view: SavedView, *, by: Any) -> None:
    """Keep a list no longer."""
    view.delete()
    audit.record("customers.remove_view", by=by, thing=view.name)
