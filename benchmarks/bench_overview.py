"""How fast the overview answers when many people look at once, from the real server over real data.

    python benchmarks/bench_overview.py [--customers 100_000] [--people 20] [--rounds 10] [--web-processes 2]

A company is made up (about ten orders a customer with the shop's preset over 24 months need ``--customers`` alone; a
million of them takes its time), loaded, and ``vernost up`` started on it. The first look waits until a worker has
worked the overview out. Then people sign in by links of their own and look at it over and over, all at once.
"""

import argparse
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.cookiejar import CookieJar
from pathlib import Path

START, READY = 120.0, 3_600.0
WAITING = "overview/numbers/"
"""What the page holds while its numbers are not worked out."""

VERNOST = str(Path(sys.executable).with_name("vernost"))
LINKS = """
import django; django.setup()
from datetime import timedelta
from vernost_web.accounts.actions import make_sign_in_link
for place in range({count}):
    print("LINK", make_sign_in_link(f"person{{place}}@example.com", "director", lasting=timedelta(hours=2)))
"""


BUSY = """
import django; django.setup()
from vernost_web.jobs.models import Job, State
print("BUSY", Job.objects.filter(state__in=[State.WAITING, State.RUNNING]).count())
"""


class Person:
    """Somebody with a browser's cookies."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())).open

    def enter(self, secret: str) -> None:
        """Sign in by a link, as the page of the link does when its button is pressed."""
        url = f"{self.address}/people/enter/{secret}/"
        page = self._open(url).read().decode()
        fields = dict(re.findall(r'name="(csrfmiddlewaretoken)" value="([^"]+)"', page))
        self._open(urllib.request.Request(url, urllib.parse.urlencode(fields).encode(), {"Referer": url}))  # noqa: S310

    def look(self) -> tuple[float, str]:
        """Seconds that the overview took, and the page."""
        begun = time.perf_counter()
        with self._open(f"{self.address}/") as answer:
            page = answer.read().decode()
        return time.perf_counter() - begun, page


@contextmanager
def running(folder: Path, web_processes: int) -> Iterator[tuple[str, dict[str, str]]]:
    """The installation, until the block ends; its address and environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = os.environ | {
        "VERNOST_DATA": str(folder), "VERNOST_PORT": str(port), "VERNOST_WEB_PROCESSES": str(web_processes),
        "DJANGO_SETTINGS_MODULE": "vernost_web.project.settings",
    }  # fmt: skip
    with (folder / "output.txt").open("w") as output:
        server = subprocess.Popen([VERNOST, "up"], stdout=output, stderr=output, env=environment)  # noqa: S603
    address = f"http://localhost:{port}"
    try:
        limit = time.monotonic() + START
        while not _is_up(address):
            if time.monotonic() > limit or server.poll() is not None:
                raise SystemExit((folder / "output.txt").read_text())
            time.sleep(0.2)
        yield address, environment
    finally:
        server.terminate()
        server.wait(timeout=60)


def _is_up(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health/", timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def links(environment: dict[str, str], count: int) -> list[str]:
    """Secrets of sign-in links, one a person."""
    code = LINKS.format(count=count)
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    return re.findall(r"^LINK (\S+)", told.stdout, re.MULTILINE)


def is_idle(environment: dict[str, str]) -> bool:
    """Whether the worker has nothing left to do after the load."""
    told = subprocess.run([sys.executable, "-c", BUSY], env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    return "BUSY 0" in told.stdout


def company(folder: Path, customers: int) -> None:
    """Make one up and load it."""
    made = folder / "made"
    for words in (
        ["simulate", str(made), "--customers", str(customers)],
        ["load", str(made), "--log", str(folder / "log")],
    ):
        subprocess.run([VERNOST, *words], check=True, capture_output=True)  # noqa: S603


def look_together(people: list[Person], rounds: int) -> list[float]:
    """Seconds of every look, all people at once."""
    seconds: list[float] = []
    gate = threading.Barrier(len(people))

    def looks(person: Person) -> None:
        gate.wait()
        seconds.extend(person.look()[0] for _ in range(rounds))

    threads = [threading.Thread(target=looks, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seconds


def main() -> None:
    """Print the quantiles."""
    parser = argparse.ArgumentParser(description="How fast the overview answers when many people look at once.")
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--web-processes", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        begun = time.perf_counter()
        company(folder, options.customers)
        print(f"made up and loaded in {timedelta(seconds=round(time.perf_counter() - begun))}", flush=True)
        with running(folder, options.web_processes) as (address, environment):
            people = [Person(address) for _ in range(options.people)]
            for person, secret in zip(people, links(environment, options.people), strict=True):
                person.enter(secret)
            begun = time.perf_counter()
            while WAITING in people[0].look()[1]:
                if time.perf_counter() - begun > READY:
                    raise SystemExit("The overview was not worked out.")
                time.sleep(1)
            print(f"overview worked out ahead in {time.perf_counter() - begun:.0f} s", flush=True)
            while not is_idle(environment):
                time.sleep(2)
            print(f"all jobs after the load done in {time.perf_counter() - begun:.0f} s", flush=True)
            look_together(people, 1)
            seconds = sorted(look_together(people, options.rounds))
    cuts = statistics.quantiles(seconds, n=100)
    print(f"{options.customers:,} customers, {options.people} people at once, {len(seconds)} looks:")
    print(f"p50 {cuts[49] * 1000:.0f} ms   p95 {cuts[94] * 1000:.0f} ms   most {seconds[-1] * 1000:.0f} ms (bar: 300)")


if __name__ == "__main__":
    main()
