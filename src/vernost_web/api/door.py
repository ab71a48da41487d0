"""The API itself: the endpoints of all slices, each found in its own folder, behind one gate."""

import json
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from math import isfinite
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from ninja.responses import NinjaJSONEncoder

from vernost_web.api import problems
from vernost_web.api.gate import guarded
from vernost_web.ui.access import open_to_all
from vernost_web.ui.endpoints import Problem, missing
from vernost_web.ui.slice import slices

VERSION = "1"
PREFIX = f"v{VERSION}/"
NOT_ALLOWED = 405


class Renderer(BaseRenderer):
    """JSON in the letters of every language; numbers that JSON does not know are null."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:
        """An answer as text."""
        try:
            return json.dumps(data, cls=NinjaJSONEncoder, ensure_ascii=False, allow_nan=False)
        except ValueError:
            return json.dumps(_finite(data), cls=NinjaJSONEncoder, ensure_ascii=False)


class Reader(Parser):
    """Bodies as JSON that every database can keep: no NUL, and no half of a sign."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The data of a body."""
        data = json.loads(request.body)
        try:
            kept = json.dumps(data, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise Problem(422, _("The body holds half of a sign (a surrogate), which no text is made of.")) from error
        if b"\\u0000" in kept:
            raise Problem(422, _("The body holds the sign NUL, which cannot be kept."))
        return data


class Door(NinjaAPI):
    """All endpoints; the name of an operation is that of its function."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """How clients call it."""
        return str(operation.view_func.__name__)


def made() -> Door:
    """The API with the endpoints of all slices that have some."""
    door = Door(
        title="Vernost",
        version=VERSION,
        renderer=Renderer(),
        parser=Reader(),
        openapi_url=None,
        docs_url=None,
        urls_namespace="api-v1",
    )
    door.add_decorator(guarded, mode="view")
    for kind in (Exception, HttpError, ValidationError, Http404):  # ninja has handlers of its own for the last three
        door.add_exception_handler(kind, problems.handled)  # type: ignore[arg-type]  # classes of errors never come
    for each in slices():
        if find_spec(f"{each.name}.api") is not None:
            door.add_router("", import_module(f"{each.name}.api").router, tags=[each.label])
    return door


def patterns(door: Door) -> list[URLPattern]:
    """The addresses of all endpoints; what is none of them is a problem too."""
    found = [each for each in door.urls[0] if isinstance(each, URLPattern) and each.name != "api-root"]
    return [URLPattern(each.pattern, _answered(each.callback), name=each.name) for each in found]


@open_to_all
@csrf_exempt
def nowhere(request: HttpRequest, rest: str) -> HttpResponseBase:
    """The answer where there is no endpoint."""
    return problems.answer_of(missing())


def _answered(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view that guards itself, and says as a problem that it knows no such method."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **given: Any) -> HttpResponseBase:
        found = view(request, *args, **given)
        if found.status_code != NOT_ALLOWED:
            return found
        text = _("There is no such method here; “Allow” names those that there are.")
        return problems.answer_of(Problem(NOT_ALLOWED, text, headers={"Allow": found.headers["Allow"]}))

    return open_to_all(answer)


def _finite(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _finite(value) for name, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_finite(value) for value in data]
    return None if isinstance(data, float) and not isfinite(data) else data
