"""Made-up companies among the customers."""

import re

import numpy as np
import pytest
from tests.vernost.sources.synthetic.companies import company, count, facts

from vernost.sources.synthetic.firms import Language, firms


def chance(seed: int = 1) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(seed))


@pytest.mark.parametrize(
    ("language", "form"),
    [
        ("ru", r"(?:ООО|АО) «[А-ЯЁ][а-яё]+(?:ый|ий|ой) [а-яё]+(?: [А-Я][а-я]+)?»"),
        ("en", r"[A-Z][a-z]+ [A-Z][a-z]+ (?:Ltd|LLC|Inc|Group|Partners)"),
    ],
)
def test_names_fit_the_language_and_hardly_repeat(language: Language, form: str) -> None:
    names = firms(3_000, language, chance())

    assert [name for name in names if not re.fullmatch(form, name)] == []
    assert len(set(names)) > 2_700
    assert names == firms(3_000, language, chance())
    assert names != firms(3_000, language, chance(2))


def test_customers_that_are_companies_bear_names_of_companies_and_people_do_not() -> None:
    shop = facts(company("shop"))
    suffix = "regexp_matches(name, ' (Ltd|LLC|Inc|Group|Partners)$')"

    assert count(shop, f"SELECT count(*) FROM customers WHERE is_business <> {suffix}") == 0  # noqa: S608
    assert 30 < count(shop, "SELECT count(*) FROM customers WHERE is_business") < 100
    assert count(shop, "SELECT count(*) FROM customers WHERE is_business AND birthday_on IS NOT NULL") == 0


def test_customers_of_a_program_for_companies_are_all_companies() -> None:
    saas = facts(company("saas"))

    assert count(saas, "SELECT count(*) FROM customers WHERE NOT is_business") == 0
    assert count(saas, "SELECT count(DISTINCT name) FROM customers") > 1400
