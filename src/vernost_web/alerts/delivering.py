"""Deliveries that are due: each taken by one worker, tried, and tried again after growing pauses."""

from datetime import timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from vernost.glossary import Language
from vernost_web.alerts import telling
from vernost_web.alerts.models import Delivery, Receiver
from vernost_web.alerts.sending import send_by_mail, send_to_webhook
from vernost_web.company.queries import company, voice_of
from vernost_web.webhooks.queries import NotSent

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 600))
"""Between attempts; after the last one it is given up."""

_HELD = timedelta(minutes=1)
"""How long a worker has for one attempt, before another may think it dead; an attempt gives up sooner by itself."""


def deliver_due() -> dict[str, int]:
    """Try all deliveries that are due; how many were sent, and how many not."""
    counts = {"sent": 0, "failed": 0}
    now = timezone.now()
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=now)
    for delivery in waiting.select_related("alarm", "receiver"):
        mine = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.WAITING, due_at=delivery.due_at)
        if mine.update(due_at=now + _HELD, attempts=delivery.attempts + 1):
            counts["sent" if _try(delivery) else "failed"] += 1
    return counts


def _try(delivery: Delivery) -> bool:
    attempts = delivery.attempts + 1
    # Another worker may have sent it meanwhile, had this one been out for so long that it seemed dead.
    still_waiting = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.WAITING)
    try:
        answer = _send(delivery)
    except NotSent as error:
        is_over = attempts > len(PAUSES)
        later = {"state": Delivery.State.FAILED, "ended_at": timezone.now()} if is_over else {
            "due_at": timezone.now() + PAUSES[attempts - 1]
        }  # fmt: skip
        still_waiting.update(answer=str(error)[:400], **later)
        return False
    values = {"state": Delivery.State.SENT, "answer": answer[:400], "ended_at": timezone.now()}
    still_waiting.update(**values)
    return True


def _send(delivery: Delivery) -> str:
    language: Language = "ru" if company().language == "ru" else "en"
    alarm, receiver = delivery.alarm, delivery.receiver
    address = settings.CONFIGURATION.address + reverse("alerts:alarm", args=[alarm.pk])
    with translation.override(language):
        voice = voice_of(language)
        if receiver.kind == Receiver.Kind.WEBHOOK:
            content = telling.plain(alarm, voice, address)
            return send_to_webhook(receiver.address, receiver.secret, str(delivery.pk), content)
        lines = telling.lines(alarm, voice)
        text = render_to_string("alerts/mail.txt", {"lines": lines, "address": address, "alarm": alarm})
        return send_by_mail(receiver.address, str(delivery.pk), telling.headline(alarm, voice), text)
