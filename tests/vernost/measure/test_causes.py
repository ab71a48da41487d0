"""One cause is told once."""

import pytest

from vernost.measure.causes import PARTS, Moved, causes, follows_from
from vernost.measure.measure import CATALOGUE

PERM, BOTH = frozenset({"city = 'Perm'"}), frozenset({"city = 'Perm'", "channel = 'web'"})
KAZAN = frozenset({"city = 'Kazan'"})


@pytest.mark.parametrize(
    ("moves", "groups"),
    [
        pytest.param([], [], id="nothing moved"),
        pytest.param(["revenue", "backlog"], [["revenue"], ["backlog"]], id="apart"),
        pytest.param(
            ["revenue", "orders", "active_customers", "new_customers"],
            [["new_customers", "active_customers", "orders", "revenue"]],
            id="fewer newcomers lower all above them",
        ),
        pytest.param(["orders", "aov", "revenue"], [["aov", "orders", "revenue"]], id="two parts of one whole"),
        pytest.param(["orders", "aov"], [["orders"], ["aov"]], id="two parts whose whole stayed"),
    ],
)
def test_moves_of_one_cause_are_one_group_that_begins_with_it(moves: list[str], groups: list[list[str]]) -> None:
    found = causes(Moved(name, 5.0) for name in moves)
    assert [[each.measure for each in group] for group in found] == groups


@pytest.mark.parametrize(
    ("segments", "count"),
    [
        pytest.param([frozenset(), PERM, BOTH], 1, id="segments inside segments"),
        pytest.param([PERM, KAZAN], 2, id="segments apart"),
        pytest.param([PERM, KAZAN, frozenset()], 1, id="the whole joins its parts"),
    ],
)
def test_segments_inside_segments_are_one(segments: list[frozenset[str]], count: int) -> None:
    found = causes(Moved("orders", -6.0, where) for where in segments)
    assert len(found) == count
    assert all(group[0].where == min((each.where for each in group), key=len) for group in found)


def test_every_name_is_a_measure_and_nothing_follows_from_itself() -> None:
    names = {*PARTS, *(part for parts in PARTS.values() for part in parts)}
    assert names <= set(CATALOGUE)
    assert not [name for name in names if name in follows_from(name)]
