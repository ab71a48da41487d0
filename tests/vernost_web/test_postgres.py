"""The application for a team: PostgreSQL keeps application and log, and several workers share the jobs."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from tests.vernost_web.test_up import Installation, environment, run

_JOBS = """
import django, json
django.setup()
from vernost_web.jobs import actions
from vernost_web.jobs.models import Job
from vernost_web.jobs.worker import Worker
import sys, time
if sys.argv[1] == "ask":
    for number in range(int(sys.argv[2])):
        actions.ask_for("jobs.sweep", key=f"test {number}")
limit = time.monotonic() + 60
while time.monotonic() < limit and Job.objects.filter(key__startswith="test", ended_at=None).exists():
    time.sleep(0.2)
rows = Job.objects.filter(key__startswith="test")
holders = sorted({job.holder for job in Job.objects.exclude(holder="")})
print(json.dumps({"jobs": [[job.state, job.attempts] for job in rows], "holders": holders}))
"""


@pytest.fixture(scope="module")
def new_database(postgres_server: str) -> Callable[[str], str]:
    """Makes an empty database and gives its URL."""

    def make(name: str) -> str:
        import psycopg

        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return urlunsplit(urlsplit(postgres_server)._replace(path=f"/{name}"))

    return make


@pytest.fixture(scope="module")
def team(
    new_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Installation, dict[str, str]]]:
    """An installation with two workers and everything in PostgreSQL."""
    url = new_database("team")
    log = f"{url}{'&' if '?' in url else '?'}schema=facts"
    data = tmp_path_factory.mktemp("team") / "data"
    settings = {"DATABASE_URL": url, "VERNOST_LOG": log, "VERNOST_WORKERS": "2", "VERNOST_DATA": str(data)}
    running = Installation("demo", str(data), "--customers", "200", data=data, settings=settings)
    running.wait()
    yield running, settings
    running.stop()


def test_pages_answer_and_the_log_is_there(team: tuple[Installation, dict[str, str]]) -> None:
    running, settings = team
    with urllib.request.urlopen(f"{running.address}/login/") as answer:  # noqa: S310 - our own address
        assert answer.status == 200
    rows = run("measure", "orders", "--by", "year", "--format", "json", "--log", settings["VERNOST_LOG"])
    assert json.loads(rows.stdout)["rows"]


def test_workers_share_the_jobs_and_do_each_once(team: tuple[Installation, dict[str, str]]) -> None:
    _, settings = team
    known = environment() | settings | {"DJANGO_SETTINGS_MODULE": "vernost_web.project.settings"}
    asked = subprocess.run(  # noqa: S603 - words are ours
        [sys.executable, "-c", _JOBS, "ask", "40"], capture_output=True, text=True, check=True, env=known
    )
    found = json.loads(asked.stdout.splitlines()[-1])
    assert found["jobs"] == [["done", 1]] * 40
    # One of them may be busy with the model of the made-up company.
    assert len(found["holders"]) == 2


_KEY = """
import django
django.setup()
from vernost_web.accounts.models import User
from vernost_web.api.actions import make_key
import sys
by, _new = User.objects.get_or_create(email="team@example.com", defaults={"role": "administrator"})
print(make_key(by=by, name="team", scopes=["manage_api"], per_minute=int(sys.argv[1]))[1])
"""


def _asked(running: Installation, key: str, path: str, body: bytes | None = None) -> tuple[int, dict[str, Any]]:
    """What the API answers: status and data."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Idempotency-Key": "one"}
    request = urllib.request.Request(f"{running.address}/api/v1{path}", body, headers)  # noqa: S310 - our own address
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def _key(settings: dict[str, str], per_minute: int) -> str:
    known = environment() | settings | {"DJANGO_SETTINGS_MODULE": "vernost_web.project.settings"}
    made = subprocess.run(  # noqa: S603 - words are ours
        [sys.executable, "-c", _KEY, str(per_minute)], capture_output=True, text=True, check=True, env=known
    )
    return made.stdout.split()[-1]


def test_all_web_processes_count_the_requests_of_a_key_together(team: tuple[Installation, dict[str, str]]) -> None:
    running, settings = team
    key, begun = _key(settings, 20), time.monotonic()
    with ThreadPoolExecutor(8) as several:
        statuses = [status for status, _data in several.map(lambda _: _asked(running, key, "/me"), range(60))]
    regained = int((time.monotonic() - begun) / 3) + 1  # a request every three seconds
    assert 20 <= statuses.count(200) <= 20 + regained
    assert set(statuses) == {200, 429}


def test_a_write_under_one_name_is_done_once_by_all_web_processes(team: tuple[Installation, dict[str, str]]) -> None:
    running, settings = team
    key, body = _key(settings, 60_000), json.dumps({"url": "http://93.184.216.34/hook"}).encode()
    with ThreadPoolExecutor(8) as several:
        answers = list(several.map(lambda _: _asked(running, key, "/webhooks", body), range(24)))
    assert {status for status, _data in answers} <= {201, 409}
    assert len({data["id"] for status, data in answers if status == 201}) == 1
    assert len(_asked(running, key, "/webhooks")[1]["items"]) == 1


def test_a_backup_of_sqlite_restores_into_postgresql(tmp_path: Path, new_database: Callable[[str], str]) -> None:
    small = tmp_path / "small"
    running = Installation("demo", str(small), "--customers", "50", data=small)
    running.wait()
    running.stop()
    archive = tmp_path / "small.tar"
    assert run("backup", str(archive), "--data", str(small)).returncode == 0
    restored = run("restore", str(archive), "--data", str(tmp_path / "anew"), "--database-url", new_database("anew"))
    assert restored.returncode == 0, restored.stderr
