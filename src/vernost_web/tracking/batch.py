"""What one request of a tracking client holds: its body unpacked, and its messages one by one."""

import base64
import binascii
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

import msgspec

from vernost.messages import Message
from vernost_web.tracking import posthog
from vernost_web.tracking.message import KINDS, LONGEST_NAME, MOST_BYTES, Kept, Scalar, Unkept, message_of
from vernost_web.ui.words import storable

MOST_IN_BATCH = 500 * 1024
"""Bytes of a batch, unpacked."""

MOST_IN_HISTORY = 5 * 1024 * 1024
"""The same of a batch of PostHog's, whose clients send more at once."""

MOST_SHOWN = 4_000
"""Bytes of a refused message that are kept, to show what came."""

_GZIP = b"\x1f\x8b"


class Envelope(msgspec.Struct, rename="camel"):
    """What holds the messages of a batch."""

    batch: list[msgspec.Raw] | None = None
    context: dict[str, Any] | None = None
    sent_at: Scalar = None
    write_key: str = ""


class Glimpse(msgspec.Struct, rename="camel"):
    """As much of a message as its line in a list shows."""

    type: Any = None
    event: Any = None
    name: Any = None
    user_id: Any = None


@dataclass(frozen=True, slots=True)
class Batch:
    """The messages of a request.

    Attributes:
        key: the write key that the body names.
        kept: those that are kept.
        refused: place in the batch -> a message that is not kept, with its reason.
    """

    key: str
    kept: Sequence[Kept]
    refused: Mapping[int, Kept]


_envelope = msgspec.json.Decoder(Envelope).decode


def unpacked(body: bytes, *, most: int = MOST_IN_BATCH) -> bytes:
    """A body as JSON text, whatever its headers say of it; Unkept when it is more than may come.

    >>> unpacked(zlib.compress(b"{}", wbits=31)), unpacked(b"data=e30%3D")
    (b'{}', b'{}')
    """
    if body.startswith(_GZIP):
        body = _inflated(body, most)
    elif body.startswith(b"data="):
        body = _of_form(body, most)
    if len(body) > most:
        raise Unkept("It has {count} bytes; at most {most} are kept.", count=len(body), most=most)
    return body


def single(body: bytes, kind: str, *, received: int) -> Batch:
    """The message of a call such as /v1/track."""
    envelope = _opened(body)
    return _batch(
        envelope.write_key, [body], lambda raw: [message_of(raw, kind=kind, received=received)], received=received
    )


def several(body: bytes, *, received: int) -> Batch:
    """The messages of /v1/batch."""
    envelope = _opened(body)
    if envelope.batch is None:
        raise Unkept("It has no batch: messages stand in a list of that name.")

    def read(raw: bytes) -> Iterator[Kept]:
        if envelope.context:
            raw = _with_context(raw, envelope.context)
        yield message_of(raw, received=received, sent_at=envelope.sent_at)

    return _batch(envelope.write_key, [bytes(each) for each in envelope.batch], read, received=received)


def of_posthog(body: bytes, *, received: int) -> Batch:
    """The messages of PostHog's /batch/, /capture/ and /e/."""
    letter = posthog.opened(body)

    def read(raw: bytes) -> Iterator[Kept]:
        for each in posthog.translated(raw, received=received):
            yield message_of(each, received=received, sent_at=letter.sent_at)

    return _batch(letter.key, letter.events, read, received=received)


def _batch(key: str, raws: Sequence[bytes], read: Callable[[bytes], Any], *, received: int) -> Batch:
    kept: list[Kept] = []
    refused: dict[int, Kept] = {}
    for place, raw in enumerate(raws):
        try:
            kept += read(raw)
        except Unkept as error:
            refused[place] = unread(raw, error.message, received)
    return Batch(key, kept, refused)


def unread(raw: bytes, why: Message | None, received: int) -> Kept:
    """What is shown of something that is not kept."""
    kind, name, user_id = _glimpsed(raw)
    body = storable(raw[:MOST_SHOWN].decode(errors="replace"))
    return Kept(str(uuid4()), kind, name, user_id, None, received, body, why)


def _glimpsed(raw: bytes) -> tuple[str, str, str | None]:
    """What can be told of a message that is not kept: its kind, what happened, and to whom."""
    try:
        found = msgspec.json.decode(raw[: 2 * MOST_BYTES], type=Glimpse)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return "", "", None
    texts = (storable(str(each or ""))[:LONGEST_NAME] for each in (found.event or found.name, found.user_id))
    name, user_id = texts
    return (str(found.type) if found.type in KINDS else ""), name, user_id or None


def _opened(body: bytes) -> Envelope:
    try:
        return _envelope(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unkept("It cannot be read: {reason}.", reason=str(error)) from error


def _with_context(raw: bytes, context: dict[str, Any]) -> bytes:
    """A message with what the batch says of all; it says more of itself."""
    try:
        message = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unkept("It cannot be read: {reason}.", reason=str(error)) from error
    if not isinstance(message, dict):
        raise Unkept("It is no object.")
    own = message.get("context")
    message["context"] = {**context, **(own if isinstance(own, dict) else {})}
    return msgspec.json.encode(message)


def _inflated(body: bytes, most: int) -> bytes:
    unzip = zlib.decompressobj(wbits=31)
    try:
        found = unzip.decompress(body, most + 1)
    except zlib.error as error:
        raise Unkept("It begins as gzip and is none: {reason}.", reason=str(error)) from error
    if not unzip.eof and len(found) <= most:
        raise Unkept("It is gzip that ends too early.")
    return found


def _of_form(body: bytes, most: int) -> bytes:
    """What old browsers' clients send: a form with one field, in base64."""
    try:
        (text,) = parse_qs(body.decode("ascii"), max_num_fields=4)["data"]
        return unpacked(base64.b64decode(text), most=most)
    except (ValueError, KeyError, binascii.Error) as error:
        raise Unkept("It begins as a form and is none.") from error
