"""The shape of the house: what may import what, and what importing costs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import vernost

ROOT = Path(__file__).parents[1]
HEAVY = (
    "ibis",
    "duckdb",
    "pandas",
    "pyarrow",
    "altair",
    "deltalake",
    "sqlalchemy",
    "pyspark",
    "typst",
    "vl_convert",
    "scipy",
    "sklearn",
    "lightgbm",
    "lifelines",
)


def _python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout


@pytest.mark.parametrize(
    "module",
    ["vernost", "vernost.cli.main", "vernost.measure", "vernost.predict", "vernost.store", "vernost.sources"],
)
def test_importing_loads_no_engine(module: str) -> None:
    loaded = _python(f"import sys, {module}; print(*sorted(sys.modules))").split()

    assert not set(HEAVY) & set(loaded)


def test_the_command_line_is_declared_without_loading_a_stage() -> None:
    """Nor do the commands that other packages add to it."""
    loaded = _python("import sys, vernost.cli.main; print(*sys.modules)").split()

    stages = ("sources", "store", "measure", "predict", "report")
    assert not [name for name in loaded if name.startswith(tuple(f"vernost.{stage}" for stage in stages))]


@pytest.mark.parametrize(
    ("code", "limit"),
    [
        pytest.param("import vernost", 0.5, id="import vernost"),
        pytest.param(
            "import sys; sys.argv = ['vernost', '--help']; import vernost.cli.main as m; m.run()", 0.7, id="help"
        ),
    ],
)
def test_starting_is_cheap(code: str, limit: float) -> None:
    def cost() -> float:
        before = os.times()
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)  # noqa: S603
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system

    assert min(cost() for _ in range(3)) < limit


@pytest.mark.parametrize("name", vernost.__all__)
def test_each_public_name_is_there_and_says_what_it_is(name: str) -> None:
    thing = getattr(vernost, name)

    assert thing.__doc__ or not callable(thing)


def test_each_measure_is_a_public_name() -> None:
    from vernost import measure

    assert set(measure.CATALOGUE) <= set(vernost.__all__)
    assert set(measure.__all__) <= set(vernost.__all__)


def test_every_package_is_in_the_list_of_layers() -> None:
    import tomllib

    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    packages = {path.parent.name for path in (ROOT / "src" / "vernost").glob("*/__init__.py")}

    assert packages == set(layers)


def test_requirements_name_no_host() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        assert "://" not in path.read_text()
