"""When each session was last seen: written down now and then, not at every page."""

import time
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse

EVERY_SECONDS = 300
SEEN = "seen_at"


class SeenMiddleware:
    """Keeps the list of a user's sessions up to date."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        if request.user.is_authenticated and time.time() - request.session.get(SEEN, 0) > EVERY_SECONDS:
            request.session[SEEN] = int(time.time())
            UserSession.objects.create_from_request(request)
        return self.get_response(request)
