"""Why requests are not answered, as RFC 9457 tells it, in the language asked for."""

import json
import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.errors import ValidationError as Unreadable

from vernost.errors import LogBusy, MissingFacts, UnusableLog, VernostError
from vernost_web.ui.endpoints import Problem, missing
from vernost_web.ui.language import spoken

MEDIA = "application/problem+json"
_STATES = (UnusableLog, MissingFacts, LogBusy)

log = logging.getLogger(__name__)


def answer_of(problem: Problem) -> HttpResponse:
    """A problem as an answer."""
    told: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.errors:
        told["errors"] = problem.errors
    content = json.dumps(told, ensure_ascii=False)
    return HttpResponse(content, status=problem.status, content_type=MEDIA, headers=problem.headers)


def handled(request: HttpRequest, error: Exception) -> HttpResponse:
    """The answer to whatever an endpoint raised; a mistake of the program is written down and told as such."""
    problem = problem_of(error)
    if problem is None:
        log.error("%s %s failed.", request.method, request.path, exc_info=error)
        problem = Problem(500, _("The program made a mistake, which is written in its log."))
    return answer_of(problem)


def problem_of(error: Exception) -> Problem | None:
    """What went wrong in the caller's words; None when that is not for the caller to mend."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Http404):
        return missing()
    if isinstance(error, PermissionDenied):
        return Problem(403, _("This key may not do that. Make one that has the permission, or ask an administrator."))
    if isinstance(error, RequestDataTooBig):
        return Problem(413, _("That is too much for one request. Send less at once."))
    if isinstance(error, VernostError):
        return Problem(409 if isinstance(error, _STATES) else 422, error.told(spoken()))
    if isinstance(error, Unreadable):
        errors = fields_of(error.errors)
        return Problem(422, _("Some of what was sent cannot be used; “errors” names it."), errors=errors)
    if isinstance(error, ValidationError):
        return Problem(422, " ".join(error.messages))
    if isinstance(error.__cause__, Problem):  # a body that was read, and refused
        return error.__cause__
    if isinstance(error, HttpError):
        return Problem(error.status_code, _("The body is no JSON that can be read."))
    return None


def fields_of(errors: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """What is wrong with each field: its name -> sentences."""
    found: dict[str, list[str]] = {}
    for each in errors:
        name = ".".join(str(part) for part in each["loc"][1:]) or str(each["loc"][0])
        found.setdefault(name, []).append(_sentence(each))
    return found


def _sentence(error: Mapping[str, Any]) -> str:
    """A mistake that the schema found, in the language asked for."""
    kind, limits = str(error["type"]), error.get("ctx", {})
    bounds = {name: limits[name] for name in ("ge", "le", "gt", "lt", "max_length", "min_length") if name in limits}
    if kind == "missing":
        return _("It is missing.")
    if bounds:
        return _("It is out of bounds: %(bounds)s.") % {
            "bounds": ", ".join(f"{name} {value}" for name, value in bounds.items())
        }
    if kind in {"literal_error", "enum"}:
        return _("It is none of these: %(names)s.") % {"names": limits.get("expected", "")}
    if kind == "extra_forbidden":
        return _("There is no such field.")
    return _("It is no %(kind)s.") % {"kind": kind.removesuffix("_type").removesuffix("_parsing").replace("_", " ")}
