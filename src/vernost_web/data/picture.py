"""What a look at sources showed, as plain data that is kept and drawn."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from vernost.sources.looking import Look, Preview, Row
from vernost_web.ui.words import packed, storable

LONGEST_CELL = 200


def picture(preview: Preview) -> dict[str, Any]:
    """A preview as plain data."""
    seen = {
        "looks": [_look(each) for each in preview.looks],
        "tables": [{"name": name, **_rows(rows)} for name, rows in preview.tables.items()],
        "notes": [packed(note) for note in preview.notes],
    }
    kept: dict[str, Any] = _storable(seen)
    return kept


def _storable(value: Any) -> Any:
    if isinstance(value, dict):
        return {storable(name): _storable(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_storable(each) for each in value]
    return storable(value) if isinstance(value, str) else value


def _look(look: Look) -> dict[str, Any]:
    rows = [[_cell(cell) for cell in row] for row in look.rows]
    return asdict(look) | {"rows": rows, "matches": [_match(match) for match in look.matches]}


def _match(match: Any) -> dict[str, Any]:
    return {"table": match.table, "columns": [asdict(each) | {"note": packed(each.note)} for each in match.columns]}


def _rows(rows: Sequence[Row]) -> dict[str, Any]:
    """The columns that have a value in some row, and the cells of these."""
    names = [name for name in (rows[0] if rows else ()) if any(row[name] is not None for row in rows)]
    return {"columns": names, "rows": [[_cell(row[name]) for name in names] for row in rows]}


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…"
