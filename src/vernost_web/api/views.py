"""The pages of the API: what can be asked, keys, the document and the client for programs."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from vernost_web.api import actions, queries
from vernost_web.api.document import document as told
from vernost_web.api.forms import KeyForm
from vernost_web.api.reading import rooms
from vernost_web.ui.access import open_to_all, requires
from vernost_web.ui.language import spoken


@requires("manage_api")
def guide(request: HttpRequest) -> HttpResponse:
    """Every endpoint with what it takes and gives, out of the document."""
    context = {"rooms": rooms(told(spoken())), "address": settings.CONFIGURATION.address, "language": spoken()}
    return render(request, "api/guide.html", context)


@requires("manage_api")
@never_cache
@sensitive_variables("text")
def keys(request: HttpRequest) -> HttpResponse:
    """All keys; a new one is shown this once."""
    form, made, text = KeyForm(request.POST or None), None, ""
    if request.method == "POST" and form.is_valid():
        made, text = actions.make_key(by=request.user, **form.values())
        form = KeyForm()
    return render(request, "api/keys.html", {"form": form, "keys": queries.keys(), "made": made, "text": text})


@requires("manage_api")
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a key back."""
    actions.revoke_key(get_object_or_404(queries.keys(), pk=pk), by=request.user)
    return redirect("api:keys")


@open_to_all
def document(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document; it tells nothing of the company."""
    return JsonResponse(told(spoken()), json_dumps_params={"ensure_ascii": False})


@open_to_all
def client(request: HttpRequest) -> HttpResponse:
    """The Python client of this very version, as one file without requirements."""
    from vernost_web.api.clientcode import client_code

    headers = {"Content-Disposition": 'attachment; filename="vernost_client.py"'}
    return HttpResponse(client_code(told("en")), content_type="text/x-python; charset=utf-8", headers=headers)
