"""Nothing is worked out twice: answers are kept by question and state of the log, for all processes."""

import json
import time
import zlib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from vernost_web.metrics.models import Kept

CLAIM = timedelta(minutes=5)
"""How long others wait for a process that works an answer out, before they do it themselves."""

_LOOK = 0.05
_DAY, _INSTANT = "$day", "$instant"


def kept(question: object, load: int, make: Callable[[], Any]) -> Any:
    """The answer to a question about a state of the log; worked out once, whoever asks.

    Args:
        question: plain data that names the question and all that the answer depends on beside the log.
        load: the state of the log.
        make: works it out; gives plain data: JSON, days and instants.
    """
    key = _key(question, load)
    found = Kept.objects.filter(key=key, content__isnull=False).first()
    if found is None:
        found = _claimed_or_awaited(key, load)
    if found is not None:
        return _unpacked(bytes(found.content or b""))
    return _made(key, make)


def _made(key: str, make: Callable[[], Any]) -> Any:
    begun = time.perf_counter()
    try:
        answer = make()
    except BaseException:
        Kept.objects.filter(key=key, content__isnull=True).delete()
        raise
    content, seconds = _packed(answer), time.perf_counter() - begun
    Kept.objects.filter(key=key).update(content=content, claimed_until=None, seconds=seconds, made_at=timezone.now())
    return _unpacked(content)


def _claimed_or_awaited(key: str, load: int) -> Kept | None:
    """None when this process is the one to work it out; else what another one worked out meanwhile."""
    while True:
        now = timezone.now()
        try:
            with transaction.atomic():
                Kept.objects.create(key=key, load=load, claimed_until=now + CLAIM)
        except IntegrityError:
            stale = Kept.objects.filter(key=key, content__isnull=True, claimed_until__lt=now)
            if stale.update(claimed_until=now + CLAIM):
                return None
        else:
            return None
        found = Kept.objects.filter(key=key).first()
        if found is not None and found.content is not None:
            return found
        time.sleep(_LOOK)


def forget_before(load: int) -> int:
    """Forget what was worked out from older states; how many answers that were."""
    return Kept.objects.filter(load__lt=load).delete()[0]


@cache
def _version() -> str:
    return version("vernost")


def _key(question: object, load: int) -> str:
    text = json.dumps([_version(), load, question], sort_keys=True, default=_jsonable, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def _packed(answer: Any) -> bytes:
    return zlib.compress(json.dumps(answer, default=_tagged, ensure_ascii=False).encode(), level=1)


def _unpacked(content: bytes) -> Any:
    return json.loads(zlib.decompress(content), object_hook=_untagged)


def _jsonable(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else repr(value)


def _tagged(value: object) -> Any:
    if isinstance(value, datetime):
        return {_INSTANT: value.isoformat()}
    if isinstance(value, date):
        return {_DAY: value.isoformat()}
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is no plain data")


def _untagged(values: dict[str, Any]) -> Any:
    if _DAY in values:
        return date.fromisoformat(values[_DAY])
    return datetime.fromisoformat(values[_INSTANT]) if _INSTANT in values else values
