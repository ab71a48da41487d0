"""Sentences follow from the numbers, in both languages."""

from collections.abc import Callable
from typing import Any

import pytest

from vernost.report import sentences
from vernost.report.comparison import compare
from vernost.report.formats import JOINER, NARROW
from vernost.report.quality import sentence as quality_sentence
from vernost.report.voice import Voice
from vernost.store.quality import Finding

EN, RU = Voice("en", "GBP"), Voice("ru", "RUB")


def plain(text: str) -> str:
    """Text with ordinary spaces."""
    return text.replace(NARROW, " ").replace("\u00a0", " ").replace(JOINER, "")


def share(hits: int, base: int, **more: Any) -> dict[str, Any]:
    return {"value": hits / base, "numerator": hits, "denominator": base, **more}


def both(make: Callable[[Voice], str]) -> tuple[str, str]:
    return plain(make(EN)), plain(make(RU))


@pytest.mark.parametrize(
    ("row", "base", "english", "russian"),
    [
        pytest.param(
            share(331, 1000, low=0.3, high=0.36), "orders",
            "Of the 1,000 customers active in May, 33.1% bought again in June (30.0–36.0%).",
            "Из 1 000 клиентов, активных in May, 33,1 % покупали и in June (30,0–36,0 %).",
            id="orders",
        ),
        pytest.param(
            share(1, 1), "events",
            "Of the 1 customer active in May, 100.0% were active again in June.",
            "Из 1 клиента, активного in May, 100,0 % были активны и in June.",
            id="one customer",
        ),
        pytest.param(
            share(15, 21), "subscriptions",
            "Of the 21 customers who began the period with a subscription, 71.4% kept one in June.",
            "Из 21 клиента с действующей на начало периода подпиской in June её сохранили 71,4 %.",
            id="twenty-one is one in Russian",
        ),
    ],
)  # fmt: skip
def test_who_stayed(row: dict[str, Any], base: str, english: str, russian: str) -> None:
    assert both(lambda voice: sentences.kept(voice, row, base, before="in May", now="in June")) == (english, russian)


@pytest.mark.parametrize(
    ("now", "before", "unit", "english", "russian"),
    [
        pytest.param(
            share(60, 100), share(40, 100), "share",
            "That is 20.0 pp higher than then: a clear change.",
            "Это на 20,0 п. п. выше, чем then: изменение явное.",
            id="a clear rise",
        ),
        pytest.param(
            share(40, 100), share(60, 100), "share",
            "That is 20.0 pp lower than then: a clear change.",
            "Это на 20,0 п. п. ниже, чем then: изменение явное.",
            id="a clear fall",
        ),
        pytest.param(
            share(52, 100), share(48, 100), "share",
            "That is 4.0 pp higher than then: within noise.",
            "Это на 4,0 п. п. выше, чем then: в пределах случайных колебаний.",
            id="noise",
        ),
        pytest.param(
            share(50, 100), share(50, 100), "share",
            "That is the same as then.", "Это на том же уровне, что и then.", id="no change",
        ),
        pytest.param(
            {"value": 150.0, "low": 130.4, "high": 169.6}, {"value": 100.0, "low": 80.4, "high": 119.6}, "money",
            "That is 50.0% higher than then: a clear change.",
            "Это на 50,0 % выше, чем then: изменение явное.",
            id="money in per cent",
        ),
        pytest.param(
            {"value": 30.0, "low": None, "high": None}, {"value": 22.0, "low": None, "high": None}, "points",
            "That is 8.0 points higher than then.",
            "Это на 8,0 пункта выше, чем then.",
            id="points without intervals",
        ),
    ],
)  # fmt: skip
def test_a_change_says_how_large_and_how_sure(
    now: dict[str, Any], before: dict[str, Any], unit: str, english: str, russian: str
) -> None:
    change = compare(now, before, unit)
    assert change is not None
    assert both(lambda voice: sentences.changed(voice, change, "then")) == (english, russian)


@pytest.mark.parametrize(
    ("number", "english", "russian"),
    [
        (1, "1 customer active in May did not buy in June.", "1 клиент, активный in May, ничего не купил in June."),
        (3, "3 customers active in May did not buy in June.", "3 клиента, активных in May, ничего не купили in June."),
        (5, "5 customers active in May did not buy in June.", "5 клиентов, активных in May, ничего не купили in June."),
    ],
)
def test_who_was_lost_is_counted_in_grammar(number: int, english: str, russian: str) -> None:
    made = both(lambda voice: sentences.lost(voice, number, "orders", before="in May", now="in June", each=None))
    assert made == (english, russian)


def test_what_was_lost_has_a_price() -> None:
    english, russian = both(
        lambda voice: sentences.lost(voice, 200, "orders", before="in May", now="in June", each=150.0)
    )
    assert english.endswith("At £150 a customer, as in May, that is about £30,000 of revenue not repeated.")
    assert russian.endswith("При 150 ₽ на клиента, как in May, это около 30 000 ₽ неповторившейся выручки.")


@pytest.mark.parametrize(
    ("ratio", "english", "russian"),
    [
        (1.4, "the base is growing", "база растёт"),
        (1.0, "the base is growing", "база растёт"),
        (0.7, "the base is shrinking", "база сокращается"),
    ],
)
def test_the_life_cycle_tells_growth_from_shrinking(ratio: float, english: str, russian: str) -> None:
    row = {"new": 1, "returning": 2, "resurrecting": 3, "dormant": 4, "quick_ratio": ratio}
    made = both(lambda voice: sentences.lifecycle(voice, row, "now"))
    assert english in made[0]
    assert russian in made[1]


@pytest.mark.parametrize(
    ("value", "english", "russian"),
    [
        (0.736, "spread wider than", "распределена шире"),
        (0.8, "just the", "в точности"),
        (0.91, "leans on fewer customers", "держится на меньшем числе"),
    ],
)
def test_the_saying_of_eighty_to_twenty_is_put_to_the_test(value: float, english: str, russian: str) -> None:
    made = both(lambda voice: sentences.concentration(voice, top=0.2, value=value, eighty=0.271))
    assert english in made[0]
    assert russian in made[1]
    assert "27.1% of them bring 80%" in made[0]
    assert "80 % выручки дают 27,1 % клиентов" in made[1]


def test_a_lapse_window_near_the_end_of_the_data_is_called_unsteady() -> None:
    made = both(lambda voice: sentences.lapse(voice, {"value": 42, "unstable": True}, 0.1))
    assert made[0].startswith("After 42 days of silence fewer than 10% of customers ever return")
    assert made[1].startswith("После 42 дней молчания возвращается менее 10 % клиентов")
    steady = both(lambda voice: sentences.lapse(voice, {"value": 42, "unstable": False}, 0.1))
    assert len(steady[0]) < len(made[0])
    assert len(steady[1]) < len(made[1])


def test_a_sentence_that_ends_in_a_year_has_one_full_stop() -> None:
    text = RU.say("change.sentence_bare", change="как в июне 1998\u202fг.")
    assert plain(text) == "Это как в июне 1998 г."


@pytest.mark.parametrize(
    ("finding", "english", "russian"),
    [
        pytest.param(
            Finding("walk_ins", "info", "orders", 3710, 0.143),
            "Orders: 3,710 rows (14.3%) name no customer and count in money only.",
            "Заказы: 3 710 строк (14,3 %) без клиента и учитываются только в деньгах.",
            id="known",
        ),
        pytest.param(
            Finding("doubles", "warning", "orders", 1, 0.00001),
            "Orders: 1 row (<0.1%) repeats another: same customer, instant and amount.",
            "Заказы: 1 строка (<0,1 %) повторяет другую: те же клиент, время и сумма.",
            id="one, and seldom",
        ),
        pytest.param(
            Finding("backwards_delivered_at", "warning", "orders", 2, 0.5, {"before": "a", "after": "b"}),
            "Orders: 2 rows (50.0%) have b earlier than a.",
            "Заказы: 2 строки (50,0 %) имеют b раньше, чем a.",
            id="one of a family",
        ),
        pytest.param(
            Finding("ahead_resolved_at", "warning", "tickets", 1, 0.5, {"column": "resolved_at"}),
            "Tickets: 1 row (50.0%) has resolved_at after it was loaded, which cannot have happened yet.",
            "Обращения: 1 строка (50,0 %) имеет resolved_at позже своей загрузки: этого ещё не могло случиться.",
            id="not happened yet",
        ),
        pytest.param(
            Finding("far_ahead_ended_at", "warning", "subscriptions", 2, 0.5, {"column": "ended_at", "years": 10}),
            "Subscriptions: 2 rows (50.0%) have ended_at more than 10 years after they were loaded:"
            " a slip, or it stands for never.",
            "Подписки: 2 строки (50,0 %) имеют ended_at больше чем через 10 лет после загрузки:"
            " описка или знак «никогда».",
            id="far ahead",
        ),
        pytest.param(
            Finding("brand_new", "info", "events", 22, 0.5),
            "Events: 22 rows (50.0%) are marked by the check “brand_new”.",
            "События: 22 строки (50,0 %) отмечены проверкой «brand_new».",
            id="unknown with a share",
        ),
        pytest.param(
            Finding("brand_new", "info", "events", 5, None),
            "Events: the check “brand_new” found something (5).",
            "События: проверка «brand_new» что-то нашла (5).",
            id="unknown without",
        ),
        pytest.param(
            Finding("unfilled", "info", "orders", 0, 0.0, {"columns": "", "filled": {"b": 0.9, "a": 0.5}}),
            "Orders: filled in part: a 50.0%, b 90.0%.",
            "Заказы: заполнены частично: a 50,0 %, b 90,0 %.",
            id="gaps in columns, the emptiest first",
        ),
    ],
)
def test_a_finding_of_the_checks_is_a_sentence(finding: Finding, english: str, russian: str) -> None:
    assert plain(quality_sentence(finding, "en")) == english
    assert plain(quality_sentence(finding, "ru")) == russian
