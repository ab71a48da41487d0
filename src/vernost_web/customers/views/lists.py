"""The list of customers: found, filtered, put in order, kept under a name, taken away."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vernost_web.customers import actions, files, queries
from vernost_web.customers.forms import ListForm, ViewForm
from vernost_web.customers.models.looks import What
from vernost_web.ui.access import requires
from vernost_web.ui.language import spoken
from vernost_web.ui.requests import user_of
from vernost_web.ui.words import storable


@requires("see_customers")
def lists(request: HttpRequest) -> HttpResponse:
    """Customers page by page."""
    user, form, now = user_of(request), ListForm(request.GET), queries.stand()
    is_personal = user.may("see_personal_data")
    after, before = (storable(request.GET.get(name, "")) for name in ("after", "before"))
    choice = form.choice(is_personal=is_personal)
    leaf = queries.leaf(choice, after=after, before=before, now=now)
    if is_personal:
        actions.note_looks(user, [row.customer_id for row in leaf.rows], What.LIST)
    context = {
        "form": form,
        "sort": choice.sort,
        "is_falling": choice.is_falling,
        "leaf": leaf,
        "table": queries.table_of(leaf.rows, form.shown, is_personal=is_personal),
        "stand": now,
        "is_behind": queries.is_behind(now),
        "views": queries.views_of(user),
        "is_personal": is_personal,
        "most": files.MOST,
    }
    return render(request, "customers/list.html", context)


@requires("see_customers")
def filters(request: HttpRequest) -> HttpResponse:
    """All that the list can be narrowed by, a part of it that comes when it is opened."""
    asked = request.GET.copy()
    asked.setlist("columns", ListForm(asked).shown)
    form = ListForm(asked).with_choices()
    context = {"form": form, "view_form": ViewForm(), "question": urlencode(form.asked, doseq=True)}
    return render(request, "customers/filters.html", context)


@requires("see_customers", "export")
def list_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The same customers as a file."""
    user, form = user_of(request), ListForm(request.GET)
    if kind not in files.KINDS:
        raise Http404
    choice = form.choice(is_personal=user.may("see_personal_data"))
    content, ids = files.list_file(kind, choice, form.shown, spoken())
    actions.note_export(request, kind, form.asked, len(ids))
    if choice.is_personal:
        actions.note_looks(user, ids, What.FILE)
    name = f'attachment; filename="customers.{kind}"'
    return HttpResponse(content, content_type=files.KINDS[kind], headers={"Content-Disposition": name})


@requires("see_customers")
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the list under a name."""
    form, asked = ViewForm(request.POST), ListForm(QueryDict(request.POST.get("question", ""))).asked
    if form.is_valid():
        actions.save_view(form.cleaned_data["name"], asked, is_shared=form.cleaned_data["is_shared"],
                          by=user_of(request))  # fmt: skip
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Name the list, in 80 letters at most."))
    return redirect(f"{reverse('customers:list')}?{urlencode(asked, doseq=True)}")


@requires("see_customers")
@require_POST
def remove_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a list no longer; only whose it is may say so."""
    view = queries.views_of(user_of(request)).filter(pk=pk, by=user_of(request)).first()
    if view is None:
        raise Http404
    actions.remove_view(view, by=user_of(request))
    return redirect("customers:list")
