"""The numbers of the overview as a part of its page, made once in a process for all people of a role."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string

from vernost.errors import VernostError
from vernost.glossary import Language
from vernost_web.alerts.queries import against_targets, target_values
from vernost_web.dashboards import queries, roles

MOST = 64
"""Parts that a process keeps: of each role and language, for a few states."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page.

    Attributes:
        html: it, ready to be put in.
        when: the period that it is of, in words.
        as_of: the last day that it looks at.
    """

    html: str
    when: str = ""
    as_of: date | None = None


def numbers(role: str, language: Language, state: dict[str, Any]) -> Part:
    """The numbers of a role in the language that is spoken now."""
    try:
        return _made(role, language, tuple(state.items()), target_values())
    except VernostError as error:
        return Part(render_to_string("dashboards/numbers.html", {"error": error.told(language)}))


@lru_cache(maxsize=MOST)
def _made(role: str, language: Language, state: tuple[tuple[str, Any], ...], _targets: tuple[Any, ...]) -> Part:
    """The part, which depends on nothing but what it is kept by."""
    told = queries.told(language, dict(state))
    mine, others = roles.split(against_targets(told["cards"], told["by"], told["period"], language), role)
    html = render_to_string("dashboards/numbers.html", {"told": told, "mine": mine, "others": others})
    return Part(html, told["when"], told["as_of"])
