"""A person told and erased from a terminal."""

import json
from pathlib import Path

import pytest
from tests.vernost.cli.test_commands import Terminal

from vernost.store import open_log

CUSTOMERS = "customer_id,name,email\nann,Anna Smith,ann@example.com\nanna,A. Smith,\nbob,Bob Jones,bob@example.com\n"


@pytest.fixture
def vernost(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(monkeypatch, capsys)


@pytest.fixture
def log(vernost: Terminal, tmp_path: Path) -> str:
    (tmp_path / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    assert vernost("load", tmp_path / "customers.csv", "--log", tmp_path / "log").code == 0
    assert vernost("customers", "merge", "ann", "anna", "--log", tmp_path / "log").code == 0
    return str(tmp_path / "log")


def test_all_that_is_known_of_a_person_is_told(vernost: Terminal, log: str, tmp_path: Path) -> None:
    told = json.loads(vernost("customers", "tell", "anna", "--log", log).out)
    assert told["customers"][0]["email"] == "ann@example.com"
    assert set(told) == {"customers", "merges"}
    out = tmp_path / "ann.json"
    assert vernost("customers", "tell", "ann", "--log", log, "--out", out).out == f"{out}\n"
    assert json.loads(out.read_text(encoding="utf-8")) == told


def test_a_person_is_erased_with_whoever_was_merged_into_them(vernost: Terminal, log: str) -> None:
    erased = vernost("customers", "erase", "ann", "--confirm", "ann", "--log", log)
    assert erased.code == 0
    assert "Loads before 3 can no longer be undone" in erased.out
    with open_log(log) as found:
        names = {row["name"] for row in found.fetch(found.tables["customers"]).to_pylist()}
    assert names == {None, "Bob Jones"}


def test_nobody_is_erased_by_a_slip(vernost: Terminal, log: str) -> None:
    said = vernost("customers", "erase", "ann", "--log", log)
    assert said.code == 2
    assert "Say so: --confirm ann" in said.err
    with open_log(log) as found:
        assert "Anna Smith" in {row["name"] for row in found.fetch(found.tables["customers"]).to_pylist()}
