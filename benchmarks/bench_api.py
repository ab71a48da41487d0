"""What an endpoint costs over the page that asks the same: CPU of an answer that is kept, by page and by API.

    python benchmarks/bench_api.py [--rounds 300] [--customers 2000]

Both ask for the same measure of the same log through all of Django, in this process, turn by turn; the answer was
worked out before, as it is for whoever asks second. `query` is what both ask the slice for; `gate` is the smallest
endpoint: its key, its allowance and nothing else. The database is a file of SQLite.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

GOAL = 1.5
PAGE, ENDPOINT, GATE = "/measures/aov/answer/?by=month", "/api/v1/measures/aov/answer?by=month", "/api/v1/me"


def application(folder: Path, customers: int) -> None:
    """The application over a made-up shop."""
    os.environ |= {"VERNOST_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "vernost_web.project.settings"}
    from vernost import open_store, read
    from vernost.sources.synthetic import Setting, load_preset, simulate

    simulate(Setting(load_preset("shop"), customers=customers, months=24, seed=1, language="en"), folder / "files")
    with read([str(folder / "files")]) as reading:
        open_store(str(folder / "log"), create=True).load(reading, loaded_at=datetime(2026, 1, 1, tzinfo=UTC))
    import django
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    setup_test_environment()


def askers() -> dict[str, Callable[[], int]]:
    """Those who ask, each giving the length of what came."""
    from django.test import Client

    from vernost_web.accounts.models import User
    from vernost_web.api.actions import make_key
    from vernost_web.metrics.queries import ask

    user = User.objects.create_user("bench@example.com", "correct horse battery", role="administrator")
    browser = Client()
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    _key, text = make_key(by=user, name="bench", scopes=["see_numbers"], per_minute=10_000_000)
    program = Client(headers={"authorization": f"Bearer {text}"})

    def answer(client: Client, address: str) -> int:
        found = client.get(address)
        assert found.status_code == 200, found.content
        return len(found.content)

    return {
        "query": lambda: len(ask("aov", by="month").rows),
        "page": lambda: answer(browser, PAGE),
        "endpoint": lambda: answer(program, ENDPOINT),
        "gate": lambda: answer(program, GATE),
    }


def spent(ask: Callable[[], int]) -> float:
    """CPU seconds of one answer."""
    before = time.process_time()
    ask()
    return time.process_time() - before


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--customers", type=int, default=2_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-api-") as folder:
        application(Path(folder), options.customers)
        known = askers()
        for ask in known.values():
            ask()
        times: dict[str, list[float]] = {name: [] for name in known}
        for _ in range(options.rounds):
            for name, ask in known.items():
                times[name].append(spent(ask))
    middle = {name: statistics.median(values) for name, values in times.items()}
    for name, value in middle.items():
        print(f"{name:10}{1000 * value:8.2f} ms CPU")
    ratio = middle["endpoint"] / middle["page"]
    print(f"endpoint / page {ratio:.2f} (goal: at most {GOAL}); gate / page {middle['gate'] / middle['page']:.2f}")
    sys.exit(0 if ratio <= GOAL else 1)


if __name__ == "__main__":
    main()
