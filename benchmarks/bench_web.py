"""CPU of a page's cohort table with a filter never asked before, against the same question by hand in DuckDB.

    python benchmarks/bench_web.py [--orders 10_000_000] [--rounds 5] [--log FOLDER]

The application answers a request for the figure as it does in a browser: it reads the address, asks the log, draws the
heat map, keeps it and renders the part. Both are warm: they answered the question with another filter before. CPU is
that of all threads; the two take turns in one run, and both must count the same customers. `again` is the same address
once more.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bench_measure import files_of
from generate import Shop, write_log
from rivals import SQL, by_sql

if TYPE_CHECKING:
    from django.test import Client

GOAL, GOAL_AGAIN = 1.5, 0.1
FIGURE = "/retention/figures/cohorts/"


def application(data: Path, log: Path) -> "Client":
    """The application over a log, with an analyst signed in."""
    os.environ |= {"VERNOST_DATA": str(data), "VERNOST_LOG": str(log)}
    os.environ["DJANGO_SETTINGS_MODULE"] = "vernost_web.project.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    from django.test import Client
    from django.test.utils import setup_test_environment

    from vernost_web.accounts.models import User

    setup_test_environment()
    browser = Client()
    user = User.objects.create_user("bench@example.com", "correct horse battery", role="analyst")
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def asked(browser: "Client", amount: int) -> int:
    """Ask the page; how many customers its heat map's table counts in the period after their first."""
    answer = browser.get(FIGURE, {"by": "month", "where": f"amount > {amount}"})
    figure = answer.context["shown"].figure
    place = next(n for n, column in enumerate(figure.table.columns) if column.title == "1")
    return round(sum(row[1] * (row[place] or 0) for row in figure.table.rows))


def by_hand(files: list[str], amount: int) -> int:
    """Ask DuckDB; the same number."""
    SQL["filtered"] = SQL["cohort"].replace("kind = 'sale' AND", f"kind = 'sale' AND amount > {amount} AND")
    rows = by_sql("filtered", files)().to_pylist()
    return sum(row["customers"] for row in rows if row["age"] == 1)


def cost(run: Callable[[], int]) -> tuple[float, int]:
    """CPU seconds, and what was found."""
    begun = time.process_time()
    found = run()
    return time.process_time() - begun, found


def race(browser: "Client", files: list[str], rounds: int) -> dict[str, float]:
    """Medians of CPU seconds; refuses answers that differ."""
    spent: dict[str, list[float]] = {"page": [], "hand": [], "again": []}
    asked(browser, 1)
    by_hand(files, 1)
    for turn in range(rounds):
        amount = 2 + turn
        page, ours = cost(lambda amount=amount: asked(browser, amount))
        hand, theirs = cost(lambda amount=amount: by_hand(files, amount))
        again, _ = cost(lambda amount=amount: asked(browser, amount))
        if ours != theirs:
            raise SystemExit(f"amount > {amount}: the page counts {ours} customers, the SQL {theirs}.")
        for name, seconds in (("page", page), ("hand", hand), ("again", again)):
            spent[name].append(seconds)
    return {name: statistics.median(seconds) for name, seconds in spent.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description="Race a page against SQL written by hand.")
    parser.add_argument("--orders", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--log", type=Path, help="a log that generate.py wrote; by default one of --orders is made")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vernost-") as folder:
        log = options.log or Path(folder) / "log"
        if options.log is None:
            write_log(Shop(options.orders), log)
        found = race(application(Path(folder) / "data", log), files_of(log), options.rounds)
    ratio, again = found["page"] / found["hand"], found["again"] / found["hand"]
    print(f"page {found['page']:.2f} s, by hand {found['hand']:.2f} s, again {found['again']:.3f} s of CPU")
    print(f"page / by hand {ratio:.2f} (goal {GOAL}), again / by hand {again:.3f} (goal {GOAL_AGAIN})")
    sys.exit(ratio > GOAL or again > GOAL_AGAIN)


if __name__ == "__main__":
    main()
