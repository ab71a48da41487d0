"""Deliveries that are due: each taken by one worker, tried, and tried again after growing pauses."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from vernost_web.audit import actions as audit
from vernost_web.webhooks.models import Delivery, State, Webhook
from vernost_web.webhooks.signing import headers_of
from vernost_web.webhooks.transport import NotSent, post

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 60, 300, 1_800, 7_200, 18_000, 36_000, 36_000))
"""Between attempts; after the last one it is given up."""

LONG = timedelta(days=3)
"""For so long nothing has arrived at a webhook that is switched off when something is given up."""

GONE = 410
"""The status by which a receiver says that it wants nothing any more."""

_HELD = timedelta(minutes=1)
"""How long a worker has for one attempt, before another may think it dead; an attempt gives up sooner by itself."""


def deliver_due() -> dict[str, int]:
    """Try all deliveries that are due; how many were sent, and how many not.

    A webhook that does not answer is left for this time after its first failure: the others are not to wait for it.
    """
    counts = {"sent": 0, "failed": 0}
    silent: set[UUID] = set()
    now = timezone.now()
    waiting = Delivery.objects.filter(state=State.WAITING, due_at__lte=now, webhook__is_on=True)
    for delivery in waiting.select_related("webhook", "happening").order_by("due_at"):
        if delivery.webhook_id in silent:
            continue
        mine = Delivery.objects.filter(pk=delivery.pk, state=State.WAITING, due_at=delivery.due_at)
        if not mine.update(due_at=now + _HELD, attempts=F("attempts") + 1):
            continue
        if _is_sent(delivery):
            counts["sent"] += 1
        else:
            counts["failed"] += 1
            silent.add(delivery.webhook_id)
    return counts


def _is_sent(delivery: Delivery) -> bool:
    webhook, happening, now = delivery.webhook, delivery.happening, timezone.now()
    content = {"type": happening.kind, "timestamp": happening.at.isoformat(), "data": happening.content}
    body = json.dumps(content, ensure_ascii=False).encode()
    headers = headers_of(str(happening.pk), int(now.timestamp()), body, webhook.secrets(now))
    try:
        answer = post(webhook.url, body, headers)
    except NotSent as error:
        _note_failure(delivery, error)
        return False
    _still_waiting(delivery).update(
        state=State.SENT, status=answer.status, answer=answer.text[:400], ended_at=timezone.now()
    )
    Webhook.objects.filter(pk=webhook.pk).update(failing_since=None)
    return True


def _note_failure(delivery: Delivery, error: NotSent) -> None:
    now, attempts = timezone.now(), delivery.attempts + 1
    is_over = attempts > len(PAUSES) or error.status == GONE
    later: dict[str, Any] = (
        {"state": State.FAILED, "ended_at": now} if is_over else {"due_at": now + PAUSES[attempts - 1]}
    )
    _still_waiting(delivery).update(status=error.status, answer=str(error)[:400], **later)
    webhook = Webhook.objects.filter(pk=delivery.webhook_id)
    webhook.filter(failing_since=None).update(failing_since=now)
    is_dead = error.status == GONE or (is_over and webhook.filter(failing_since__lt=now - LONG).exists())
    if is_dead and webhook.filter(is_on=True).update(is_on=False):
        audit.record("webhooks.give_up", thing=delivery.webhook, after={"answer": str(error)[:400]})


def _still_waiting(delivery: Delivery) -> Any:
    """Another worker may have sent it meanwhile, had this one been out for so long that it seemed dead."""
    return Delivery.objects.filter(pk=delivery.pk, state=State.WAITING)
