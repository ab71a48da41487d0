"""Keeping the customers behind a number as a segment: by a rule that follows the data, or as they are now."""

import json
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from vernost.errors import VernostError
from vernost.explain.segments.rule import Side
from vernost.measure import find_measure
from vernost_web.metrics.queries import customers_behind, refusal, wrong_filter
from vernost_web.segments import actions
from vernost_web.ui.access import requires
from vernost_web.ui.language import spoken
from vernost_web.ui.question import QuestionForm
from vernost_web.ui.requests import user_of
from vernost_web.ui.words import storable


@requires("edit_segments", "see_customers")
def save(request: HttpRequest) -> HttpResponse:
    """How the customers behind a number can be kept, a part of the page that lists them."""
    name, form = _asked(request)
    return render(request, "segments/save.html", {"name": name, "by_rule": _by_rule(request, name, form.question)})


@requires("edit_segments", "see_customers")
@require_POST
def save_list(request: HttpRequest) -> HttpResponse:
    """Keep the customers behind a number as a fixed list."""
    name, form = _asked(request)
    try:
        behind = customers_behind(name, form.question, _row(request), _side(request), most=actions.MOST_LISTED)
        ids = [row["customer_id"] for row in behind.leaf.rows if row["customer_id"] is not None]
        title = f"{find_measure(name).term.title(spoken())}, {behind.as_of.isoformat()}"
        segment = actions.keep_list(by=user_of(request), name=title[:120], ids=ids)
    except VernostError as error:
        messages.error(request, error.told(spoken()))
        return redirect(f"{reverse('metrics:customers', args=[name])}?{request.GET.urlencode()}")
    return redirect("segments:change", segment.key)


def _asked(request: HttpRequest) -> tuple[str, QuestionForm]:
    name = request.GET.get("measure", "")
    try:
        measure = find_measure(name)
    except VernostError as error:
        raise Http404 from error
    secret = partial(refusal, user=user_of(request))
    form = QuestionForm(measure, request.GET, wrong=wrong_filter, secret=secret)
    if not form.is_valid():
        raise Http404
    return name, form


def _by_rule(request: HttpRequest, name: str, asked: dict[str, Any]) -> str:
    """The address where a segment is made of the rule; nothing where the number is of a group of customers alone."""
    if "among" in asked or "working_hours" in asked:
        return ""
    plain = {key: value.isoformat() if isinstance(value, date) else value for key, value in asked.items()}
    rule: dict[str, Any] = {"behind": name, "asked": plain, "row": _row(request), "side": _side(request)}
    return f"{reverse('segments:new')}?{urlencode({'rule': json.dumps(rule, ensure_ascii=False)})}"


def _row(request: HttpRequest) -> dict[str, str]:
    given = request.GET.items()
    return {name.removeprefix("row."): storable(str(value)) for name, value in given if name.startswith("row.")}


def _side(request: HttpRequest) -> Side:
    return "denominator" if request.GET.get("side") == "denominator" else "numerator"
