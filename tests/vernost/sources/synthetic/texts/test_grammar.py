"""The notation of the grammar files, case by case."""

from collections.abc import Callable

import pytest

from vernost.errors import InvalidValue
from vernost.sources.synthetic.texts.grammar import say_line
from vernost.sources.synthetic.texts.scene import Lines, Scene

JACKET = {"nom": "куртка", "acc": "куртку"}
MASCULINE, FEMININE, NEUTER, PLURAL = range(4)


def scene(*draws: float, number: int = FEMININE, woman: int = 0) -> Scene:
    drawn: Callable[[], float] = iter(draws).__next__
    return Scene(
        draw=drawn,
        thing=JACKET,
        thing_number=number,
        woman=woman,
        firm={"nom": "магазин"},
        other={"nom": "другой магазин", "at": "в другом магазине"},
        rival="«Ромашка»",
    )


@pytest.mark.parametrize(
    ("line", "draws", "said"),
    [
        pytest.param("дорого", (), "дорого", id="plain words"),
        pytest.param("{дорого|дёшево}", (0.0,), "дорого", id="the first of two"),
        pytest.param("{дорого|дёшево}", (0.99,), "дёшево", id="the last of two"),
        pytest.param("дорого{ очень|}", (0.6,), "дорого", id="an empty alternative leaves nothing"),
        pytest.param("{а {б|в}|г}", (0.0, 0.9), "а в", id="alternatives within an alternative"),
        pytest.param("взял <thing acc>", (), "взял куртку", id="the thing in a case"),
        pytest.param("<thing>", (), "куртка", id="the thing as it is"),
        pytest.param("<firm> и <other at>", (), "магазин и в другом магазине", id="the company and its rival"),
        pytest.param("теперь <rival>", (), "теперь «Ромашка»", id="a rival by name"),
        pytest.param("<@when> купил", (0.0,), "вчера купил", id="a list of its own"),
        pytest.param("<1..1 день/дня/дней>", (0.0,), "1 день", id="one"),
        pytest.param("<3..3 день/дня/дней>", (0.0,), "3 дня", id="few"),
        pytest.param("<11..11 день/дня/дней>", (0.0,), "11 дней", id="eleven is many"),
        pytest.param("<21..21 день/дня/дней>", (0.0,), "21 день", id="twenty-one is one"),
        pytest.param("<1..2 day/days>", (0.9,), "2 days", id="English has two forms"),
        pytest.param("№ <10000..99999>", (0.5,), "№ 55000", id="a number alone"),
    ],
)
def test_a_line_is_said_as_it_is_written(line: str, draws: tuple[float, ...], said: str) -> None:
    lists = {"when": Lines((say_line("вчера", {}),))}
    assert say_line(line, lists)(scene(*draws)) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [(MASCULINE, "сломался"), (FEMININE, "сломалась"), (NEUTER, "сломалось"), (PLURAL, "сломались")],
)
def test_four_forms_agree_with_the_thing(number: int, said: str) -> None:
    assert say_line("сломал(ся/ась/ось/ись)", {})(scene(number=number)) == said


@pytest.mark.parametrize(("woman", "said"), [(0, "заказал, доволен"), (1, "заказала, довольна")])
def test_two_forms_agree_with_who_speaks(woman: int, said: str) -> None:
    assert say_line("заказал(/а), {доволен/довольна}", {})(scene(woman=woman)) == said


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        pytest.param("{дорого", "lacks a closing '}'", id="a group left open"),
        pytest.param("дорого}", "stray '}'", id="a closing brace too many"),
        pytest.param("да/нет", "stray '/'", id="forms outside of a group"),
        pytest.param("<thing", "lacks a closing '>'", id="a slot left open"),
        pytest.param("<nobody>", "unknown <nobody>", id="an unknown slot"),
        pytest.param("{а/б/в}", "has 3 forms", id="three forms"),
    ],
)
def test_a_faulty_line_is_refused_with_its_fault(line: str, fault: str) -> None:
    with pytest.raises(InvalidValue, match=fault):
        say_line(line, {})


def test_lines_never_say_the_same_way_twice_in_a_row() -> None:
    lines = Lines(tuple(say_line(word, {}) for word in ("а", "б", "в")))
    # With draws of 0 a careless choice would say the first way each time.
    quiet = scene(*[0.0] * 6)
    said = [lines.say(quiet) for _ in range(6)]
    assert said == ["а", "б", "а", "б", "а", "б"]
