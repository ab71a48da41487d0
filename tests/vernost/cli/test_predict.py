"""The command that says who will leave."""

import csv
import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from tests.vernost.cli.test_commands import Outcome, Terminal
from tests.vernost.predict import firms

from vernost.schema import TABLES
from vernost.store import open_log

SHOP = firms.shop_orders(100, seed=4)
FEW = "order_id,customer_id,ordered_at,amount\n1,ann,2024-01-05,10\n2,ann,2024-02-10,20\n3,bob,2024-01-20,30\n"
COLUMNS = list(TABLES["scores"].names)


@pytest.fixture
def vernost(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(monkeypatch, capsys)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("predict")


@pytest.fixture(scope="module")
def orders(folder: Path) -> Path:
    """A file of the shop; one customer has a name that a spreadsheet would run."""
    path = folder / "orders.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["order_id", *SHOP])
        for number, (who, *rest) in enumerate(zip(*SHOP.values(), strict=True)):
            writer.writerow([number, "=1+1" if who == "c0003" else who, *rest])
    return path


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def test_a_table_tells_the_card_and_then_who_is_at_risk(vernost: Terminal, orders: Path) -> None:
    done = vernost("predict", orders, "--top", "3")

    assert done.code == 0
    assert done.err == ""
    lines = done.out.splitlines()
    assert lines[0].startswith("Chosen: ")
    assert "Customers by risk: low " in done.out
    head = next(number for number, line in enumerate(lines) if line.startswith("customer "))
    assert len(lines) == head + 1 + 3
    assert {line.split()[2] for line in lines[head + 1 :]} <= {"medium", "high"}
    assert any("days" in line for line in lines[head + 1 :])


def test_sums_are_corrected_by_what_earlier_forecasts_teach(vernost: Terminal, orders: Path, folder: Path) -> None:
    scores = folder / "summed.csv"
    card = json.loads(vernost("predict", orders, "--format", "json", "--out", scores).out)["card"]
    there = [row for row in rows_of(scores.read_text(encoding="utf-8")) if row["band"] != "left"]
    revenue, at_risk = (
        card["drift"] * sum(float(row[name]) for row in there) for name in ("revenue", "revenue_at_risk")
    )

    done = vernost("predict", orders, "--top", "0")

    assert abs(card["drift"] - 1) > 0.005
    assert f"all who are there: {revenue:,.0f} of revenue, {at_risk:,.0f} of it at risk." in done.out
    assert f"are multiplied by {card['drift']:.2f}" in done.out


def test_csv_holds_nothing_but_scores_the_most_revenue_at_risk_first(vernost: Terminal, orders: Path) -> None:
    done = vernost("predict", orders, "--format", "csv", "--top", "1000")

    found = rows_of(done.out)
    assert done.err == ""
    assert list(found[0]) == COLUMNS
    assert {row["band"] for row in found} == {"medium", "high"}
    money = [float(row["revenue_at_risk"]) for row in found]
    assert money == sorted(money, reverse=True)
    alarms = [date.fromisoformat(row["alarming_on"]) for row in found]
    assert all(2023 <= alarm.year <= 2025 for alarm in alarms)


def test_json_holds_the_card_and_the_scores(vernost: Terminal, orders: Path) -> None:
    done = vernost("predict", orders, "--format", "json", "--top", "2", "--days", "60", "--as-of", "2024-06-30")

    found = json.loads(done.out, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert set(found) == {"card", "rows"}
    assert found["card"]["days"] == 60
    assert found["card"]["tried"][0]["name"] == found["card"]["model"] == found["rows"][0]["model"]
    assert [list(row) for row in found["rows"]] == [COLUMNS] * 2
    assert (found["rows"][0]["days"], found["rows"][0]["scored_on"]) == (60, "2024-06-30")


def test_scores_of_all_customers_are_written_to_a_file_and_told_in_russian(
    vernost: Terminal, orders: Path, folder: Path
) -> None:
    out = folder / "scores.csv"

    done = vernost("predict", orders, "--out", out, "--lang", "ru")

    found = rows_of(out.read_text("utf-8"))
    assert done.err == f"{out}: 100\n"
    assert list(found[0]) == COLUMNS
    assert len({row["customer_id"] for row in found}) == 100
    assert {row["band"] for row in found} == {"low", "medium", "high", "left"}
    # No cell that a spreadsheet would run.
    assert "=1+1" not in [row["customer_id"] for row in found]
    assert "'=1+1" in [row["customer_id"] for row in found]
    reasons = " ".join(row["reasons"] for row in found)
    assert "молчит" in reasons
    assert done.out.startswith("Выбранная модель: ")
    assert "Клиенты по риску: низкий " in done.out
    for word in ("Chosen", "customers", "medium", "has not", "silent"):
        assert word not in done.out + reasons


def test_scores_are_kept_in_the_log(vernost: Terminal, orders: Path, folder: Path) -> None:
    log = folder / "log"
    assert vernost("load", orders, "--log", log).code == 0

    done = vernost("predict", "--log", log, "--keep", "--format", "csv", "--top", "0")

    assert (done.code, done.err) == (0, "scores: scores kept: 100\n")
    assert done.out == ",".join(COLUMNS) + "\n"
    with open_log(str(log)) as found:
        assert found.tables["scores"].count().execute() == 100
    assert vernost("undo", "2", "--log", log).code == 0
    with open_log(str(log)) as found:
        assert "scores" not in found.tables or found.tables["scores"].count().execute() == 0


@pytest.fixture(scope="module")
def few(folder: Path) -> Path:
    path = folder / "few.csv"
    path.write_text(FEW, "utf-8")
    return path


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(["{few}"], "customers: 2 (at least 50 are needed), days of history: 36", id="too thin"),
        pytest.param(["{few}", "--lang", "ru"], "клиенты: 2 (нужно хотя бы 50), дни истории: 36", id="in Russian"),
        pytest.param(["{orders}", "--days", "0"], "days is 0, must be at least 1", id="no days"),
        pytest.param(["{orders}", "--days", "soon"], "--days", id="days in words"),
        pytest.param(["{orders}", "--days", "400"], "days of history: 586 (at least 1200", id="too far"),
        pytest.param(["{orders}", "--top", "-1"], "--top is -1, must not be below 0", id="fewer than none"),
        pytest.param(["{orders}", "--as-of", "31.03.2024"], "must be a date such as 2024-12-31", id="date"),
        pytest.param(["{orders}", "--as-of", "2023-01-20"], "too little to predict from: customers: ", id="too early"),
        pytest.param(["{orders}", "--keep"], "Name it with --log", id="nowhere to keep"),
        pytest.param(["{orders}", "--out", "{orders}"], "one of the files that are read", id="over the source"),
        pytest.param(["{orders}", "--out", "{folder}"], "is a folder", id="over a folder"),
        pytest.param(["{few}", "--format", "xml"], "--format", id="form"),
        pytest.param([], "Name either SOURCES or --log", id="nothing to read"),
        pytest.param(["nowhere.csv"], "nowhere.csv cannot be read", id="no such file"),
        pytest.param(["--log", "{folder}/nowhere"], "nowhere", id="no such log"),
    ],
)
def test_a_mistake_is_one_sentence_with_exit_code_2(
    vernost: Terminal, orders: Path, few: Path, folder: Path, words: list[str], says: str
) -> None:
    names = {"orders": str(orders), "few": str(few), "folder": str(folder)}

    done: Outcome = vernost("predict", *(word.format(**names) for word in words))

    assert done.code == 2
    assert done.err.startswith("vernost: ")
    assert says in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert done.out == ""
