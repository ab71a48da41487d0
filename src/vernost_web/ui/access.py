"""Who may open what: every view names its permission, and one that names none opens to nobody."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

View = TypeVar("View", bound=Callable[..., Any])
SIGNED_IN = "signed in"
OPEN = "open"
_LIBRARIES = ("allauth.", "django.views.i18n")
"""Views that guard themselves."""


def requires(permission: str) -> Callable[[View], View]:
    """Let only users whose role has a permission open a view."""

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def signed_in(view: View) -> View:
    """Let every user open a view."""
    return requires(SIGNED_IN)(view)


def open_to_all(view: View) -> View:
    """Let everybody open a view, signed in or not."""
    return requires(OPEN)(login_not_required(view))


def permission_of(view: Callable[..., Any]) -> str | None:
    """The permission that a view names."""
    if view.__module__.startswith(_LIBRARIES):
        return OPEN
    found = getattr(view, "permission", None) or getattr(getattr(view, "view_class", None), "permission", None)
    return str(found) if found else None


class AccessMiddleware:
    """Refuses whoever lacks the permission that the view names."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> None:
        """Refuse, or let pass."""
        permission = permission_of(view)
        if permission == OPEN:
            return
        user: Any = request.user
        if permission is None or not user.is_authenticated or not (permission == SIGNED_IN or user.may(permission)):
            raise PermissionDenied
