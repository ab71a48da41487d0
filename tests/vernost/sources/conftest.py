"""A reader of sources, and the sample data beside the repository."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.vernost.sources.raw import Reader

from vernost.sources.staging import stage_connection

_BESIDE = Path(__file__).parents[4] / "shared" / "data"


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """Reads what a test writes into a folder of its own."""
    folder, workdir = tmp_path / "files", tmp_path / "work"
    folder.mkdir()
    workdir.mkdir()
    with stage_connection(workdir, threads=2) as connection:
        yield Reader(folder, connection, workdir)


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., str]:
    """Writes a file of lines and gives its path."""

    def write(name: str, *lines: str) -> str:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return str(path)

    return write


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The sample data that may be read but not published."""
    folder = Path(os.environ.get("VERNOST_SHARED_DATA", _BESIDE))
    if not folder.is_dir():
        pytest.skip("the sample data of ../shared/data is absent; VERNOST_SHARED_DATA may name its folder")
    return folder
