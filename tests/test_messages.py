"""Whatever is said to people can be said in Russian, with the same values in it."""

import ast
import copy
import pickle
import re
import tomllib
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from vernost import errors
from vernost.errors import InvalidValue, MissingColumn, MissingFacts, UnknownName, UnreadableSource, VernostError
from vernost.measure import CATALOGUE as MEASURES
from vernost.measure.measure import explained
from vernost.messages import Message, recognized, shortened, told
from vernost.sources.notes import SENTENCES, Note

PACKAGES = [Path(__file__).parents[1] / "src" / name for name in ("vernost", "vernost_web")]
PACKAGE = PACKAGES[0]
CATALOGUES = [tomllib.loads((each / "messages.ru.toml").read_text(encoding="utf-8")) for each in PACKAGES]
CATALOGUE = CATALOGUES[0]
RUSSIAN = {english: russian for each in CATALOGUES for section in each.values() for english, russian in section.items()}
ERRORS = {
    name: (0,)
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, VernostError) and name != "VernostError"
}
SAID = {"Message": (0,)} | ERRORS | {"UnreadableSource": (1, 2), "MissingFacts": (1,), "MissingColumn": ()}
"""Which arguments of a call are sentences."""
MAKERS = ("reason", "recognized", "shortened", "told")
SAID_BY_COMMANDS = {"say": (0,), "saying": (0,), "progress": (0,)}
PASSING_ON = ("errors.py", "messages.py", "cli/speech.py", "cli/help.py", "ui/words.py")
"""Modules that say the sentences of others."""
RECOGNIZED = ("reasons", "notes", "holders", "usage", "additions")
BY_OTHERS = (*RECOGNIZED, "system")
"""Sections of what others write, or a log keeps."""
TYPER = {"Arguments", "Options", "Commands", "OPTIONS", "COMMAND", "ARGS", "Show this message and exit."}
"""What typer writes in a help."""
MEANING = "meaning"
"""What an option of a measure means: words of its docstring, which ``cli/test_language.py`` looks up."""


class Unreadable(ValueError):
    """A sentence that is put together on the way, so that no catalogue can have it."""


def _sentences(path: Path) -> Iterator[str]:
    """The sentences of a module, wherever it says them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = SAID | (SAID_BY_COMMANDS if path.parent.name in {"cli", "project"} else {})
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            given = [node.args[place] for place in said.get(node.func.id, ()) if place < len(node.args)]
        elif isinstance(node, ast.ClassDef) and {ast.unparse(base) for base in node.bases} & {"VernostError", *ERRORS}:
            given = [call.args[0] for call in ast.walk(node) if isinstance(call, ast.Call) and _is_making(call)]
        else:
            given = []
        for sentence in given:
            if not _is_passed_on(sentence, tree, said):
                yield from _words(sentence, tree)


def _is_making(call: ast.Call) -> bool:
    """Whether an error of its own kind is made here, of a sentence."""
    return ast.unparse(call.func) == "super().__init__" and bool(call.args)


def _is_passed_on(sentence: ast.expr, tree: ast.Module, said: Collection[str]) -> bool:
    """Whether a sentence is what a function was given, as a message or to say it; it is read where that is called."""
    functions = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)]
    given = {
        argument.arg
        for function in functions
        for argument in function.args.args
        if function.name in said or ast.unparse(argument.annotation or argument) == "Message"
    }
    return isinstance(sentence, ast.Name) and sentence.id in {*given, MEANING}


def _words(node: ast.expr, tree: ast.Module) -> Iterator[str]:
    """The sentences that an argument may be."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=other):
            yield from _words(body, tree)
            yield from _words(other, tree)
        case ast.Name(id=name) if found := [each for each in ast.walk(tree) if _is_of(each, name)]:
            for each in found:
                yield from _words(each.value, tree)
        case ast.Call(func=ast.Name(id=name)) if name in SAID or name in MAKERS or name.startswith("_"):
            pass  # makes a message of its own, which is read where it is made
        case _:
            raise Unreadable(f"line {node.lineno}: {ast.unparse(node)}")


def _is_of(statement: ast.AST, name: str) -> bool:
    """Whether a statement gives a value to a name."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)


MODULES = sorted(
    path
    for package in PACKAGES
    for path in package.rglob("*.py")
    if not path.as_posix().endswith(PASSING_ON) and not {"tests", "migrations"} & set(path.parts[len(package.parts) :])
)


def _gaps(sentence: str) -> set[str]:
    return {gap for _, gap, _, _ in Formatter().parse(sentence) if gap}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(PACKAGE.parent).as_posix())
def test_each_sentence_of_a_module_has_a_russian_one(module: Path) -> None:
    assert not set(_sentences(module)) - set(RUSSIAN)


@pytest.mark.parametrize(("english", "russian"), RUSSIAN.items())
def test_a_russian_sentence_has_the_gaps_of_the_english_one(english: str, russian: str) -> None:
    assert _gaps(russian) == _gaps(english)


@pytest.mark.parametrize("sentence", SENTENCES.values(), ids=SENTENCES)
def test_each_note_on_a_source_has_a_russian_one(sentence: str) -> None:
    assert sentence in CATALOGUE["notes"]


def test_what_options_mean_names_no_argument_of_a_function() -> None:
    """The forms of pages and the help of commands say it too, to people who see labels."""
    meanings = {meaning for measure in MEASURES.values() for meaning in explained(measure).values()}
    assert not [meaning for meaning in meanings if "``by``" in meaning]


def test_no_russian_sentence_waits_for_an_english_one_that_nothing_says() -> None:
    by_others = {sentence for section in BY_OTHERS for sentence in CATALOGUE[section]}
    options = {meaning for measure in MEASURES.values() for meaning in explained(measure).values()}
    texts = {text for package in PACKAGES for module in package.rglob("*.py") for text in _texts(module)}

    assert not set(RUSSIAN) - texts - by_others - options - TYPER


def _texts(module: Path) -> Iterator[str]:
    """All texts of a module: as they are, as one line, and the placeholders in them."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from (node.value, " ".join(node.value.split()), *re.findall(r"\b[A-Z]{2,}\b", node.value))


def test_no_sentence_stands_in_two_places() -> None:
    assert sum(len(section) for each in CATALOGUES for section in each.values()) == len(RUSSIAN)


@pytest.mark.parametrize(
    ("message", "russian"),
    [
        pytest.param(Message("There is nothing to load. Name SOURCES: vernost load orders.csv --log ./log."),
                     "Загружать нечего. Назовите источники: vernost load orders.csv --log ./log.", id="no gaps"),
        pytest.param(Message("{name} is {value}, must be above 0.", name="days", value=-1),
                     "Значение days — -1, а должно быть больше 0.", id="gaps"),
        pytest.param(Message("{name} is {value!r}, must be {kind}.", name="n", value="x", kind=Message("a number")),
                     "Значение n — «x», а нужно: число.", id="a message within"),
        pytest.param(Message("A cut is named twice: {names}.", names=("city", "city")),
                     "Разрез назван дважды: city, city. Оставьте один.", id="names"),
        pytest.param(Message("{text!r} has a semicolon, which is not allowed. Write one expression.", text="a\x1b[2J;"),
                     r"В «a\x1b[2J;» есть точка с запятой. Напишите одно выражение без неё.", id="what terminals obey"),
        pytest.param(Message("{path} is a folder. Name a file with {option}.", path=Path("a\nb"), option="--out"),
                     r"a\nb — папка. Назовите файл в --out.", id="a name of two lines"),
        pytest.param(Message("note: {note}", note="{braces} of a {name}"),
                     "к сведению: {braces} of a {name}", id="braces in a value"),
        pytest.param(Message("The risk is high from {high:.0%}, medium from {medium:.0%}, which is how many leave of"
                             " all.", high=0.5, medium=0.25),
                     "Риск высокий от 50\u00a0%, средний от 25\u00a0%: столько уходит в среднем.", id="figures"),
        pytest.param(Message("a sheet spreads over {area:,} cells, more than {most:,}", area=12345678, most=5000000),
                     "лист растянут на 12\u00a0345\u00a0678 ячеек, а можно не больше 5\u00a0000\u00a0000",
                     id="thousands"),
        pytest.param(Message("as_of is {day}, but the data begin on {first_day}. Name that day or a later one.",
                     day=date(2024, 1, 5), first_day=datetime(2024, 2, 1, 9, 30, tzinfo=UTC)),
                     "Дата отчёта — 05.01.2024, а данные начинаются 01.02.2024 09:30. "
                     "Назовите этот день или более поздний.", id="days"),
        pytest.param(Message("{the words} of a driver"), "{the words} of a driver", id="no Russian sentence"),
    ],
)  # fmt: skip
def test_a_message_is_said_in_russian(message: Message, russian: str) -> None:
    assert message.told("ru") == russian
    assert message.told("en") == message
    assert told(message, "ru") == russian


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))])  # noqa: S301
def test_a_copy_of_a_message_or_error_can_be_said_in_russian_too(again: Callable[[Any], Any]) -> None:
    message = Message("{name} is {value}, must be above 0.", name="days", value=-1)

    assert again(message).told("ru") == message.told("ru")
    assert again(InvalidValue(message)).told("ru") == message.told("ru")
    assert (
        again(Note("no_amount", source="a.csv")).told("ru")
        == "a.csv: нет сумм; показателей в деньгах по нему не будет."
    )


@pytest.mark.parametrize(
    ("error", "english", "russian"),
    [
        pytest.param(UnknownName("period", "mont", ["day", "month"]), "There is no period 'mont'. Did you mean month?",
                     "Нет периода «mont». Возможно, вы имели в виду month?", id="a slip"),
        pytest.param(UnknownName("column", "x", [f"c{n:02}" for n in range(14)]),
                     "There is no column 'x'. There are " + ", ".join(f"c{n:02}" for n in range(12)) + " and 2 more.",
                     "Нет столбца «x». Есть: " + ", ".join(f"c{n:02}" for n in range(12)) + " и ещё 2.",
                     id="too many to name"),
        pytest.param(UnknownName("measure", "x", []), "There is no measure 'x', and no other one.",
                     "Нет показателя «x», и других тоже нет.", id="none at all"),
        pytest.param(MissingColumn("a.csv", "amount", []),
                     "a.csv has no column for 'amount'; it has no columns. Name one with --map amount=COLUMN.",
                     "a.csv: не нашёлся столбец для «amount». Столбцы источника: нет ни одного. Укажите нужный: --map"
                     " amount=СТОЛБЕЦ.", id="no columns"),
        pytest.param(MissingFacts("nps", Message("the table {table}", table="answers")),
                     "nps needs the table answers, which this log does not have. Load it to unlock the measure.",
                     "Для показателя nps нужны данные, которых нет в журнале: таблица answers. Загрузите их, и"
                     " показатель станет доступен.", id="facts"),
        pytest.param(UnreadableSource("a.csv", "a number", "Report", reason="{odd}"),
                     "a.csv cannot be read: a number. Report", "Не удалось прочитать a.csv: число. Отчёт", id="source"),
    ],
)  # fmt: skip
def test_an_error_is_one_sentence_in_each_language(error: VernostError, english: str, russian: str) -> None:
    assert str(error) == error.told("en") == english
    assert error.told("ru") == russian


@pytest.mark.parametrize("section", RECOGNIZED)
def test_an_english_text_is_recognized_as_the_sentence_it_was_made_of(section: str) -> None:
    for sentence in CATALOGUE[section]:
        values = {gap: f"<{gap}>" for gap in _gaps(sentence)}
        assert recognized(sentence.format(**values), section) == Message(sentence, **values)


def test_what_is_not_recognized_stays_as_it_is() -> None:
    assert recognized("something else", "reasons") == "something else"


def test_a_list_that_is_not_long_is_not_shortened() -> None:
    assert shortened(["ann", "bob"], 2) == "ann, bob"
