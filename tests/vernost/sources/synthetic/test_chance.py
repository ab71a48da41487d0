"""Chance is a function of seed, purpose and chunk."""

import pytest

from vernost.sources.synthetic.chance import Chance


def test_the_same_purpose_draws_the_same_numbers() -> None:
    assert Chance(5).of("orders", 3).random(4).tolist() == Chance(5).of("orders", 3).random(4).tolist()


@pytest.mark.parametrize(
    ("seed", "purpose", "chunk"),
    [
        pytest.param(6, "orders", 3, id="another seed"),
        pytest.param(5, "order", 3, id="another purpose"),
        pytest.param(5, "orders", 4, id="another chunk"),
    ],
)
def test_anything_else_draws_other_numbers(seed: int, purpose: str, chunk: int) -> None:
    assert Chance(seed).of(purpose, chunk).random(4).tolist() != Chance(5).of("orders", 3).random(4).tolist()


def test_seed_and_chunk_are_not_mixed_up() -> None:
    assert Chance(1).of("x", 23).random() != Chance(12).of("x", 3).random()


def test_the_stream_is_the_same_on_any_machine() -> None:
    assert Chance(1).of("orders", 0).integers(0, 1000, 4).tolist() == [446, 288, 40, 281]
