"""Whether mail leaves this installation."""

from django.conf import settings


def is_mail_sent() -> bool:
    """Whether this installation knows a mail server."""
    return bool(settings.CONFIGURATION.email_url)
