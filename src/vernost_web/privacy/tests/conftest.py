"""What tests of rights share: a log that holds what a test says."""

import csv
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

Rows = Sequence[Mapping[str, Any]]
Loads = Callable[..., None]


@pytest.fixture
def loads(empty_log: Path, tmp_path: Path) -> Loads:
    """Loads tables, each given by name as rows, into the application's log: a load a call."""
    numbers = count(1)

    def load(**tables: Rows) -> None:
        from vernost import read
        from vernost_web.data.queries import store

        number = next(numbers)
        folder = tmp_path / f"brought {number}"
        folder.mkdir()
        for name, rows in tables.items():
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
        with read([str(folder)]) as reading:
            store().load(reading, loaded_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number))

    return load
