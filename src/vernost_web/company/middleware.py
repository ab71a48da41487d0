"""What the company decides for every page: the clock by which times are shown, and who needs a second factor."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from vernost_web.accounts.queries import has_second_factor
from vernost_web.company.queries import company

SETTING_UP = "mfa_activate_totp"
OPEN_BEFORE = {
    SETTING_UP, "account_reauthenticate", "account_logout", "account_set_password",
    "choose_language", "choose_theme", "chart_library", "health",
}  # fmt: skip
"""Addresses for who has no second factor yet."""


class CompanyMiddleware:
    """Shows times by the company's clock, and leads to two-factor sign-in whoever must have it and has not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer by the company's clock."""
        if not request.user.is_authenticated:
            return self.get_response(request)
        request.company = company()  # type: ignore[attr-defined]
        with timezone.override(ZoneInfo(request.company.timezone)):  # type: ignore[attr-defined]
            return self.get_response(request)

    def process_view(self, request: HttpRequest, *_args: Any) -> HttpResponse | None:
        """Lead to two-factor sign-in, or let pass."""
        user: Any = request.user
        name = request.resolver_match.url_name if request.resolver_match else ""
        if not user.is_authenticated or name in OPEN_BEFORE:
            return None
        if not request.company.requires_second_factor(user) or has_second_factor(user):  # type: ignore[attr-defined]
            return None
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponseClientRedirect("/")
        messages.info(request, _("Your company asks you for two-factor sign-in. Set it up to go on."))
        return redirect(SETTING_UP)
