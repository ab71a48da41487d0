"""Asking for the erasing of persons, and writing down who looked at them."""

from collections.abc import Mapping
from secrets import token_hex
from typing import Any

from django.db import transaction

from vernost_web.audit import actions as audit
from vernost_web.data.queries import load_number, reading
from vernost_web.privacy.asking import ask
from vernost_web.privacy.models import Erasure, Term
from vernost_web.privacy.person import ERASED, person_of


@transaction.atomic
def ask_to_erase(customer_id: str, *, by: Any) -> Erasure:
    """Have a person erased everywhere."""
    person = person_of(customer_id)
    erasure = Erasure(asked_by=by, asked_name=str(by or ""), pseudonym=f"{ERASED}-{token_hex(8)}")
    erasure.hide(person.as_json())
    ask(erasure, by=by)
    audit.record("privacy.erase", by=by, thing=erasure)
    return erasure


def erase_again(listed: Mapping[str, Any]) -> int:
    """Have all erased anew who are on a list of the erased: an older backup was put in place; how many they are."""
    from vernost.store.erased import Erased
    from vernost.store.recognizing import known_again

    if not load_number():
        return 0
    with reading() as log:
        found = known_again(log, Erased.from_json(listed))
    people = {person_of(each).ids for each in found}
    for ids in sorted(people):
        ask_to_erase(ids[0], by=None)
    return len(people)


@transaction.atomic
def set_terms(terms: Mapping[str, int | None], *, by: Any) -> None:
    """Say how many days data of each kind are kept; for ever where nothing is said."""
    wanted = {kind: days for kind, days in terms.items() if days}
    before, after = audit.changes(dict(Term.objects.values_list("kind", "days")), wanted)
    Term.objects.exclude(kind__in=wanted).delete()
    for kind, days in wanted.items():
        Term.objects.update_or_create(kind=kind, defaults={"days": days})
    if after:
        audit.record("privacy.terms", by=by, before=before, after=after)


def note_look(customer_id: str) -> None:
    """Write down that somebody looked at what is known of a person."""
    audit.record("privacy.look", thing=customer_id)


def note_telling(customer_id: str, kind: str) -> None:
    """Write down that somebody took away all that is known of a person."""
    audit.record("privacy.export", thing=customer_id, after={"kind": kind})
