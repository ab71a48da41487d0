"""The command line speaks one language, whatever it says: help, mistakes, receipts, reasons."""

import os
import re
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest
import typer

from vernost.cli.main import app, command_names, run
from vernost.cli.speech import asked_language
from vernost.measure import CATALOGUE
from vernost.measure.measure import explained
from vernost.messages import told
from vernost.schema import TABLES
from vernost.sources.cells import NAMES_OF_KINDS

ORDERS = "order_id,customer_id,ordered_at,amount\n1,ann,2024-01-05,10\n2,bob,2024-13-40,20\n3,eve,2024-01-07,x\n"
COMMANDS = command_names()
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
ENGLISH = re.compile(r"(?<!-)\b(the|is|are|of|not|must|no|with|See|Usage|Options|default|required|Invalid|Missing)\b")


class Terminal:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self.capsys = monkeypatch, capsys

    def __call__(self, *words: object) -> str:
        self.monkeypatch.setattr(sys, "argv", ["vernost", *map(str, words)])
        with pytest.raises(SystemExit):
            run()
        shown = self.capsys.readouterr()
        return shown.err + shown.out


@pytest.fixture
def vernost(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Terminal:
    for name in ("LC_ALL", "LC_MESSAGES", "VERNOST_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VERNOST_LANG", "ru")
    monkeypatch.chdir(tmp_path)
    Path("orders.csv").write_text(ORDERS, encoding="utf-8")
    return Terminal(monkeypatch, capsys)


@pytest.mark.parametrize(
    ("words", "settings", "language"),
    [
        pytest.param([], {}, "en", id="nothing known"),
        pytest.param([], {"LANG": "ru_RU.UTF-8"}, "ru", id="system"),
        pytest.param([], {"LANG": "ru_RU.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en", id="the stronger setting"),
        pytest.param([], {"LANG": "de_DE.UTF-8"}, "en", id="a language that we do not speak"),
        pytest.param([], {"LANG": "en_US.UTF-8", "VERNOST_LANG": "ru"}, "ru", id="ours over the system's"),
        pytest.param(["loads", "--lang", "en"], {"VERNOST_LANG": "ru"}, "en", id="the command's over all"),
        pytest.param(["loads", "--lang=ru"], {"LANG": "en_US.UTF-8"}, "ru", id="in one word"),
        pytest.param(["loads", "--lang", "de"], {"VERNOST_LANG": "ru"}, "ru", id="a slip"),
        pytest.param(["loads", "--lang"], {"VERNOST_LANG": "ru"}, "ru", id="cut short"),
    ],
)
def test_the_language_is_the_one_asked_for(words: list[str], settings: dict[str, str], language: str) -> None:
    assert asked_language(words, settings) == language


@pytest.mark.parametrize("command", ["", "customers", *COMMANDS])
def test_help_is_wholly_russian(vernost: Terminal, command: str) -> None:
    said = vernost(*command.split(), "--help")

    assert said.startswith(f"Использование: vernost {command}".rstrip())
    assert not ENGLISH.search(said)
    meanings = re.findall(r"^  (?:-\S|\S).*?  +(\S.*)", said, re.MULTILINE)
    assert meanings
    assert all(CYRILLIC.search(meaning) for meaning in meanings)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_wholly_english(vernost: Terminal, command: str) -> None:
    with patch.dict("os.environ", {"VERNOST_LANG": "en"}):
        assert not CYRILLIC.search(vernost(*command.split(), "--help"))


def test_every_meaning_in_a_help_has_a_russian_one() -> None:
    group = typer.main.get_command(app)
    commands = [group, *getattr(group, "commands", {}).values()]
    commands += [each for command in commands[1:] for each in getattr(command, "commands", {}).values()]

    for command in commands:
        for text in (command.help, *(parameter.help for parameter in command.params)):
            assert CYRILLIC.search(_in_russian(" ".join(text.split()))), text


def _in_russian(text: str) -> str:
    from vernost.messages import Message

    return Message(text).told("ru")


@pytest.mark.parametrize("measure", CATALOGUE.values(), ids=CATALOGUE)
def test_every_option_of_a_measure_is_explained_in_russian(measure: object) -> None:
    for text in explained(measure).values():
        assert text.told("ru") != text or text == "subscriptions or orders."


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("mesure", "Нет команды «mesure»."),
        ("measure", "Не указано обязательное значение: ИМЯ."),
        ("load orders.csv", "Не указан обязательный параметр --log."),
        ("measure nps --foo", "Нет параметра --foo."),
        ("measure nps --form x", "Нет параметра --form. Похожие: --format"),
        ("measure nps --days x", "Значение --days должно быть целым числом."),
        ("measure nps --lang de", "Неверное значение --lang"),
        ("measure nps --format yaml", "Неверное значение --format: 'yaml'. Допустимы 'table', 'csv', 'json'."),
        ("measure nps --by", "У параметра --by нет значения."),
        ("loads --log=l --help=1", "Параметру --help не нужно значение."),
        ("undo 1 2 3 --log y", "Лишние слова: 2 3."),
        ("undo x --log y", "Значение ЗАГРУЗКА должно быть целым числом."),
        ("measure retention", "Нет показателя «retention»."),
        ("measure nps orders.csv", "Для показателя nps нужны данные, которых нет в журнале: таблица answers."),
        ("measure orders orders.csv --by era", "Нет периода «era»."),
        ("measure orders orders.csv --where amount=many", "Нет атрибута «many»."),
        ("measure orders orders.csv --as-of today", "Значение as_of — «today», а нужна дата, например 2024-12-31."),
        ("measure orders orders.csv --set days", "--set «days» — не ПАРАМЕТР=ЗНАЧЕНИЕ."),
        ("measure orders orders.csv --who .", ". — папка. Назовите файл в --who."),
        (
            "measure orders orders.csv --who gone/who.csv",
            "Не удалось записать gone/who.csv: нет такого файла или папки.",
        ),
        ("report orders.csv --out orders.csv/r.html", "Не удалось записать orders.csv/r.html: "),
    ],
)
def test_a_mistake_is_told_in_russian(vernost: Terminal, words: str, says: str) -> None:
    said = next(line for line in vernost(*words.split()).splitlines() if line.startswith("vernost: "))

    assert said.startswith(f"vernost: {says}")
    assert not ENGLISH.search(said)


def test_receipts_and_reasons_are_told_in_russian(vernost: Terminal) -> None:
    loaded = vernost("load", "orders.csv", "--log", "log")
    rejected = vernost("rejected", "--log", "log")
    vernost("rejected", "--log", "log", "--out", "rejected.csv")
    vernost("undo", 1, "--log", "log")
    loads = vernost("loads", "--log", "log")

    assert "Загрузка 1 — в log; каждая строка учтена." in loaded
    assert "Отклонено строк: 2. Причины: vernost rejected --log log" in loaded
    assert "ordered_at: «2024-13-40» — не дата" in rejected
    assert "amount: «x» — не сумма" in rejected
    assert "amount: «x» — не сумма" in Path("rejected.csv").read_text(encoding="utf-8")
    assert " загрузка " in loads
    assert " отмена 1 " in loads
    assert not ENGLISH.search(loaded + rejected + loads)


def test_rows_left_out_of_a_number_are_told_in_russian(vernost: Terminal) -> None:
    assert "к сведению: orders: отклонено строк: 2 из 3. Причины: vernost check orders.csv" in vernost(
        "measure", "orders", "orders.csv"
    )


@pytest.mark.parametrize(("language", "name"), [("ru", "Ушедшие"), ("en", "Lost")])
def test_segments_are_named_in_the_language(vernost: Terminal, language: str, name: str) -> None:
    assert name in vernost("measure", "rfm", "orders.csv", "--lang", language).split()


@pytest.mark.parametrize(
    ("language", "own", "other"), [("ru", "кого измеряли", "population"), ("en", "population", "in Russian")]
)
def test_of_two_columns_that_say_the_same_only_one_is_shown(
    vernost: Terminal, language: str, own: str, other: str
) -> None:
    said = vernost("measure", "benchmarks", "orders.csv", "--lang", language)
    header = next(line for line in said.splitlines() if own in line)

    assert other not in header


def test_every_reason_to_reject_a_row_has_a_russian_one() -> None:
    from vernost.messages import recognized
    from vernost.sources.records import BROKEN_QUOTES, NEVER_CLOSED, NOT_UTF8, TOO_LONG
    from vernost.store.sifting import _faults

    typed = [f'ordered_at: "x" is not {kind}' for kind in (*NAMES_OF_KINDS.values(), "a value")]
    sifted = [
        f"{column.name} {fault}"
        for table in TABLES.values()
        for column in table.stored
        for is_key in (False, True)
        for _, fault in _faults(column, is_key=is_key)
    ]
    raw = ["has 3 cells instead of 2", "is not a JSON object", "is not valid JSON"]
    raw += [BROKEN_QUOTES, NEVER_CLOSED, NOT_UTF8, TOO_LONG]
    for reason in (*typed, 'amount: "9" is too large', *sifted, *raw):
        assert CYRILLIC.search(told(recognized(reason, "reasons"), "ru")), reason


def test_letters_that_a_terminal_cannot_write_are_spelled_out(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    code = (
        "import sys; sys.argv = ['vernost', 'measure', 'orders', 'orders.csv']; from vernost.cli.main import run; run()"
    )
    settings = os.environ | {"VERNOST_LANG": "ru", "PYTHONIOENCODING": "latin-1"}

    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=settings, capture_output=True, check=True)  # noqa: S603

    assert done.stdout.startswith(rb"\u0417\u0430\u043a\u0430\u0437\u044b")
