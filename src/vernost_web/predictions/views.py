"""The predictions room: the model at work, the map, the customers, the history of models, training."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vernost_web.customers.actions import note_looks
from vernost_web.metrics.queries import Place
from vernost_web.predictions import actions, files, queries
from vernost_web.predictions.forms import FilterForm, PolicyForm
from vernost_web.predictions.listing import page_of, score_lines
from vernost_web.predictions.telling import changes, lines_of
from vernost_web.ui.access import requires
from vernost_web.ui.language import spoken
from vernost_web.ui.requests import user_of
from vernost_web.ui.words import storable


@requires("see_predictions")
def room(request: HttpRequest) -> HttpResponse:
    """The model at work and how far it can be trusted; before there is one, what to do first."""
    serving, job = queries.serving(), queries.last_training(request.user)
    context = {
        "serving": serving and lines_of(serving, spoken()),
        "waiting": queries.waiting(),
        "models": queries.history()[:10],
        "job": job,
        "is_busy": job is not None and not job.is_over,
        "refusal": None if serving else queries.refusal(),
        "policy": queries.policy(),
    }
    return render(request, "predictions/room.html", context)


@requires("see_predictions")
def risk_map(request: HttpRequest) -> HttpResponse:
    """The map of risk and money, a part of the room."""
    figure = queries.risk_map(leads=user_of(request).may("see_customers"))
    return render(request, "predictions/map.html", {"figure": figure})


@requires("see_predictions")
def panel(request: HttpRequest) -> HttpResponse:
    """Revenue at risk, a part of other pages."""
    context = {"changes": changes(queries.scorings()), "waiting": queries.waiting()}
    return render(request, "predictions/panel.html", context)


@requires("see_predictions", "see_customers")
def of_customer(request: HttpRequest) -> HttpResponse:
    """The risk of one customer with its reasons, a part of the customer's page."""
    found = queries.score_of(storable(request.GET.get("customer", "")), spoken())
    context: dict[str, Any] = {"is_scored": bool(queries.scorings())}
    if found is not None:
        row, day = found
        context |= {"day": day, "lines": score_lines(row, spoken()), "reasons": row["reasons"]}
    return render(request, "predictions/of_customer.html", context)


@requires("see_predictions", "see_customers")
def customers(request: HttpRequest) -> HttpResponse:
    """The customers at risk with reasons, page by page."""
    form = FilterForm(request.GET or None)
    personal = user_of(request).may("see_personal_data")
    page = page_of(form.choice, Place.of(request.GET), spoken(), personal=personal)
    if personal:
        note_looks(user_of(request), [row["customer_id"] for row in page.leaf.rows], "list")
    context = {
        "page": page, "leaf": page.leaf, "form": form, "question": urlencode(form.asked), "most": files.MOST
    }  # fmt: skip
    return render(request, "predictions/customers.html", context)


@requires("see_predictions", "see_customers", "export")
def customers_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The same customers as a file."""
    user = user_of(request)
    if kind not in files.KINDS:
        raise Http404
    form = FilterForm(request.GET)
    content, count = files.customers_at_risk(kind, form.choice, spoken(), personal=user.may("see_personal_data"))
    actions.note_export(request, kind, form.asked, count)
    name = f'attachment; filename="customers-at-risk.{kind}"'
    return HttpResponse(content, content_type=files.KINDS[kind], headers={"Content-Disposition": name})


@requires("see_predictions")
def model(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One model: its card, its back-test, how it compares with the one that was at work."""
    found = queries.model_of(pk)
    if found is None:
        raise Http404
    return render(request, "predictions/model.html", {"model": lines_of(found, spoken())})


@requires("train_models")
@require_POST
def train(request: HttpRequest) -> HttpResponse:
    """Have a model trained."""
    if actions.train(by=user_of(request)) is None:
        messages.info(request, _("A model is being trained already."))
    return redirect("predictions:room")


@requires("train_models")
@require_POST
def take_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Have a model put to work."""
    found = queries.model_of(pk)
    if found is None:
        raise Http404
    actions.take_over(found, by=user_of(request))
    return redirect("predictions:room")


@requires("train_models")
def policy(request: HttpRequest) -> HttpResponse:
    """When models are trained and when they take over."""
    form = PolicyForm(request.POST or None, instance=queries.policy())
    if request.method == "POST" and form.is_valid():
        actions.change_policy(by=user_of(request), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("predictions:policy")
    return render(request, "predictions/policy.html", {"form": form, "policy": queries.policy()})
