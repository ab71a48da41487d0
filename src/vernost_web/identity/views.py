"""Possible doubles side by side, merging and parting, and what a customer's page says of it."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from vernost.errors import UnusableLog, VernostError
from vernost_web.identity import actions, queries
from vernost_web.identity.forms import MergeForm
from vernost_web.identity.models import Pair, Rank
from vernost_web.identity.showing import beside, shown
from vernost_web.ui.access import requires
from vernost_web.ui.language import spoken
from vernost_web.ui.requests import user_of
from vernost_web.ui.words import storable

PAGE = 50


@requires("merge_customers")
def doubles(request: HttpRequest) -> HttpResponse:
    """Pairs that nobody has decided on, side by side."""
    asked = request.GET.get("rank", "")
    rank = int(asked) if asked in {str(each.value) for each in Rank} else None
    leaf = queries.leaf_of(queries.open_pairs(rank), request.GET.get("after", ""))
    counts = queries.counts()
    context = {
        "pairs": shown(leaf.rows, user_of(request)),
        "after": leaf.after,
        "rank": rank,
        "ranks": [(each, counts.get(each, 0)) for each in Rank],
        "count": sum(counts.values()),
        "search": queries.last_search(),
    }
    return render(request, "identity/doubles.html", context)


@requires("merge_customers")
@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Look for doubles now."""
    actions.search(by=request.user)
    return redirect("identity:doubles")


@requires("merge_customers")
@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that two customers are not the same."""
    actions.refuse(get_object_or_404(Pair, pk=pk), by=request.user)
    return render(request, "identity/refused_pair.html") if _is_part(request) else redirect("identity:doubles")


@requires("merge_customers")
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take that back."""
    actions.reopen(get_object_or_404(Pair, pk=pk), by=request.user)
    return redirect("identity:refused")


@requires("merge_customers")
def refused(request: HttpRequest) -> HttpResponse:
    """Pairs of which somebody said that they are two."""
    page = Paginator(queries.refused_pairs(), PAGE).get_page(request.GET.get("page"))
    return render(request, "identity/refused.html", {"page": page})


@requires("merge_customers")
def merge(request: HttpRequest) -> HttpResponse:
    """Choose two customers, see what follows from their merge, and make it."""
    given = request.POST if request.method == "POST" else request.GET
    form = MergeForm(given if "surviving" in given else None)
    context: dict[str, Any] = {"form": form}
    if not form.is_valid():
        return render(request, "identity/merge.html", context)
    surviving, absorbed = form.cleaned_data["surviving"], form.cleaned_data["absorbed"]
    try:
        if request.method == "POST":
            actions.merge(surviving, [absorbed], by=request.user)
            return redirect("identity:merges")
        context["preview"] = queries.preview_of(surviving, [absorbed])
    except VernostError as error:
        form.add_error(None, error.told(spoken()))
        return render(request, "identity/merge.html", context, status=400)
    (context["beside"],) = beside([(surviving, absorbed)], user_of(request))
    return render(request, "identity/merge.html", context)


@requires("merge_customers")
def merges(request: HttpRequest) -> HttpResponse:
    """Merges that hold, and those that are under way."""
    try:
        leaf = queries.merges(storable(request.GET.get("after", "")))
    except UnusableLog:
        leaf = queries.Leaf([], "")
    return render(request, "identity/merges.html", {"merges": leaf.rows, "after": leaf.after} | _wishes())


@requires("merge_customers")
def under_way(request: HttpRequest) -> HttpResponse:
    """What is being merged and parted; once nothing is, the page shows all anew."""
    told = _wishes()
    answer = render(request, "identity/under_way.html", told)
    if not told["is_busy"]:
        answer["HX-Refresh"] = "true"
    return answer


def _wishes() -> dict[str, Any]:
    wishes = queries.under_way()
    return {"wishes": wishes, "is_busy": any(each.job and not each.job.is_over for each in wishes)}


@requires("merge_customers")
def part(request: HttpRequest) -> HttpResponse:
    """End a merge, once it is confirmed."""
    given = request.POST if request.method == "POST" else request.GET
    try:
        found = queries.merge_of(storable(given.get("customer", "")))
    except UnusableLog:
        found = None
    if found is None:
        raise Http404
    if request.method == "POST":
        actions.part(found.absorbed_id, found.surviving_id, by=request.user)
        return redirect("identity:merges")
    return render(request, "identity/part.html", {"merge": found, "counts": queries.brought_under(found.absorbed_id)})


@requires("see_customers")
def panel(request: HttpRequest) -> HttpResponse:
    """Possible doubles and merged ids of a customer, as a part of their page."""
    ids = queries.ids_of(storable(request.GET.get("customer", "")))
    user = user_of(request)
    pairs = list(queries.pairs_of(ids)[: queries.PAGE]) if user.may("merge_customers") else []
    return render(request, "identity/panel.html", {"ids": ids, "pairs": [(each, _other(each, ids)) for each in pairs]})


def _other(pair: Pair, ids: tuple[str, ...]) -> str:
    return pair.second_id if pair.first_id in ids else pair.first_id


def _is_part(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))
