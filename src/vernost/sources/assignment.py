"""The best way to give each wanted thing at most one of the things at hand."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

Want = TypeVar("Want", bound=Hashable)
Have = TypeVar("Have", bound=Hashable)


def best_assignment(scores: Mapping[tuple[Want, Have], float]) -> dict[Want, Have]:
    """One-to-one pairs with the greatest sum of scores; pairs without a positive score are never made.

    >>> best_assignment({("amount", "total"): 0.9, ("amount", "sum"): 0.8, ("discount", "total"): 0.5})
    {'amount': 'sum', 'discount': 'total'}
    """
    wants = list(dict.fromkeys(want for want, _ in scores))
    haves = list(dict.fromkeys(have for _, have in scores))
    # A spare place for each want, worth nothing, lets it stay without.
    columns = len(haves) + len(wants)
    place = {have: number for number, have in enumerate(haves)}
    costs = [[0.0] * columns for _ in wants]
    number_of = {want: number for number, want in enumerate(wants)}
    for (want, have), score in scores.items():
        costs[number_of[want]][place[have]] = -score
    chosen = _least_cost(costs)
    return {
        want: haves[column]
        for want, column in zip(wants, chosen, strict=True)
        if column < len(haves) and costs[number_of[want]][column] < 0
    }


def _least_cost(costs: list[list[float]]) -> list[int]:
    """Column of each row in the assignment of least cost (the Hungarian method with potentials)."""
    if not costs:
        return []
    rows, columns = len(costs), len(costs[0])
    row_potential, column_potential = [0.0] * (rows + 1), [0.0] * (columns + 1)
    row_at, way = [0] * (columns + 1), [0] * (columns + 1)
    for row in range(1, rows + 1):
        row_at[0] = row
        column = 0
        least = [float("inf")] * (columns + 1)
        done = [False] * (columns + 1)
        while row_at[column]:
            done[column] = True
            column = _widen(costs, column, row_at, way, least, done, row_potential, column_potential)
        while column:
            row_at[column] = row_at[way[column]]
            column = way[column]
    chosen = [0] * rows
    for column in range(1, columns + 1):
        if row_at[column]:
            chosen[row_at[column] - 1] = column - 1
    return chosen


def _widen(
    costs: list[list[float]],
    column: int,
    row_at: list[int],
    way: list[int],
    least: list[float],
    done: list[bool],
    row_potential: list[float],
    column_potential: list[float],
) -> int:
    """Reach the next column by the cheapest edge and move the potentials along."""
    row, delta, nearest = row_at[column], float("inf"), 0
    for other in range(1, len(least)):
        if done[other]:
            continue
        reduced = costs[row - 1][other - 1] - row_potential[row] - column_potential[other]
        if reduced < least[other]:
            least[other], way[other] = reduced, column
        if least[other] < delta:
            delta, nearest = least[other], other
    for other in range(len(least)):
        if done[other]:
            row_potential[row_at[other]] += delta
            column_potential[other] -= delta
        else:
            least[other] -= delta
    return nearest
