"""Customers for programs: the list, one of them with all that happened, what is written down about them."""

from collections.abc import Mapping
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Query, Router

from vernost_web.customers import actions, queries
from vernost_web.customers.columns import PERSONAL
from vernost_web.customers.forms import (
    CareForm,
    ConsentForm,
    ListForm,
    MemberForm,
    NoteForm,
    OccasionForm,
    TagForm,
)
from vernost_web.customers.models.looks import What
from vernost_web.customers.profile import Profile
from vernost_web.customers.shapes import (
    CareIn,
    ConsentIn,
    CustomerOut,
    CustomersOut,
    HappeningOut,
    ListedIn,
    LookOut,
    MemberIn,
    NoteIn,
    OccasionIn,
    OfIn,
    ProfileOut,
    TagIn,
)
from vernost_web.ui.access import requires
from vernost_web.ui.endpoints import Listing, Span, checked, found, page, sealed, unsealed
from vernost_web.ui.requests import user_of

router = Router()


@router.get("/customers", response=CustomersOut, summary=_("Customers: searched, filtered, in any order"))
@requires("see_customers", "export")
def list_customers(request: HttpRequest, asked: Query[ListedIn], span: Query[Span]) -> Any:
    user, form = user_of(request), ListForm(request.GET)
    checked(form)
    is_personal = user.may("see_personal_data")
    after = str(unsealed(request, span.cursor)) if span.cursor else ""
    leaf = queries.leaf(form.choice(is_personal=is_personal), after=after, most=span.limit)
    if is_personal:
        actions.note_looks(user, [row.customer_id for row in leaf.rows], What.LIST)
    if not span.cursor:
        actions.note_export(request, "api", form.asked, leaf.count)
    return {
        "load": queries.stand().load, "is_behind": queries.is_behind(), "count": leaf.count, "is_exact": leaf.is_exact,
        "items": [_shown(row, is_personal=is_personal) for row in leaf.rows],
        "next": sealed(request, leaf.after) if leaf.after else None,
    }  # fmt: skip


@router.get("/customers/one", response=ProfileOut, summary=_("One customer by any of their ids"))
@requires("see_customers")
def show_customer(request: HttpRequest, customer_id: str) -> Any:
    user, profile = user_of(request), _profile(customer_id)
    is_personal = user.may("see_personal_data")
    if is_personal:
        actions.note_looks(user, [profile.row.customer_id], What.CARD)
    care = {name: getattr(profile.care, name) for name in ("channel", "hours", "language", "wishes")}
    return {
        "customer": _shown(profile.row, is_personal=is_personal), "ids": list(profile.ids),
        "care": care | {"owner": str(profile.care.owner) if profile.care.owner else None},
        "written": _written(profile), "consents": _consents(profile),
    }  # fmt: skip


@router.get(
    "/customers/timeline", response=Listing[HappeningOut], summary=_("What happened to a customer, newest first")
)
@requires("see_customers")
def list_happenings(request: HttpRequest, customer_id: str, kind: str = "", cursor: str = "") -> Any:
    before = str(unsealed(request, cursor)) if cursor else ""
    is_personal = user_of(request).may("see_personal_data")
    told, rest = queries.happened(customer_id, kind=kind, before=before, is_personal=is_personal)
    return {"items": told, "next": sealed(request, rest) if rest else None}


@router.post("/customers/notes", response={201: ProfileOut}, summary=_("Write a note about a customer"))
@requires("see_customers", "edit_customers")
def add_note(request: HttpRequest, given: NoteIn) -> Any:
    return _added(request, given, actions.add_note, NoteForm)


@router.post("/customers/tags", response={201: ProfileOut}, summary=_("Tag a customer"))
@requires("see_customers", "edit_customers")
def add_tag(request: HttpRequest, given: TagIn) -> Any:
    return _added(request, given, actions.add_tag, TagForm)


@router.post("/customers/dates", response={201: ProfileOut}, summary=_("Write down a date that matters"))
@requires("see_customers", "edit_customers")
def add_date(request: HttpRequest, given: OccasionIn) -> Any:
    return _added(request, given, actions.add_occasion, OccasionForm)


@router.post("/customers/consents", response={201: ProfileOut}, summary=_("Write down what they allowed or forbade"))
@requires("see_customers", "edit_customers")
def add_consent(request: HttpRequest, given: ConsentIn) -> Any:
    return _added(request, given, actions.add_consent, ConsentForm)


@router.post("/customers/people", response={201: ProfileOut}, summary=_("Say that a person works for a company"))
@requires("see_customers", "edit_customers")
def add_member(request: HttpRequest, given: MemberIn) -> Any:
    company = _profile(given.customer_id).row.customer_id
    said = checked(MemberForm({"customer_id": given.person_id, "position": given.position}))
    actions.add_member(said["customer_id"], company, said["position"], by=user_of(request))
    return show_customer(request, company)


@router.put("/customers/care", response=ProfileOut, summary=_("Say who looks after a customer, and how"))
@requires("see_customers", "edit_customers")
def change_care(request: HttpRequest, given: CareIn) -> Any:
    known = _profile(given.customer_id).row.customer_id
    actions.change_care(known, by=user_of(request), **checked(CareForm(given.dict())))
    return show_customer(request, known)


@router.delete("/customers/written/{kind}/{written_id}", response={204: None}, summary=_("Take something away again"))
@requires("see_customers", "edit_customers")
def remove_written(request: HttpRequest, kind: str, written_id: int, customer_id: str) -> None:
    actions.remove(found(queries.written(kind, written_id, customer_id)), by=user_of(request))


@router.get("/looks", response=Listing[LookOut], summary=_("Who saw the personal data of whom"))
@requires("see_audit")
def list_looks(request: HttpRequest, span: Query[Span], customer_id: str = "", who: str = "") -> Any:
    return page(request, queries.looks(customer=customer_id, who=who), span, ("-at", "-pk"))


def _profile(customer_id: str) -> Profile:
    return found(queries.profile_of(customer_id))


def _added(request: HttpRequest, given: OfIn, keep: Any, form: type[BaseForm]) -> Any:
    known = _profile(given.customer_id).row.customer_id
    values = {name: value for name, value in checked(form(given.dict())).items() if value is not None}
    keep(known, by=user_of(request), **values)
    return show_customer(request, known)


def _shown(row: Any, *, is_personal: bool) -> dict[str, Any]:
    """A row of the directory, with what tells who it is masked for who may not see that."""
    values = {name: getattr(row, name) for name in CustomerOut.model_fields}
    hidden = {} if is_personal else {name: mask(values[name]) for name, mask in PERSONAL.items()}
    return values | hidden


def _written(profile: Profile) -> list[Mapping[str, Any]]:
    return [
        *({"kind": "note", "id": each.pk, "text": each.text, "by": str(each.by or ""), "at": each.at}
          for each in profile.notes),
        *({"kind": "tag", "id": each.pk, "text": each.tag, "at": each.at} for each in profile.tags),
        *({"kind": "occasion", "id": each.pk, "text": each.title, "on": each.on, "at": each.at}
          for each in profile.occasions),
        *({"kind": "member", "id": each.pk, "text": f"{each.customer_id} → {each.company_id}", "at": each.at}
          for each, _row in (*profile.people, *profile.companies)),
    ]  # fmt: skip


def _consents(profile: Profile) -> list[dict[str, Any]]:
    names = ("channel", "purpose", "is_given", "at", "source", "text")
    return [{name: getattr(each.last, name) for name in names} | {"said": each.count} for each in profile.standings]
