"""Temporary folders: gone with their process, even when it is killed, and never taken from a living one."""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from vernost.workdir import Workdir, sweep

HOLDER = """
import sys
from pathlib import Path
from vernost.workdir import Workdir
folder = Workdir()
Path(folder.name, "rows.parquet").touch()
print(folder.name, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


@pytest.fixture
def holder() -> "Iterator[subprocess.Popen[str]]":
    """Another process with a temporary folder, whose path it says first."""
    command = [sys.executable, "-c", HOLDER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        yield process
        process.kill()


def named(process: "subprocess.Popen[str]") -> Path:
    assert process.stdout
    return Path(process.stdout.readline().strip())


def test_the_folder_of_a_killed_process_is_removed_by_the_next_one(holder: "subprocess.Popen[str]") -> None:
    left = named(holder)
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert (left / "rows.parquet").exists()

    with Workdir() as folder:
        assert not left.exists()
        assert Path(folder).is_dir()


def test_the_folder_of_a_living_process_is_left_alone(holder: "subprocess.Popen[str]") -> None:
    held = named(holder)

    with Workdir():
        assert (held / "rows.parquet").exists()


def test_a_folder_of_this_process_is_left_alone_by_its_next_one() -> None:
    with Workdir() as first, Workdir() as second:
        assert Path(first).is_dir()
        assert Path(second).is_dir()


@pytest.mark.parametrize("name", ["vernost-without-a-lock", "others-with-a-lock"])
def test_what_is_not_ours_for_sure_is_left_alone(base: Path, name: str) -> None:
    folder = base / name
    folder.mkdir()
    if "without" not in name:
        (folder / "held").touch()

    sweep(base)

    assert folder.is_dir()


def test_a_link_to_a_folder_is_not_followed(base: Path) -> None:
    aim = base / "aim"
    aim.mkdir()
    (aim / "held").touch()
    (base / "vernost-link").symlink_to(aim)

    sweep(base)

    assert (aim / "held").exists()


def test_cleaning_up_twice_does_no_harm() -> None:
    folder = Workdir()
    folder.cleanup()
    folder.cleanup()
    assert not Path(folder.name).exists()
