"""The door of tracking clients: calls of the shapes of Segment and PostHog, answered before anything of Django runs.

Clients pick the address themselves and only let its host be changed, so the addresses here are theirs.
"""

import base64
import binascii
import json
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from vernost_web.tracking import batch
from vernost_web.tracking.batch import MOST_IN_BATCH, MOST_IN_HISTORY, Batch, unpacked
from vernost_web.tracking.inbox import Row, State
from vernost_web.tracking.keys import KeyRing, Known, Pace
from vernost_web.tracking.message import KINDS, Kept, Unkept
from vernost_web.tracking.writing import Full, Writer
from vernost_web.ui.words import packed

Environ = dict[str, Any]
Start = Any
Application = Callable[[Environ, Start], Iterable[bytes]]
Read = Callable[..., Batch]

_SOON = 5
"""Seconds after which a client may come again when the disk or the database does not take what it sends."""

_PREFLIGHT_SECONDS = 86_400

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client is told.

    Attributes:
        status: the code.
        told: the body.
        headers: further ones.
    """

    status: HTTPStatus
    told: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """What an address is for.

    Attributes:
        read: reads the messages of a body.
        most: bytes that it may have, unpacked.
    """

    read: Read
    most: int = MOST_IN_BATCH


def _single(kind: str) -> Call:
    return Call(lambda body, received: batch.single(body, kind, received=received))


_SEVERAL = Call(lambda body, received: batch.several(body, received=received))
_POSTHOG = Call(lambda body, received: batch.of_posthog(body, received=received), MOST_IN_HISTORY)
CALLS: Mapping[str, Call] = {
    **{f"/v1/{kind}": _single(kind) for kind in KINDS},
    **{f"/v1/{kind[0]}": _single(kind) for kind in KINDS},
    **dict.fromkeys(("/v1/batch", "/v1/b", "/v1/import"), _SEVERAL),
    **dict.fromkeys(("/batch", "/capture", "/e", "/i/v0/e", "/track"), _POSTHOG),
}
"""What each address is for; a slash at its end counts for nothing."""

_ASIDE: Mapping[str, Mapping[str, Any]] = {
    "/v1/m": {"success": True},
    "/flags": {"flags": {}, "featureFlags": {}, "featureFlagPayloads": {}, "errorsWhileComputingFlags": False},
    "/decide": {"featureFlags": {}, "featureFlagPayloads": {}, "config": {}, "supportedCompression": ["gzip"]},
}
"""What clients ask beside, with the answer by which they are content: they count calls of their own, ask for flags."""


class Door:
    """Answers the calls of tracking clients; everything else goes on to the application.

    Attributes:
        inside: the application.
        writer: keeps the events.
        keys: the write keys.
        pace: how much each source has sent.
    """

    def __init__(self, inside: Application, *, writer: Writer, keys: KeyRing, pace: Pace) -> None:
        self.inside, self.writer, self.keys, self.pace = inside, writer, keys, pace

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer a call."""
        path = environ.get("PATH_INFO", "").rstrip("/")
        if path not in CALLS and path not in _ASIDE:
            return self.inside(environ, start)
        answer = self._answer(path, environ)
        body = json.dumps(answer.told, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **answer.headers}
        start(f"{answer.status.value} {answer.status.phrase}", list({**headers, **_for_pages(environ)}.items()))
        return [body]

    def _answer(self, path: str, environ: Environ) -> Answer:
        method = environ["REQUEST_METHOD"]
        if method == "OPTIONS":
            return Answer(HTTPStatus.OK, {})
        if path in _ASIDE:
            return Answer(HTTPStatus.OK, _ASIDE[path])
        if method != "POST":
            return Answer(HTTPStatus.METHOD_NOT_ALLOWED, _wrong("Events are sent by POST."), {"Allow": "POST, OPTIONS"})
        try:
            return self._taken(CALLS[path], environ)
        except Full:
            return Answer(HTTPStatus.TOO_MANY_REQUESTS, _wrong("More comes than can be written."), _later(1))
        except Exception:
            # A fault of the disk, of the database or of ours: the client keeps what it has, and comes again.
            log.exception("What came to %s could not be kept.", path)
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE, _wrong("It cannot be kept now."), _later(_SOON))

    def _taken(self, call: Call, environ: Environ) -> Answer:
        """Keep what came, and say so."""
        received, named = time.time_ns() // 1_000, _named(environ)
        known = self.keys.find(named) if named else None
        if named and known is None:
            return _UNKNOWN
        found, why = self._read(call, environ, received)
        if known is None:
            known = self.keys.find(found.key) if found and found.key else None
            if known is None:
                return _bad(why) if why and not named else _UNKNOWN
        origin = environ.get("HTTP_ORIGIN", "")
        if known.origins and origin.rstrip("/") not in known.origins:
            told = _wrong(f"This key may be used by {', '.join(sorted(known.origins))} alone.")
            return Answer(HTTPStatus.FORBIDDEN, told)
        rows = _rows(found, known.source, received) if found else [_unread(known, why, received)]
        if seconds := self.pace.wait(known, len(rows)):
            return Answer(HTTPStatus.TOO_MANY_REQUESTS, _wrong("The source sends more than it may."), _later(seconds))
        if rows:
            self.writer.write(rows)
        return _bad(why) if found is None else _told(found)

    def _read(self, call: Call, environ: Environ, received: int) -> tuple[Batch | None, Unkept | None]:
        try:
            return call.read(unpacked(_body(environ, call.most), most=call.most), received), None
        except Unkept as error:
            return None, error


def _body(environ: Environ, most: int) -> bytes:
    """What was sent, as far as it may be."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > most:
        raise Unkept("It has {count} bytes; at most {most} are kept.", count=int(length), most=most)
    body: bytes = environ["wsgi.input"].read(most + 1)
    return body


def _named(environ: Environ) -> str:
    """The key that headers or the address name."""
    scheme, _, value = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() == "bearer":
        return str(value.strip())
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value).decode().partition(":")[0]
        except (ValueError, binascii.Error):
            return ""
    try:
        return parse_qs(environ.get("QUERY_STRING", ""), max_num_fields=20).get("writeKey", [""])[0]
    except ValueError:
        return ""


def _rows(found: Batch, source: int, received: int) -> list[Row]:
    """The rows of what came, the refused among them."""
    kept = [_row(each, source, received, State.WAITING) for each in found.kept]
    return kept + [_row(each, source, received, State.REFUSED) for each in found.refused.values()]


def _unread(known: Known, why: Unkept | None, received: int) -> Row:
    """A row that shows that something came of which nothing can be kept."""
    return _row(batch.unread(b"", why.message if why else None, received), known.source, received, State.REFUSED)


def _row(each: Kept, source: int, received: int, state: State) -> Row:
    why = json.dumps(packed(each.why)) if each.why else None
    return (
        source, each.id, each.kind, each.name, each.user_id, each.anonymous_id, received, each.occurred_at, int(state),
        why, each.body,
    )  # fmt: skip


def _told(found: Batch) -> Answer:
    if not found.refused:
        return Answer(HTTPStatus.OK, {"success": True, "status": 1, "accepted": len(found.kept)})
    refused: Sequence[dict[str, Any]] = [{"item": place, "reason": each.why} for place, each in found.refused.items()]
    told = {**_wrong("Some messages are not kept; all others are."), "accepted": len(found.kept), "refused": refused}
    return Answer(HTTPStatus.BAD_REQUEST, told)


def _bad(why: Unkept | None) -> Answer:
    return Answer(HTTPStatus.BAD_REQUEST, {**_wrong(str(why)), "accepted": 0})


def _wrong(message: str) -> dict[str, Any]:
    return {"success": False, "message": message}


def _later(seconds: int) -> dict[str, str]:
    return {"Retry-After": str(seconds), "X-RateLimit-Reset": str(seconds)}


def _for_pages(environ: Environ) -> dict[str, str]:
    """What lets the page of another site send, and read the answer."""
    origin = environ.get("HTTP_ORIGIN")
    if not origin:
        return {}
    asked = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "authorization, content-type")
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": "POST, GET, OPTIONS",
        "Access-Control-Allow-Headers": asked,
        "Access-Control-Max-Age": str(_PREFLIGHT_SECONDS),
        "Vary": "Origin",
    }


_UNKNOWN = Answer(
    HTTPStatus.UNAUTHORIZED,
    _wrong("The write key is missing or does not work. Make one on the page of tracking."),
)
