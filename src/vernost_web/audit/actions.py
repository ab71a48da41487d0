"""Writing down what was done."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import context
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest

from vernost_web.audit.models import Record

_PIECE = 500
"""Records that are looked at together."""


def record(
    action: str,
    *,
    by: Any = None,
    thing: object = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    request: HttpRequest | None = None,
) -> Record:
    """Write down that something was done, in the transaction in which it is done.

    Args:
        action: slice and verb, such as 'targets.set' or 'export.cohorts'; its words are in the slice's ``trail``.
        by: the user; that of the request by default; None for the system.
        thing: what it was done to, in words.
        before: values before, of those that changed.
        after: values after.
        request: tells the user and the address; the one that is being answered by default.
    """
    request = request or context.request
    user = by or _user_of(request)
    name = str(user or "")
    return Record.objects.create(
        actor=user,
        actor_name=name,
        action=action,
        thing=str(thing)[:254],
        before=before,
        after=after,
        address=_address_of(request) if request else None,
        text=_searchable(name, getattr(user, "email", ""), action, thing, before, after),
    )


def forget_person(tells: Callable[[Any], bool], without: Callable[[Any], Any]) -> int:
    """Take whoever is erased out of the trail, which else is never changed; how many records told of them.

    What was done, when and by whom stays. Of what was done to the person themself the values go as a whole, for they
    may hold words that are only known to be theirs by standing there.

    Args:
        tells: whether a value tells of them.
        without: a value without them.
    """
    count = 0
    for each in Record.objects.order_by("pk").iterator(_PIECE):
        if tells([each.thing, each.text, each.before, each.after]):
            is_about = tells(each.thing)
            values = {name: None if is_about else without(getattr(each, name)) for name in ("before", "after")}
            thing = without(each.thing)
            text = _searchable(each.actor_name, each.action, thing, *values.values())
            QuerySet(Record).filter(pk=each.pk).update(thing=thing, text=text, **values)
            count += 1
    return count


def forget_before(limit: datetime) -> int:
    """Forget what was done before an instant, where the company says that it is kept no longer; how many records."""
    return QuerySet(Record).filter(at__lt=limit).delete()[0]


def changes(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values that differ, before and after.

    >>> changes({"name": "a", "city": "b"}, {"name": "c", "city": "b"})
    ({'name': 'a'}, {'name': 'c'})
    """
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}


def _user_of(request: HttpRequest | None) -> Any:
    user: Any = getattr(request, "user", None)
    return user if user and user.is_authenticated else None


def _address_of(request: HttpRequest) -> str | None:
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:  # a server behind a socket knows of none
        return None


def _searchable(*parts: object) -> str:
    """All parts in small letters: no database compares letters of every script by itself."""
    texts = (part if isinstance(part, str) else json.dumps(part, ensure_ascii=False, default=str) for part in parts)
    return " ".join(text for text in texts if text and text != "null").casefold()
