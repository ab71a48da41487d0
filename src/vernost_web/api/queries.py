"""Looking at keys."""

from typing import cast

from django.db.models import QuerySet

from vernost_web.api.models import Holder, Key
from vernost_web.api.secret import is_of, parts


def keys() -> QuerySet[Key]:
    """All of them, those that are over too."""
    return Key.objects.select_related("made_by")


def holder_of(authorization: str) -> Holder | None:
    """Who comes with a header of authorization; None when its key opens nothing."""
    scheme, _, text = authorization.partition(" ")
    prefix, secret = parts(text.strip()) if scheme.lower() == "bearer" else ("", "")
    if not prefix or not prefix.isalnum():
        return None
    key = Key.objects.valid().filter(prefix=prefix).first()
    if key is None or not is_of(secret, key.digest):
        return None
    holder = cast("Holder", Holder.objects.get(pk=key.made_by_id))
    holder.key = key
    return holder
