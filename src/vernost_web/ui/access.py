"""Who may open what: every view names its permissions, and one that names none opens to nobody."""

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


def requires(*permissions: str) -> Callable[[View], View]:
    """Let only users whose role has all of some permissions open a view."""

    def mark(view: View) -> View:
        view.permissions = permissions  # type: ignore[attr-defined]
        return view

    return mark


def signed_in(view: View) -> View:
    """Let every user open a view."""
    return requires(SIGNED_IN)(view)


def open_to_all(view: View) -> View:
    """Let everybody open a view, signed in or not."""
    return requires(OPEN)(login_not_required(view))


def permissions_of(view: Callable[..., Any]) -> tuple[str, ...]:
    """The permissions that a view names."""
    if view.__module__.startswith(_LIBRARIES):
        return (OPEN,)
    found: tuple[str, ...] = getattr(view, "permissions", ())
    return found


def may_open(user: Any, permissions: tuple[str, ...]) -> bool:
    """Whether a user, or nobody, may open what names these permissions."""
    if permissions == (OPEN,):
        return True
    is_named = bool(permissions) and user.is_authenticated
    return is_named and all(each == SIGNED_IN or user.may(each) for each in permissions)


class AccessMiddleware:
    """Refuses whoever lacks a permission that the view names."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> None:
        """Refuse, or let pass."""
        if not may_open(request.user, permissions_of(view)):
            raise PermissionDenied
