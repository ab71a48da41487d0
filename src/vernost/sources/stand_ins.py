"""What names a customer where a source has no id of his."""

from collections.abc import Mapping
from dataclasses import replace

from vernost.schema import TABLES
from vernost.sources.kinds import KINDS, STANDS_FOR_CUSTOMER
from vernost.sources.mapped import Found, Place
from vernost.sources.names import is_card
from vernost.sources.profile import Profile


def stand_ins(profile: Profile, table: str, found: Mapping[Place, Found]) -> dict[Place, Found]:
    """A customer's card, e-mail, phone or name where a source has no id of his, and a name that serves as the id."""
    if "customer_id" not in TABLES[table]:
        return {}
    extra: dict[Place, Found] = {}
    known = found.get((table, "customer_id"))
    if known is None:
        stand_in = _card(profile, found) or _contact(found)
        if stand_in is not None:
            extra[table, "customer_id"] = stand_in
    elif (
        "customers" in KINDS[table].companions
        and ("customers", "name") not in found
        and not known.is_expression
        and profile.cells(known.source)
        and profile.share_of(known.source, "code") < 0.1
        and "@" not in profile.cells(known.source)[0]
        and any(" " in cell for cell in profile.cells(known.source))
    ):
        extra["customers", "name"] = Found(known.source, 0.6 * known.confidence, known.why)
    return extra


def _card(profile: Profile, found: Mapping[Place, Found]) -> Found | None:
    """A customer's card by which a shop knows him; not the word for paying with one."""
    taken = {each.source for each in found.values()}
    for name in profile.raw.columns:
        is_free = name not in taken and is_card(name)
        if is_free and profile.share_of(name, "code") > 0.5 and profile.share_of(name, "flag") < 1:
            return Found(name, 0.6, "synonym", note="card stands for the customer's id")
    return None


def _contact(found: Mapping[Place, Found]) -> Found | None:
    for column in STANDS_FOR_CUSTOMER:
        contact = found.get(("customers", column))
        if contact is not None and not contact.is_expression:
            note = f"{column} stands for the customer's id"
            return replace(contact, confidence=0.6 * contact.confidence, note=note)
    return None
