"""Writes that were asked for before are answered as before, and not done again."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from vernost_web.api.models import Key, Repeat
from vernost_web.ui.endpoints import Problem
from vernost_web.ui.sealing import seal, unseal

HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
LONGEST = 200
KEPT = timedelta(hours=24)
"""How long an answer is kept."""

HELD = timedelta(minutes=5)
"""How long a write that has no answer yet is waited for, before its process counts as dead."""

DONE = range(200, 300)
SEALED_AS = "answers of the API"


def once(request: HttpRequest, key: Key, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The answer to a write, made now or as it was; what was refused did nothing and may be asked anew."""
    token = request.headers.get(HEADER, "")
    if not token:
        return make()
    if len(token) > LONGEST or not token.isprintable():
        raise Problem(422, _("An idempotency key has at most %(most)s visible letters.") % {"most": LONGEST})
    repeat, is_new = _claimed(key, token, _digest(request))
    return _made(repeat, make) if is_new else _replayed(repeat, request)


def forget_old() -> int:
    """Forget answers that nobody may ask for any more; how many those were."""
    return Repeat.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]


def forget_all() -> int:
    """Forget all answers, for persons may stand in them; how many those were."""
    return Repeat.objects.exclude(status=None).delete()[0]


def _claimed(key: Key, token: str, digest: str) -> tuple[Repeat, bool]:
    """What is known of a write, and whether this process is the one to do it."""
    now = timezone.now()
    mine = Repeat.objects.filter(key=key, token=token)
    mine.filter(at__lt=now - KEPT).delete()
    mine.filter(status=None, at__lt=now - HELD).delete()
    try:
        with transaction.atomic():
            return Repeat.objects.create(key=key, token=token, digest=digest, at=now), True
    except IntegrityError:
        found = mine.first()
    return (found, False) if found else _claimed(key, token, digest)


def _made(repeat: Repeat, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    try:
        answer = make()
    except BaseException:
        repeat.delete()
        raise
    if isinstance(answer, HttpResponse) and answer.status_code in DONE:
        repeat.status, repeat.media = answer.status_code, answer.headers.get("Content-Type", "")
        repeat.sealed = seal(answer.content.decode(), of=SEALED_AS)
        repeat.save(update_fields=["status", "sealed", "media"])
    else:
        repeat.delete()
    return answer


def _replayed(repeat: Repeat, request: HttpRequest) -> HttpResponse:
    if repeat.digest != _digest(request):
        raise Problem(422, _("This idempotency key was used for something else. Choose another one."))
    if repeat.status is None:
        text = _("The same is being done at this moment. Ask again for its answer.")
        raise Problem(409, text, headers={"Retry-After": "1"})
    content = unseal(repeat.sealed, of=SEALED_AS)
    return HttpResponse(content, status=repeat.status, content_type=repeat.media, headers={REPLAYED: "true"})


def _digest(request: HttpRequest) -> str:
    """What was asked. Files are not read for it, for they may be large: their length stands for them."""
    is_upload = request.content_type == "multipart/form-data"
    content = str(request.META.get("CONTENT_LENGTH", "")).encode() if is_upload else request.body
    head = f"{request.method} {request.get_full_path()} {request.content_type}\n"
    return sha256(head.encode() + content).hexdigest()
