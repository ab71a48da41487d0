"""What clients of PostHog send, said as clients of Segment say it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec

from vernost_web.tracking.message import EPOCH, Scalar, Unkept

_PAGES = {"$pageview": "page", "$screen": "screen"}


class Letter(msgspec.Struct):
    """What holds the events of a request, or its one event."""

    api_key: str = ""
    token: str = ""
    batch: list[msgspec.Raw] | None = None
    data: list[msgspec.Raw] | None = None
    sent_at: Scalar = None
    event: Scalar = None
    properties: dict[str, Any] | None = None


class Event(msgspec.Struct):
    """An event as clients of PostHog send it."""

    event: Scalar = None
    distinct_id: Scalar = None
    uuid: Scalar = None
    timestamp: Scalar = None
    offset: Scalar = None
    properties: dict[str, Any] = {}
    set_: dict[str, Any] | None = msgspec.field(name="$set", default=None)
    set_once: dict[str, Any] | None = msgspec.field(name="$set_once", default=None)


@dataclass(frozen=True, slots=True)
class Opened:
    """The events of a request, each as JSON text."""

    key: str
    events: Sequence[bytes]
    sent_at: Scalar


_letter = msgspec.json.Decoder(Letter).decode
_event = msgspec.json.Decoder(Event).decode


def opened(body: bytes) -> Opened:
    """The events of a body: a letter with a list of them, a bare list, or one event; Unkept where it is none."""
    try:
        if body.lstrip()[:1] == b"[":
            events = [bytes(each) for each in msgspec.json.decode(body, type=list[msgspec.Raw])]
            return Opened(_key_within(events), events, None)
        letter = _letter(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unkept("It cannot be read: {reason}.", reason=str(error)) from error
    found = letter.batch if letter.batch is not None else letter.data
    if found is None and letter.event is None:
        raise Unkept("It has no batch: messages stand in a list of that name.")
    events = [body] if found is None else [bytes(each) for each in found]
    key = letter.api_key or letter.token or str((letter.properties or {}).get("token", "")) or _key_within(events)
    return Opened(key, events, letter.sent_at)


def translated(raw: bytes, *, received: int) -> Iterator[bytes]:
    """The messages of Segment that say what an event of PostHog says; Unkept where it says nothing that is kept."""
    try:
        event = _event(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unkept("It cannot be read: {reason}.", reason=str(error)) from error
    if not isinstance(event.event, str) or not event.event.strip():
        raise Unkept("It has no event: a track call says what happened.")
    given = event.properties
    common = {
        "messageId": event.uuid or given.get("$insert_id"),
        "timestamp": event.timestamp if event.offset is None else _before(received, event.offset),
        "context": {name: given[f"${name}"] for name in ("locale", "timezone") if f"${name}" in given},
        **_who(event),
    }
    yield from (_encode(common | each) for each in _said(event))
    traits = {**(event.set_once or given.get("$set_once") or {}), **(event.set_ or given.get("$set") or {})}
    if traits and event.event not in {"$set", "$identify"}:
        yield _encode({**common, "messageId": _beside(common["messageId"]), "type": "identify", "traits": traits})


def _said(event: Event) -> Iterator[dict[str, Any]]:
    given, name = event.properties, str(event.event)
    match name:
        case "$identify" | "$set":
            traits = {**(event.set_once or given.get("$set_once") or {}), **(event.set_ or given.get("$set") or {})}
            yield {"type": "identify", "traits": traits}
        case "$create_alias":
            # The alias is the id under which somebody goes from now on.
            yield {"type": "alias", "previousId": _distinct_id(event), "userId": given.get("alias")}
        case "$groupidentify":
            yield {"type": "group", "groupId": given.get("$group_key"), "traits": given.get("$group_set") or {}}
        case "$pageview" | "$screen":
            kind = _PAGES[name]
            yield {"type": kind, "name": given.get("title") or given.get("$screen_name"), "properties": _plain(given)}
        case _:
            yield {"type": "track", "event": name, "properties": _plain(given)}


def _who(event: Event) -> dict[str, Any]:
    """Of whom it is: a client says of visitors that it does not know them."""
    given = event.properties
    who = _distinct_id(event)
    is_unknown = (
        given.get("$process_person_profile") is False
        or given.get("$is_identified") is False
        or (who is not None and who == given.get("$device_id"))
        or event.event == "$groupidentify"  # said of a company, under an id that the client makes up
    )
    if is_unknown:
        return {"anonymousId": who}
    return {"userId": who, "anonymousId": given.get("$anon_distinct_id")}


def _distinct_id(event: Event) -> Scalar:
    found: Scalar = event.distinct_id or event.properties.get("distinct_id")
    return found


def _plain(given: dict[str, Any]) -> dict[str, Any]:
    """Properties of what happened, without those by which the client describes itself."""
    kept = {
        name: value
        for name, value in given.items()
        if not name.startswith("$") and name not in {"token", "distinct_id"}
    }
    return kept | {
        name[1:]: given[name] for name in ("$current_url", "$pathname", "$referrer", "$session_id") if given.get(name)
    }


def _before(received: int, offset: Scalar) -> str:
    """The instant so many milliseconds before one in microseconds."""
    try:
        return (EPOCH + timedelta(microseconds=received, milliseconds=-float(offset or 0))).isoformat()
    except (ValueError, OverflowError) as error:
        raise Unkept("{name} is {value!r}, must be milliseconds.", name="offset", value=str(offset)[:60]) from error


def _beside(uuid: Any) -> str | None:
    return f"{uuid} traits" if uuid else None


def _key_within(events: Sequence[bytes]) -> str:
    """The key that the first event names."""
    try:
        found = msgspec.json.decode(events[0], type=Letter) if events else Letter()
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
    return found.api_key or found.token or str((found.properties or {}).get("token", ""))


def _encode(message: dict[str, Any]) -> bytes:
    return msgspec.json.encode({name: value for name, value in message.items() if value not in (None, {})})
