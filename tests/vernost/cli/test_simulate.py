"""The command that makes up a company."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

HERE = [sys.executable, "-c", "from vernost.cli.main import run; run()"]


def run(*words: str, circumstances: Mapping[str, str] = MappingProxyType({})) -> subprocess.CompletedProcess[str]:
    env = os.environ | dict(circumstances)
    return subprocess.run([*HERE, *words], capture_output=True, text=True, check=False, env=env)  # noqa: S603


def test_a_company_is_made_up_and_measured_without_any_mapping(tmp_path: Path) -> None:
    out = str(tmp_path / "firm")

    made = run("simulate", out, "--customers", "120", "--months", "6", "--lang", "ru", "--end", "2024-06-30")
    measured = run("measure", "active_customers", out, "--by", "month", "--format", "csv")

    assert made.returncode == 0, made.stderr
    assert made.stderr == ""
    assert "customers: 120" in made.stdout
    assert "--timezone Europe/Moscow" in made.stdout
    assert measured.returncode == 0, measured.stderr
    periods = [line.split(",")[0] for line in measured.stdout.splitlines()[1:]]
    assert periods == ["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01", "2024-05-01", "2024-06-01"]


OTHER_MACHINE = {
    "PYTHONHASHSEED": "7",
    "TZ": "Asia/Tokyo",
    "LC_ALL": "C",
    "OMP_NUM_THREADS": "1",
    # Without the newest instructions of the processor numpy's exponentials differ in their last digits.
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 X86_V3 AVX512_SKX",
}


def test_the_defaults_are_fixed_so_that_a_seed_means_the_same_everywhere(tmp_path: Path) -> None:
    for name, circumstances in (("one", {}), ("two", OTHER_MACHINE)):
        words = ("simulate", str(tmp_path / name), "--customers", "3000", "--seed", "9")
        assert run(*words, circumstances=circumstances).returncode == 0

    one, two = (sorted((tmp_path / name).rglob("*.parquet")) for name in ("one", "two"))
    assert [path.name for path in one] == [path.name for path in two]
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]
    assert '"last_day": "2025-12-31"' in (tmp_path / "one" / "truth" / "world.json").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param(["--preset", "shops"], "There is no preset 'shops'. Did you mean shop?", id="preset"),
        pytest.param(["--customers", "0"], "customers is 0, must be from 1", id="nobody"),
        pytest.param(["--end", "soon"], "--end is 'soon', must be a date", id="date"),
        pytest.param(["--end", "1971-01-31"], "would begin before 1971", id="too early"),
        pytest.param(["--lang", "xx"], "--lang", id="language"),
    ],
)
def test_a_mistake_is_one_sentence_and_writes_nothing(tmp_path: Path, words: list[str], sentence: str) -> None:
    out = tmp_path / "firm"

    failed = run("simulate", str(out), *words)

    assert failed.returncode == 2
    assert sentence in failed.stderr
    assert len(failed.stderr.splitlines()) == 1
    assert not out.exists()


def test_a_company_like_the_orders_of_a_file_is_shown_beside_it(tmp_path: Path) -> None:
    orders = str(Path(__file__).parents[3] / "docs" / "examples" / "orders.csv")
    out = tmp_path / "alike"

    made = run("simulate", str(out), "--like", orders, "--lang", "ru")

    assert made.returncode == 0, made.stderr
    rows = {line.split("  ")[0]: line.split() for line in made.stdout.splitlines()}
    assert (rows["покупателей"][1], rows["покупателей"][-1]) == ("66", "да")
    assert "average" not in made.stdout
    assert "наиболее отличный день недели (" in made.stdout
    again = run("simulate", str(tmp_path / "again"), "--preset", str(out / "truth" / "preset.toml"))
    assert again.returncode == 0, again.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param(["--like", "nothing.csv"], "nothing.csv", id="no such file"),
        pytest.param(["--like", "x.csv", "--months", "3"], "Leave out --months and --end", id="months"),
        pytest.param(["--like", "x.csv", "--end", "2024-01-31"], "Leave out --months and --end", id="last day"),
        pytest.param(["--map", "amount=Total"], "Name some with --like", id="a mapping of nothing"),
        pytest.param(["--timezone", "UTC"], "Name some with --like", id="a clock of nothing"),
    ],
)
def test_what_does_not_go_with_like_is_said(tmp_path: Path, words: list[str], sentence: str) -> None:
    failed = run("simulate", str(tmp_path / "firm"), *words)

    assert failed.returncode == 2
    assert sentence in failed.stderr
    assert len(failed.stderr.splitlines()) == 1
    assert not (tmp_path / "firm").exists()


def test_so_many_customers_as_asked_for_are_like_those_of_the_file(tmp_path: Path) -> None:
    orders = str(Path(__file__).parents[3] / "docs" / "examples" / "orders.csv")

    made = run("simulate", str(tmp_path / "more"), "--like", orders, "--customers", "900")

    assert made.returncode == 0, made.stderr
    assert "customers: 900" in made.stdout
    buyers = next(line.split() for line in made.stdout.splitlines() if line.startswith("buyers"))
    # A few have orders that were cancelled, and no others.
    assert (buyers[1], *buyers[3:]) == ("900", "18", "yes")


def test_a_log_with_subscriptions_is_learned_by_its_orders_and_says_so(tmp_path: Path) -> None:
    firm = str(tmp_path / "firm")
    assert run("simulate", firm, "--preset", "telecom", "--customers", "60").returncode == 0

    made = run("simulate", str(tmp_path / "alike"), "--like", firm)

    assert made.returncode == 0, made.stderr
    assert "note: Subscriptions are not learned, only orders are." in made.stderr
    assert not (tmp_path / "alike" / "subscriptions.parquet").exists()
