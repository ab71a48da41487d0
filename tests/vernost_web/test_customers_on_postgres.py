"""The directory of customers in PostgreSQL, application and log: listed, found, turned page by page, erased."""

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from tests.vernost_web.test_up import environment

_SCRIPT = """
import django, json, sys
django.setup()
from datetime import UTC, datetime
from django.core.management import call_command
call_command("migrate", verbosity=0)
from vernost import open_store, read
from django.conf import settings
from vernost_web.company.actions import change_company
from vernost_web.customers import directory, keeping
from vernost_web.customers.listing import Choice, first, leaf
from vernost_web.customers.timeline import stretch

class Quiet:
    def tell(self, share, step=""):
        pass

def load(folder, day):
    at, store = datetime(2026, 1, day, tzinfo=UTC), open_store(settings.CONFIGURATION.log_url, create=True)
    with read([folder], timezone="UTC") as reading:
        store.load(reading, loaded_at=at)

def found(text):
    return sorted(row.customer_id for row in first(Choice(text=text, is_personal=True), 9))

change_company(timezone="Europe/Moscow")
load(sys.argv[1], 10)
told = {"gathered": [directory.gather(Quiet())]}
load(sys.argv[2], 11)
told["gathered"].append(directory.gather(Quiet()))
told["found"] = {text: found(text) for text in ("елк АНН", "8 916 123-45-67", "45-67", "bob@", "c", "кина", "'; --")}
told["pages"], after = [], ""
while True:
    page = leaf(Choice(), after=after, most=1)
    told["pages"] += [row.customer_id for row in page.rows]
    after = page.after
    if not after:
        break
told["happened"] = [each.place.key for each in stretch("ann").happenings]
told["forgotten"] = keeping.forget(["ann"], "erased 1")
told["left"] = found("анна")
print(json.dumps(told))
"""


def test_customers_are_listed_found_and_erased(postgres_server: str, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    (first / "customers.csv").write_text(
        "customer_id,name,phone,email\nann,Анна Ёлкина,8 (916) 123-45-67,A@example.com\nbob,Bob,,bob@example.com\n",
        encoding="utf-8",
    )
    head = "order_id,customer_id,ordered_at,amount,kind\n"
    (first / "orders.csv").write_text(head + "1,ann,2026-01-01,10,sale\n2,bob,2026-01-02,20,sale\n", encoding="utf-8")
    (second / "orders.csv").write_text(head + "3,ann,2026-01-03,30,sale\n4,c,2026-01-04,1,sale\n", encoding="utf-8")
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE customers")
    url = urlunsplit(urlsplit(postgres_server)._replace(path="/customers"))
    known = environment() | {
        "DATABASE_URL": url, "VERNOST_LOG": f"{url}{'&' if '?' in url else '?'}schema=facts",
        "VERNOST_DATA": str(tmp_path / "data"), "DJANGO_SETTINGS_MODULE": "vernost_web.project.settings",
    }  # fmt: skip
    done = subprocess.run(  # noqa: S603 - words are ours
        [sys.executable, "-c", _SCRIPT, str(first), str(second)], capture_output=True, text=True, check=False, env=known
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["gathered"] == [
        {"looked": 2, "written": 2, "removed": 0}, {"looked": 2, "written": 2, "removed": 0}
    ], "after the second load only the two whom it names are looked at"  # fmt: skip
    assert told["found"] == {
        "елк АНН": ["ann"], "8 916 123-45-67": ["ann"], "45-67": ["ann"], "bob@": ["bob"], "c": ["c"], "кина": [],
        "'; --": [],
    }  # fmt: skip
    assert told["pages"] == ["ann", "bob", "c"]
    assert told["happened"] == ["3", "1"]
    assert (told["forgotten"], told["left"]) == (1, [])
