"""Sources and their write keys."""

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from vernost_web.audit import actions as audit
from vernost_web.tracking.keys import digest_of
from vernost_web.tracking.models import Key, Source

BEGIN, HINT = "vt_", 4
"""How keys begin, and how many of their last signs are shown."""


@transaction.atomic
def add_source(*, by: Any, name: str, most_a_minute: int) -> Source:
    """Know a source from now on."""
    source = Source.objects.create(name=name, most_a_minute=most_a_minute)
    audit.record("tracking.add_source", by=by, thing=source, after={"most_a_minute": most_a_minute})
    return source


@transaction.atomic
def change_source(source: Source, *, by: Any, name: str, most_a_minute: int) -> Source:
    """Change what is known of a source; rows that are in the log keep its old name."""
    before = dict(Source.objects.values("name", "most_a_minute").get(pk=source.pk))
    source.name, source.most_a_minute = name, most_a_minute
    source.save()
    old, new = audit.changes(before, {"name": name, "most_a_minute": most_a_minute})
    if new:
        audit.record("tracking.change_source", by=by, thing=source, before=old, after=new)
    return source


@transaction.atomic
def make_key(source: Source, *, by: Any, origins: list[str], until: datetime | None) -> str:
    """A new write key of a source, which is shown once and not kept."""
    secret = BEGIN + secrets.token_urlsafe(24)
    key = Key.objects.create(
        source=source, digest=digest_of(secret), hint=secret[-HINT:], origins=origins, until=until, made_by=by
    )
    told = {"origins": origins, "until": until.isoformat() if until else None}
    audit.record("tracking.make_key", by=by, thing=key, after=told)
    return secret


@transaction.atomic
def withdraw_key(key: Key, *, by: Any) -> None:
    """Let a key work no more; processes that remember it hear of it within seconds."""
    if Key.objects.filter(pk=key.pk, withdrawn_at=None).update(withdrawn_at=timezone.now()):
        audit.record("tracking.withdraw_key", by=by, thing=key)
