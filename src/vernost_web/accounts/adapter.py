"""How allauth behaves here: nobody joins without a link."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Closes the door through which anybody could sign up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether anybody may join by themselves."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where a user comes after signing in."""
        return "/"

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """Users have no other name than their address."""
