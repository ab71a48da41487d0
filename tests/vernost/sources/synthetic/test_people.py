"""Made-up people: names that agree, nothing that belongs to anyone."""

import re
import time
from datetime import date

import numpy as np
import pytest

from vernost.errors import InvalidValue, UnknownName
from vernost.sources.synthetic.people import Language, people

LANGUAGES: tuple[Language, ...] = ("ru", "en")


def chance(seed: int = 1) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(seed))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_person_has_every_column(language: Language) -> None:
    told = people(500, language, chance())
    assert {name: len(column) for name, column in told.items()} == dict.fromkeys(
        ("name", "email", "phone", "birthday", "city", "country", "is_woman"), 500
    )


def test_russian_names_agree_with_who_bears_them() -> None:
    told = people(20_000, "ru", chance())
    for name, woman in zip(told["name"], told["is_woman"], strict=True):
        given, *patronymic, surname = name.split()
        assert surname.endswith(("ова", "ева", "ёва", "ина", "ая")) == woman, name
        if patronymic:
            assert patronymic[0].endswith(("вна", "чна")) == woman, name
        assert given
    with_patronymic = np.mean([name.count(" ") == 2 for name in told["name"]])
    assert 0.33 < with_patronymic < 0.37


@pytest.mark.parametrize("language", LANGUAGES)
def test_addresses_belong_to_nobody(language: Language) -> None:
    told = people(5_000, language, chance())
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+\d+@example\.(?:com|org|net)", email) for email in told["email"])


@pytest.mark.parametrize(
    ("language", "ringing_nowhere"),
    [
        ("ru", r"\+7(?:94[3-8]|97[3-6])\d{7}"),
        ("en", r"\+446\d{9}|\+1[2-9]9\d{8}"),
    ],
)
def test_telephone_numbers_ring_nowhere(language: Language, ringing_nowhere: str) -> None:
    told = people(5_000, language, chance())
    assert [phone for phone in told["phone"] if not re.fullmatch(ringing_nowhere, phone)] == []


def test_the_number_fits_the_country() -> None:
    told = people(3_000, "en", chance())
    pairs = {(country, phone[:3]) for country, phone in zip(told["country"], told["phone"], strict=True)}
    assert {start for country, start in pairs if country == "GB"} == {"+44"}
    assert all(start.startswith("+1") for country, start in pairs if country == "US")


@pytest.mark.parametrize("language", LANGUAGES)
def test_addresses_and_numbers_never_repeat_from_chunk_to_chunk(language: Language) -> None:
    chunks = [people(4_000, language, chance(seed), first=seed * 4_000) for seed in range(3)]
    assert len({email for chunk in chunks for email in chunk["email"]}) == 12_000
    assert len({phone for chunk in chunks for phone in chunk["phone"]}) == 12_000


@pytest.mark.parametrize(("language", "largest"), [("ru", "Москва"), ("en", "London")])
def test_large_cities_have_most_people(language: Language, largest: str) -> None:
    cities, counts = np.unique(np.array(people(20_000, language, chance())["city"]), return_counts=True)
    assert cities[counts.argmax()] in {largest, "New York"}
    assert len(cities) > 50


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_are_of_age_and_some_keep_their_birthday(language: Language) -> None:
    born = people(20_000, language, chance(), as_of=date(2024, 6, 1))["birthday"]
    known = born[~np.isnat(born)]
    years = (np.datetime64("2024-06-01") - known).astype(int) / 365.2425
    assert 0.58 < known.size / 20_000 < 0.62
    assert years.min() >= 18
    assert years.max() <= 85
    assert 35 < np.median(years) < 45


@pytest.mark.parametrize("language", LANGUAGES)
def test_same_seed_same_people(language: Language) -> None:
    one, same, other = (people(300, language, chance(seed)) for seed in (4, 4, 5))
    assert all(list(map(str, one[column])) == list(map(str, same[column])) for column in one)
    assert one["name"] != other["name"]


def test_nobody_is_nobody() -> None:
    assert people(0, "ru", chance())["name"] == []


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(InvalidValue, match="count is -1"):
        people(-1, "ru", chance())
    with pytest.raises(UnknownName, match="language 'de'"):
        people(1, "de", chance())  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_hundred_thousand_people_take_less_than_a_second(language: Language) -> None:
    people(1, language, chance())
    begun = time.process_time()
    people(200_000, language, chance())
    assert time.process_time() - begun < 1.0
