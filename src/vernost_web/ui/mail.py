"""Mail: whether it leaves this installation, and how what comes again is known for the same."""

from email.utils import parseaddr
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings


def is_mail_sent() -> bool:
    """Whether this installation knows a mail server."""
    return bool(settings.CONFIGURATION.email_url)


def same_mail(key: str) -> dict[str, str]:
    """The headers of a mail by which it is known for the same when its sender died, not knowing whether it was sent.

    >>> headers = [same_mail(key)["Message-ID"] for key in ("alarm 1", "alarm 1", "alarm 2")]
    >>> headers[0] == headers[1] != headers[2]
    True
    """
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return {"Message-ID": f"<{uuid5(NAMESPACE_URL, key)}@{host}>"}
