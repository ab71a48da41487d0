"""Writing down what is to be known of a customer, and taking it away again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vernost.errors import VernostError
from vernost_web.customers import actions, queries
from vernost_web.customers.forms import CareForm, ConsentForm, MemberForm, NoteForm, OccasionForm, TagForm
from vernost_web.ui.access import requires
from vernost_web.ui.language import spoken
from vernost_web.ui.requests import user_of
from vernost_web.ui.words import storable, told

_FORMS: dict[str, tuple[Any, Callable[..., Any]]] = {
    "note": (NoteForm, actions.add_note),
    "tag": (TagForm, actions.add_tag),
    "occasion": (OccasionForm, actions.add_occasion),
    "consent": (ConsentForm, actions.add_consent),
}
"""What can be written down: its form, and what keeps it."""


@requires("see_customers", "edit_customers")
@require_POST
def add(request: HttpRequest, kind: str, customer_id: str) -> HttpResponse:
    """Write something down."""
    customer_id = _known(customer_id)
    if kind == "member":
        _add_member(request, customer_id)
    elif kind in _FORMS:
        form_of, keep = _FORMS[kind]
        form = form_of(request.POST)
        if form.is_valid():
            keep(customer_id, by=user_of(request), **{k: v for k, v in form.cleaned_data.items() if v is not None})
        else:
            _tell(request, form)
    else:
        raise Http404
    return redirect("customers:customer", customer_id=customer_id)


def _add_member(request: HttpRequest, company_id: str) -> None:
    form = MemberForm(request.POST)
    if not form.is_valid():
        _tell(request, form)
        return
    person, position = form.cleaned_data["customer_id"], form.cleaned_data["position"]
    try:
        actions.add_member(person, company_id, position, by=user_of(request))
    except VernostError as error:
        messages.error(request, told(error.message, spoken()))


@requires("see_customers", "edit_customers")
@require_POST
def care(request: HttpRequest, customer_id: str) -> HttpResponse:
    """Say who looks after a customer and how they like to be treated."""
    customer_id = _known(customer_id)
    form = CareForm(request.POST)
    if form.is_valid():
        actions.change_care(customer_id, by=user_of(request), **form.cleaned_data)
        messages.success(request, _("Saved."))
    else:
        _tell(request, form)
    return redirect("customers:customer", customer_id=customer_id)


@requires("see_customers", "edit_customers")
@require_POST
def remove(request: HttpRequest, kind: str, pk: int, customer_id: str) -> HttpResponse:
    """Take something away that was written down about this customer."""
    thing = queries.written(kind, pk, storable(customer_id))
    if thing is None:
        raise Http404
    actions.remove(thing, by=user_of(request))
    return redirect("customers:customer", customer_id=customer_id)


def _known(customer_id: str) -> str:
    found = queries.profile_of(storable(customer_id))
    if found is None:
        raise Http404
    return found.row.customer_id


def _tell(request: HttpRequest, form: Any) -> None:
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        messages.error(request, ": ".join(filter(None, [str(label), " ".join(errors)])))
