"""Names of made-up products."""

import numpy as np
import pytest

from vernost.errors import InvalidValue, UnknownName
from vernost.sources.synthetic.goods import Language, products

RUSSIAN = [
    "Кухня",
    "Текстиль",
    "Бытовая техника",
    "Красота",
    "Игрушки",
    "Спорт",
    "Сад",
    "Закуски",
    "Горячее",
    "Десерты",
]
ENGLISH = ["Kitchen", "Textiles", "Appliances", "Beauty", "Toys", "Sport", "Garden", "Starters", "Mains", "Desserts"]
ADJECTIVE_ENDINGS = {"m": ("ый", "ий", "ой"), "f": ("ая", "яя"), "n": ("ое", "ее"), "p": ("ые", "ие")}


def chance(seed: int = 1) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(seed))


@pytest.mark.parametrize(("language", "categories"), [("ru", RUSSIAN), ("en", ENGLISH)])
def test_products_of_a_category_differ(language: Language, categories: list[str]) -> None:
    names = products(60, categories, language, chance())
    assert len(names) == 60 * len(categories)
    for start in range(0, len(names), 60):
        assert len(set(names[start : start + 60])) == 60


@pytest.mark.parametrize(("noun", "gender"), [("Чайник", "m"), ("Лейка", "f"), ("Одеяло", "n"), ("Грабли", "p")])
def test_russian_adjectives_agree(noun: str, gender: str) -> None:
    names = products(2_000, ["Бытовая техника", "Сад", "Текстиль"], "ru", chance())
    said = {name.split()[1] for name in names if name.split()[0] == noun}
    assert len(said) == 6
    assert all(adjective.endswith(ADJECTIVE_ENDINGS[gender]) for adjective in said)


def test_more_products_than_names_are_numbered() -> None:
    names = products(5_000, ["Сад"], "ru", chance())
    assert len(set(names)) == 5_000


@pytest.mark.parametrize(("language", "name"), [("ru", "Тарифы"), ("en", "Plans")])
def test_an_unknown_category_lends_its_name(language: Language, name: str) -> None:
    names = products(40, [name], language, chance())
    assert len(set(names)) == 40
    assert all(each.startswith(name) for each in names)


def test_same_seed_same_products() -> None:
    assert products(30, RUSSIAN, "ru", chance(2)) == products(30, RUSSIAN, "ru", chance(2))
    assert products(30, RUSSIAN, "ru", chance(2)) != products(30, RUSSIAN, "ru", chance(3))


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(InvalidValue, match="count is -1"):
        products(-1, ["Сад"], "ru", chance())
    with pytest.raises(UnknownName, match="language 'de'"):
        products(1, ["Сад"], "de", chance())  # type: ignore[arg-type]
