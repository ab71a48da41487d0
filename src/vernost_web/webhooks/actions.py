"""Telling other programs what happens, and saying which are told."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from vernost.errors import UnknownName
from vernost_web.audit import actions as audit
from vernost_web.jobs.actions import ask_for
from vernost_web.ui.sealing import seal
from vernost_web.webhooks.models import SEALED_AS, Delivery, Happening, State, Webhook
from vernost_web.webhooks.signing import new_secret
from vernost_web.webhooks.telling import about, kinds, without
from vernost_web.webhooks.transport import post

__all__ = [
    "add_webhook", "change_webhook", "deliver_again", "forget_customer", "post", "remove_webhook", "renew_secret",
    "tell",
]  # fmt: skip

OVERLAP = timedelta(hours=24)
"""How long an old secret signs beside the new one."""

DELIVER = "webhooks.deliver"


@transaction.atomic
def tell(kind: str, content: Mapping[str, Any], *, key: str | None = None) -> Happening | None:
    """Tell all webhooks that listen that something happened; they hear of it once this transaction is through.

    Args:
        kind: slice and verb, as some slice names it in its ``tells``.
        content: plain data: ids of customers, by which they are forgotten, never what tells who they are.
        key: makes repeats harmless: a happening of the same key is told once.

    Returns:
        What is told; None when nobody listens, or it was told before.
    """
    if kind not in kinds():
        raise UnknownName("kind of happening", kind, kinds())
    listeners = [each for each in Webhook.objects.filter(is_on=True) if each.hears(kind)]
    if not listeners or (key and Happening.objects.filter(key=key).exists()):
        return None
    happening = Happening.objects.create(kind=kind, content=dict(content), key=key)
    Delivery.objects.bulk_create(Delivery(webhook=each, happening=happening) for each in listeners)
    ask_for(DELIVER, key=f"{DELIVER} {happening.pk}")
    return happening


@transaction.atomic
def add_webhook(*, by: Any, url: str, kinds: Collection[str]) -> Webhook:
    """Tell an address from now on, signed by a secret of its own."""
    webhook = Webhook.objects.create(url=url, kinds=sorted(kinds), sealed=seal(new_secret(), of=SEALED_AS), made_by=by)
    audit.record("webhooks.add", by=by, thing=webhook, after=_shown(webhook))
    return webhook


@transaction.atomic
def change_webhook(webhook: Webhook, *, by: Any, **values: Any) -> Webhook:
    """Change where and of what a webhook is told, or switch it; switched on again, what failed is forgotten."""
    found = Webhook.objects.select_for_update().get(pk=webhook.pk)
    before = _shown(found)
    for name, value in values.items():
        setattr(found, name, sorted(value) if name == "kinds" else value)
    if found.is_on and not before["is_on"]:
        found.failing_since = None
    found.save()
    old, new = audit.changes(before, _shown(found))
    if new:
        audit.record("webhooks.change", by=by, thing=found, before=old, after=new)
    return found


@transaction.atomic
def renew_secret(webhook: Webhook, *, by: Any) -> Webhook:
    """Give a webhook a new secret; the old one signs beside it for a day."""
    found = Webhook.objects.select_for_update().get(pk=webhook.pk)
    found.sealed_before, found.before_until = found.sealed, timezone.now() + OVERLAP
    found.sealed = seal(new_secret(), of=SEALED_AS)
    found.save(update_fields=["sealed", "sealed_before", "before_until"])
    audit.record("webhooks.renew_secret", by=by, thing=found)
    return found


@transaction.atomic
def remove_webhook(webhook: Webhook, *, by: Any) -> None:
    """Tell an address nothing any more."""
    audit.record("webhooks.remove", by=by, thing=webhook, before=_shown(webhook))
    webhook.delete()


@transaction.atomic
def deliver_again(delivery: Delivery, *, by: Any) -> Delivery:
    """Send something once more, now; one that is on its way already goes at once."""
    delivery.state, delivery.due_at, delivery.attempts, delivery.ended_at = State.WAITING, timezone.now(), 0, None
    delivery.save(update_fields=["state", "due_at", "attempts", "ended_at"])
    audit.record("webhooks.deliver_again", by=by, thing=delivery.webhook, after={"kind": delivery.happening.kind})
    ask_for(DELIVER)
    return delivery


@transaction.atomic
def forget_customer(ids: Sequence[str], pseudonym: str) -> int:
    """Write a pseudonym in the place of a customer's ids in all that was told; how many happenings that were."""
    found = list(about(ids))
    for each in found:
        each.content = without(each.content, ids, pseudonym)
        each.save(update_fields=["content"])
    return len(found)


def _shown(webhook: Webhook) -> dict[str, Any]:
    return {"url": webhook.url, "kinds": webhook.kinds, "is_on": webhook.is_on}
