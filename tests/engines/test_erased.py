"""Persons are erased: every measure of the past says the same to the last digit."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.engines.questions import logs, questions
from tests.engines.test_engines import answered
from tests.vernost.store.factories import hour, reading

from vernost.measure import CATALOGUE
from vernost.store import erased
from vernost.store.connection import open_log, open_store

LOG, MOST = "long", 2
"""The log that is asked, and how many questions a measure is asked of it."""

Said = Mapping[str, list[Any]]


def told(url: str) -> Said:
    """Measure -> all that it says of the log."""
    found: dict[str, list[Any]] = {name: [] for name in CATALOGUE}
    with open_log(url) as log:
        for measure, asked, words in questions():
            if asked == LOG and len(found[measure]) < MOST:
                found[measure].append(answered(log, measure, words, lists=True))
    return found


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """An answer with other names of customers; in lists of customers alike in all else the order is by name."""
    if isinstance(value, dict):
        return {key: renamed(each, names) for key, each in value.items()}
    if isinstance(value, set | frozenset):
        return {renamed(each, names) for each in value}
    if isinstance(value, list | tuple):
        return sorted((renamed(each, names) for each in value), key=repr)
    return names.get(value, value) if isinstance(value, str) else value


@pytest.fixture(scope="module")
def before_and_after(tmp_path_factory: pytest.TempPathFactory) -> tuple[Said, Said]:
    root, log = tmp_path_factory.mktemp("erased") / "log", logs()[LOG]
    store = open_store(str(root), create=True)
    store.load(reading(log.tables, timezone=log.zone), loaded_at=hour(0))
    ids = sorted({row["customer_id"] for rows in log.tables.values() for row in rows if row.get("customer_id")})[::2]
    before = told(str(root))
    store.erase(ids, at=hour(1))
    known = erased.read(root)
    assert known
    names = {one: known.pseudonym(one) or "" for one in ids}
    assert len(set(names.values())) > 3
    return renamed(before, names), renamed(told(str(root)), names)


@pytest.mark.parametrize("measure", CATALOGUE)
def test_a_measure_says_the_same_of_the_past(measure: str, before_and_after: tuple[Said, Said]) -> None:
    before, after = before_and_after
    assert before[measure]
    assert after[measure] == before[measure]
