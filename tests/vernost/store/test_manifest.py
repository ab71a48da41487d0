"""History is read at each load, so what was read once is remembered, as long as its file stays as it was."""

import json
from pathlib import Path

import pytest
from tests.vernost.store.factories import hour, order, reading

from vernost.errors import UnusableLog
from vernost.store import manifest
from vernost.store.connection import open_store


def test_each_load_is_parsed_once_and_again_when_its_file_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(str(tmp_path / "log"), create=True)
    for number in range(5):
        store.load(reading(orders=[order(str(number))]), loaded_at=hour(number), key=f"key {number}")
    store.loads()
    parsed: list[object] = []
    monkeypatch.setattr(
        manifest.json, "loads", lambda text: parsed.append(text) or json.JSONDecoder().decode(text.decode())
    )
    assert [each.key for each in store.loads()] == [f"key {number}" for number in range(5)]
    assert parsed == []
    path = tmp_path / "log" / "_loads" / "00000003.json"
    path.write_text(path.read_text().replace("key 2", "another"))
    assert [each.key for each in store.loads()][2] == "another"
    assert len(parsed) == 1
    path.write_text("{")
    with pytest.raises(UnusableLog, match="damaged"):
        store.loads()


def test_what_is_remembered_cannot_be_changed(tmp_path: Path) -> None:
    open_store(str(tmp_path / "log"), create=True).load(reading(orders=[order("1")]), loaded_at=hour(0))
    state = manifest.newest(tmp_path / "log")
    with pytest.raises(TypeError):
        state.versions["orders"] = 9  # type: ignore[index]
