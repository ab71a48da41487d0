"""Sending alarms: by mail, or signed to a webhook."""

import hmac
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from vernost_web.ui.mail import is_mail_sent, same_mail
from vernost_web.webhooks.actions import post
from vernost_web.webhooks.queries import NotSent

SIGNATURE = "X-Vernost-Signature"
"""``sha256=`` and the hex HMAC-SHA256 of the body, by the receiver's secret."""


def signature(secret: str, body: bytes) -> str:
    """What proves that a body comes from here.

    >>> signature("key", b"{}")[:14]
    'sha256=a777724'
    """
    return f"sha256={hmac.new(secret.encode(), body, sha256).hexdigest()}"


def send_to_webhook(url: str, secret: str, delivery: str, content: Mapping[str, Any]) -> str:
    """Post content to a webhook; what it answered.

    Args:
        url: of the webhook.
        secret: signs the body.
        delivery: id of the delivery, the same for each attempt, by which the receiver knows repeats.
        content: plain data.

    Raises:
        NotSent: when it may not be reached, or did not answer with 2xx.
    """
    body = json.dumps(content, ensure_ascii=False).encode()
    return post(url, body, {"X-Vernost-Delivery": delivery, SIGNATURE: signature(secret, body)}).text


def send_by_mail(address: str, delivery: str, subject: str, text: str) -> str:
    """Send a mail.

    Args:
        address: of the receiver.
        delivery: id of the delivery, the same for each attempt, by which the mail server of the receiver knows repeats.
        subject: of the mail.
        text: of the mail.

    Raises:
        NotSent: when there is no mail server, or it refused.
    """
    if not is_mail_sent():
        raise NotSent(_("No mail server is named. Set EMAIL_URL."))
    try:
        # What customers wrote may stand in it; a line break would begin another header, which is refused.
        EmailMessage(" ".join(subject.split()), text, None, [address], headers=same_mail(f"alarm {delivery}")).send()
    except OSError as error:
        raise NotSent(f"{type(error).__name__}: {error}") from error
    return "OK"
