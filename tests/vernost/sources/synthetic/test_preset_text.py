"""A preset written as TOML is read as the same preset."""

from dataclasses import replace
from pathlib import Path

import pytest

from vernost.sources.synthetic import PRESETS, Preset, load_preset
from vernost.sources.synthetic.preset import Named
from vernost.sources.synthetic.preset_text import preset_text


def again(preset: Preset, folder: Path) -> Preset:
    path = folder / "preset.toml"
    path.write_text(preset_text(preset), encoding="utf-8")
    return load_preset(path)


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_comes_back_as_it_was(name: str, tmp_path: Path) -> None:
    assert again(load_preset(name), tmp_path) == load_preset(name)


@pytest.mark.parametrize(
    "name", ['a"b', "a\nb = 1", "[[x]]", "a.b", "\x7f\x01\\", "касса №1", "'''", "# no comment", "\u2028"]
)
def test_names_that_look_like_toml_are_only_names(name: str, tmp_path: Path) -> None:
    shop = load_preset("shop")
    purchases = replace(shop.purchases, channels={name: 1.0}, stores=(Named(name, name),))
    told = replace(shop, name=name, purchases=purchases, delivery=replace(shop.delivery, channels=(name,)))

    assert again(told, tmp_path) == told


def test_small_and_large_numbers_keep_their_digits(tmp_path: Path) -> None:
    shop = load_preset("shop")
    told = replace(shop, spend=replace(shop.spend, mean=1e22, p=1e-7, q=0.1 + 0.2))

    assert again(told, tmp_path) == told
