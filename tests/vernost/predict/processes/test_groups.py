"""Groups that differ get parameters of their own; groups that do not, or are small, those of everyone."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.vernost.predict.processes.test_process import process_like

from vernost.errors import MissingColumn
from vernost.predict import BetaGeoNBD, GroupedProcess, NotFitted

ALIKE = (0.4, 6.0, 0.8, 2.5)


def customers(**groups: tuple[tuple[float, ...], int]) -> pd.DataFrame:
    """Customers of groups, each with its parameters and size."""
    parts = []
    for seed, (group, (values, count)) in enumerate(groups.items()):
        spans = np.random.default_rng(seed).uniform(20, 60, count)
        sample = process_like(BetaGeoNBD, values).sample(spans, seed=seed)
        parts.append(pd.DataFrame(sample).assign(channel=group))
    return pd.concat(parts, ignore_index=True)


def rates(model: GroupedProcess) -> dict[str, float]:
    """Expected purchases of a new customer of each group in 39 weeks."""
    return {group: process.expected_purchases_of_new(39) for group, process in model.groups_.items()}


def test_groups_that_are_alike_get_the_same() -> None:
    frame = customers(web=(ALIKE, 4000), app=(ALIKE, 3000), store=(ALIKE, 40))

    model = GroupedProcess(BetaGeoNBD(), group="channel").fit(frame)

    everyone = model.pooled_.expected_purchases_of_new(39)
    assert list(rates(model).values()) == pytest.approx([everyone] * 3, rel=0.03)
    assert max(model.spread_.values()) < 0.1


def test_groups_that_differ_get_their_own_and_a_small_one_half_its_own() -> None:
    often = (0.9, 6.0, 0.8, 2.5)
    frame = customers(
        web=(ALIKE, 4000), app=(often, 3000), fair=((0.2, 6.0, 0.8, 2.5), 2000), store=((2.0, 6.0, 0.8, 2.5), 12)
    )

    model = GroupedProcess(BetaGeoNBD(), group="channel").fit(frame)

    assert rates(model)["app"] == pytest.approx(process_like(BetaGeoNBD, often).expected_purchases_of_new(39), rel=0.08)
    assert rates(model)["fair"] < rates(model)["web"] < rates(model)["app"]
    alone = BetaGeoNBD().fit(frame[frame.channel == "store"]).expected_purchases_of_new(39)
    everyone = model.pooled_.expected_purchases_of_new(39)
    assert everyone < rates(model)["store"] < alone


def test_one_customer_who_never_came_back_is_a_group_too() -> None:
    frame = customers(web=(ALIKE, 1000))
    alone = pd.DataFrame({"frequency": [0.0], "recency": [0.0], "T": [20.0], "channel": ["fair"]})

    model = GroupedProcess(BetaGeoNBD(), group="channel").fit(pd.concat([frame, alone]))

    assert rates(model)["fair"] == pytest.approx(model.pooled_.expected_purchases_of_new(39), rel=0.1)


def test_each_row_is_asked_of_its_group_and_strangers_of_everyone() -> None:
    model = GroupedProcess(BetaGeoNBD(), group="channel").fit(
        customers(web=(ALIKE, 900), app=((0.9, 6, 0.8, 2.5), 900))
    )
    history: dict[str, Any] = {"frequency": [3.0], "recency": [20.0], "T": [39.0]}
    rows = {name: column * 5 for name, column in history.items()}
    frame = {**rows, "channel": ["app", None, "web", "moon", float("nan")]}

    processes = [model.groups_["app"], model.pooled_, model.groups_["web"], model.pooled_, model.pooled_]
    each = [process.expected_purchases(history, 13)[0] for process in processes]
    assert model.expected_purchases(frame, 13) == pytest.approx(each)
    assert model.probability_alive(frame)[0] == model.groups_["app"].probability_alive(history)[0]
    assert model.probability_silent(frame, 13) == pytest.approx(model.purchase_probabilities(frame, 13, 2)[:, 0])
    assert model.discounted_purchases(frame, 0.01, 13)[2] < model.expected_purchases(frame, 13)[2]
    low, high = model.purchase_interval(frame, 13)
    assert (low <= high).all()


def test_no_rows_get_no_figures() -> None:
    model = GroupedProcess(BetaGeoNBD(), group="channel").fit(customers(web=(ALIKE, 900)))

    nobody: dict[str, list[float]] = {"frequency": [], "recency": [], "T": [], "channel": []}

    assert model.expected_purchases(nobody, 13).tolist() == []


def test_a_frame_without_the_group_is_refused() -> None:
    with pytest.raises(MissingColumn, match="'channel'"):
        GroupedProcess(BetaGeoNBD(), group="channel").fit({"frequency": [1], "recency": [2], "T": [3]})


def test_what_has_not_learnt_says_so() -> None:
    with pytest.raises(NotFitted):
        GroupedProcess(BetaGeoNBD(), group="channel").probability_alive({})
