"""Doubles found, merged and parted from a terminal."""

from pathlib import Path

import pytest
from tests.vernost.cli.test_commands import Terminal

from vernost.store import open_log

CUSTOMERS = """customer_id,name,phone,email
ann,Anna Smith,+44 20 7946 0018,
anna,A. Smith,020 7946 0018,=anna@example.com
bob,Bob Jones,+44 20 7946 0019,
"""


@pytest.fixture
def vernost(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(monkeypatch, capsys)


@pytest.fixture
def log(vernost: Terminal, tmp_path: Path) -> str:
    (tmp_path / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    assert vernost("load", tmp_path / "customers.csv", "--log", tmp_path / "log").code == 0
    return str(tmp_path / "log")


def test_doubles_are_listed_merged_and_parted(vernost: Terminal, log: str) -> None:
    listed = vernost("customers", "doubles", "--log", log, "--country", "GB")
    assert [line.split() for line in listed.out.splitlines()[1:]] == [["ann", "anna", "strong", "phone,", "name"]]

    merged = vernost("customers", "merge", "ann", "anna", "--log", log)
    assert (merged.code, merged.out) == (0, "Merged into ann: anna. This is load 2.\n")
    with open_log(log) as found:
        assert found.belonging.belongs_to("anna") == "ann"
    assert len(vernost("customers", "doubles", "--log", log, "--country", "GB").out.splitlines()) == 1

    parted = vernost("customers", "part", "anna", "--log", log)
    assert (parted.code, parted.out) == (0, "Parted: anna. This is load 3.\n")
    with open_log(log) as found:
        assert not found.belonging


def test_pairs_are_written_as_a_file_and_the_rest_is_counted(vernost: Terminal, log: str, tmp_path: Path) -> None:
    vernost("customers", "doubles", "--log", log, "--country", "GB", "--out", tmp_path / "pairs.csv")
    said = vernost("customers", "doubles", "--log", log, "--country", "GB", "--top", 0)

    rows = ["first_id,second_id,sureness,agree,differ", 'ann,anna,strong,"phone, name",']
    assert (tmp_path / "pairs.csv").read_text(encoding="utf-8").splitlines() == rows
    assert "Further pairs: 1." in said.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(["merge", "ann", "ann"], "itself", id="oneself"),
        pytest.param(["merge", "ann", "zoe"], "knows no customer 'zoe'", id="unknown"),
        pytest.param(["part", "ann"], "not merged", id="not merged"),
        pytest.param(["mrge"], "No such command", id="a slip"),
    ],
)
def test_mistakes_are_told(vernost: Terminal, log: str, words: list[str], says: str) -> None:
    done = vernost("customers", *words, "--log", log)
    assert done.code == 2
    assert says in done.err
