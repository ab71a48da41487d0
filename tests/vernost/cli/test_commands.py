"""The command line as a person uses it: what is typed, what comes out, and with which exit code."""

import csv
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from vernost.cli.check import MOST_REJECTED
from vernost.cli.main import run

ORDERS = """order_id,customer_id,ordered_at,amount,city
1,ann,2024-01-05,10,Omsk
2,ann,2024-02-10,20,Omsk
3,bob,2024-01-20,30,Perm
4,eve,2024-02-01,40,
5,eve,2024-02-02,50,
"""


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


class Terminal:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self.capsys = monkeypatch, capsys

    def __call__(self, *words: object) -> Outcome:
        self.monkeypatch.setattr(sys, "argv", ["vernost", *map(str, words)])
        self.monkeypatch.delenv("VERNOST_DEBUG", raising=False)
        with pytest.raises(SystemExit) as stop:
            run()
        shown = self.capsys.readouterr()
        return Outcome(int(stop.value.code or 0), shown.out, shown.err)


@pytest.fixture
def vernost(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(monkeypatch, capsys)


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS, encoding="utf-8")
    return path


def test_a_measure_of_a_file_as_json_has_the_public_shape(vernost: Terminal, orders: Path) -> None:
    done = vernost("measure", "retention_rate", orders, "--by", "month", "--format", "json")

    answer = json.loads(done.out)
    assert done.code == 0
    assert {name: answer[name] for name in ("measure", "as_of", "unit", "interval", "filters")} == {
        "measure": "retention_rate", "as_of": "2024-02-10", "unit": "share", "interval": "wilson", "filters": {},
    }  # fmt: skip
    last = answer["rows"][-1]
    assert {name: last[name] for name in ("period", "complete", "value", "numerator", "denominator")} == {
        "period": "2024-02-01", "complete": False, "value": 0.5, "numerator": 1, "denominator": 2,
    }  # fmt: skip


def test_csv_has_the_columns_of_json(vernost: Terminal, orders: Path) -> None:
    done = vernost("measure", "repeat_rate", orders, "--format", "csv", "--cut", "city")

    rows = list(csv.DictReader(done.out.splitlines()))
    assert [(row["city"], row["numerator"], row["denominator"]) for row in rows] == [
        ("Omsk", "1", "1"), ("Perm", "0", "1"), ("", "1", "1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "title", "share"),
    [("en", "Repeat purchase rate", "66.7%"), ("ru", "Доля повторных покупок", "66,7%")],
)
def test_a_table_speaks_the_language_asked_for(
    vernost: Terminal, orders: Path, language: str, title: str, share: str
) -> None:
    done = vernost("measure", "repeat_rate", orders, "--lang", language)

    assert title in done.out
    assert share in done.out.replace("\u00a0", "").replace("\u202f", "")


def test_output_in_a_pipe_has_no_progress_bar(vernost: Terminal, orders: Path) -> None:
    done = vernost("measure", "repeat_rate", orders)

    assert "\x1b" not in done.out + done.err
    assert "━" not in done.err


def test_who_lists_the_customers_behind_numerator_and_denominator(
    vernost: Terminal, orders: Path, tmp_path: Path
) -> None:
    who = tmp_path / "who.csv"

    vernost("measure", "repeat_rate", orders, "--who", who)

    rows = list(csv.DictReader(who.read_text(encoding="utf-8").splitlines()))
    assert sorted((row["customer_id"], row["numerator"]) for row in rows) == [
        ("ann", "true"), ("bob", "false"), ("eve", "true"),
    ]  # fmt: skip


def test_csv_holds_no_cell_that_a_spreadsheet_would_run(vernost: Terminal, orders: Path, tmp_path: Path) -> None:
    names = ["=cmd()", "+cmd|'/C calc'!A0", "-2+3+cmd", "@SUM(A1)", "-5", "Ann"]
    lines = [f'{number},"{name}",2024-01-0{number},{number},{name}' for number, name in enumerate(names, 1)]
    orders.write_text("order_id,customer_id,ordered_at,amount,store\n" + "\n".join(lines), encoding="utf-8")
    who = tmp_path / "who.csv"

    done = vernost("measure", "revenue", orders, "--cut", "store", "--format", "csv", "--who", who)

    shown = list(csv.DictReader(done.out.splitlines()))
    listed = list(csv.DictReader(who.read_text(encoding="utf-8").splitlines()))
    expected = {"'=cmd()", "'+cmd|'/C calc'!A0", "'-2+3+cmd", "'@SUM(A1)", "-5", "Ann"}
    assert {row["store"] for row in shown} == expected
    assert {row["customer_id"] for row in listed} == expected
    assert {float(row["value"]) for row in shown} == {1, 2, 3, 4, 5, 6}


def test_numbers_below_zero_stay_numbers_in_csv(vernost: Terminal, orders: Path) -> None:
    orders.write_text(
        "order_id,customer_id,ordered_at,amount\n1,ann,2024-01-01,-5\n2,ann,2024-01-01,2\n", encoding="utf-8"
    )

    done = vernost("measure", "revenue", orders, "--format", "csv")

    assert [float(row["value"]) for row in csv.DictReader(done.out.splitlines())] == [-3]


def test_rejected_rows_in_a_file_hold_no_cell_that_a_spreadsheet_would_run(
    vernost: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("=orders.csv").write_text("order_id,customer_id,ordered_at,amount\n1,ann,2024-13-40,5\n", encoding="utf-8")

    vernost("load", "=orders.csv", "--log", "log")
    vernost("rejected", "--log", "log", "--out", "rejected.csv")

    (row,) = csv.DictReader(Path("rejected.csv").read_text(encoding="utf-8").splitlines())
    assert (row["source"], row["line"]) == ("'=orders.csv", "2")


def test_loading_twice_changes_nothing_and_can_be_undone(vernost: Terminal, orders: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"

    first = vernost("load", orders, "--log", log, "--lang", "en")
    second = vernost("load", orders, "--log", log, "--lang", "en")
    undone = vernost("undo", 1, "--log", log, "--lang", "en")
    after = vernost("loads", "--log", log, "--lang", "en")

    def counts(done: Outcome) -> list[str]:
        return next(line for line in done.out.splitlines() if line.startswith("orders")).split()

    assert counts(first) == ["orders", "5", "5", "0", "0", "0"]
    assert counts(second) == ["orders", "5", "0", "5", "0", "0"]
    assert counts(undone) == ["orders", "0", "0", "5"]
    assert "note: orders: 5 rows of load 1 stay, because later loads brought them too." in undone.err
    assert [line.split()[0] for line in after.out.splitlines()[1:]] == ["1", "2", "3"]
    assert (
        vernost("measure", "orders", "--log", log, "--at-load", 1, "--format", "csv")
        .out.splitlines()[1]
        .startswith(",true,5")
    )


def test_rejected_rows_are_shown_with_line_and_reason(vernost: Terminal, orders: Path, tmp_path: Path) -> None:
    orders.write_text(ORDERS + "6,zoe,2024-13-40,60,Omsk\n", encoding="utf-8")
    log = tmp_path / "log"

    loaded = vernost("load", orders, "--log", log)
    done = vernost("rejected", "--log", log)

    assert next(line for line in loaded.out.splitlines() if line.startswith("orders")).split() == [
        "orders", "6", "5", "0", "0", "1",
    ]  # fmt: skip
    assert "2024-13-40" in done.out
    assert " 7 " in done.out


def test_columns_can_be_mapped_by_expression(vernost: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("who;day;q;p\nann;31.12.2023;2;1,50\nbob;01.01.2024;3;2,00\n", encoding="utf-8")
    maps = [word for text in ("customer_id=who", "ordered_at=day", "amount=q*p") for word in ("--map", text)]

    done = vernost("measure", "revenue", path, *maps, "--format", "json")

    assert json.loads(done.out)["rows"][0]["value"] == 9.0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(["measure", "retention"], "There is no measure 'retention'", id="unknown measure"),
        pytest.param(["measure", "repeat_rate"], "Name either SOURCES or --log", id="nothing to measure"),
        pytest.param(["measure", "repeat_rate", "nowhere.csv"], "nowhere.csv cannot be read", id="no such file"),
        pytest.param(["measure", "repeat_rate", "{orders}", "--by", "fortnight"], "no period 'fortnight'", id="period"),
        pytest.param(["measure", "repeat_rate", "{orders}", "--cut", "town"], "no attribute 'town'", id="attribute"),
        pytest.param(["measure", "repeat_rate", "{orders}", "--where", "town = 1"], "town", id="unknown in where"),
        pytest.param(["measure", "repeat_rate", "{orders}", "--where", "select 1"], "select 1", id="no query in where"),
        pytest.param(["measure", "repeat_rate", "{orders}", "--as-of", "31.12.2024"], "must be a date", id="date"),
        pytest.param(["measure", "repeat_rate", "{orders}", "--timezone", "Mars"], "Mars", id="time zone"),
        pytest.param(["measure", "repeat_rate", "{orders}", "--days", "5"], "no option of repeat_rate", id="option"),
        pytest.param(["measure", "nps", "{orders}"], "nps needs", id="facts that are not there"),
        pytest.param(["measure", "repeat_rate", "{orders}", "--map", "amount"], "COLUMN=SOURCE", id="mapping"),
        pytest.param(["measure", "repeat_rate", "{orders}", "--map", "amount=price"], "price", id="no such column"),
        pytest.param(["measure", "repeat_rate", "{orders}", "--set", "x"], "OPTION=VALUE", id="setting"),
        pytest.param(["measure", "repeat_rate", "--log", "{orders}"], "{orders}", id="a file is no log"),
        pytest.param(["measure", "repeat_rate", "--log", "ftp://a/b"], "ftp", id="kind of log"),
        pytest.param(
            ["measure", "orders", "{orders}", "--who", "{orders}"], "--who", id="who over a source"
        ),
        pytest.param(["measure", "orders", "{orders}", "--who", "{folder}"], "is a folder", id="who over a folder"),
        pytest.param(
            ["measure", "orders", "{orders}", "--who", "{folder}/no/who.csv"], "cannot be written", id="no such folder"
        ),
        pytest.param(["report", "{orders}", "--out", "{folder}"], "is a folder", id="report over a folder"),
        pytest.param(
            ["report", "{orders}", "--out", "{orders}/r.html"], "cannot be written: ", id="no folder there"
        ),
        pytest.param(["report", "nowhere.csv", "--margin-rate", "35"], "margin_rate is 35, must be", id="margin"),
        pytest.param(["report", "nowhere.csv", "--working-hours", "9-18"], "'9-18' in the working hours", id="hours"),
        pytest.param(["report", "nowhere.csv", "--discount-rate", "-1"], "discount_rate is -1, must be", id="discount"),
        pytest.param(["load", "{orders}"], "Missing option '--log'", id="nowhere to load"),
        pytest.param(["load", "--log", "{log}"], "nothing to load", id="nothing to load"),
        pytest.param(["undo", "9", "--log", "{log}"], "{log}", id="nothing to undo"),
        pytest.param(["mesure"], "measure", id="command"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_clear_sentence_with_exit_code_2(
    vernost: Terminal, orders: Path, tmp_path: Path, words: list[str], says: str
) -> None:
    names = {"orders": str(orders), "log": str(tmp_path / "log"), "folder": str(tmp_path)}

    done = vernost(*(word.format(**names) for word in words))

    assert done.code == 2
    assert says.format(**names) in done.err
    assert done.err.startswith("vernost: ")
    assert "Traceback" not in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_the_catalogue_is_listed_in_both_languages(vernost: Terminal) -> None:
    assert "Retention rate" in vernost("measures", "--lang", "en").out
    assert "Удержание" in vernost("measures", "--lang", "ru").out
    assert "min_orders" in vernost("measures", "cohort_retention", "--lang", "en").out


def test_a_number_made_of_a_file_says_which_rows_it_leaves_out(vernost: Terminal, orders: Path) -> None:
    orders.write_text(ORDERS + "6,ann,2024-02-31,60,Omsk\n", encoding="utf-8")

    done = vernost("measure", "orders", orders, "--format", "csv")

    assert done.out.splitlines()[1].split(",")[2] == "5"
    assert f"orders: rejected rows: 1 of 6. See why: vernost check {orders}" in done.err


def test_the_language_can_be_set_for_good(vernost: Terminal, orders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERNOST_LANG", "ru")

    assert "Заказы" in vernost("measure", "orders", orders).out
    assert "Orders" in vernost("measure", "orders", orders, "--lang", "en").out


@pytest.mark.parametrize(
    ("day", "says"),
    [
        pytest.param("31.12.2024", "--as-of is '31.12.2024', must be a date such as 2024-12-31.", id="no date"),
        pytest.param(
            "2024-01-04",
            "as_of is 2024-01-04, but the data begin on 2024-01-05. Name that day or a later one.",
            id="early",
        ),
    ],
)
def test_a_report_as_of_an_impossible_day_says_which_are_possible(
    vernost: Terminal, orders: Path, day: str, says: str
) -> None:
    done = vernost("report", orders, "--as-of", day)

    assert (done.code, done.err) == (2, f"vernost: {says}\n")


def test_a_receipt_shows_no_password_and_a_command_that_can_be_pasted(
    vernost: Terminal, orders: Path, postgres_url: str
) -> None:
    orders.write_text(ORDERS + "6,ann,2024-02-31,60,Omsk\n", encoding="utf-8")
    url = postgres_url.replace("postgres:@", "postgres:s3cret@")

    done = vernost("load", orders, "--log", url)

    assert "s3cret" in url
    assert done.code == 0
    assert "s3cret" not in done.out + done.err
    assert f"vernost rejected --log '{url.replace('s3cret', '***')}'" in done.out


@pytest.mark.parametrize(("language", "word"), [("en", "note: Orders"), ("ru", "к сведению: Заказы")])
def test_a_check_speaks_one_language(vernost: Terminal, orders: Path, language: str, word: str) -> None:
    done = vernost("check", orders, "--lang", language)

    assert done.code == 0
    assert word in done.out


def test_a_report_is_never_written_over_the_workbook_that_it_is_made_of(vernost: Terminal, tmp_path: Path) -> None:
    import xlsxwriter

    shop = tmp_path / "shop.xlsx"
    with xlsxwriter.Workbook(shop) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate(ORDERS.splitlines()):
            sheet.write_row(number, 0, line.split(","))
    before = shop.read_bytes()

    done = vernost("report", shop, "--out", tmp_path / "shop.html", "--lang", "en")

    assert (done.code, shop.read_bytes()) == (2, before)
    assert f"{shop} is one of the files that are read; it would be lost." in done.err


@pytest.mark.parametrize("measure", ["retention_rate", "orders", "lifecycle", "cohort_retention"])
def test_before_the_first_fact_there_are_no_rows_and_no_error(vernost: Terminal, orders: Path, measure: str) -> None:
    done = vernost("measure", measure, orders, "--by", "month", "--as-of", "2023-01-01", "--lang", "en")

    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[0].endswith("as of 2023-01-01 · UTC")


@pytest.mark.parametrize(
    ("language", "reason"),
    [("en", 'ordered_at: "yesterday" is not a date'), ("ru", "ordered_at: «yesterday» — не дата")],
)
def test_a_check_says_how_columns_are_read_and_why_rows_are_rejected(
    vernost: Terminal, orders: Path, language: str, reason: str
) -> None:
    orders.write_text(ORDERS + "6,bob,yesterday,9,\n", encoding="utf-8")

    done = vernost("check", orders, "--lang", language)

    assert done.code == 0
    assert f"{orders} → orders: order_id ← order_id, customer_id ← customer_id" in done.out
    assert reason in done.out


def test_a_check_of_many_bad_rows_shows_the_first_and_says_how_to_see_all(vernost: Terminal, orders: Path) -> None:
    orders.write_text(ORDERS + "".join(f"{n},bob,never,9,\n" for n in range(6, 36)), encoding="utf-8")

    done = vernost("check", orders, "--lang", "en")

    assert done.out.count("never") == MOST_REJECTED
    assert "Rejected rows: 30; the first 20 are shown." in done.out


TICKETS = """ticket_id,customer_id,opened_at,first_reply_at
1,ann,2024-01-05 17:00,2024-01-09 10:00
"""


@pytest.fixture
def tickets(tmp_path: Path) -> Path:
    path = tmp_path / "tickets.csv"
    path.write_text(TICKETS, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("holidays", "hours"),
    [
        pytest.param(None, 1 + 8 + 1, id="Friday, Monday, Tuesday"),
        pytest.param("2024-01-08", 1 + 1, id="a holiday"),
        pytest.param(",".join(f"2024-01-{day:02}" for day in range(6, 32)), 1, id="more dates than a file name holds"),
    ],
)
def test_waits_are_counted_in_working_hours(
    vernost: Terminal, tickets: Path, holidays: str | None, hours: float
) -> None:
    week = ("--working-hours", "Mon-Fri 09:00-13:00,14:00-18:00", *(("--holidays", holidays) if holidays else ()))

    answer = json.loads(
        vernost("measure", "first_reply_time", tickets, *week, "--as-of", "2024-01-09", "--format", "json").out
    )

    assert [row["value"] for row in answer["rows"]] == [hours]
    assert answer["notes"][0]["code"] == "working_hours"


def test_holidays_are_read_from_a_file(vernost: Terminal, tickets: Path, tmp_path: Path) -> None:
    file = tmp_path / "holidays.txt"
    file.write_text("\ufeff2024-01-01\n2024-01-08  # moved\n", encoding="utf-8")

    done = vernost("measure", "first_reply_time", tickets, "--working-hours", "Пн-Пт 9:00-18:00", "--holidays", file)

    assert "Mon–Fri 09:00–18:00. Holidays off: 2." in done.out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        pytest.param(["--working-hours", "9-18"], "'9-18' in the working hours", id="no days"),
        pytest.param(["--holidays", "2024-01-01"], "without --working-hours", id="nothing to take days from"),
        pytest.param(
            ["--working-hours", "Mon 9:00-18:00", "--holidays", "none.txt"], "neither a file nor dates", id="no file"
        ),
    ],
)
def test_working_hours_that_make_no_sense_are_refused(
    vernost: Terminal, tickets: Path, words: list[str], why: str
) -> None:
    done = vernost("measure", "first_reply_time", tickets, *words)

    assert (done.code, why in done.err) == (2, True), done.err
