"""How tables of sources fill the log, as people said it, and as it is remembered for tables that look alike."""

from collections.abc import Mapping, Sequence
from glob import escape
from hashlib import sha256
from typing import Any

from vernost.sources.given import Given
from vernost_web.data.models import Remembered

Said = dict[str, Any]
"""Of one table of a source: ``table`` of the log, ``columns`` of it -> what fills them, and ``is_left_out``."""


def given_of(mapping: Mapping[str, Said]) -> Given:
    """What people said, as the library takes it."""
    return Given(sections=tuple((escape(name), _given(said)) for name, said in mapping.items()))


def mapping_of(given: Given, names: Sequence[str]) -> dict[str, Said]:
    """What was said of tables with these names."""
    sections = dict(given.sections)
    return {
        name: {"table": section.table, "columns": dict(section.columns), "is_left_out": bool(section.is_left_out)}
        for name in names
        if (section := sections.get(escape(name))) is not None
    }


def recall(columns: tuple[str, ...]) -> Given | None:
    """What is remembered of a table with such columns."""
    found = Remembered.objects.filter(signature=signature(columns)).first()
    if found is None:
        return None
    return _given({"table": found.table, "columns": found.columns, "is_left_out": found.is_left_out})


def remember(columns: Sequence[str], said: Said) -> None:
    """Keep what people said of a table, for others with the same columns."""
    Remembered.objects.update_or_create(signature=signature(columns), defaults=_whole(said))


def signature(columns: Sequence[str]) -> str:
    """What tables with the same columns share, in whatever order these stand.

    >>> signature(["Date", "id"]) == signature(["ID", "date"])
    True
    """
    return sha256("\n".join(sorted(name.casefold() for name in columns)).encode()).hexdigest()


def _given(said: Said) -> Given:
    return Given(**_whole(said))


def _whole(said: Said) -> Said:
    """All of it; what was said before tables could be left out does not speak of that."""
    return {"table": said["table"], "columns": said["columns"], "is_left_out": said.get("is_left_out", False)}
