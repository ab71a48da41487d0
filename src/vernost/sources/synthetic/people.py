"""Made-up people: names that agree, addresses nobody owns, telephone numbers that ring nowhere, cities by size."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, get_args

from vernost.errors import InvalidValue, UnknownName

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Language = Literal["ru", "en"]

WOMEN = 0.55
"""Share of women among customers."""
BIRTHDAY_TOLD = 0.6
"""Share of customers whose birthday is known."""
WITH_PATRONYMIC = 0.35
"""Share of Russian customers who are kept with their patronymic."""

_DOMAINS = ("example.com", "example.org", "example.net")  # RFC 2606: nobody can own them
# +7: codes of mobile networks that Russia's numbering plan leaves without an operator.
# +1: area codes N9X, which North America keeps for longer numbers one day (NANPA); +44: 06, which Britain does not use
# (Ofcom). Numbers kept for films, 07700 900xxx and 555-01xx, are too few: each customer would share one with others.
_UNUSED_CODES = {
    "RU": ("+7", ("943", "944", "945", "946", "947", "948", "973", "974", "975", "976")),
    "US": ("+1", ("292", "393", "494", "595", "696", "797", "898", "999", "291", "392")),
    "GB": ("+44", ("610", "611", "612", "613", "614", "615", "616", "617", "618", "619")),
}
_NUMBERS = 10 * 10**7  # seven digits after each of ten codes
_STRIDE = 38_196_601  # prime to the count of numbers: each person of a company gets another one
_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya".split(" "),
        strict=True,
    )
)


def people(
    count: int,
    language: Language,
    generator: "np.random.Generator",
    *,
    first: int = 0,
    as_of: date = date(2025, 1, 1),
) -> "dict[str, NDArray[Any] | list[str]]":
    """People by column: ``name, email, phone, birthday, city, country, is_woman``.

    Args:
        count: how many.
        language: decides names, cities and telephone numbers.
        generator: the only source of chance.
        first: how many people the company has already; neither e-mail addresses nor telephone numbers repeat where
            each chunk of people says where it starts.
        as_of: on this day all are 18 to 85 years old.

    >>> import numpy as np
    >>> people(1, "en", np.random.Generator(np.random.Philox(1)))["country"]
    ['GB']
    """
    import numpy as np

    if count < 0:
        raise InvalidValue("{name} is {value}, must not be below 0.", name="count", value=count)
    known = _names(language)
    woman = generator.random(count) < WOMEN
    given = np.where(woman, _zipf(len(known.women), count, generator), _zipf(len(known.men), count, generator))
    surname = _zipf(len(known.surnames), count, generator)
    patronymic = _zipf(len(known.patronymics), count, generator)
    has_patronymic = generator.random(count) < (WITH_PATRONYMIC if known.patronymics else 0.0)
    town = np.searchsorted(known.share, generator.random(count), side="right")
    who = list(zip(woman.tolist(), given.tolist(), surname.tolist(), strict=True))
    serial = np.arange(first, first + count)
    return {
        "name": _full_names(known, who, patronymic.tolist(), has_patronymic.tolist()),
        "email": _emails(known, who, serial.tolist(), (generator.random(count) * 3).astype(int).tolist()),
        "phone": _phones([known.countries[place] for place in town.tolist()], serial),
        "birthday": _birthdays(count, generator, as_of),
        "city": [known.cities[place] for place in town.tolist()],
        "country": [known.countries[place] for place in town.tolist()],
        "is_woman": woman,
    }


@dataclass(frozen=True, slots=True, eq=False)
class _Names:
    men: Sequence[str]
    women: Sequence[str]
    patronymics: Sequence[tuple[str, str]]
    surnames: Sequence[tuple[str, str]]
    cities: Sequence[str]
    countries: Sequence[str]
    share: "NDArray[np.float64]"
    latin: dict[str, str]


@functools.lru_cache(maxsize=4)
def _names(language: Language) -> _Names:
    import tomllib

    import numpy as np

    if language not in get_args(Language):
        raise UnknownName("language", language, get_args(Language))
    text = (resources.files(__package__) / "names.toml").read_text(encoding="utf-8")
    told: dict[str, str] = tomllib.loads(text)[language]
    men, women = told["men"].split(), told["women"].split()
    surnames = [(name, _of_a_woman(name, language)) for name in told["surnames"].split()]
    towns = [_town(entry) for entry in told["cities"].split(";")]
    sizes = np.cumsum([size for _, size, _ in towns], dtype=float)
    patronymics = [(man, woman) for man, woman in (pair.split("/") for pair in told.get("patronymics", "").split())]
    spelt = [*men, *women, *(form for pair in surnames for form in pair)]
    return _Names(
        men=men,
        women=women,
        patronymics=patronymics,
        surnames=surnames,
        cities=[name for name, _, _ in towns],
        countries=[country for _, _, country in towns],
        # Without the last: no draw below 1 may fall behind the end.
        share=sizes[:-1] / sizes[-1],
        latin={name: "".join(_LATIN.get(letter, letter) for letter in name.lower()) for name in spelt},
    )


def _of_a_woman(surname: str, language: str) -> str:
    if language != "ru":
        return surname
    return surname[:-2] + "ая" if surname.endswith(("ий", "ый")) else surname + "а"


def _town(entry: str) -> tuple[str, int, str]:
    name, size, country = entry.rsplit(maxsplit=2)
    return " ".join(name.split()), int(size), country


def _zipf(size: int, count: int, generator: "np.random.Generator") -> "NDArray[np.int64]":
    """Places 0 to size - 1, the first drawn most often: flat among the first few, then as one over the place."""
    import numpy as np

    if not size:
        return np.zeros(count, dtype=np.int64)
    weights = np.cumsum(1.0 / (np.arange(size) + 8.0))
    return np.searchsorted(weights[:-1] / weights[-1], generator.random(count), side="right")


def _full_names(
    known: _Names, who: list[tuple[bool, int, int]], patronymic: list[int], has_patronymic: list[bool]
) -> list[str]:
    given, women = (known.men, known.women), known.patronymics
    return [
        f"{given[woman][name]} {women[father][woman]} {known.surnames[surname][woman]}"
        if full
        else f"{given[woman][name]} {known.surnames[surname][woman]}"
        for (woman, name, surname), father, full in zip(who, patronymic, has_patronymic, strict=True)
    ]


def _emails(known: _Names, who: list[tuple[bool, int, int]], serial: list[int], domain: list[int]) -> list[str]:
    given = [[known.latin[name] for name in names] for names in (known.men, known.women)]
    surnames = [[known.latin[pair[woman]] for pair in known.surnames] for woman in (0, 1)]
    return [
        f"{given[woman][name]}.{surnames[woman][surname]}{number}@{_DOMAINS[place]}"
        for (woman, name, surname), number, place in zip(who, serial, domain, strict=True)
    ]


def _phones(countries: list[str], serial: "NDArray[np.int64]") -> list[str]:
    numbers = (serial * _STRIDE % _NUMBERS).tolist()
    known = {country: [start + code for code in codes] for country, (start, codes) in _UNUSED_CODES.items()}
    return [
        f"{known[country][number // 10**7]}{number % 10**7:07}"
        for country, number in zip(countries, numbers, strict=True)
    ]


def _birthdays(count: int, generator: "np.random.Generator", as_of: date) -> "NDArray[np.datetime64]":
    """Ages of 18 to 85, half of them below 40; no day where the customer did not tell."""
    import numpy as np

    spread = generator.random((2, count)).mean(axis=0) * (0.4 + 0.6 * generator.random(count))
    days = ((18.05 + 66.9 * spread) * 365.2425).astype(np.int64)
    told = generator.random(count) < BIRTHDAY_TOLD
    return np.where(told, np.datetime64(as_of, "D") - days.astype("timedelta64[D]"), np.datetime64("NaT", "D"))
