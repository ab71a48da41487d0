"""Whether two names may be one person's."""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

from vernost.sources.names import in_latin

_WORD = re.compile(r"[^\W\d_]+")
_ALIKE = 0.86
"""From so alike letters on two spellings are one name."""


def are_alike(one: str, other: str) -> bool | None:
    """Whether two names may be one person's; None when one of them is not known.

    Order, capitals, accents, the alphabet and slips of the pen do not matter; a word may be missing, or be its first
    letter. Words that differ by a last letter ``a`` alone are those of a man and a woman.

    >>> are_alike("Иванова Анна", "Anna Ivanova"), are_alike("А. Иванова", "Анна Иванова"), are_alike("Anna", None)
    (True, True, None)
    >>> are_alike("Александр Иванов", "Александра Иванова"), are_alike("Анна Иванова", "Пётр Иванов")
    (False, False)
    """
    left, right = _words(one or ""), _words(other or "")
    if not left or not right:
        return None
    fewer, more = sorted((left, right), key=len)
    rest = list(more)
    for word in fewer:
        partner = next((each for each in rest if _is_same(word, each)), None)
        if partner is None:
            return False
        rest.remove(partner)
    return True


def _is_same(one: str, other: str) -> bool:
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) == 1:
        return long.startswith(short)
    if long == f"{short}a":
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


@lru_cache(maxsize=20_000)
def _words(name: str) -> tuple[str, ...]:
    """Its words in small Latin letters, the longest first, so that initials are matched last."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", name[:_LONGEST]) if not unicodedata.combining(sign))
    words = _WORD.findall(in_latin(bare.casefold()))[:_MOST_WORDS]
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


_LONGEST, _MOST_WORDS = 200, 8
"""Of a name that is looked at: hostile ones have no end."""
