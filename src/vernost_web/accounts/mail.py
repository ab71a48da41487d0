"""Links on their way to people: as whole addresses, and as mail where a mail server is known."""

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from vernost_web.accounts.models import User
from vernost_web.ui.mail import is_mail_sent

logger = logging.getLogger(__name__)


def address_of(secret: str) -> str:
    """The address that a link opens: under the installation's own, not the one that a browser claims."""
    return str(settings.CONFIGURATION.address) + reverse("accounts:enter", args=[secret])


def mail_invitation(email: str, secret: str, *, by: User) -> bool:
    """Send an invitation; whether it could be sent."""
    if not is_mail_sent():
        return False
    text = render_to_string("accounts/mail/invitation.txt", {"by": by, "link": address_of(secret)})
    try:
        send_mail(_("Join Vernost"), text, None, [email])
    except OSError:
        logger.exception("The invitation could not be sent. Check EMAIL_URL.")
        return False
    return True
