"""Making segments: the builder of rules with its live count, lists from files, rules that other pages bring."""

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from vernost.errors import InvalidValue, VernostError
from vernost.explain.segments import Rule, read_rule
from vernost.explain.segments.rule import Attribute, leaves
from vernost_web.data.queries import load_number
from vernost_web.metrics.queries import refusal
from vernost_web.segments import actions, queries
from vernost_web.segments.controls import shown
from vernost_web.segments.drafts import Draft, carried_out, draft_of, empty, posted, written
from vernost_web.segments.forms import ListForm, NameForm
from vernost_web.segments.lists import SmallFile, ids_in
from vernost_web.segments.models import Kind, Segment
from vernost_web.ui.access import requires
from vernost_web.ui.language import spoken
from vernost_web.ui.requests import user_of


@requires("edit_segments")
def new(request: HttpRequest) -> HttpResponse:
    """Make a segment of a rule, which another page may bring along."""
    return _edited(request, None, lambda: _brought(request))


@requires("edit_segments")
def change(request: HttpRequest, key: str) -> HttpResponse:
    """Give a segment another name or rule."""
    found = queries.segment_of(key)
    if found is None:
        raise Http404
    if found.kind == Kind.LIST:
        return _renamed(request, found)
    return _edited(request, found, lambda: draft_of(_data(queries.written(found))))


def _edited(request: HttpRequest, segment: Segment | None, start: Any) -> HttpResponse:
    form = NameForm(request.POST or None, instance=segment)
    if request.method != "POST":
        try:
            return _builder_page(request, form, segment, start())
        except VernostError as error:
            messages.error(request, error.told(spoken()))
            return redirect("segments:list")
    draft = posted(request.POST)
    if "do" in request.POST:
        return _builder_page(request, form, segment, carried_out(draft, request.POST["do"]))
    if form.is_valid():
        try:
            return redirect("segments:segment", _save(request, form, segment, written(draft)).key)
        except VernostError as error:
            form.add_error(None, error.told(spoken()))
    return _builder_page(request, form, segment, draft)


def _save(request: HttpRequest, form: NameForm, segment: Segment | None, rule: dict[str, Any]) -> Segment:
    by, words = user_of(request), {name: form.cleaned_data[name] for name in ("name", "note")}
    _keep_secret(read_rule(rule), request)
    if segment is None:
        made = actions.make(by=by, rule=rule, **words)
    else:
        made = actions.change(segment, by=by, rule=rule, **words)
    messages.success(request, _("Saved. Its customers are being worked out."))
    return made


def _keep_secret(rule: Rule, request: HttpRequest) -> None:
    """Refuse to ask of what the user may not see."""
    why = refusal(
        {leaf.name for leaf in leaves(rule) if isinstance(leaf, Attribute)} - {"customer_id"}, user_of(request)
    )
    if why:
        raise InvalidValue("{why}", why=why)


def _builder_page(request: HttpRequest, form: NameForm, segment: Segment | None, draft: Draft) -> HttpResponse:
    context = {"form": form, "segment": segment, "tree": _tree(draft, segment), "has_data": load_number() > 0}
    return render(request, "segments/edit.html", context)


def _tree(draft: Draft, segment: Segment | None) -> Any:
    others = [(each.key, each.title) for each in queries.segments() if segment is None or each.pk != segment.pk]
    return shown(draft, sorted(others, key=lambda pair: pair[1].casefold()))


def _brought(request: HttpRequest) -> Draft:
    """The rule that the address holds, or none yet."""
    text = request.GET.get("rule", "")
    if not text:
        return empty()
    read_rule(text)
    return draft_of(_data(text))


def _data(rule: object) -> Any:
    return json.loads(rule) if isinstance(rule, str) else rule


@requires("edit_segments")
@require_POST
def builder(request: HttpRequest) -> HttpResponse:
    """The builder with a part added, dropped or turned."""
    draft = carried_out(posted(request.POST), request.POST.get("do", ""))
    segment = queries.segment_of(request.POST.get("segment", ""))
    context = {"tree": _tree(draft, segment), "segment": segment}
    # The number beside the rule hears of it and counts again.
    return trigger_client_event(render(request, "segments/builder.html", context), "rule-turned")


@requires("edit_segments")
@require_POST
def count(request: HttpRequest) -> HttpResponse:
    """How many customers a rule means that is being made, and some of them."""
    if not load_number():
        return render(request, "segments/count.html", {"error": _("Nothing is loaded yet.")})
    user = user_of(request)
    try:
        rule = queries.check(written(posted(request.POST)), request.POST.get("segment", ""))
        _keep_secret(rule, request)
        found = queries.count_of(rule, preview=user.may("see_customers"), personal=user.may("see_personal_data"))
    except VernostError as error:
        return render(request, "segments/count.html", {"error": error.told(spoken())})
    words = queries.Rulebook().told(rule)
    return render(request, "segments/count.html", {"found": found, "rule": words})


def _renamed(request: HttpRequest, segment: Segment) -> HttpResponse:
    form = NameForm(request.POST or None, instance=segment)
    if request.method == "POST" and form.is_valid():
        words = {name: form.cleaned_data[name] for name in ("name", "note")}
        actions.change(segment, by=user_of(request), rule=None, **words)
        return redirect("segments:segment", segment.key)
    return render(request, "segments/rename.html", {"form": form, "segment": segment})


@requires("edit_segments", "see_customers")
@csrf_exempt
def new_list(request: HttpRequest) -> HttpResponse:
    """Keep a fixed list of customers, typed or from a file; the page's own token is read before the file."""
    arrival = SmallFile()
    # Before anything looks into the request, for by then it would be read into a temporary file.
    request.upload_handlers = [arrival]
    return _listed(request, arrival)


@csrf_protect
def _listed(request: HttpRequest, arrival: SmallFile) -> HttpResponse:
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if arrival.is_too_large:
            form.add_error("file", _("The file is too large for a list of ids."))
        elif form.is_valid():
            try:
                return redirect("segments:segment", _kept(request, form).key)
            except VernostError as error:
                form.add_error(None, error.told(spoken()))
    return render(request, "segments/new_list.html", {"form": form})


def _kept(request: HttpRequest, form: ListForm) -> Segment:
    file = form.cleaned_data["file"]
    ids = ids_in(form.cleaned_data["ids"].encode()) + (ids_in(file.read()) if file else [])
    words = {name: form.cleaned_data[name] for name in ("name", "note")}
    return actions.keep_list(by=user_of(request), ids=list(dict.fromkeys(ids)), **words)
