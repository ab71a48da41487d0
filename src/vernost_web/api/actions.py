"""Making keys and taking them back."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from vernost_web.api.models import Key
from vernost_web.api.secret import new_key
from vernost_web.audit import actions as audit


@transaction.atomic
def make_key(
    *, by: Any, name: str, scopes: Collection[str], until: datetime | None = None, per_minute: int
) -> tuple[Key, str]:
    """A new key, and its text, which nobody can be shown again."""
    new = new_key()
    key = Key.objects.create(
        name=name, prefix=new.prefix, digest=new.digest, scopes=sorted(scopes), until=until, per_minute=per_minute,
        made_by=by,
    )  # fmt: skip
    told = {"scopes": key.scopes, "until": until.isoformat() if until else None, "per_minute": per_minute}
    audit.record("keys.make", by=by, thing=key, after=told)
    return key, new.text


@transaction.atomic
def revoke_key(key: Key, *, by: Any) -> None:
    """Take a key back, for good."""
    if Key.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
        audit.record("keys.revoke", by=by, thing=key)
