"""Random histories of loads and undoes against a plain dictionary, on every engine."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.vernost.store.factories import hour, order, reading

from vernost.store.connection import open_log, open_store

State = dict[str, tuple[int, int]]
"""Order id -> its amount and the load that wrote it."""

LOADS = st.lists(st.tuples(st.sampled_from("abcd"), st.integers(1, 3)), max_size=5)
STEPS = st.lists(st.one_of(LOADS, st.integers(1, 6)), min_size=1, max_size=6)
"""A list of rows is a load; a number is the undo of that load, when there is one."""


def load(state: State, rows: list[tuple[str, int]], load_id: int) -> State:
    after = dict(state)
    for key, amount in dict(rows).items():
        if key not in state or state[key][0] != amount:
            after[key] = (amount, load_id)
    return after


def undo(states: list[State], load_id: int) -> State:
    """Keys that the load changed, and that are still as it left them, are again as before it."""
    before, after, now = states[load_id - 1], states[load_id], dict(states[-1])
    for key in before.keys() | after.keys():
        if before.get(key) != after.get(key) == now.get(key):
            now.pop(key, None)
            if key in before:
                now[key] = before[key]
    return now


def agree(url: str, steps: list[list[tuple[str, int]] | int]) -> None:
    store = open_store(url, create=True)
    states: list[State] = [{}]
    for number, step in enumerate(steps, 1):
        if isinstance(step, int):
            if step >= len(states):
                continue
            states.append(undo(states, step))
            store.undo(step, at=hour(number))
        else:
            states.append(load(states[-1], step, len(states)))
            rows = [order(key, amount) for key, amount in step]
            receipt = store.load(reading(orders=rows), loaded_at=hour(number))
            assert [tally.read for tally in receipt.tallies] == [len(rows)]
    for load_id, state in enumerate(states):
        with open_log(url, at_load=load_id) as log:
            rows = log.tables["orders"].to_pyarrow().to_pylist() if "orders" in log.tables else []
        assert {row["order_id"]: int(row["amount"]) for row in rows} == {key: a for key, (a, _) in state.items()}
        assert len(rows) == len(state)


quick = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


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
