"""Segments from a terminal."""

import json
import sys
from pathlib import Path

import pytest

from vernost.cli.main import run

ORDERS = "order_id,customer_id,ordered_at,amount\n" + "\n".join(
    f"{n},{who},{day},{amount}"
    for n, (who, day, amount) in enumerate(
        [("ann", "2024-01-05", 10), ("ann", "2024-03-05", 10), ("=bob", "2024-01-07", 5), ("eve", "2024-03-09", 50)]
    )
)
TWICE = {"did": "orders", "at_least": 2}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("orders.csv").write_text(ORDERS, encoding="utf-8")
    Path("twice.json").write_text(json.dumps(TWICE), encoding="utf-8")
    return tmp_path


def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["vernost", *words])
    with pytest.raises(SystemExit) as caught:
        run()
    shown = capsys.readouterr()
    return int(caught.value.code or 0), shown.out, shown.err


def test_ready_segments_are_listed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = said(monkeypatch, capsys, "segments", "--lang", "ru")

    assert "one_time" in out
    assert "Купили один раз" in out


def test_a_segment_is_told_counted_and_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = said(monkeypatch, capsys, "segments", "one_time", "orders.csv", "--who", "who.csv", "--lang", "en")

    assert out == "number of orders is 1\nCustomers as of 2024-03-09: 2\n"
    # What a spreadsheet would run is made plain.
    assert Path("who.csv").read_text(encoding="utf-8").split() == ['"customer_id"', '"\'=bob"', '"eve"']


def test_a_rule_of_a_file_is_looked_at_as_of_a_day(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, now, _ = said(monkeypatch, capsys, "segments", "twice.json", "orders.csv", "--lang", "en")
    _, before, _ = said(
        monkeypatch, capsys, "segments", "twice.json", "orders.csv", "--as-of", "2024-02-01", "--lang", "en"
    )

    assert now.endswith("2024-03-09: 1\n")
    assert before.endswith("2024-02-01: 0\n")


def test_all_ready_segments_of_a_log_are_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said(monkeypatch, capsys, "load", "orders.csv", "--log", "log")
    _, out, _ = said(monkeypatch, capsys, "segments", "--log", "log", "--format", "json")
    counts = {row["name"]: row["customers"] for row in json.loads(out)}

    assert counts["one_time"] == 2
    assert sum(count for name, count in counts.items() if name.startswith("rfm_")) == 3
    assert "subscribers" not in counts


def test_a_measure_of_a_segment_alone(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = said(
        monkeypatch, capsys, "measure", "revenue", "orders.csv", "--segment", "twice.json", "--format", "json"
    )

    assert json.loads(out)["rows"][0]["value"] == 20


def test_two_segments_are_compared(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("segments", "one_time", "orders.csv", "--against", "twice.json")
    _, out, _ = said(monkeypatch, capsys, *words, "--format", "csv")
    _, told, _ = said(monkeypatch, capsys, *words, "--lang", "ru")

    assert "repeat_rate,0.0,1.0,-1.0," in out
    assert "Клиентов на 09.03.2024: в первом сегменте — 2, только во втором — 1" in told


def test_a_segment_that_nobody_knows_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = said(monkeypatch, capsys, "segments", "one_tme", "orders.csv", "--lang", "en")

    assert code == 2
    assert "no segment 'one_tme'. Did you mean one_time" in err
