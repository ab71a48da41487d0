"""Sources and their keys, and what came."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import close_old_connections
from django.db.models import QuerySet
from django.utils import timezone

from vernost_web.tracking import looking
from vernost_web.tracking.keys import Known
from vernost_web.tracking.models import Key, Source
from vernost_web.tracking.place import inbox

PERSONAL = ("traits", "context")
"""Parts of a message that tell of a person."""


def sources() -> QuerySet[Source]:
    """All sources, with their keys."""
    return Source.objects.prefetch_related("keys__made_by")


def keys() -> QuerySet[Key]:
    """All keys."""
    return Key.objects.select_related("source")


def open_keys() -> Mapping[str, Known]:
    """The keys that work, by their digests: read outside of any request of Django."""
    close_old_connections()
    try:
        found = Key.objects.open().select_related("source")
        return {
            each.digest: Known(each.source_id, frozenset(each.origins), each.source.most_a_minute) for each in found
        }
    finally:
        close_old_connections()


def told_sources() -> list[dict[str, Any]]:
    """Sources with how much they sent in the last day."""
    now = timezone.now()
    found = []
    for each in sources():
        flow = looking.flow(inbox(), now=now, source=each.pk)
        counts = {name: flow.of_day(name) for name in ("taken", "repeated", "refused")}
        found.append({"source": each, "keys": [key for key in each.keys.all() if key.is_open], **counts})
    return found


def told_body(body: str, *, is_personal: bool) -> str:
    """What a message says, as text; without what it says of a person where that may not be seen."""
    try:
        found = json.loads(body)
    except ValueError:
        return body if is_personal else ""
    if isinstance(found, dict) and not is_personal:
        found |= {name: dict.fromkeys(found[name], "…") for name in PERSONAL if isinstance(found.get(name), dict)}
    return json.dumps(found, ensure_ascii=False, indent=2)
