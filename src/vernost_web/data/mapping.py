"""How tables of sources fill the log, as people said it, and as it is remembered for tables that look alike."""

from collections.abc import Mapping, Sequence
from glob import escape
from hashlib import sha256
from typing import Any

from vernost.sources.given import Given
from vernost_web.data.models import Remembered

Said = dict[str, Any]
"""Of one table of a source: ``table`` of the log, and ``columns`` of it -> what fills them."""


def given_of(mapping: Mapping[str, Said]) -> Given:
    """What people said, as the library takes it."""
    return Given(sections=tuple((escape(name), _given(said)) for name, said in mapping.items()))


def mapping_of(given: Given, names: Sequence[str]) -> dict[str, Said]:
    """What was said of tables with these names."""
    sections = dict(given.sections)
    return {
        name: {"table": section.table, "columns": dict(section.columns)}
        for name in names
        if (section := sections.get(escape(name))) is not None
    }


def recall(columns: tuple[str, ...]) -> Given | None:
    """What is remembered of a table with such columns."""
    found = Remembered.objects.filter(signature=signature(columns)).first()
    return _given({"table": found.table, "columns": found.columns}) if found else None


def remember(columns: Sequence[str], said: Said) -> None:
    """Keep what people said of a table, for others with the same columns."""
    values = {"table": said["table"], "columns": said["columns"]}
    Remembered.objects.update_or_create(signature=signature(columns), defaults=values)


def signature(columns: Sequence[str]) -> str:
    """What tables with the same columns share, in whatever order these stand.

    >>> signature(["Date", "id"]) == signature(["ID", "date"])
    True
    """
    return sha256("\n".join(sorted(name.casefold() for name in columns)).encode()).hexdigest()


def _given(said: Said) -> Given:
    return Given(table=said["table"], columns=said["columns"])
