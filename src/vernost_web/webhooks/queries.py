"""Looking at webhooks and what was sent to them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from vernost_web.webhooks.models import Delivery, State, Webhook
from vernost_web.webhooks.telling import about, kinds
from vernost_web.webhooks.transport import NotSent, check_named

__all__ = [
    "NotSent", "check_named", "deliveries_of", "happenings_of", "is_delivery_due", "kinds", "webhook_of", "webhooks",
]  # fmt: skip


def webhooks() -> QuerySet[Webhook]:
    """All of them."""
    return Webhook.objects.select_related("made_by")


def webhook_of(pk: UUID) -> Webhook | None:
    """A webhook by its id."""
    return webhooks().filter(pk=pk).first()


def deliveries_of(webhook: Webhook) -> QuerySet[Delivery]:
    """What was sent to a webhook, the newest first."""
    return webhook.deliveries.select_related("happening")


def is_delivery_due() -> bool:
    """Whether something waits to be sent."""
    waiting = Delivery.objects.filter(state=State.WAITING, webhook__is_on=True)
    return waiting.filter(due_at__lte=timezone.now()).exists()


def happenings_of(ids: Sequence[str]) -> list[dict[str, Any]]:
    """What other programs were told of a customer, the newest first."""
    return [{"at": each.at, "kind": each.kind, "content": each.content} for each in about(ids)]
