"""Each kind of job, its worker dead before any one of its writes: taken up again, it is done, and nothing twice."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from tests.web_fixtures import _with_log

from vernost import merge_customers, open_log, open_store, read
from vernost.explain.segments import ready_made
from vernost.measure.band import Band
from vernost.schema import TABLES
from vernost_web.accounts.models import User
from vernost_web.alerts.models import Alarm, Delivery, Receiver, Signal, Watch
from vernost_web.alerts.watching import Seen, standard
from vernost_web.api.models import Key, Repeat
from vernost_web.audit.models import Record
from vernost_web.customers.models import Customer, Stand
from vernost_web.dashboards.queries import LANGUAGES
from vernost_web.data import queries as data
from vernost_web.data.actions import add_database
from vernost_web.data.models import Checked, Database, Intake
from vernost_web.identity.models import Pair, Wish
from vernost_web.jobs.kinds import KINDS, kind_of
from vernost_web.jobs.models import Job
from vernost_web.metrics.models import Kept
from vernost_web.predictions import scorefile, training
from vernost_web.predictions.models import Policy, Standing, TrainedModel
from vernost_web.privacy.models import Erasure, Term
from vernost_web.reports.models import Report, Schedule
from vernost_web.reports.reportfiles import KINDS as FILES
from vernost_web.segments.models import Membership, Segment
from vernost_web.tracking.inbox import State, opened
from vernost_web.tracking.inbox_sqlite import SqliteInbox
from vernost_web.ui.sealing import seal
from vernost_web.webhooks.models import SEALED_AS, Happening, Webhook
from vernost_web.webhooks.models import Delivery as Told
from vernost_web.webhooks.transport import Answer

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = "order_id,customer_id,ordered_at,amount\n1,ann,2024-03-01,10\n2,bob,2024-03-02,20\n"
PAST = timedelta(days=400)
MOST = 300
"""Writes of one job, above which something is wrong with the test."""


@dataclass(frozen=True)
class Scene:
    """What a job finds, and what is there when it was done once.

    Attributes:
        found: tells what is there.
        expected: what that must be.
        arguments: of the job.
    """

    found: Callable[[], object]
    expected: object
    arguments: dict[str, Any]


Maker = Callable[[Path, pytest.MonkeyPatch], Scene]
SCENES: dict[str, Maker] = {}


def scene(kind: str) -> Callable[[Maker], Maker]:
    def keep(make: Maker) -> Maker:
        SCENES[kind] = make
        return make

    return keep


class Died(BaseException):
    """What a kill is to a worker."""


class Quiet:
    """A run that nobody listens to."""

    def tell(self, share: float, step: str = "") -> None:
        """Go on."""


@contextmanager
def dying(before: int) -> Iterator[None]:
    """Die before a write, and write nothing any more: the dead do not tidy up."""
    seen = 0

    def write(execute: Any, sql: str, *rest: Any) -> Any:
        nonlocal seen
        is_write = sql.split(maxsplit=1)[0] in {"INSERT", "UPDATE", "DELETE"}
        seen += is_write
        if is_write and seen >= before:
            raise Died
        return execute(sql, *rest)

    with connection.execute_wrapper(write):
        yield


def do(kind: str, arguments: dict[str, Any]) -> None:
    kind_of(kind).work(Quiet(), **arguments)


def is_killed(kind: str, arguments: dict[str, Any], before: int) -> bool:
    try:
        with dying(before):
            do(kind, arguments)
    except Died:
        return True
    return False


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_job_that_dies_before_any_of_its_writes_is_done_once(
    kind: str, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vernost_web.metrics.keeping.CLAIM", timedelta(0))
    monkeypatch.setattr("vernost_web.alerts.delivering._HELD", timedelta(0))
    for before in range(1, MOST):
        folder = tmp_path / str(before)
        settings.MEDIA_ROOT = folder / "files"
        settings.CONFIGURATION = replace(settings.CONFIGURATION, data=folder, email_url="smtp://localhost")
        _with_log(settings, folder / "log")
        mail.outbox.clear()
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
        made = SCENES[kind](folder, monkeypatch)
        was_killed = is_killed(kind, made.arguments, before)
        for _ in range(2):  # the second time as after a death before the end of the job was written down
            do(kind, made.arguments)
        assert made.found() == made.expected, f"died before write {before}"
        if not was_killed:
            break
    _with_log(settings, Path("nowhere"))
    assert not was_killed
    elsewhere = {"data.undo": "the log", "tracking.sweep": "the inbox"}
    assert before > 1 or kind in elsewhere, f"only what writes to {elsewhere} writes nothing here"


def loaded(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "orders.csv").write_text(ORDERS, encoding="utf-8")
    with read([str(folder / "orders.csv")]) as reading:
        open_store(str(folder / "log"), create=True).load(reading, loaded_at=datetime(2024, 4, 1, tzinfo=UTC))


def brought() -> Intake:
    intake = Intake.objects.create(files=[{"name": "a.csv", "stored": "0.csv", "bytes": 1}])
    intake.folder.mkdir(parents=True)
    (intake.folder / "0.csv").write_text(ORDERS, encoding="utf-8")
    return intake


def kinds_of_loads() -> list[str]:
    return [each.record.kind for each in reversed(data.loads())]


def noted(action: str) -> int:
    return Record.objects.filter(action=action).count()


def asked(kind: str) -> int:
    return Job.objects.filter(kind=kind).count()


def mails() -> list[str]:
    """To whom mail went, each mail once however often it came."""
    return sorted({str(each.extra_headers["Message-ID"]): each.to[0] for each in mail.outbox}.values())


@scene("data.look")
def _look(_folder: Path, _patch: pytest.MonkeyPatch) -> Scene:
    intake = brought()
    return Scene(lambda: Intake.objects.get().is_understood, True, {"intake": str(intake.pk)})


@scene("data.rehearse")
def _rehearse(_folder: Path, _patch: pytest.MonkeyPatch) -> Scene:
    def found() -> object:
        told = Intake.objects.get().rehearsed
        return told and told["tallies"][0]["accepted"], kinds_of_loads()

    return Scene(found, (2, []), {"intake": str(brought().pk)})


@scene("data.load")
def _load(_folder: Path, _patch: pytest.MonkeyPatch) -> Scene:
    def found() -> object:
        return Intake.objects.get().load, kinds_of_loads(), noted("data.loaded")

    return Scene(found, (1, ["load"], 1), {"intake": str(brought().pk)})


@scene("data.undo")
def _undo(folder: Path, _patch: pytest.MonkeyPatch) -> Scene:
    loaded(folder)
    return Scene(kinds_of_loads, ["load", "undo"], {"load": 1, "wish": "w"})


def till(folder: Path, patch: pytest.MonkeyPatch) -> Database:
    """A database that is due."""
    from vernost_web.data import bringing

    patch.setattr(bringing, "shown_address", str)
    folder.mkdir(exist_ok=True)
    with closing(sqlite3.connect(folder / "till.db")) as made:
        made.execute("CREATE TABLE orders (order_id TEXT, customer_id TEXT, ordered_at TEXT, amount REAL)")
        made.execute("INSERT INTO orders VALUES ('1', 'c1', '2024-03-01', 10)")
        made.commit()
    found = add_database(by=None, name="till", url=f"sqlite:///{folder / 'till.db'}", shown="***", every=60)
    found.next_at = timezone.now() - PAST
    found.save()
    return found


@scene("data.schedule")
def _schedule(folder: Path, patch: pytest.MonkeyPatch) -> Scene:
    till(folder, patch)
    return Scene(lambda: (asked("data.fetch"), Database.objects.get().next_at > timezone.now()), (1, True), {})  # type: ignore[operator]


@scene("data.fetch")
def _fetch(folder: Path, patch: pytest.MonkeyPatch) -> Scene:
    def found() -> object:
        return Database.objects.get().last_load, Intake.objects.get().load, kinds_of_loads(), noted("data.loaded")

    return Scene(found, (1, 1, ["load"], 1), {"database": str(till(folder, patch).pk), "at": "now"})


@scene("data.check")
def _check(folder: Path, _patch: pytest.MonkeyPatch) -> Scene:
    loaded(folder)
    return Scene(lambda: [each.load for each in Checked.objects.all()], [1], {})


@scene("data.sweep")
def _sweep_data(_folder: Path, _patch: pytest.MonkeyPatch) -> Scene:
    Intake.objects.create(at=timezone.now() - PAST)
    kept = Intake.objects.create()
    return Scene(lambda: [each.pk for each in Intake.objects.all()], [kept.pk], {})


@scene("jobs.sweep")
def _sweep_jobs(_folder: Path, _patch: pytest.MonkeyPatch) -> Scene:
    Job.objects.create(kind="jobs.sweep", ended_at=timezone.now() - PAST)
    kept = Job.objects.create(kind="jobs.sweep", ended_at=timezone.now())
    return Scene(lambda: [each.pk for each in Job.objects.all()], [kept.pk], {})


@scene("metrics.forget")
def _forget(folder: Path, _patch: pytest.MonkeyPatch) -> Scene:
    loaded(folder)
    for load in (0, 1):
        Kept.objects.create(key=str(load), load=load, content=b"")
    return Scene(lambda: [each.load for each in Kept.objects.all()], [1], {})


@scene("dashboards.warm")
def _warm(folder: Path, patch: pytest.MonkeyPatch) -> Scene:
    loaded(folder)
    patch.setattr("vernost_web.dashboards.queries.digest", lambda language: {"language": language})
    return Scene(lambda: [bool(each.content) for each in Kept.objects.all()], [True] * len(LANGUAGES), {})


@scene("alerts.check")
def _check_watches(folder: Path, patch: pytest.MonkeyPatch) -> Scene:
    loaded(folder)
    Receiver.objects.create(kind="mail", address="ann@example.com")
    few, band = standard()[:2], Band(value=9.0, expected=1.0, low=0.5, high=2.0, score=8.0)

    def seen(watch: Watch) -> list[Seen]:
        is_first = (watch.measure, watch.by) == few[0]
        return [Seen(watch, "", "count", date(2024, 3, 2), band)] if is_first else []

    def found() -> object:
        return [each.objects.count() for each in (Alarm, Signal, Delivery, Watch)]

    patch.setattr("vernost_web.alerts.watching.standard", lambda: few)
    patch.setattr("vernost_web.alerts.watching.seen", seen)
    return Scene(found, [1, 1, 1, len(few)], {})


@scene("alerts.deliver")
def _deliver(_folder: Path, _patch: pytest.MonkeyPatch) -> Scene:
    alarm = Alarm.objects.create(opened_on=date(2024, 3, 2))
    watch = Watch.objects.create(measure="orders")
    Signal.objects.create(
        alarm=alarm, watch=watch, unit="count", period=date(2024, 3, 2), value=9, expected=1, low=0, high=2, score=8
    )
    for address in ("ann@example.com", "bob@example.com"):
        receiver = Receiver.objects.create(kind="mail", address=address)
        Delivery.objects.create(alarm=alarm, receiver=receiver)

    def found() -> object:
        return mails(), [each.state for each in Delivery.objects.all()]

    return Scene(found, (["ann@example.com", "bob@example.com"], ["sent", "sent"]), {})


@scene("reports.make")
def _make(folder: Path, patch: pytest.MonkeyPatch) -> Scene:
    def render(_log: object, path: Path, **_: object) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        for kind in FILES:
            path.with_suffix(f".{kind}").write_bytes(b"content")

    def found() -> object:
        return Report.objects.get().is_ready, mails(), noted("reports.make"), noted("reports.send")

    loaded(folder)
    patch.setattr("vernost.report.render_report", render)
    people = ["ann@example.com", "bob@example.com"]
    report = Report.objects.create(language="en", recipients=people)
    return Scene(found, (True, people, 1, 2), {"report": str(report.pk)})


@scene("reports.start_due")
def _start_reports(_folder: Path, _patch: pytest.MonkeyPatch) -> Scene:
    Schedule.objects.create(every="week", next_at=timezone.now() - PAST)
    return Scene(lambda: (Report.objects.count(), asked("reports.make")), (1, 1), {})


@scene("predictions.start_due")
def _start_trainings(_folder: Path, _patch: pytest.MonkeyPatch) -> Scene:
    Policy.objects.create(pk=1, every="week", next_at=timezone.now() - PAST)
    return Scene(lambda: asked("predictions.train"), 1, {})


def _events(folder: Path) -> list[tuple[int, str]]:
    """What is in an inbox: what has become of each event, and of whom it is."""
    with opened(SqliteInbox(folder / "inbox.sqlite3")) as events:
        return list(events.execute("SELECT state, user_id FROM event ORDER BY number").fetchall())


def _sent(folder: Path, *calls: tuple[str, str, dict[str, Any]]) -> None:
    """Calls of a tracking client: kind, of whom, what it says."""
    rows = [
        (1, str(number), kind, "", who, None, 1, 1, 0, None, json.dumps({"userId": who, **said}))
        for number, (kind, who, said) in enumerate(calls)
    ]
    inbox = SqliteInbox(folder / "inbox.sqlite3")
    with opened(inbox) as events:
        inbox.add(events, rows)


@scene("tracking.bring")
def _bring_events(folder: Path, _patch: pytest.MonkeyPatch) -> Scene:
    _sent(folder, ("identify", "ann", {}), ("identify", "bob", {}), ("alias", "bob", {"previousId": "ann"}))

    def found() -> object:
        with open_log(str(folder / "log")) as log:
            customers = sorted(log.tables["customers"].to_pyarrow()["customer_id"].to_pylist())
        return customers, Pair.objects.count(), kinds_of_loads(), _events(folder)

    events = [(State.BROUGHT, who) for who in ("ann", "bob", "bob")]
    return Scene(found, (["ann", "bob"], 1, ["load"], events), {})


@scene("tracking.sweep")
def _sweep_events(folder: Path, _patch: pytest.MonkeyPatch) -> Scene:
    _sent(folder, ("identify", "ann", {}), ("identify", "bob", {}))
    with opened(SqliteInbox(folder / "inbox.sqlite3")) as events:
        events.execute("UPDATE event SET state = ? WHERE user_id = 'ann'", [int(State.BROUGHT)])
    return Scene(lambda: _events(folder), [(State.WAITING, "bob")], {})


def learnt(ticket: UUID) -> TrainedModel:
    """A model and its scores, as a training has them before it keeps the model."""
    day = date(2024, 3, 2)
    names = {"id": ticket, "name": "m", "version": "v", "as_of": day, "days": 30, "load": 1}
    score = {
        "customer_id": "ann",
        "scored_on": day,
        "model": "m",
        "version": "v",
        "days": 30,
        "risk": 0.5,
        "band": "low",
    }
    columns = TABLES["scores"].names
    table = pa.Table.from_pylist([dict.fromkeys(columns) | score])
    return TrainedModel(
        **names, card={}, sentences={}, figures={}, counts=scorefile.write(ticket, [table]), standing=Standing.WAITING
    )


def of_the_model() -> object:
    standings = [each.standing for each in TrainedModel.objects.all()]
    return standings, kinds_of_loads(), noted("predictions.train"), noted("predictions.take_over")


@scene("predictions.train")
def _train(folder: Path, patch: pytest.MonkeyPatch) -> Scene:
    def learn(_run: object, ticket: UUID, _by: object) -> TrainedModel:
        model = learnt(ticket)
        training._keep(model)
        return model

    loaded(folder)
    patch.setattr(training, "_learnt", learn)
    Policy.objects.create(pk=1, rule="not_worse")
    return Scene(of_the_model, (["serving"], ["load", "load"], 1, 1), {"ticket": str(UUID(int=1))})


@scene("predictions.take_over")
def _take_over(folder: Path, _patch: pytest.MonkeyPatch) -> Scene:
    loaded(folder)
    model = learnt(UUID(int=1))
    model.save()
    return Scene(of_the_model, (["serving"], ["load", "load"], 0, 1), {"model": str(model.pk)})


def asked_to_erase(folder: Path) -> Erasure:
    loaded(folder)
    found = Erasure(pseudonym="erased-ann", asked_name="chief")
    found.hide({"ids": ["ann"], "names": ["Ann Lee"], "contacts": []})
    found.save()
    return found


def of_the_erasure() -> object:
    with data.reading() as log:
        customers = set(log.fetch(log.tables["orders"])["customer_id"].to_pylist())
    found = Erasure.objects.get()
    return customers, kinds_of_loads(), noted("privacy.erased"), bool(found.ended_at), found.sealed


@scene("privacy.erase")
def _erase(folder: Path, _patch: pytest.MonkeyPatch) -> Scene:
    erasure = asked_to_erase(folder)
    expected = ({"erased-ann", "bob"}, ["load", "erasure"], 1, True, "")
    return Scene(of_the_erasure, expected, {"erasure": str(erasure.pk)})


@scene("privacy.finish")
def _finish(folder: Path, _patch: pytest.MonkeyPatch) -> Scene:
    erasure = asked_to_erase(folder)

    def found() -> object:
        return Job.objects.filter(kind="privacy.erase", arguments={"erasure": str(erasure.pk)}, ended_at=None).exists()

    return Scene(found, True, {})


@scene("privacy.expire")
def _expire(folder: Path, _patch: pytest.MonkeyPatch) -> Scene:
    loaded(folder)
    report = Report.objects.create(language="en", asked_at=timezone.now() - PAST, made_at=timezone.now() - PAST)
    for kind in ("events", "reports"):
        Term.objects.create(kind=kind, days=30)
    return Scene(lambda: (Report.objects.filter(pk=report.pk).exists(), kinds_of_loads()), (False, ["load"]), {})


@scene("webhooks.deliver")
def _tell(_folder: Path, patch: pytest.MonkeyPatch) -> Scene:
    told: set[str] = set()

    def post(url: str, _body: bytes, headers: dict[str, str]) -> Answer:
        told.add(f"{url} {headers['webhook-id']}")
        return Answer(200, "")

    patch.setattr("vernost_web.webhooks.delivering.post", post)
    patch.setattr("vernost_web.webhooks.delivering._HELD", timedelta(0))
    happening = Happening.objects.create(kind="data.loaded", content={})
    for name in ("a", "b"):
        webhook = Webhook.objects.create(url=name, sealed=seal("c2VjcmV0", of=SEALED_AS))
        Told.objects.create(webhook=webhook, happening=happening)

    def found() -> object:
        return sorted(told), [each.state for each in Told.objects.all()]

    return Scene(found, ([f"{name} {happening.pk}" for name in ("a", "b")], ["sent", "sent"]), {})


@scene("webhooks.sweep")
def _sweep_webhooks(_folder: Path, _patch: pytest.MonkeyPatch) -> Scene:
    Happening.objects.create(kind="data.loaded", content={}, at=timezone.now() - PAST)
    kept = Happening.objects.create(kind="data.loaded", content={})
    return Scene(lambda: [each.pk for each in Happening.objects.all()], [kept.pk], {})


@scene("api.sweep")
def _sweep_api(_folder: Path, _patch: pytest.MonkeyPatch) -> Scene:
    key = Key.objects.create(name="till", prefix="p", digest="d", made_by=User.objects.create(email="ann@example.com"))
    for name, age in {"old": PAST, "new": timedelta(0)}.items():
        Repeat.objects.create(key=key, token=name, digest="d", at=timezone.now() - age)
    return Scene(lambda: [each.token for each in Repeat.objects.all()], ["new"], {})


@scene("customers.gather")
def _gather(folder: Path, _patch: pytest.MonkeyPatch) -> Scene:
    loaded(folder)

    def found() -> object:
        return sorted((each.customer_id, each.orders) for each in Customer.objects.all()), Stand.objects.get().load

    return Scene(found, ([("ann", 1), ("bob", 1)], 1), {})


@scene("segments.refresh")
def _refresh(folder: Path, patch: pytest.MonkeyPatch) -> Scene:
    loaded(folder)
    once = {name: each for name, each in ready_made().items() if name == "one_time"}
    patch.setattr("vernost_web.segments.working.ready_made", lambda: once)

    def found() -> object:
        held = Membership.objects.filter(left_on=None)
        return sorted(each.customer_id for each in held), [
            (each.key, each.count, each.load) for each in Segment.objects.all()
        ]

    return Scene(found, (["ann", "bob"], [("one_time", 2, 1)]), {})


def wished(folder: Path, kind: str) -> Wish:
    """A wish about two customers whom the log knows."""
    loaded(folder)
    return Wish.objects.create(kind=kind, surviving_id="ann", absorbed_ids=["bob"])


def of_the_wish(kind: str) -> tuple[object, ...]:
    with data.reading() as log:
        survivors = dict(log.belonging.survivors)
    return survivors, kinds_of_loads(), Happening.objects.filter(kind=kind).count()


@scene("identity.merge")
def _merge(folder: Path, _patch: pytest.MonkeyPatch) -> Scene:
    wish = wished(folder, "merge")
    Pair.objects.create(first_id="ann", second_id="bob", rank=3)
    Webhook.objects.create(url="a", sealed=seal("c2VjcmV0", of=SEALED_AS))

    def found() -> object:
        return *of_the_wish("identity.merged"), Pair.objects.count()

    return Scene(found, ({"bob": "ann"}, ["load", "load"], 1, 0), {"wish": str(wish.pk)})


@scene("identity.part")
def _part(folder: Path, _patch: pytest.MonkeyPatch) -> Scene:
    wish = wished(folder, "part")
    merge_customers(str(folder / "log"), "ann", ["bob"], at=timezone.now() - PAST)
    Webhook.objects.create(url="a", sealed=seal("c2VjcmV0", of=SEALED_AS))
    expected = ({}, ["load", "load", "load"], 1)
    return Scene(lambda: of_the_wish("identity.parted"), expected, {"wish": str(wish.pk)})


@scene("identity.search")
def _search(folder: Path, _patch: pytest.MonkeyPatch) -> Scene:
    folder.mkdir(exist_ok=True)
    people = "customer_id,name,email\nann,Ann Lee,ann@example.com\nanna,Ann Lee,ANN@example.com\n"
    (folder / "customers.csv").write_text(people, encoding="utf-8")
    with read([str(folder / "customers.csv")]) as reading:
        open_store(str(folder / "log"), create=True).load(reading, loaded_at=datetime(2024, 4, 1, tzinfo=UTC))
    return Scene(lambda: [each.ids for each in Pair.objects.all()], [("ann", "anna")], {})
