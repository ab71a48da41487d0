"""Databases: addresses that may be used, secrets that stay secret, loads on a schedule, once for each time."""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from vernost_web.audit.models import Record
from vernost_web.data import actions, bringing, databases, forms, queries
from vernost_web.data.databases import UnusableAddress, shown_address
from vernost_web.data.models import Database, Intake
from vernost_web.jobs.models import Job, State

pytestmark = pytest.mark.django_db(transaction=True)
Browser = Callable[..., Client]
Work = Callable[[], int]
SECRET = "s3cr3t-пароль"  # noqa: S105 - what must not be shown


@pytest.fixture(autouse=True)
def files_may_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite files stand for databases of servers, which no page would take."""
    monkeypatch.setattr(bringing, "shown_address", str)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"postgresql://ann:{SECRET}@db.example.com/shop", "postgresql://ann:***@db.example.com/shop"),
        ("mysql://ann:x@db/shop?table=orders", "mysql://ann:***@db/shop [orders]"),
        ("trino://ann:x@db/shop?role=a&query=SELECT 1", "trino://ann:***@db/shop?role=a [SELECT 1]"),
    ],
)  # fmt: skip
def test_an_address_is_shown_without_its_password(url: str, shown: str) -> None:
    assert shown_address(url) == shown


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////srv/vernost/application.sqlite3",
        "sqlite+pysqlite:///x.db",
        "duckdb:///x.db",
        "file:///etc/passwd",
        "https://example.com/orders.csv",
        "/etc/passwd",
        "postgresql:///shop",
        "postgresql://ann@db/shop?host=/var/run/postgresql",
        "postgresql://ann@db/shop?passfile=/home/ann/.pgpass",
        "postgresql://ann@db/shop?service=x",
        "mysql://ann@db/shop?read_default_file=/etc/my.cnf",
        "mysql://ann@db/shop?local_infile=1",
        "mssql://ann@db/shop?driver=/home/ann/evil.so",
    ],
)
def test_an_address_of_this_machine_is_refused(url: str, browser: Browser) -> None:
    with pytest.raises(UnusableAddress):
        shown_address(url)
    page = browser().post("/data/databases/new/", {"name": "x", "url": url, "unit": "60"})
    assert (page.status_code, bool(page.context["form"].errors["url"])) == (200, True)
    assert not Database.objects.exists()


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_log: Path) -> Path:
    """A database with orders; a file here, which only this test may name."""
    monkeypatch.setattr(databases, "SERVERS", databases.SERVERS | {"sqlite"})
    path = tmp_path / f"shop-{SECRET}.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE orders (order_id TEXT, customer_id TEXT, ordered_at TEXT, amount REAL)")
        database.execute("INSERT INTO orders VALUES ('1', 'c1', '2024-03-01', 10)")
    database.close()
    return path


def known(path: Path, every: int = 60) -> Database:
    return actions.add_database(by=None, name="till", url=f"sqlite:///{path}", shown="sqlite:///***", every=every)


def orders() -> int:
    with queries.reading() as log:
        return int(log.tables["orders"].count().execute())


def add_order(path: Path, number: int) -> None:
    with sqlite3.connect(path) as database:
        database.execute("INSERT INTO orders VALUES (?, 'c2', '2024-03-02', 5)", [str(number)])
    database.close()


def test_its_address_is_kept_encrypted_and_stands_nowhere(shop: Path, browser: Browser, work: Work) -> None:
    found = known(shop)
    browser().post(f"/data/databases/{found.pk}/load/")
    work()
    assert found.url == f"sqlite:///{shop}"
    with connection.cursor() as cursor:
        kept = [str(row) for table in ("data_database", "jobs_job", "audit_record", "data_intake")
                for row in cursor.execute(f"SELECT * FROM {table}").fetchall()]  # noqa: S608  # fmt: skip
    pages = [
        browser().get(address).content.decode() for address in ("/data/databases/", f"/data/databases/{found.pk}/")
    ]
    assert not [text for text in kept + pages if SECRET in text and "sources" not in text]


def test_a_database_is_loaded_when_it_is_due_and_once_for_each_time(shop: Path, work: Work) -> None:
    found = known(shop)
    work()
    assert (queries.load_number(), Job.objects.filter(kind="data.fetch").count()) == (0, 0), "not due yet"
    for number in (1, 2):
        Database.objects.update(next_at=timezone.now() - timedelta(minutes=1))
        Job.objects.filter(kind="data.schedule").delete()  # as if a minute had passed
        work()
        found.refresh_from_db()
        assert (found.last_load, found.last_error, queries.load_number(), orders()) == (number, None, number, number)
        assert found.next_at is not None
        assert timedelta(minutes=59) < found.next_at - timezone.now() < timedelta(minutes=61)
        add_order(shop, number + 1)
    Job.objects.filter(kind="data.fetch").update(state=State.WAITING)
    work()
    assert queries.load_number() == 2, "a job that is done again loads nothing twice"
    assert Record.objects.filter(action="data.loaded", actor=None).count() == 2


def test_a_load_that_is_asked_for_twice_before_it_is_done_is_done_and_noted_once(
    shop: Path, browser: Browser, work: Work
) -> None:
    found = known(shop)
    for _ in range(2):
        browser().post(f"/data/databases/{found.pk}/load/")
    work()
    counts = Job.objects.filter(kind="data.fetch").count(), Record.objects.filter(action="data.fetch").count()
    assert (counts, queries.load_number()) == ((1, 1), 1)
    browser().post(f"/data/databases/{found.pk}/load/")
    work()
    assert queries.load_number() == 2


def test_a_failure_is_shown_and_the_next_time_is_tried_again(shop: Path, browser: Browser, work: Work) -> None:
    found = known(shop)
    shop.rename(shop.with_suffix(".away"))
    browser().post(f"/data/databases/{found.pk}/load/")
    work()
    found.refresh_from_db()
    assert found.last_error is not None
    assert "there is no such file" in browser().get("/data/databases/").content.decode()
    shop.with_suffix(".away").rename(shop)
    browser().post(f"/data/databases/{found.pk}/load/")
    work()
    found.refresh_from_db()
    assert (found.last_error, found.last_load) == (None, 1)


def test_an_address_that_no_page_has_checked_is_not_read(
    shop: Path, work: Work, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "shown_address", shown_address)
    found = known(shop)
    browser().post(f"/data/databases/{found.pk}/load/")
    work()
    found.refresh_from_db()
    assert (found.last_load, queries.load_number()) == (None, 0)
    assert "may not be used here" in browser().get("/data/databases/").content.decode()


def test_what_is_said_of_its_columns_counts_for_each_load(shop: Path, browser: Browser, work: Work) -> None:
    found = known(shop)
    answer = browser().post(f"/data/databases/{found.pk}/look/")
    work()
    intake = Intake.objects.get()
    assert answer.url == f"/data/new/{intake.pk}/"
    said = {"t0-table": "orders", "t0-orders.order_id": "order_id", "t0-orders.customer_id": "customer_id"}
    said |= {"t0-orders.ordered_at": "ordered_at", "t0-orders.amount": "amount * 100"}
    assert browser().post(f"/data/new/{intake.pk}/columns/", said).status_code == 302
    work()
    browser().post(f"/data/databases/{found.pk}/load/")
    work()
    with queries.reading() as log:
        assert float(log.tables["orders"].amount.sum().execute()) == 1000.0


def test_it_is_changed_and_forgotten_by_pages_and_all_is_written_down(
    shop: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "shown_address", lambda _url: "sqlite:///***")
    form = {"name": "till", "url": f"sqlite:///{shop}", "amount": "2", "unit": "60"}
    assert browser().post("/data/databases/new/", form).status_code == 302
    found = Database.objects.get()
    assert (found.every, found.next_at is not None) == (120, True)
    browser().post(f"/data/databases/{found.pk}/", {"name": "shop", "url": "", "amount": "", "unit": "60"})
    found.refresh_from_db()
    assert (found.name, found.every, found.next_at, found.url) == ("shop", 0, None, f"sqlite:///{shop}")
    assert browser().get(f"/data/databases/{found.pk}/remove/").status_code == 200
    browser().post(f"/data/databases/{found.pk}/remove/")
    assert not Database.objects.exists()
    done = set(Record.objects.values_list("action", flat=True))
    assert {"data.add_database", "data.change_database", "data.remove_database"} <= done
