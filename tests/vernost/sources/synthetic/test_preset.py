"""Presets are read with each number told, and refused with a sentence."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from vernost.errors import InvalidValue, UnknownName, UnreadableSource, VernostError
from vernost.sources.synthetic import PRESETS, load_preset
from vernost.sources.synthetic.labels import label

FOLDER = files("vernost.sources.synthetic") / "presets"


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_is_read_and_bears_its_name(name: str) -> None:
    preset = load_preset(name)

    assert preset.name == name
    assert len(set(preset.causes)) == len(preset.causes)


@pytest.mark.parametrize("name", PRESETS)
def test_each_number_of_a_preset_says_what_it_is(name: str) -> None:
    lines = (FOLDER / f"{name}.toml").read_text("utf-8").splitlines()
    silent = [
        line
        for before, line in zip(["", *lines], lines, strict=False)
        if re.match(r"[\w.]+ = \[?-?\d", line) and "#" not in line and not re.match(r"#|months|weekdays|hours", before)
    ]

    assert silent == []


@pytest.mark.parametrize("name", PRESETS)
def test_each_cause_has_words_in_both_languages(name: str) -> None:
    for cause in load_preset(name).causes:
        assert re.search("[а-я]", label("causes", cause, "ru")), cause
        assert label("causes", cause, "en").isascii(), cause


def own(folder: Path, text: str) -> str:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_preset_of_one_s_own_says_only_what_differs(tmp_path: Path) -> None:
    mine = load_preset(own(tmp_path, 'extends = "shop"\nname = "mine"\n[purchases]\nrate = 9\n'))

    assert mine.name == "mine"
    assert mine.purchases.rate == 9
    assert mine.purchases.shape == load_preset("shop").purchases.shape


@pytest.mark.parametrize(
    ("text", "kind", "sentence"),
    [
        pytest.param(
            'extends = "shop"\n[purchases]\nspeed = 1', UnknownName, "setting in preset.purchases 'speed'", id="unknown"
        ),
        pytest.param('name = "x"', InvalidValue, "preset lacks", id="lacking"),
        pytest.param('extends = "shop"\n[purchases]\nrate = -1', InvalidValue, "not below 0", id="negative"),
        pytest.param('extends = "shop"\n[purchases]\nrate = nan', InvalidValue, "must be a number", id="not a number"),
        pytest.param('extends = "shop"\n[purchases]\nrate = "fast"', InvalidValue, "'fast'", id="a word for a number"),
        pytest.param('extends = "shop"\npurchases = 3', InvalidValue, "must be a table", id="a number for a table"),
        pytest.param('extends = "shop"\n[purchases]\nchannels.web = 0.9', InvalidValue, "sum to 1.34", id="shares"),
        pytest.param('extends = "shop"\n[calendar]\nmonths = [1.0]', InvalidValue, "must have 12", id="months"),
        pytest.param('extends = "shop"\n[calendar]\nhours = [1.0]', InvalidValue, "must have 24", id="hours"),
        pytest.param(
            'extends = "shop"\n[campaigns]\nchannels.email = 0.4\nchannels.post = 0.2',
            InvalidValue,
            "campaigns.costs has no post",
            id="a channel without a cost",
        ),
        pytest.param('extends = "nowhere"', UnknownName, "preset 'nowhere'", id="unknown parent"),
        pytest.param("name = ", UnreadableSource, "A preset is a TOML file", id="no TOML"),
    ],
)
def test_a_wrong_preset_is_refused_with_a_sentence(
    tmp_path: Path, text: str, kind: type[VernostError], sentence: str
) -> None:
    with pytest.raises(kind, match=re.escape(sentence)):
        load_preset(own(tmp_path, text))


def test_a_preset_that_extends_itself_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(f'extends = "{path}"', encoding="utf-8")

    with pytest.raises(InvalidValue, match="extends itself"):
        load_preset(path)


def test_an_unknown_preset_is_told_from_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="Did you mean shop"):
        load_preset("shopp")
    with pytest.raises(UnreadableSource, match=r"missing\.toml"):
        load_preset(tmp_path / "missing.toml")
