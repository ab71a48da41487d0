"""The language of a page: the user's own, else that of the browser."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from vernost.glossary import Language


class UserLanguageMiddleware:
    """Speaks the language that a signed-in user chose."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the user's language."""
        user: Any = request.user
        if user.is_authenticated and user.language:
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language
        return self.get_response(request)


def spoken() -> Language:
    """The language in which the library speaks to the reader of this page."""
    return "ru" if (translation.get_language() or "").startswith("ru") else "en"
