"""Who may be one person: counted by hand, in every engine, and with input that means harm."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.vernost.store.factories import customer, hour, reading

from vernost.store.connection import open_log, open_store
from vernost.store.contacts import phone_of
from vernost.store.doubles import MOST_IDS, Double, find_doubles
from vernost.store.likeness import are_alike
from vernost.store.log import Log
from vernost.store.merges import merge_customers

PHONE, OTHER = "8 (916) 123-45-67", "+7 916 123 45 68"


def found_among(*people: dict[str, Any], country: str | None = "RU") -> list[Double]:
    rows = pd.DataFrame([{"customer_id": str(number), "name": None, **one} for number, one in enumerate(people)])
    with Log.wrap(customers=rows) as log:
        return list(find_doubles(log, country=country))


def surenesses(*people: dict[str, Any]) -> list[str | None]:
    return [each.sureness for each in found_among(*people)]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param({"phone": PHONE, "name": "Анна"}, {"phone": "+79161234567", "name": "Анна"}, ["strong"], id="all"),
        pytest.param({"phone": PHONE}, {"phone": "9161234567", "name": "Анна"}, ["fair"], id="one has no name"),
        pytest.param({"phone": PHONE, "name": "Анна"}, {"phone": PHONE, "name": "Пётр"}, ["weak"], id="another name"),
        pytest.param({"phone": PHONE}, {"phone": OTHER}, [], id="another phone"),
        pytest.param({"phone": "+44 7911 123456"}, {"phone": "+1 791 112 3456"}, [], id="the same end elsewhere"),
        pytest.param({"phone": f"{PHONE} доб. 1"}, {"phone": f"{PHONE} доб. 2"}, [], id="two desks of an office"),
        pytest.param({"phone": f"{PHONE} доб. 1"}, {"phone": f"{PHONE} ext 1"}, ["fair"], id="one desk"),
        pytest.param({"phone": "0000000000"}, {"phone": "0000000000"}, [], id="no phone at all"),
        pytest.param({"phone": "1234567890"}, {"phone": "+71234567890"}, [], id="made up"),
        pytest.param({"phone": "9 222 222 22 22"}, {"phone": "92222222222"}, [], id="ever the same"),
        pytest.param(
            {"phone": "24 97 12 34", "country": "fr"}, {"phone": "24 97 12 34", "country": "no"}, [], id="two lands"
        ),
        pytest.param({"email": "Anna@Mail.ru"}, {"email": " anna@mail.RU"}, ["fair"], id="capitals"),
        pytest.param({"email": "a.n.na+shop@gmail.com"}, {"email": "anna@googlemail.com"}, ["fair"], id="gmail"),
        pytest.param({"email": "an.na@mail.ru"}, {"email": "anna@mail.ru"}, [], id="dots that matter"),
        pytest.param({"email": "anna+1@mail.ru"}, {"email": "anna+2@mail.ru"}, [], id="tags that matter"),
        pytest.param({"email": "anna-k@yandex.ru"}, {"email": "anna.k@ya.ru"}, ["fair"], id="yandex"),
        pytest.param({"email": "info@firm.ru"}, {"email": "info@firm.ru"}, [], id="an office's"),
        pytest.param({"email": "+@gmail.com"}, {"email": "+x@gmail.com"}, [], id="nothing but a tag"),
        pytest.param({"email": "none"}, {"email": "none"}, [], id="no address"),
    ],
)
def test_what_is_shared_says_how_sure_it_is(one: dict[str, Any], other: dict[str, Any], expected: list[str]) -> None:
    assert surenesses(one, other) == expected


def test_birthdays_speak_for_and_against() -> None:
    one = {"phone": PHONE, "name": "Иван Петров", "birthday_on": "1960-01-01"}
    assert surenesses(one, one) == ["strong"]
    assert surenesses(one, one | {"birthday_on": "1990-01-01"}) == ["fair"]
    assert surenesses(one, one | {"birthday_on": "1990-01-01", "name": "Анна Петрова"}) == []


def test_both_ways_of_reaching_somebody_are_one_pair() -> None:
    one = {"phone": PHONE, "email": "a@b.ru"}
    assert found_among(one, one) == [Double("0", "1", ("email", "phone"))]


def test_what_a_family_or_an_office_shares_says_little_or_nothing() -> None:
    names = ["Анна Ким", "Анна Ким", "Пётр Орлов", "Олег Белов", "Инна Серова"]
    people = [{"phone": PHONE, "name": name} for name in names]
    assert surenesses(*people[:3]) == ["strong", "weak", "weak"]
    assert surenesses(*people[:4]) == ["fair"]
    assert surenesses(*people) == []


def test_a_phone_of_everybody_is_nobodys() -> None:
    same = {"phone": PHONE, "name": "Анна Ким"}
    assert len(found_among(*[same] * MOST_IDS)) == MOST_IDS * (MOST_IDS - 1) // 2
    assert found_among(*[same] * 50_000) == []


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param("Ким Анна", "анна КИМ", True, id="order and capitals"),
        pytest.param("Анна", "Анна Петровна Ким", True, id="a part"),
        pytest.param("А. Ким", "Kim Anna", True, id="an initial, another alphabet"),
        pytest.param("Ольга Кузнецова", "Ольга Кузнецава", True, id="a slip"),
        pytest.param("Иван Петров", "Иван Сидоров", False, id="a namesake"),
        pytest.param("Валентин Орлов", "Валентина Орлова", False, id="husband and wife"),
        pytest.param("", "Анна", None, id="empty"),
        pytest.param("12345 🙂", "Анна", None, id="no letters"),
        pytest.param("\u202eннА\u200b" * 100_000, "Анна", False, id="endless"),
    ],
)
def test_names_are_compared_as_people_would(one: str, other: str, expected: bool | None) -> None:
    assert are_alike(one, other) is are_alike(other, one) is expected


@pytest.mark.parametrize("text", ["", "x" * 10_000, "9" * 10_000, "+" * 300, "'; DROP TABLE people --", "\x00\u202e"])
def test_no_text_breaks_the_reading_of_phones(text: str) -> None:
    assert phone_of(text, "RU") is None
    assert found_among({"phone": text, "email": f"{text}@{text}.ru"}, {"phone": text, "email": "@"}) == []


@pytest.mark.parametrize("engine", ["folder", "postgres", "spark"])
def test_every_engine_finds_the_same_and_merged_ones_no_more(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = request.getfixturevalue("postgres_url") if engine == "postgres" else str(tmp_path / "log")
    if engine == "spark":
        request.getfixturevalue("spark_session")
    people = [customer("ann", phone=PHONE), customer("anna", phone="+79161234567"), customer("bob", phone=OTHER)]
    open_store(url, create=True).load(reading(customers=people, timezone="Europe/Moscow"), loaded_at=hour(0))
    seen = f"spark://{url}" if engine == "spark" else url

    with open_log(seen) as log:
        assert list(find_doubles(log)) == [Double("ann", "anna", ("phone",))]
    merge_customers(url, "ann", ["anna"], at=hour(1))
    with open_log(seen) as log:
        assert list(find_doubles(log)) == []


def test_a_log_without_customers_has_no_doubles() -> None:
    with Log.wrap(orders=pd.DataFrame({"customer_id": ["ann"], "ordered_at": ["2024-05-01"]})) as log:
        assert list(find_doubles(log)) == []
