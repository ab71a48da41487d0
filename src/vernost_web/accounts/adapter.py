"""How allauth behaves here: nobody joins without a link, and no word of a browser is trusted."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from vernost_web.ui.sealing import seal, unseal

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Closes the door through which anybody could sign up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether anybody may join by themselves."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where a user comes after signing in: without a password, to where one is chosen."""
        user: Any = request.user
        return "/" if user.has_usable_password() else reverse("accounts:me")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Where a user comes after changing their password."""
        return reverse("accounts:me")

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """Users have no other name than their address."""

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in a mail: under the installation's own address, not the one that a browser claims."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.CONFIGURATION.address + path.replace("UID-KEY", key)

    def reauthenticate(self, user: Any, password: str) -> bool:
        """Whether a signed-in user knows their password."""
        known = self.authenticate(self.request, email=user.email, password=password)
        return known is not None and known.pk == user.pk

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send; a page that told when sending fails would tell which addresses are known."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            logger.exception("Mail could not be sent. Check EMAIL_URL.")

    def format_email_subject(self, subject: str) -> str:
        """The subject, without the host that a browser claims."""
        return subject

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # The library's key holds the host that a browser claims: with another one the count would begin anew.
        return str(credentials.get("email", "")).lower()


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps the secrets of second factors sealed, so that a copy of the database alone opens no account."""

    def encrypt(self, text: str) -> str:
        """A secret as it is kept."""
        return seal(text, of="second factor")

    def decrypt(self, encrypted_text: str) -> str:
        """A secret that was kept."""
        return unseal(encrypted_text, of="second factor")
