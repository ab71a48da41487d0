"""Pages of the frame itself: the chart library, language and theme, errors."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST

from vernost_web.ui.access import open_to_all

THEMES = ("", "light", "dark")
_YEAR = 365 * 24 * 3600


@open_to_all
@cache_control(public=True, max_age=_YEAR, immutable=True)
def chart_library(request: HttpRequest) -> HttpResponse:
    """Vega with all it needs, from the wheel that draws charts for print too."""
    return HttpResponse(_vega(), content_type="text/javascript; charset=utf-8")


@cache
def _vega() -> str:
    import vl_convert

    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))


@open_to_all
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on."""
    response = _back(request)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        _remember(request, "language", language)
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=_YEAR, **_cookie())
    return response


@open_to_all
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Show pages light, dark, or as the system does."""
    response = _back(request)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        _remember(request, "theme", theme)
        response.set_cookie("theme", theme, max_age=_YEAR, **_cookie())
    return response


def _remember(request: HttpRequest, name: str, value: str) -> None:
    user: Any = request.user
    if user.is_authenticated:
        setattr(user, name, value)
        user.save(update_fields=[name])


def _cookie() -> dict[str, Any]:
    return {"secure": settings.SESSION_COOKIE_SECURE, "httponly": True, "samesite": "Lax"}


def _back(request: HttpRequest) -> HttpResponse:
    """To the page that was left, if it is one of ours."""
    url = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(url if is_ours else "/")


@open_to_all
def health(request: HttpRequest) -> HttpResponse:
    """Whether the application answers, for supervisors and balancers."""
    return JsonResponse({"status": "ok"})


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for who may not see it."""
    return render(request, "ui/refused.html", status=403)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for what is not there."""
    return render(request, "ui/missing.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """The page for a mistake of the program; it needs nothing that may have failed."""
    return render(request, "ui/failed.html", status=500)
