"""The page of one customer."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from vernost_web.company.queries import voice_of
from vernost_web.customers import actions, queries
from vernost_web.customers.forms import CareForm, ConsentForm, MemberForm, NoteForm, OccasionForm, TagForm
from vernost_web.customers.models.looks import What
from vernost_web.ui.access import requires
from vernost_web.ui.language import spoken
from vernost_web.ui.requests import user_of
from vernost_web.ui.words import storable

_FORMS = {
    "note": NoteForm, "tag": TagForm, "occasion": OccasionForm, "consent": ConsentForm, "member": MemberForm,
}  # fmt: skip
"""Forms of the page, whose fields are told apart by their names, for some are called alike."""


@requires("see_customers")
def customer(request: HttpRequest, customer_id: str) -> HttpResponse:
    """Who they are, what they are worth, what was written down about them; what happened comes by itself."""
    user = user_of(request)
    found = queries.profile_of(storable(customer_id))
    if found is None:
        raise Http404
    if found.row.customer_id != customer_id:
        return redirect("customers:customer", customer_id=found.row.customer_id)
    is_personal = user.may("see_personal_data")
    if is_personal:
        actions.note_looks(user, [customer_id], What.CARD)
    now = queries.stand()
    context = {
        "profile": found,
        "card": queries.card_of(found.row, is_personal=is_personal),
        "stand": now,
        "is_behind": queries.is_behind(now),
        "is_personal": is_personal,
        "kinds": queries.kinds(),
    }
    if user.may("edit_customers"):
        context |= {f"{name}_form": form(auto_id=f"{name}_%s") for name, form in _FORMS.items()}
        context["care_form"] = CareForm(instance=found.care, auto_id="care_%s")
    return render(request, "customers/customer.html", context)


@requires("see_customers")
def timeline(request: HttpRequest, customer_id: str) -> HttpResponse:
    """What happened to them, the newest first; so much at a time, as one scrolls."""
    user = user_of(request)
    kind, before = (storable(request.GET.get(name, "")) for name in ("kind", "before"))
    happenings, rest = queries.happened(
        storable(customer_id), kind=kind, before=before, is_personal=user.may("see_personal_data")
    )
    context = {"happenings": happenings, "rest": rest, "is_first": not before, "customer_id": customer_id, "kind": kind}
    return render(request, "customers/timeline.html", context)


@requires("see_customers")
def bought(request: HttpRequest) -> HttpResponse:
    """What was bought by an order, line by line, when somebody wants to see it."""
    voice = voice_of(spoken())
    lines = [
        each | {"money": voice.formats.money(float(each["unit_price"]))}
        for each in queries.bought(storable(request.GET.get("order", "")))
    ]
    return render(request, "customers/bought.html", {"lines": lines})
