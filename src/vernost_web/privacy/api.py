"""The rights of a person for programs: what is known, erasing, how long data are kept."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Body, Field, Query, Router, Schema

from vernost_web.privacy import actions, queries
from vernost_web.privacy.forms import EraseForm, TermsForm
from vernost_web.privacy.models import Erasure
from vernost_web.ui.access import requires
from vernost_web.ui.endpoints import Listing, Span, checked, found, page
from vernost_web.ui.requests import user_of

router = Router()


class PlaceOut(Schema):
    """What is known of a person in one place."""

    name: str
    title: str
    records: list[dict[str, Any]]


class PersonKnown(Schema):
    """All that is known of a person."""

    customer: list[str]
    places: list[PlaceOut]


class EraseIn(Schema):
    """Who is to be erased for good; the id stands twice, for it cannot be undone."""

    customer_id: str
    typed: str = Field(description=_("The same id once more."))


class ErasureOut(Schema):
    """An erasure: first a wish, then the certificate that it is done."""

    id: UUID
    pseudonym: str
    asked_at: datetime
    job: UUID | None
    places: list[dict[str, Any]]
    ended_at: datetime | None
    digest: str


@router.get("/rights/person", response=PersonKnown, summary=_("All that is known of a person"))
@requires("handle_rights", "export")
def tell_person(request: HttpRequest, customer_id: str) -> Any:
    person = queries.person_of(customer_id)
    places = queries.places(person)
    actions.note_telling(customer_id, "api")
    return {"customer": list(person.ids), "places": places}


@router.post("/rights/erasures", response={202: ErasureOut}, summary=_("Have a person erased everywhere"))
@requires("handle_rights")
def erase_person(request: HttpRequest, given: EraseIn) -> Any:
    checked(EraseForm({"typed": given.typed}, customer_id=given.customer_id))
    return actions.ask_to_erase(given.customer_id, by=user_of(request))


@router.get(
    "/rights/erasures", response=Listing[ErasureOut], summary=_("Persons who were erased, by their certificates")
)
@requires("handle_rights")
def list_erasures(request: HttpRequest, span: Query[Span]) -> Any:
    return page(request, queries.erasures(), span, ("-asked_at", "-pk"))


@router.get("/rights/erasures/{uuid:erasure_id}", response=ErasureOut, summary=_("The certificate of an erasure"))
@requires("handle_rights")
def show_erasure(request: HttpRequest, erasure_id: UUID) -> Any:
    erasure: Erasure = found(queries.erasure_of(erasure_id))
    return erasure


@router.get("/rights/terms", response=dict[str, int], summary=_("How many days data of each kind are kept"))
@requires("handle_rights")
def show_terms(request: HttpRequest) -> Any:
    return queries.terms()


@router.put("/rights/terms", response=dict[str, int], summary=_("Say how many days data of each kind are kept"))
@requires("handle_rights")
def set_terms(request: HttpRequest, given: Body[dict[str, int | None]]) -> Any:
    actions.set_terms(checked(TermsForm(given)), by=user_of(request))
    return queries.terms()
