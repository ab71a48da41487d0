"""Web and workers are killed while events come in: what was acknowledged is there, once."""

import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "benchmarks" / "bench_tracking_kills.py"


@pytest.mark.parametrize("words", [[], ["--postgres"]], ids=["sqlite", "postgres"])
def test_nothing_acknowledged_is_lost_or_doubled(words: list[str]) -> None:
    given = [sys.executable, str(BENCH), "--seconds", "5", "--senders", "2", *words]
    done = subprocess.run(given, capture_output=True, text=True, check=False, timeout=500)  # noqa: S603 - words are ours
    assert done.returncode == 0, done.stdout + done.stderr
    assert "acknowledged: 0" not in done.stdout
