"""Which kinds of happenings there are, and which of them were about a customer."""

from collections.abc import Collection, Iterator
from typing import Any

from vernost_web.ui.slice import Words, slices
from vernost_web.webhooks.models import Happening


def kinds() -> dict[str, Words]:
    """All kinds with their words, in the order of the flow; each slice names its own."""
    return {name: words for each in slices() for name, words in each.tells.items()}


def about(ids: Collection[str]) -> Iterator[Happening]:
    """Happenings that name a customer of these ids anywhere, the newest first."""
    return (each for each in Happening.objects.iterator() if without(each.content, ids, "") != each.content)


def without(content: Any, ids: Collection[str], pseudonym: str) -> Any:
    """Plain data with a pseudonym wherever one of these ids stood.

    >>> without({"entered": ["c1", "c2"], "count": 2}, ["c1"], "nobody")
    {'entered': ['nobody', 'c2'], 'count': 2}
    """
    if isinstance(content, dict):
        return {name: without(value, ids, pseudonym) for name, value in content.items()}
    if isinstance(content, list):
        return [without(value, ids, pseudonym) for value in content]
    return pseudonym if isinstance(content, str) and content in ids else content
