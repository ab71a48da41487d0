"""Real workers killed at any instant during loads: nothing is lost, and nothing is done twice."""

import os
import random
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from vernost.store import open_log, open_store
from vernost_web.data.tests.conftest import ORDERS

ROUNDS = int(os.environ.get("VERNOST_CRASH_ROUNDS", "3"))
ROWS = 20_000
LONGEST = 120.0
ASK = """
import sys, uuid
from django.utils import timezone
from vernost_web.project.commands import prepare
prepare()
from vernost_web.data.models import Intake
from vernost_web.jobs.actions import ask_for
for number in map(int, sys.argv[1:]):
    intake = Intake(pk=uuid.UUID(int=number), files=[{"name": f"{number}.csv", "stored": "0.csv", "bytes": 1}])
    intake.folder.mkdir(parents=True)
    lines = (f"{number}-{row},c{row},2024-03-01,{number}" for row in range(ROWS))
    (intake.folder / "0.csv").write_text("\\n".join(["order_id,customer_id,ordered_at,amount", *lines]))
    intake.save()
    ask_for("data.load", intake=str(intake.pk))
"""
FREE = """
from datetime import timedelta
from django.utils import timezone
from vernost_web.jobs.models import Job
Job.objects.filter(state="running").update(lease_until=timezone.now() - timedelta(seconds=1))
"""
TELL = """
from vernost_web.audit.models import Record
from vernost_web.data.models import Intake
from vernost_web.jobs.models import Job
states = sorted(Job.objects.filter(kind="data.load").values_list("state", flat=True))
records = Record.objects.filter(action="data.loaded")
print(states, records.count(), sorted(Intake.objects.exclude(load=None).values_list("load", flat=True)))
"""


class Installation:
    """An installation of its own, whose processes are real."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "log"
        names = {
            "VERNOST_DATA": folder,
            "VERNOST_MEMORY": "1GB",
            "DJANGO_SETTINGS_MODULE": "vernost_web.project.settings",
        }
        self.environment = {**os.environ, **{name: str(value) for name, value in names.items()}}
        for name in ("DATABASE_URL", "VERNOST_LOG"):
            self.environment.pop(name, None)

    def run(self, code: str, *words: str) -> str:
        """Run code in the installation; what it prints."""
        whole = f"import django; django.setup(); ROWS = {ROWS}\n{code}"
        command = [sys.executable, "-c", whole, *words]
        return subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True).stdout  # noqa: S603

    def work(self, enough: Callable[[], bool]) -> None:
        """Let a worker work until there is enough, and kill it."""
        command = [sys.executable, "-m", "vernost_web", "worker"]
        with subprocess.Popen(command, env=self.environment) as worker:  # noqa: S603 - our own process
            try:
                limit = time.monotonic() + LONGEST
                while not enough() and time.monotonic() < limit:
                    time.sleep(0.2)
            finally:
                worker.kill()


def test_workers_killed_at_any_instant_load_everything_once(tmp_path: Path) -> None:
    numbers = [str(number) for number in range(1, ROUNDS + 1)]
    here, chance = Installation(tmp_path / "data"), random.Random(7)  # noqa: S311 - instants, not secrets
    here.run(ASK, *numbers)
    for _ in numbers:
        end = time.monotonic() + chance.uniform(1.0, 5.0)
        here.work(lambda end=end: time.monotonic() > end)  # type: ignore[misc]  # each round has its own end
        here.run(FREE)
    expected = f"{['done'] * ROUNDS} {ROUNDS} {list(range(1, ROUNDS + 1))}"
    here.work(lambda: here.run(TELL).strip() == expected)
    assert here.run(TELL).strip() == expected
    records = open_store(str(here.log)).loads()
    assert sorted(record.sources for record in records) == sorted((f"{number}.csv",) for number in numbers)
    assert all(sum(tally.read for tally in record.tallies if tally.table == "orders") == ROWS for record in records)
    with open_log(str(here.log)) as log:
        orders = log.tables["orders"]
        counted = orders.group_by("amount").aggregate(rows=orders.count()).to_pyarrow().to_pylist()
    assert {int(each["amount"]): each["rows"] for each in counted} == dict.fromkeys(map(int, numbers), ROWS)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_died_after_the_load_and_before_its_note_only_notes_it(empty_log: Path, tmp_path: Path) -> None:
    """The instant that a kill seldom hits: the log has the load, the application does not know it."""
    from vernost import read
    from vernost_web.data.jobs import load
    from vernost_web.data.models import Intake

    path = tmp_path / "a.csv"
    path.write_text("order_id,customer_id,ordered_at,amount\n1,c1,2024-03-01,10\n", encoding="utf-8")
    intake = Intake.objects.create(pk=uuid.UUID(int=5), files=[{"name": "a.csv", "stored": "gone", "bytes": 1}])
    with read([str(path)]) as reading:
        store = open_store(str(empty_log), create=True)
        store.load(reading, loaded_at=datetime(2024, 3, 2, tzinfo=UTC), key=intake.key)

    class Silent:
        def tell(self, share: float, step: str = "") -> None: ...

    assert load(Silent(), str(intake.pk))["load"] == 1
    intake.refresh_from_db()
    assert (intake.load, len(store.loads())) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_what_is_asked_twice_before_it_is_done_is_done_and_noted_once(
    bring: Callable[..., Any], browser: Callable[..., Client], work: Callable[[], int]
) -> None:
    """Whoever got no answer presses again."""
    from vernost_web.audit.models import Record
    from vernost_web.data import queries
    from vernost_web.jobs.models import Job

    intake = bring(orders__csv=ORDERS)
    for _ in range(2):
        browser().post(f"/data/new/{intake.pk}/load/")
    work()
    for _ in range(2):
        browser().post("/data/loads/1/undo/")
    work()
    for kind in ("data.load", "data.undo"):
        assert (Job.objects.filter(kind=kind).count(), Record.objects.filter(action=kind).count()) == (1, 1)
    assert [each.record.kind for each in queries.loads()] == ["undo", "load"]
