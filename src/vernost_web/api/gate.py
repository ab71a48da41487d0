"""What stands before every endpoint: whose key it is, how often it may ask, what it may do, what it did before."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, set_response_etag
from django.utils.translation import gettext as _

from vernost_web.api import problems, repeats
from vernost_web.api.limits import take
from vernost_web.api.queries import holder_of
from vernost_web.company.queries import company
from vernost_web.ui.access import may_open, permissions_of
from vernost_web.ui.endpoints import Problem

Run = Callable[..., HttpResponseBase]
READS = frozenset({"GET", "HEAD"})


def guarded(run: Run) -> Run:
    """An operation's run behind the gate; it opens to keys that have all permissions that the endpoint names."""
    permissions = permissions_of(run.__self__.view_func)  # type: ignore[attr-defined]  # the method of an operation

    @wraps(run)
    def answer(request: HttpRequest, **given: Any) -> HttpResponseBase:
        headers: dict[str, str] = {}
        try:
            found = _entered(request, permissions, headers, lambda: run(request, **given))
        except Exception as error:  # noqa: BLE001 - every mistake is answered as a problem
            found = problems.handled(request, error)
        for name, value in headers.items():
            found.headers.setdefault(name, value)
        return found

    return answer


def _entered(
    request: HttpRequest, permissions: tuple[str, ...], headers: dict[str, str], run: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    holder = holder_of(request.headers.get("Authorization", ""))
    if holder is None:
        text = _("No valid key came with the request. Send “Authorization: Bearer …” with one that is made under API.")
        raise Problem(401, text, headers={"WWW-Authenticate": "Bearer"})
    allowance = take(holder.key)
    headers.update(allowance.headers)
    if allowance.wait:
        raise Problem(429, _("This key asks too often. Wait as long as Retry-After says."))
    if "\0" in unquote(request.get_full_path()):
        raise Problem(422, _("An address cannot hold the sign NUL."))
    request.user = holder
    if not may_open(holder, permissions):
        raise PermissionDenied
    with timezone.override(ZoneInfo(company().timezone)):
        if request.method in READS:
            return _tagged(request, run())
        return repeats.once(request, holder.key, run)


def _tagged(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """An answer with its tag; nothing but that where the caller has it already."""
    if not isinstance(answer, HttpResponse) or answer.status_code != 200:
        return answer
    set_response_etag(answer)
    return get_conditional_response(request, etag=answer.headers.get("ETag"), response=answer) or answer
