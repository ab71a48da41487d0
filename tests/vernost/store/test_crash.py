"""Loads killed at any instant, and read while they run: the log is as before or as after, never between."""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.vernost.store.loader import ROWS, seen

from vernost.errors import UnusableLog
from vernost.store.connection import open_log, open_store

ROOT = Path(__file__).parents[3]
ROUNDS = int(os.environ.get("VERNOST_CRASH_ROUNDS", "5"))


@pytest.fixture(params=["folder", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "log") if request.param == "folder" else request.getfixturevalue("postgres_url")


def started(url: str, version: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.vernost.store.loader", url, str(version)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own process


def finished(url: str, version: int) -> float:
    """Seconds that a load takes when nobody disturbs it."""
    with started(url, version) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        began = time.monotonic()
        assert process.stdout.read() == "done\n"
    assert process.returncode == 0
    return time.monotonic() - began


def killed(url: str, version: int, after: float) -> None:
    with started(url, version) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        time.sleep(after)
        process.kill()


def test_a_load_killed_at_any_instant_leaves_the_log_before_or_after_it(url: str) -> None:
    chance = random.Random(1)  # noqa: S311
    takes = finished(url, 1)
    at = 1
    for version in range(2, 2 + ROUNDS):
        killed(url, version, chance.uniform(0, 1.1 * takes))
        now = seen(url)
        assert now in {at, version}
        at = now
    finished(url, 99)
    assert seen(url) == 99


def test_a_killed_first_load_leaves_no_log_or_a_whole_one(tmp_path: Path) -> None:
    chance = random.Random(2)  # noqa: S311
    takes = finished(str(tmp_path / "whole"), 1)
    for number in range(ROUNDS):
        url = str(tmp_path / f"log{number}")
        killed(url, 1, chance.uniform(0, 1.1 * takes))
        try:
            assert seen(url) in {0, 1}
        except UnusableLog as error:
            assert "holds no log" in str(error)  # noqa: PT017 - either outcome is right
    finished(url, 2)
    assert seen(url) == 2


def test_readers_see_whole_states_while_loads_run(url: str) -> None:
    finished(url, 1)
    seen_versions = {seen(url)}
    with started(url, 2) as process:
        while process.poll() is None:
            seen_versions.add(seen(url))
    assert seen(url) == 2
    assert seen_versions <= {1, 2}


def test_two_loads_at_once_follow_each_other(url: str) -> None:
    open_store(url, create=True)
    with started(url, 1) as one, started(url, 2) as other:
        assert [process.communicate()[0] for process in (one, other)] == ["ready\ndone\n"] * 2
    assert (one.returncode, other.returncode) == (0, 0)
    last = open_store(url).loads()[-1]
    version = next(tally.read for tally in last.tallies if tally.table == "orders") - ROWS
    with open_log(url) as log:
        orders = log.tables["orders"]
        counts = orders.group_by("amount").aggregate(number=orders.count()).to_pyarrow().to_pylist()
    # The order that only the second version has stays when the first one comes last.
    expected = {2: ROWS + 2} if version == 2 else {1: ROWS + 1, 2: 1}
    assert {int(row["amount"]): row["number"] for row in counts} == expected
    assert len(open_store(url).loads()) == 2


CLI = [sys.executable, "-c", "from vernost.cli.main import run; run()"]
ORDERS = 5_000


def typed(folder: Path, *words: str) -> subprocess.Popen[str]:
    """A command as a person types it, with temporary files in ``folder``."""
    environment = os.environ | {"TMPDIR": str(folder)}
    return subprocess.Popen([*CLI, *words], env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own


def answered(folder: Path, *words: str) -> str:
    """What a command prints that nobody disturbs."""
    with typed(folder, *words) as process:
        told, _ = process.communicate()
    assert process.returncode == 0
    return told


def version_of(folder: Path, url: str) -> float:
    """The amount of all orders, as ``vernost measure`` sees it; no whole number when versions are mixed."""
    told = answered(folder, "measure", "revenue", "--log", url, "--format", "json")
    return float(json.loads(told)["rows"][0]["value"]) / ORDERS


def shop_file(folder: Path, version: int) -> str:
    """Orders, each for so much."""
    path = folder / f"{version}.csv"
    lines = [f"{n},c{n},2024-01-01,{version}\n" for n in range(ORDERS)]
    path.write_text("order_id,customer_id,ordered_at,amount\n" + "".join(lines), encoding="utf-8")
    return str(path)


def test_a_load_killed_on_the_command_line_leaves_the_log_before_or_after_it(url: str, tmp_path: Path) -> None:
    chance, rounds = random.Random(3), max(ROUNDS // 2, 2)  # noqa: S311
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    began = time.monotonic()
    answered(scratch, "load", shop_file(tmp_path, 1), "--log", url)
    takes = time.monotonic() - began
    at = 1.0
    for number in range(rounds):
        version = number + 2
        with typed(scratch, "load", shop_file(tmp_path, version), "--log", url) as process:
            # One instant in each stretch of the load, so that a few rounds see its start and its end.
            time.sleep(1.1 * takes * (number + chance.random()) / rounds)
            process.kill()
        now = version_of(scratch, url)
        assert now in {at, version}
        at = now
    answered(scratch, "load", shop_file(tmp_path, 99), "--log", url)
    assert version_of(scratch, url) == 99
    assert list(scratch.glob("vernost-*")) == []
