"""One message of a tracking client: its shape, and what of it cannot be kept."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

import msgspec

from vernost.errors import VernostError
from vernost.messages import Message
from vernost.schema import YEARS
from vernost.store.sifting import LONGEST_ID

KINDS = ("identify", "track", "page", "screen", "group", "alias")
MOST_BYTES = 32 * 1024
"""Bytes of one message."""

DEEPEST = 32
"""Objects and lists within each other."""

LONGEST_NAME = 200
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
"""Microseconds, in which all instants here are counted."""

_WRONG_CLOCK, _AHEAD, _MILLISECONDS = 300 * SECOND, 86_400 * SECOND, 10**11
"""A client's clock is this much off before it is set right; how far ahead an instant may lie; above: milliseconds."""

Scalar = str | int | float | None


class Unkept(VernostError):
    """A message, or all that came with it, cannot be kept; the sentence says why."""


class Sent(msgspec.Struct, rename="camel"):
    """A message as clients of Segment send it; what else it has is kept with it."""

    type: Scalar = None
    user_id: Scalar = None
    anonymous_id: Scalar = None
    event: Scalar = None
    name: Scalar = None
    group_id: Scalar = None
    previous_id: Scalar = None
    message_id: Scalar = None
    timestamp: Scalar = None
    original_timestamp: Scalar = None
    sent_at: Scalar = None
    context: dict[str, Any] | None = None
    properties: dict[str, Any] | None = None
    traits: dict[str, Any] | None = None


class Kept(NamedTuple):
    """A message that is kept; one that is not has a reason.

    Attributes:
        id: by which it is known again.
        kind: one of `KINDS`.
        name: what happened, or which page was seen; else empty.
        user_id: of the customer; None of a visitor without a name.
        anonymous_id: of the visitor's browser.
        occurred_at: microseconds since 1970.
        body: all of it, as JSON text.
        why: why it is refused.
    """

    id: str
    kind: str
    name: str
    user_id: str | None
    anonymous_id: str | None
    occurred_at: int
    body: str
    why: Message | None = None


_decode = msgspec.json.Decoder(Sent).decode


def message_of(raw: bytes, *, kind: str = "", received: int, sent_at: Scalar = None) -> Kept:
    """The message of a JSON text; Unkept says why there is none.

    Args:
        raw: the text.
        kind: what the address says it is; empty where the message says so itself.
        received: when it came, in microseconds since 1970.
        sent_at: when the client says it sent the batch in which it came.
    """
    if len(raw) > MOST_BYTES:
        raise Unkept("It has {count} bytes; at most {most} are kept.", count=len(raw), most=MOST_BYTES)
    sent = _decoded(raw)
    kind = kind or _kind(sent.type)
    user_id, anonymous_id = _id(sent.user_id, "userId"), _id(sent.anonymous_id, "anonymousId")
    if user_id is None and anonymous_id is None:
        raise Unkept("It has neither userId nor anonymousId, so it belongs to nobody.")
    _check_needs(sent, kind)
    return Kept(
        id=_id(sent.message_id, "messageId") or str(uuid4()),
        kind=kind,
        name=_name(sent, kind),
        user_id=user_id,
        anonymous_id=anonymous_id,
        occurred_at=occurred_at(
            _either(sent.timestamp, sent.original_timestamp), sent_at=_either(sent.sent_at, sent_at), received=received
        ),
        body=raw.decode(),
    )


def occurred_at(timestamp: Scalar, *, sent_at: Scalar, received: int) -> int:
    """When something happened, by this server's clock; Unkept where that cannot be told.

    A client whose clock is wrong is known by when it says that it sent: what it says is moved by as much.
    """
    if timestamp is None:
        return received
    moment = instant(timestamp, "timestamp")
    if sent_at is not None and abs(off := instant(sent_at, "sentAt") - received) > _WRONG_CLOCK:
        moment -= off
    if moment > received + _AHEAD:
        raise Unkept(
            "Its timestamp {timestamp!r} lies more than a day ahead of this server's clock.", timestamp=timestamp
        )
    if datetime.fromtimestamp(moment / SECOND, UTC).year not in range(YEARS[0], YEARS[1] + 1):
        raise Unkept("Its timestamp {timestamp!r} is outside the years {first} to {last}.",
                     timestamp=timestamp, first=YEARS[0], last=YEARS[1])  # fmt: skip
    return moment


def _decoded(raw: bytes) -> Sent:
    if raw.count(b"{") + raw.count(b"[") > DEEPEST and _depth(raw) > DEEPEST:
        raise Unkept("Its objects and lists stand more than {most} deep within each other.", most=DEEPEST)
    try:
        return _decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Unkept("It cannot be read: {reason}.", reason=str(error)) from error


def _depth(raw: bytes) -> int:
    """How deep objects and lists stand within each other."""
    depth = deepest = 0
    is_text = is_escaped = False
    for sign in raw:
        if is_text:
            is_escaped, is_text = sign == 0x5C and not is_escaped, is_escaped or sign != 0x22
        elif sign == 0x22:
            is_text = True
        elif sign in b"{[":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in b"}]":
            depth -= 1
    return deepest


def _kind(given: Scalar) -> str:
    if given not in KINDS:
        raise Unkept("Its type is {found!r}, must be one of {known}.", found=_shown(given), known=list(KINDS))
    return str(given)


def _check_needs(sent: Sent, kind: str) -> None:
    if kind == "track" and not (isinstance(sent.event, str) and sent.event.strip()):
        raise Unkept("It has no event: a track call says what happened.")
    if kind == "group" and _id(sent.group_id, "groupId") is None:
        raise Unkept("It has no groupId: a group call says which company somebody belongs to.")
    if kind == "alias" and (_id(sent.previous_id, "previousId") is None or sent.user_id is None):
        raise Unkept("An alias call says by previousId who becomes whom by userId.")


def _name(sent: Sent, kind: str) -> str:
    named = sent.event if kind == "track" else sent.name if kind in {"page", "screen"} else None
    text = str(named or "").strip()
    if len(text) > LONGEST_NAME:
        raise Unkept("Its name has {count} characters; at most {most} are kept.", count=len(text), most=LONGEST_NAME)
    if "\0" in text:
        raise Unkept("{name} holds a NUL character.", name="event")
    return text


def _id(given: Scalar, name: str) -> str | None:
    """An id as text; None where nothing is said."""
    if given is None or given == "":
        return None
    text = str(int(given) if isinstance(given, float) and given.is_integer() else given)
    if not text.strip():
        raise Unkept("{name} is blank.", name=name)
    if "\0" in text:
        raise Unkept("{name} holds a NUL character.", name=name)
    if len(text) > LONGEST_ID:
        raise Unkept("{name} is longer than {most} characters.", name=name, most=LONGEST_ID)
    return text


def _either(given: Scalar, otherwise: Scalar) -> Scalar:
    return otherwise if given is None or given == "" else given


def instant(given: Scalar, name: str) -> int:
    """Microseconds since 1970 of an ISO 8601 text, or of seconds or milliseconds since then."""
    try:
        if isinstance(given, str):
            moment = datetime.fromisoformat(given)
            return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - EPOCH) // timedelta(microseconds=1)
        number = float(given or 0)
        found = round(number * (1_000 if abs(number) > _MILLISECONDS else SECOND))
        datetime.fromtimestamp(found / SECOND, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Unkept(
            "{name} is {value!r}, must be an instant such as 2026-11-25T12:30:00Z.", name=name, value=_shown(given)
        ) from error
    return found


def _shown(given: Scalar) -> str:
    """A value as far as it may be told."""
    return str(given)[:60].replace("\0", "␀")
