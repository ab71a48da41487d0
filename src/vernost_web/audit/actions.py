"""Writing down what was done."""

from typing import Any

from django.http import HttpRequest

from vernost_web.audit.models import Record


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
        action: slice and verb, such as 'targets.set' or 'export.cohorts'.
        by: the user; that of the request by default; None for the system.
        thing: what it was done to, in words.
        before: values before, of those that changed.
        after: values after.
        request: tells the user and the address.
    """
    user = by or (request.user if request and request.user.is_authenticated else None)
    return Record.objects.create(
        actor=user,
        actor_name=str(user or ""),
        action=action,
        thing=str(thing)[:254],
        before=before,
        after=after,
        address=request.META.get("REMOTE_ADDR") or None if request else None,
    )


def changes(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values that differ, before and after.

    >>> changes({"name": "a", "city": "b"}, {"name": "c", "city": "b"})
    ({'name': 'a'}, {'name': 'c'})
    """
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}
