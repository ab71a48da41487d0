"""What each role sees first, read from ``roles.toml``."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from vernost.report.chapters.headlines import PLACES
from vernost_web.ui.slice import Panel, panels


@dataclass(frozen=True, slots=True)
class Home:
    """What comes first for a role.

    Attributes:
        measures: code names, in their order.
        panels: names of the addresses that serve them.
    """

    measures: tuple[str, ...]
    panels: tuple[str, ...]


@cache
def homes() -> dict[str, Home]:
    """By role."""
    text = files("vernost_web.dashboards").joinpath("roles.toml").read_text(encoding="utf-8")
    return {role: Home(tuple(each["measures"]), tuple(each["panels"])) for role, each in tomllib.loads(text).items()}


def all_measures() -> list[str]:
    """Every measure that the overview tells: the report's headlines, and what roles want beside them."""
    return list(dict.fromkeys([*PLACES, *(name for home in homes().values() for name in home.measures)]))


def split(cards: Sequence[dict[str, Any]], role: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The cards of a role in its order, and the others of the report."""
    by_name = {card["name"]: card for card in cards}
    mine = [by_name[name] for name in homes()[role].measures if name in by_name]
    return mine, [card for card in cards if card not in mine and card["name"] in PLACES]


def panels_of(user: Any) -> list[Panel]:
    """The panels of the overview that a user may see; those of the role first, in its order."""
    first = homes()[user.role].panels
    place = {name: number for number, name in enumerate(first)}
    return sorted(panels("overview", user), key=lambda panel: place.get(panel.url_name, len(first)))
