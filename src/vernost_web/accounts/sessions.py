"""When each session was last seen, written down now and then; and that its pages are nobody else's."""

import time
from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse

from vernost_web.ui.access import OPEN, permissions_of

EVERY_SECONDS = 300
SEEN = "seen_at"


class SeenMiddleware:
    """Keeps the list of a user's sessions up to date, and their pages from whatever keeps pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        response = self.get_response(request)
        if request.user.is_authenticated:
            # After signing out, and behind a proxy, nobody is to find the customers' names again.
            response.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> None:
        """Write down that a session was seen; what is open to all may be kept for all, and so without a cookie."""
        if permissions_of(view) == (OPEN,) or not request.user.is_authenticated:
            return
        if time.time() - request.session.get(SEEN, 0) > EVERY_SECONDS:
            request.session[SEEN] = int(time.time())
            UserSession.objects.create_from_request(request)
