"""Random histories of loads and undoes against a plain dictionary, on every engine."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.vernost.store.factories import hour, order, reading

from vernost.errors import InvalidValue
from vernost.store.connection import Store, open_log, open_store

LOADS = st.lists(st.tuples(st.sampled_from("abcd"), st.integers(1, 3)), max_size=5)
STEPS = st.lists(st.one_of(LOADS, st.integers(0, 6)), min_size=1, max_size=8)
"""A list of rows is a load; a number is the undo of that load or undo, when there is one; 0 tidies up."""


@dataclass(frozen=True)
class Entry:
    """A load with the amounts that it brought, by order; or the undo of an entry."""

    brought: dict[str, int] = field(default_factory=dict)
    undoes: int = 0


def stands(history: list[Entry], number: int) -> bool:
    """Whether no later entry that itself stands takes this one back; the first one has the number 1."""
    later = range(number + 1, len(history) + 1)
    return not any(history[other - 1].undoes == number and stands(history, other) for other in later)


def state(history: list[Entry]) -> dict[str, int]:
    """The amounts of the loads that stand, the newest of each order, as if there had been no others."""
    found: dict[str, int] = {}
    for number, entry in enumerate(history, 1):
        if stands(history, number):
            found |= entry.brought
    return found


def undo(store: Store, load_id: int, *, at: datetime, is_tidied: bool) -> bool:
    """Whether a load could be undone; not when it needs what was tidied away."""
    try:
        store.undo(load_id, at=at)
    except InvalidValue as error:
        assert is_tidied
        assert "no longer kept" in str(error)  # noqa: PT017 - either outcome is right
        return False
    return True


def seen(url: str, load_id: int) -> dict[str, int]:
    with open_log(url, at_load=load_id) as log:
        rows = log.tables["orders"].to_pyarrow().to_pylist() if "orders" in log.tables else []
    found = {row["order_id"]: int(row["amount"]) for row in rows}
    assert len(rows) == len(found)
    return found


def agree(url: str, steps: list[list[tuple[str, int]] | int]) -> None:
    store = open_store(url, create=True)
    history: list[Entry] = []
    states: list[dict[str, int]] = [{}]
    booked: list[int] = []
    kept = 0
    for number, step in enumerate(steps, 1):
        if step == 0:
            store.tidy(at=hour(24 + number - 2), keep_days=1)
            kept = max(kept, sum(hours < number - 2 for hours in booked))
            continue
        if isinstance(step, int):
            if step > len(history) or not undo(store, step, at=hour(number), is_tidied=kept > 0):
                continue
            history.append(Entry(undoes=step))
        else:
            history.append(Entry(dict(step)))
            rows = [order(key, amount) for key, amount in step]
            receipt = store.load(reading(orders=rows), loaded_at=hour(number))
            assert [tally.read for tally in receipt.tallies] == [len(rows)]
        booked.append(number)
        states.append(state(history))
    for load_id in range(kept, len(states)):
        assert seen(url, load_id) == states[load_id]


quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(steps=STEPS)
@quick
def test_a_folder_agrees_with_a_dictionary(steps: list[list[tuple[str, int]] | int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        agree(str(Path(folder) / "log"), steps)


@given(steps=STEPS)
@quick
def test_postgres_agrees_with_a_dictionary(
    steps: list[list[tuple[str, int]] | int], new_postgres_url: Callable[[], str]
) -> None:
    agree(new_postgres_url(), steps)
