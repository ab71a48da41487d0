"""What views ask of a request."""

from typing import TYPE_CHECKING, cast

from django.http import HttpRequest

if TYPE_CHECKING:
    from vernost_web.accounts.models import User


def user_of(request: HttpRequest) -> "User":
    """The user who is signed in, in a view that guests do not reach."""
    return cast("User", request.user)
