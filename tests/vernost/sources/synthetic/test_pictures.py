"""The pictures of the guide show what happens now: after a change run ``python docs/images/make.py docs/images``."""

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

IMAGES = Path(__file__).parents[4] / "docs" / "images"


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(IMAGES / "make.py"))


def test_the_hazard_that_is_shown_sums_up_to_what_is_shown_below_it(script: dict[str, Any]) -> None:
    life = script["a_life"]()
    steps = np.diff(life.days)
    between = np.concatenate([[0], np.cumsum(steps * (life.hazard[1:] + life.hazard[:-1]) / 2)])

    assert life.summed == pytest.approx(between, rel=0.01, abs=0.002)
    assert len(life.told) == 4
    assert life.told[-1][0] < life.left
    for language in ("en", "ru"):
        shown = (IMAGES / f"hazard-{language}.svg").read_text(encoding="utf-8")
        for _, kind in life.told:
            assert script["label"]("causes", kind, language) in shown


def test_the_effects_that_are_shown_are_those_of_a_coupon(script: dict[str, Any]) -> None:
    effects = script["effects_of_a_coupon"]()
    for language in ("en", "ru"):
        shown = (IMAGES / f"actions-{language}.svg").read_text(encoding="utf-8")
        for value in effects.values():
            assert f">{value:+,.0f}<".replace("-", "−") in shown


def test_each_picture_of_the_guide_is_there_in_both_languages(script: dict[str, Any]) -> None:
    for name in ("hazard", "actions", "likeness"):
        for language, words in script["WORDS"].items():
            shown = (IMAGES / f"{name}-{language}.svg").read_text(encoding="utf-8")
            assert words[{"hazard": "threshold", "actions": "persuadable", "likeness": "made"}[name]] in shown
