"""The state at the end, as those who go on from it read it."""

import numpy as np
import pytest
from tests.vernost.sources.synthetic.companies import company, facts

from vernost.sources.synthetic import Setting, load_preset, make_world
from vernost.sources.synthetic.columns import Array
from vernost.sources.synthetic.setting import CHUNK
from vernost.sources.synthetic.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(Setting(load_preset("shop"), customers=1500, seed=1))


def told(query: str) -> Array:
    return np.array([row[0] for row in facts(company("shop")).execute(query).fetchall()])


def test_the_world_is_the_one_that_is_written(world: World) -> None:
    assert world.ids.tolist() == told("SELECT customer_id FROM customers ORDER BY 1").tolist()
    assert (np.isfinite(world.customers["left"])).tolist() == told(
        "SELECT left_at IS NOT NULL FROM truth_customers ORDER BY customer_id"
    ).tolist()
    assert (
        world.customers["order_count"].tolist()
        == told(
            """SELECT count(order_id) FROM customers LEFT JOIN
        (FROM orders WHERE kind = 'sale' AND status = 'completed')
        USING (customer_id) GROUP BY customer_id ORDER BY customer_id"""
        ).tolist()
    )
    assert world.customers["complaints"].sum() == told("SELECT count(*) FROM truth_experiences WHERE is_told")[0]


def test_who_stays_has_some_of_the_threshold_left_and_no_cause(world: World) -> None:
    stays = world.is_here

    assert 0.5 < stays.mean() < 0.8
    assert (world.customers["threshold_left"][stays] > 0).all()
    assert (world.customers["threshold_left"][~stays] == 0).all()
    assert (world.customers["cause"][stays] == -1).all()
    assert (world.excess >= 0).all()
    assert world.excess.shape == (1500, len(world.setting.preset.experiences) + len(world.setting.preset.events))


def test_a_contract_keeps_its_terms() -> None:
    world = make_world(Setting(load_preset("saas"), customers=300))
    here = np.isinf(world.customers["left"])

    assert (world.customers["monthly_price"] > 0).all()
    assert here.sum() > 150
    assert set(np.unique(world.customers["plan"])) == {0, 1, 2}


def test_worlds_of_several_chunks_are_one() -> None:
    heard: list[float] = []
    world = make_world(
        Setting(load_preset("shop"), customers=CHUNK + 5, months=1), progress=lambda _, share: heard.append(share)
    )

    assert world.customers["number"].tolist() == list(range(CHUNK + 5))
    assert (np.diff(world.customers["arrived"]) >= -0.01).all()
    assert heard == [0.5, 1.0]
