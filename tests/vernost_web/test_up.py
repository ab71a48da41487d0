"""The installation as its owner runs it: started, entered, killed, backed up, restored."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tarfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import psutil
import pytest

from vernost_web.project.commands import gather_static_files

START = 60.0
VERNOST = str(Path(sys.executable).with_name("vernost"))


def environment() -> dict[str, str]:
    """That of a new terminal: nothing of this test process is in it."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("VERNOST", "DJANGO"))}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Installation:
    """A running `vernost` command."""

    def __init__(self, *words: str, data: Path, settings: dict[str, str] | None = None) -> None:
        self.port = free_port()
        command = [VERNOST, *words, "--port", str(self.port), "--lang", "en"]
        self.output = (data.parent / "output.txt").open("w+")
        self.process = subprocess.Popen(  # noqa: S603 - words are ours
            command,
            stdout=self.output,
            stderr=subprocess.STDOUT,
            env=environment() | {"VERNOST_DATA": str(data)} | (settings or {}),
        )
        self.address = f"http://localhost:{self.port}"
        self.data = data

    def text(self) -> str:
        return Path(self.output.name).read_text(encoding="utf-8")

    def wait(self) -> None:
        limit = time.monotonic() + START
        while time.monotonic() < limit:
            assert self.process.poll() is None, self.text()
            if self.is_up():
                return
            time.sleep(0.2)
        raise AssertionError(self.text())

    def is_up(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/health/", timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except OSError:
            return False

    def members(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=30)
        self.output.close()
        return code


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    data = tmp_path_factory.mktemp("installation") / "data"
    running = Installation("demo", str(data), "--customers", "300", data=data)
    running.wait()
    yield running
    running.stop()


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - words are ours
        [VERNOST, *words], capture_output=True, text=True, check=False, env=environment()
    )


def link_of(running: Installation) -> str:
    found = re.search(r"http://\S+/enter/\S+", running.text())
    assert found, running.text()
    return found[0]


def test_the_link_shows_a_page_and_is_not_used_by_looking_at_it(company: Installation) -> None:
    for _ in range(2):
        with urllib.request.urlopen(link_of(company)) as answer:  # noqa: S310
            assert "csrfmiddlewaretoken" in answer.read().decode()


def test_the_company_is_compared_with_its_industry(company: Installation) -> None:
    with closing(sqlite3.connect(company.data / "application.sqlite3")) as database:
        assert database.execute("SELECT industry FROM company_company").fetchall() == [("e-commerce",)]


def test_what_is_killed_comes_back(company: Installation) -> None:
    before = {each.pid for each in company.members()}
    for each in company.members():
        each.kill()
    limit = time.monotonic() + START
    while time.monotonic() < limit and not (company.is_up() and {p.pid for p in company.members()} - before):
        time.sleep(0.2)
    assert company.is_up()
    assert not {each.pid for each in company.members()} & before


def test_a_port_that_is_taken_is_refused_in_a_sentence(company: Installation, tmp_path: Path) -> None:
    answer = run("up", "--port", str(company.port), "--data", str(tmp_path), "--lang", "ru")
    assert answer.returncode == 2
    assert "порт" in answer.stderr


def test_a_backup_restores_on_an_empty_machine_with_the_same_numbers(company: Installation, tmp_path: Path) -> None:
    data = company.text().split("all about it is in ")[1].splitlines()[0].rstrip(".")
    archive, anew = tmp_path / "vernost.tar", tmp_path / "anew"
    made = run("backup", str(archive), "--data", data)
    assert made.returncode == 0, made.stderr
    assert archive.stat().st_mode & 0o777 == 0o600, "it holds the secret"
    restored = run("restore", str(archive), "--data", str(anew))
    assert restored.returncode == 0, restored.stderr
    assert {anew.stat().st_mode & 0o777, (anew / "application.sqlite3").stat().st_mode & 0o777} == {0o700, 0o600}
    asked = ["measure", "retention_rate", "--by", "month", "--format", "json", "--log"]
    assert run(*asked, str(anew / "log")).stdout == run(*asked, f"{data}/log").stdout != ""
    assert (anew / "secret-key").read_text() == Path(data, "secret-key").read_text()
    again = run("restore", str(archive), "--data", str(anew))
    assert again.returncode == 2
    assert "not empty" in again.stderr


@pytest.mark.parametrize("content", [b"", b"not a tar", b"\0" * 10_240])
def test_what_is_no_backup_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "wrong.tar").write_bytes(content)
    answer = run("restore", str(tmp_path / "wrong.tar"), "--data", str(tmp_path / "anew"))
    assert answer.returncode == 2
    assert "wrong.tar" in answer.stderr


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("files/application.sqlite3", tarfile.REGTYPE),
        ("files/application.sqlite3-wal", tarfile.REGTYPE),
        ("files/static/evil.js", tarfile.REGTYPE),
        ("files/../evil", tarfile.REGTYPE),
        ("files/reports", tarfile.SYMTYPE),
        ("log/pipe", tarfile.FIFOTYPE),
    ],
)
def test_an_archive_that_holds_what_no_backup_does_is_refused(name: str, kind: bytes, tmp_path: Path) -> None:
    archive, anew = tmp_path / "evil.tar", tmp_path / "anew"
    contents = json.dumps({"format": 1, "made_at": "", "load": 0, "rows": {}, "records": 0}).encode()
    with tarfile.open(archive, "w") as tar:
        for each, content in (("contents.json", contents), ("application.jsonl", b"")):
            info = tarfile.TarInfo(each)
            info.size = len(content)
            tar.addfile(info, BytesIO(content))
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, "../elsewhere"
        tar.addfile(info)
    answer = run("restore", str(archive), "--data", str(anew))
    assert answer.returncode == 2
    assert name in answer.stderr
    assert {each.name for each in anew.iterdir()} <= {"secret-key", "application.sqlite3"}


def test_it_stops_when_told(tmp_path: Path) -> None:
    data = tmp_path / "data"
    running = Installation("up", data=data)
    running.wait()
    members = running.members()
    assert running.stop() == 0
    assert not [each for each in members if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]


def test_a_static_file_that_a_killed_start_left_by_halves_is_made_whole(tmp_path: Path, settings: Any) -> None:
    settings.STATIC_ROOT = tmp_path / "static"
    gather_static_files()
    style = next(settings.STATIC_ROOT.rglob("*.css"))
    content = style.read_bytes()

    def copy(command: str, **_: object) -> None:
        style.write_bytes(content[:10])
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.core.management.call_command", copy)
        with pytest.raises(KeyboardInterrupt):
            gather_static_files()
    assert style.read_bytes() != content
    gather_static_files()
    assert style.read_bytes() == content
    before = style.stat().st_mtime_ns
    gather_static_files()
    assert style.stat().st_mtime_ns == before, "what is whole is left as it is"


def test_nobody_outlives_a_killed_parent(tmp_path: Path) -> None:
    """Whoever stayed would hold the port, and the next start would be refused."""
    data = tmp_path / "data"
    running = Installation("up", data=data)
    running.wait()
    server = next(each for each in psutil.Process(running.process.pid).children() if each.children())
    answering = server.children()
    server.kill()
    assert not psutil.wait_procs(answering, timeout=START)[1]
    members = running.members()
    running.process.kill()
    running.process.wait()
    running.output.close()
    assert not psutil.wait_procs(members, timeout=START)[1]
