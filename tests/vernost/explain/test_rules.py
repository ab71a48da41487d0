"""Rules are read strictly, told in both languages, and mention each other without circles."""

import json
import tomllib
from importlib.resources import files
from typing import Any

import pytest

from vernost.errors import InvalidValue, UnknownName, VernostError
from vernost.explain.segments import has_clock, is_relative, mentioned, read_rule, ready_made, resolved, told, word
from vernost.explain.segments.conditions import WORDS
from vernost.explain.segments.facts import ATTRIBUTES, FACTS, SCORES
from vernost.explain.segments.figures import FIGURES
from vernost.explain.segments.rule import AllOf, Condition, Did, Member

OMSK = {"attribute": "city", "is": "equals", "value": "Omsk"}


def nested(depth: int) -> dict[str, Any]:
    return OMSK if depth == 0 else {"not": nested(depth - 1)}


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("{", "not JSON"),
        ('{"measure": "orders", "is": "at_least", "value": NaN}', "not JSON"),
        ("[" * 100_000, "not JSON"),
        (" " * 300_000, "letters"),
        ([], "no part of a rule"),
        ({}, "exactly one of"),
        ({"attribute": "city", "measure": "orders"}, "exactly one of"),
        ({"all": OMSK}, "list of rules"),
        ({"all": [OMSK], "any": [OMSK]}, "exactly one of"),
        ({**OMSK, "valu": 1}, "word of a rule about attribute 'valu'. Did you mean value?"),
        ({**OMSK, "attribute": "town"}, "attribute 'town'"),
        ({**OMSK, "attribute": "extra"}, "attribute 'extra'"),
        ({**OMSK, "is": "like"}, "condition for city 'like'"),
        ({**OMSK, "is": ["equals"]}, "condition for city"),
        ({**OMSK, "value": 5}, "must be a text"),
        ({**OMSK, "value": "a\0b"}, "must be a text"),
        ({**OMSK, "value": "x" * 300}, "must be a text"),
        ({**OMSK, "is": "known"}, "takes no value"),
        ({**OMSK, "is": "one_of", "value": "Omsk"}, "takes a list"),
        ({**OMSK, "is": "one_of", "value": ["x"] * 1_001}, "takes a list"),
        ({"attribute": "created_at", "is": "since", "value": "yesterday"}, "must be a date"),
        ({"attribute": "created_at", "is": "since", "value": "0001-01-01"}, "must be in the years"),
        ({"attribute": "created_at", "is": "between", "value": ["2024-02-01", "2024-01-01"]}, "the smaller one first"),
        ({"attribute": "created_at", "is": "within_days", "value": 10**9}, "whole number from 1"),
        ({"attribute": "created_at", "is": "within_days", "value": True}, "whole number from 1"),
        ({"measure": "orders", "is": "at_least", "value": "3"}, "must be a number"),
        ({"measure": "orders", "is": "at_least", "value": 1e300}, "must be a number"),
        ({"measure": "churn_rate", "is": "at_least", "value": 1}, "measure of one customer 'churn_rate'"),
        ({"did": "order"}, "fact 'order'. Did you mean orders"),
        ({"did": "orders", "at_least": -1}, "whole number from 0"),
        ({"did": "orders", "at_least": 3, "at_most": 2}, "above at_most"),
        ({"did": "orders", "within_days": 3, "since": "2024-01-01"}, "not both"),
        ({"did": "orders", "since": "2024-02-01", "until": "2024-01-01"}, "must not be after"),
        ({"did": "orders", "where": [OMSK]}, "attribute of orders 'city'"),
        ({"did": "orders", "where": ["x"]}, "list of rules"),
        ({"did": "orders", "total": "channel", "at_least": 1}, "number of orders 'channel'"),
        ({"did": "orders", "total": "amount"}, "at_least or at_most"),
        ({"did": "orders", "turn": "second"}, "turn 'second'"),
        ({"behind": "nps_of_all"}, "measure 'nps_of_all'"),
        ({"behind": "lost", "asked": {"days": 3}}, "option of lost 'days'"),
        ({"behind": "lost", "asked": []}, "names with values"),
        ({"behind": "lost", "side": "top"}, "side 'top'"),
        ({"customers": ["x"] * 1_001}, "at most 1000 ids"),
        ({"customers": [1]}, "must be a text"),
        ({"segment": ""}, "must be a text"),
        (nested(30), "too large"),
        ({"any": [OMSK] * 300}, "too large"),
        ({"did": "orders", "where": [{"attribute": "channel", "is": "known"}] * 300}, "too large"),
    ],
)
def test_what_is_not_a_rule_is_refused_in_words(written: object, words: str) -> None:
    with pytest.raises(VernostError) as caught:
        read_rule(written)

    assert words in str(caught.value)
    assert len(str(caught.value)) < 1_500
    assert caught.value.told("ru") != str(caught.value)


def test_a_rule_is_read_as_it_is_written() -> None:
    written = {"all": [{"did": "orders", "at_least": 2, "at_most": 5}, {"segment": "vip"}]}

    assert read_rule(json.dumps(written)) == AllOf((Did("orders", Condition("between", (2, 5))), Member("vip")))


# -- nesting ----------------------------------------------------------------------------------------------------------


def test_segments_in_a_circle_are_refused_with_the_way_round() -> None:
    rules = {"a": read_rule({"segment": "b"}), "b": read_rule({"not": {"segment": "a"}})}

    with pytest.raises(InvalidValue, match="in a circle: a, b, a"):
        resolved(Member("a"), rules)


def test_a_segment_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownName, match="no segment 'vipp'"):
        resolved(Member("vipp"), {"vip": read_rule(OMSK)})


def test_segments_that_double_at_each_level_are_refused_before_they_fill_the_memory() -> None:
    rules = {f"s{n}": read_rule({"all": [{"segment": f"s{n + 1}"}] * 2}) for n in range(19)} | {"s19": read_rule(OMSK)}

    with pytest.raises(InvalidValue, match="too large"):
        resolved(Member("s0"), rules)


@pytest.mark.parametrize(
    ("written", "clock", "relative"),
    [
        (OMSK, False, False),
        ({"did": "orders"}, False, False),
        ({"did": "orders", "since": "2024-01-01"}, False, False),
        ({"did": "orders", "within_days": 3}, True, False),
        ({"did": "orders", "where": [{"attribute": "delivered_at", "is": "before_days", "value": 3}]}, True, False),
        ({"attribute": "created_at", "is": "within_days", "value": 3}, True, False),
        ({"measure": "revenue", "is": "above", "value": 3}, False, False),
        ({"measure": "days_since_last_order", "is": "above", "value": 3}, True, False),
        ({"measure": "rfm", "is": "equals", "value": "loyal"}, True, True),
        ({"score": "risk", "is": "above", "value": 0.5}, False, True),
        ({"any": [OMSK, {"not": {"behind": "lost"}}]}, True, True),
    ],
)
def test_it_is_known_what_moves_a_segment(written: dict[str, Any], clock: bool, relative: bool) -> None:
    assert (has_clock(read_rule(written)), is_relative(read_rule(written))) == (clock, relative)


def test_the_segments_that_a_rule_mentions_are_known() -> None:
    assert mentioned(read_rule({"any": [OMSK, {"not": {"segment": "a"}}, {"segment": "b"}]})) == {"a", "b"}


# -- words ------------------------------------------------------------------------------------------------------------


def test_everything_that_can_be_asked_has_words_in_both_languages() -> None:
    asked = {
        "attributes": set(ATTRIBUTES),
        "facts": set(FACTS),
        "fact_attributes": {name for fact in FACTS.values() for name in fact.attributes},
        "figures": set(FIGURES),
        "scores": set(SCORES),
        "conditions": {each for words in WORDS.values() for each in words},
        "choices": {"equals", "differs", "one_of", "none_of", "between", "within_days", "before_days"},
    }
    known = tomllib.loads(files("vernost.explain.segments").joinpath("words.toml").read_text(encoding="utf-8"))

    for section, names in asked.items():
        assert set(known[section]) == names, section
        for name in names:
            assert word(section, name, "en").isascii()
            assert word(section, name, "ru") != word(section, name, "en")


@pytest.mark.parametrize(
    ("written", "english", "russian"),
    [
        (OMSK, "city is Omsk", "город — Omsk"),
        ({"not": {"did": "orders", "within_days": 90}}, "not: orders: at least 1, within the last 90 days",
         "не так: заказы: не меньше 1, за последние 90 дн."),
        ({"did": "orders", "at_most": 0}, "no orders", "заказы: ни разу"),
        ({"did": "orders", "total": "amount", "at_least": 1500.5}, "orders, amount in all: at least 1,500.5",
         "заказы, сумма всего: не меньше 1\u00a0500,5"),
        ({"score": "band", "is": "one_of", "value": ["high", "left"]}, "band of risk is one of: high, left",
         "группа риска — одно из: высокий, ушли"),
        ({"all": []}, "everybody", "все клиенты"),
        ({"measure": "last_nps", "is": "between", "value": [9, 10]}, "last answer to NPS from 9 to 10",
         "последний ответ на NPS от 9 до 10"),
        ({"any": [{"segment": "7"}, {"customers": ["ann"]}]}, "at least one of: in the segment Tea; on a list of 1",
         "хотя бы одно: в сегменте Tea; в списке из 1"),
        ({"behind": "lost", "row": {"city": ""}}, "behind the number: Lost customers (city: –)",
         "в числе показателя: Потерянные клиенты (city: –)"),
        ({"did": "orders", "turn": "first", "since": "2024-01-01", "until": "2024-01-31"},
         "the first of the orders, from 2024-01-01, to 2024-01-31",
         "заказы, самый первый, с 2024-01-01, по 2024-01-31"),
    ],
)  # fmt: skip
def test_a_rule_is_told_in_both_languages(written: dict[str, Any], english: str, russian: str) -> None:
    titles = {"7": "Tea"}

    assert told(read_rule(written), "en", titles) == english
    assert told(read_rule(written), "ru", titles) == russian


@pytest.mark.parametrize("name", ready_made())
def test_each_ready_segment_is_a_rule_with_words(name: str) -> None:
    ready = ready_made()[name]
    rules = {each.name: each.rule for each in ready_made().values()}

    assert resolved(ready.rule, rules)
    assert ready.meaning("en").endswith(".")
    assert ready.meaning("ru").endswith(".")
    assert ready.title("ru") != ready.title("en") or ready.title("en").isupper()
    assert ready.suits(ready.needs)
    assert not ready.suits(["reviews"])
