"""Which programs are told what happens, and what came of it."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from vernost_web.ui.access import requires
from vernost_web.webhooks import actions, queries
from vernost_web.webhooks.forms import WebhookForm

PAGE = 50


@requires("manage_api")
def webhooks(request: HttpRequest) -> HttpResponse:
    """All of them; a form adds another."""
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = actions.add_webhook(by=request.user, **form.cleaned_data)
        return redirect("webhooks:webhook", found.pk)
    return render(request, "webhooks/webhooks.html", {"form": form, "webhooks": queries.webhooks()})


@requires("manage_api")
@never_cache
def webhook(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One of them: its secret, what it is told of, what was sent."""
    found = get_object_or_404(queries.webhooks(), pk=pk)
    form = WebhookForm(request.POST or None, initial={"url": found.url, "kinds": found.kinds})
    if request.method == "POST" and form.is_valid():
        actions.change_webhook(found, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("webhooks:webhook", pk)
    page = Paginator(queries.deliveries_of(found), PAGE).get_page(request.GET.get("page"))
    context = {"webhook": found, "form": form, "page": page, "kinds": queries.kinds()}
    return render(request, "webhooks/webhook.html", context)


@requires("manage_api")
@require_POST
def switch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Switch one off, or on again."""
    found = get_object_or_404(queries.webhooks(), pk=pk)
    actions.change_webhook(found, by=request.user, is_on=not found.is_on)
    return redirect("webhooks:webhook", pk)


@requires("manage_api")
@require_POST
def renew_secret(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give one a new secret."""
    actions.renew_secret(get_object_or_404(queries.webhooks(), pk=pk), by=request.user)
    messages.success(request, _("There is a new secret. The old one signs beside it for a day."))
    return redirect("webhooks:webhook", pk)


@requires("manage_api")
@require_POST
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Tell an address nothing any more."""
    actions.remove_webhook(get_object_or_404(queries.webhooks(), pk=pk), by=request.user)
    return redirect("webhooks:webhooks")


@requires("manage_api")
@require_POST
def deliver_again(request: HttpRequest, pk: UUID, delivery: UUID) -> HttpResponse:
    """Send something once more."""
    found = get_object_or_404(queries.webhooks(), pk=pk)
    actions.deliver_again(get_object_or_404(queries.deliveries_of(found), pk=delivery), by=request.user)
    return redirect("webhooks:webhook", pk)
