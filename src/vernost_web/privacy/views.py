"""The rights of a person: what is known of them, to take away or to erase; and how long data are kept."""

import json
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vernost_web.privacy import actions, queries
from vernost_web.privacy.files import KINDS, POLICY, file_of
from vernost_web.privacy.forms import EraseForm, TermsForm, WhoForm
from vernost_web.privacy.models import Erasure
from vernost_web.ui.access import requires
from vernost_web.ui.requests import user_of

PAGE = 20


@requires("handle_rights")
def home(request: HttpRequest) -> HttpResponse:
    """Looking for a person, and the certificates of those who were erased."""
    form = WhoForm(request.GET or None) if "who" in request.GET else WhoForm()
    found = queries.found_by(form.cleaned_data["who"]) if form.is_bound and form.is_valid() else None
    page = Paginator(queries.erasures(), PAGE).get_page(request.GET.get("page"))
    rows = [(each, None if each.ended_at else queries.job_for(each)) for each in page]
    return render(request, "privacy/home.html", {"form": form, "found": found, "page": page, "rows": rows})


@requires("handle_rights")
def panel(request: HttpRequest) -> HttpResponse:
    """The way here from the page of a customer."""
    return render(request, "privacy/panel.html", {"customer_id": _asked(request)})


@requires("handle_rights")
def person(request: HttpRequest) -> HttpResponse:
    """What is known of a person, counted by place."""
    customer_id = _asked(request)
    return _person(request, customer_id, EraseForm(customer_id=customer_id))


@requires("handle_rights", "export")
def person_file(request: HttpRequest, kind: str) -> HttpResponse:
    """All that is known of a person, as a file."""
    if kind not in KINDS:
        raise Http404
    customer_id = _asked(request)
    who = queries.person_of(customer_id)
    content = file_of(kind, who, queries.places(who))
    actions.note_telling(customer_id, kind)
    headers = {"Content-Disposition": f'attachment; filename="person.{kind}"', "Content-Security-Policy": POLICY}
    return HttpResponse(content, content_type=KINDS[kind], headers=headers)


@requires("handle_rights")
@require_POST
def erase(request: HttpRequest) -> HttpResponse:
    """Have a person erased, once whoever asks has typed who it is."""
    customer_id = request.POST.get("customer", "")
    form = EraseForm(request.POST, customer_id=customer_id)
    if not customer_id or not form.is_valid():
        return _person(request, customer_id, form)
    erasure = actions.ask_to_erase(customer_id, by=user_of(request))
    return redirect("privacy:certificate", pk=erasure.pk)


@requires("handle_rights")
def certificate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The certificate of an erasure, or how far it is."""
    erasure = _erasure(pk)
    job = None if erasure.ended_at else queries.job_for(erasure)
    return render(request, "privacy/certificate.html", {"erasure": erasure, "job": job})


@requires("handle_rights")
def certificate_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The certificate of an erasure as a file."""
    erasure = _erasure(pk)
    if erasure.ended_at is None:
        raise Http404
    told = json.dumps(erasure.said() | {"sha256": erasure.digest}, ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": f'attachment; filename="erasure-{erasure.pk}.json"'}
    return HttpResponse(told, content_type=KINDS["json"], headers=headers)


@requires("handle_rights")
def erased_list(request: HttpRequest) -> HttpResponse:
    """The list of the erased, by which a restored backup loses them again."""
    found = queries.erased()
    if found is None:
        raise Http404
    headers = {"Content-Disposition": 'attachment; filename="erased.json"'}
    return HttpResponse(json.dumps(found, indent=1), content_type=KINDS["json"], headers=headers)


@requires("handle_rights")
def terms(request: HttpRequest) -> HttpResponse:
    """How long data of each kind are kept, and what would go now."""
    form = TermsForm(request.POST or None, initial=queries.terms())
    if request.method == "POST" and form.is_valid():
        if "look" not in request.POST:
            actions.set_terms(form.cleaned_data, by=user_of(request))
            messages.success(request, _("From now on data are kept so long."))
            return redirect("privacy:terms")
        wanted = {kind: days for kind, days in form.cleaned_data.items() if days}
        return render(request, "privacy/terms.html", {"form": form, "preview": queries.expiring(wanted)})
    return render(request, "privacy/terms.html", {"form": form, "preview": None})


def _person(request: HttpRequest, customer_id: str, form: EraseForm) -> HttpResponse:
    who = queries.person_of(customer_id)
    found = queries.places(who)
    actions.note_look(customer_id)
    return render(
        request,
        "privacy/person.html",
        {"customer_id": customer_id, "person": who, "places": found, "form": form, "kinds": KINDS},
    )


def _asked(request: HttpRequest) -> str:
    customer_id = request.GET.get("customer", "")
    if not customer_id or "\0" in customer_id:
        raise Http404
    return customer_id


def _erasure(pk: UUID) -> Erasure:
    found = queries.erasure_of(pk)
    if found is None:
        raise Http404
    return found
