"""Nothing is worked out twice: answers are kept by question and state of the log, for all processes."""

import json
import logging
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from typing import Any

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from vernost_web.metrics.models import Kept

CLAIM = timedelta(seconds=15)
"""How long others wait for a process that works an answer out and says nothing any more, for it may have died."""

_BEAT, _LOOK = 3.0, 0.05
"""Seconds between words of a process that works an answer out, and between looks of those who wait for it."""

_DAY, _INSTANT = "$day", "$instant"

log = logging.getLogger(__name__)


def kept(question: object, load: int, make: Callable[[], Any]) -> Any:
    """The answer to a question about a state of the log; worked out once, whoever asks.

    Args:
        question: plain data that names the question and all that the answer depends on beside the log.
        load: the state of the log.
        make: works it out; gives plain data: JSON, days and instants.
    """
    key = _key(question, load)
    found = _claimed_or_awaited(key, load)
    return _made(key, make) if found is None else _unpacked(bytes(found.content or b""))


def _made(key: str, make: Callable[[], Any]) -> Any:
    begun = time.perf_counter()
    try:
        with _claiming(key):
            answer = make()
    except BaseException:
        Kept.objects.filter(key=key, content__isnull=True).delete()
        raise
    content, seconds = _packed(answer), time.perf_counter() - begun
    Kept.objects.filter(key=key).update(content=content, claimed_until=None, seconds=seconds, made_at=timezone.now())
    return _unpacked(content)


def _claimed_or_awaited(key: str, load: int) -> Kept | None:
    """None when this process is the one to work it out; else what was worked out before, or meanwhile."""
    while True:
        found = Kept.objects.filter(key=key).first()
        if found is None:
            if _is_claimed(key, load):
                return None
        elif found.content is not None:
            return found
        elif _is_taken_over(found):
            return None
        else:
            time.sleep(_LOOK)


def _is_claimed(key: str, load: int) -> bool:
    """Whether nobody was quicker."""
    try:
        with transaction.atomic():
            Kept.objects.create(key=key, load=load, claimed_until=timezone.now() + CLAIM)
    except IntegrityError:
        return False
    return True


def _is_taken_over(found: Kept) -> bool:
    """Whether its process is silent for too long, and nobody was quicker to take its place."""
    now = timezone.now()
    silent = Kept.objects.filter(key=found.key, content__isnull=True, claimed_until=found.claimed_until)
    return bool(silent.filter(claimed_until__lt=now).update(claimed_until=now + CLAIM))


@contextmanager
def _claiming(key: str) -> Iterator[None]:
    """Tell the others again and again that an answer is being worked out, for that may take minutes."""
    is_over = threading.Event()
    beat = threading.Thread(target=_renew, args=(key, is_over), daemon=True)
    beat.start()
    try:
        yield
    finally:
        is_over.set()
        beat.join()


def _renew(key: str, is_over: threading.Event) -> None:
    while not is_over.wait(_BEAT):
        try:
            Kept.objects.filter(key=key, content__isnull=True).update(claimed_until=timezone.now() + CLAIM)
        except DatabaseError:
            log.warning("The claim of an answer could not be renewed; others may work it out too.", exc_info=True)
    connection.close()


def forget_before(load: int) -> int:
    """Forget what was worked out from older states; how many answers that were."""
    return Kept.objects.filter(load__lt=load).delete()[0]


def forget_all() -> int:
    """Forget all that was worked out; how many answers that were."""
    return Kept.objects.all().delete()[0]


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
