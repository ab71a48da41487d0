"""An installation in which one person has left traces in every place; then they are erased.

Run in a process of its own with the settings of a real installation: ``python -m tests.vernost_web.canary live`` makes
it, and ``… erase`` erases them.
"""

# ruff: noqa: E402, T201 - Django is set up first; what comes out is read by the test

import csv
import gzip
import io
import json
import sys
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import django

django.setup()

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from tests.vernost_web.canary_words import EMAIL, ID, NAME, PHONE, TEXT

from vernost_web.accounts.models import User
from vernost_web.alerts.actions import add_watch
from vernost_web.company.actions import change_company
from vernost_web.data import actions as data
from vernost_web.data.models import Intake
from vernost_web.jobs.models import Job, State
from vernost_web.jobs.worker import Worker
from vernost_web.predictions import scorefile
from vernost_web.predictions.models import TrainedModel
from vernost_web.privacy.models import Erasure
from vernost_web.reports.actions import ask_for_report


def live() -> None:
    """Make the installation, and let the person leave traces."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    user = User.objects.create_user("chief@example.com", "correct horse battery", role="administrator")
    change_company(by=user, name="Shop", currency="RUB", timezone="Europe/Moscow")
    browser = _browser()
    load_from_files(browser)
    _bring(browser, **{"later.csv.gz": gzip.compress(_table([_order(7, ID)]))})
    _bring(browser, **{"kenar.zip": _zip({"inner.csv": _table([_order(8, ID)]).decode().encode("utf-16")})})
    Worker().run(until_idle=True)
    look_around(browser)
    work_with(browser, user)
    Worker().run(until_idle=True)
    print(json.dumps({"jobs": Job.objects.filter(state=State.FAILED).count()}))


def load_from_files(browser: Client) -> None:
    """Customers, orders, tickets and answers; one order comes without a day and is rejected."""
    people = [
        {"customer_id": ID, "name": NAME, "email": EMAIL, "phone": PHONE, "birthday": "1990-02-03", "shoe": TEXT},
        *(
            {
                "customer_id": f"c{n}",
                "name": f"N{n}",
                "email": f"c{n}@example.com",
                "phone": "",
                "birthday": "",
                "shoe": "",
            }
            for n in range(30)
        ),
    ]
    orders = [_order(n, ID if n % 10 == 0 else f"c{n % 30}") for n in range(120)]
    orders.append(_order(999, ID) | {"ordered_at": "когда-то"})
    tickets = [{"ticket_id": f"t{n}", "customer_id": ID, "opened_at": "2025-02-03", "text": TEXT} for n in range(2)]
    intake = _bring(
        browser,
        **{"customers.csv": _table(people), "orders.csv": _table(orders), "tickets.csv": _table(tickets)},
    )
    Worker().run(until_idle=True)
    intake.refresh_from_db()
    data.try_out(intake, by=None)
    Worker().run(until_idle=True)
    intake.refresh_from_db()
    data.load(intake, by=None)
    Worker().run(until_idle=True)
    intake.refresh_from_db()
    assert intake.load


def look_around(browser: Client) -> None:
    """Open pages about the person, whose answers are kept."""
    for path in (
        f"/customers/of/{ID}/",
        f"/customers/of/{ID}/timeline/",
        f"/customers/?q={NAME}",
        f"/measures/revenue/?where=customer_id = '{ID}'",
        "/measures/vip/",
        f"/privacy/?who={EMAIL}",
        f"/privacy/person/?customer={ID}",
        f"/privacy/person/file/json/?customer={ID}",
        "/data/",
    ):
        answer = browser.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
    session = browser.session
    session["looked at"] = [ID, NAME]
    session.save()


def work_with(browser: Client, user: User) -> None:
    """Write about the person, watch them, report on them, score them, fail over them."""
    browser.post(f"/customers/of/{ID}/add/note/", {"text": f"{TEXT}, {NAME}"})
    browser.post(f"/customers/of/{ID}/add/tag/", {"tag": "Кенарь"})
    add_watch(by_user=user, measure="revenue", by="month", cut="", where=f"customer_id = '{ID}'")
    ask_for_report(by=user, language="ru", where=f"customer_id = '{ID}' or city = '{NAME}'", has_forecast=False)
    Job.objects.create(kind="data.look", arguments={"intake": ID}, state=State.FAILED, ended_at=timezone.now(),
                       error={"sentence": "{who} is odd.", "values": {"who": NAME}})  # fmt: skip
    model = TrainedModel.objects.create(
        name="rules", version="1", as_of="2025-05-01", days=90, load=1, card={}, sentences={}, figures={}, counts={}
    )
    scorefile.write(model.pk, [_scores()])


def erase() -> None:
    """Erase the person as somebody in a browser does."""
    browser = _browser()
    answer = browser.post("/privacy/person/erase/", {"customer": ID, "typed": ID})
    assert answer.status_code == 302, answer.content
    Worker().run(until_idle=True)
    erasure = Erasure.objects.get()
    assert erasure.job
    job = Job.objects.get(pk=erasure.job)
    told = {
        "ended": bool(erasure.ended_at),
        "error": job.error,
        "places": {e["name"]: e["count"] for e in erasure.places},
    }
    browser.get(answer.headers["Location"])
    print(json.dumps(told))


def _browser() -> Client:
    # Pages need no gathered files here.
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    browser = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
    user = User.objects.get()
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def _bring(browser: Client, **files: bytes) -> Intake:
    known = set(Intake.objects.values_list("pk", flat=True))
    uploads = [SimpleUploadedFile(name, content) for name, content in files.items()]
    answer = browser.post("/data/upload/", {"files": uploads})
    assert answer.status_code in {200, 302}, answer.content
    return Intake.objects.exclude(pk__in=known).get()


def _order(number: int, customer: str) -> dict[str, Any]:
    day = f"2025-{1 + number % 5:02}-{1 + number % 27:02}"
    return {"order_id": f"{number} of {customer}", "customer_id": customer, "ordered_at": day, "amount": 100 + number}


def _scores() -> Any:
    import pyarrow as pa

    return pa.table({"customer_id": [ID, "c1"], "band": ["high", "low"], "reasons": [f'[{{"who": "{ID}"}}]', "[]"]})


def _table(rows: Sequence[Mapping[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _zip(files: Mapping[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, inner in files.items():
            archive.writestr(name, inner)
    return content.getvalue()


if __name__ == "__main__":
    {"live": live, "erase": erase}[sys.argv[1]]()
