"""Every word of every screen exists in both languages."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from vernost.messages import Message
from vernost_web.project import words
from vernost_web.ui.words import packed, told

FOLDERS = [pytest.param(folder, id=folder.name) for folder in words.slices()]
GAP = re.compile(r"%\((\w+)\)[sd]|\{(\w+)[!:}]")


@pytest.mark.parametrize("folder", FOLDERS)
def test_all_words_of_a_slice_have_their_russian(folder: Path) -> None:
    known = words.known_in(folder)
    missing = [
        message.id
        for message in words.found_in(folder)
        if message.id and ((found := known.get(message.id, message.context)) is None or not words.is_told(found.string))
    ]
    assert not missing


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_words_are_left_over(folder: Path) -> None:
    found = words.found_in(folder)
    assert not [each.id for each in words.known_in(folder) if each.id and found.get(each.id, each.context) is None]


def test_the_same_words_are_translated_alike_in_all_slices() -> None:
    """All slices share one catalogue while the program runs: of two translations one would be shown in both places."""
    told: dict[tuple[str, str | None], dict[str, str]] = {}
    for folder in words.slices():
        for message in words.known_in(folder):
            if message.id:
                told.setdefault((str(message.id), message.context), {})[str(message.string)] = folder.name
    assert not [places for places in told.values() if len(places) > 1]


@pytest.mark.parametrize("folder", FOLDERS)
def test_gaps_are_the_same_in_both_languages(folder: Path) -> None:
    wrong = []
    for message in words.known_in(folder):
        ids = message.id if isinstance(message.id, (list, tuple)) else [message.id]
        strings = message.string if isinstance(message.string, (list, tuple)) else [message.string]
        gaps = {name for text in ids for pair in GAP.findall(text) for name in pair if name}
        wrong += [text for text in strings if {n for pair in GAP.findall(text) for n in pair if n} - gaps]
    assert not wrong


def test_days_of_a_message_that_is_kept_are_said_in_the_readers_language() -> None:
    message = Message("The window begins on {first} and ends on {last}; its first day must not be after its last.",
                      first=date(2024, 2, 1), last=datetime(2024, 1, 31, 9, 30, tzinfo=UTC))  # fmt: skip
    kept = json.loads(json.dumps(packed(message)))
    assert told(kept, "ru") == message.told("ru")
    assert "01.02.2024" in told(kept, "ru")
    assert told(kept, "en") == str(message)
