"""Jobs are done once, whatever happens to those who do them."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from vernost.errors import InvalidValue
from vernost_web.jobs import actions, queries
from vernost_web.jobs.kinds import KINDS, Cancelled, Run, job
from vernost_web.jobs.models import Job, State
from vernost_web.jobs.worker import MOST_ATTEMPTS, Worker, _Held
from vernost_web.ui.words import unpacked

pytestmark = pytest.mark.django_db


@pytest.fixture
def done() -> Iterator[list[Any]]:
    """What the jobs of a test did."""
    seen: list[Any] = []

    @job("test.note", title="Note")
    def note(run: Run, word: str) -> dict[str, Any]:
        run.tell(0.5, "half")
        seen.append(word)
        return {"word": word}

    @job("test.refuse", title="Refuse")
    def refuse(run: Run) -> None:
        raise InvalidValue("{name} is {value}, must be above 0.", name="days", value=-1)

    @job("test.break", title="Break")
    def break_(run: Run) -> None:
        raise ZeroDivisionError

    yield seen
    for name in ("test.note", "test.refuse", "test.break"):
        del KINDS[name]


def do_all() -> int:
    count, worker = 0, Worker()
    while (taken := worker.take()) is not None:
        worker.do(taken)
        count += 1
    return count


def test_a_job_is_done_and_keeps_what_it_gave(done: list[Any]) -> None:
    asked = actions.ask_for("test.note", word="hello")
    assert do_all() == 1
    asked.refresh_from_db()
    assert (done, asked.state, asked.share, asked.result) == (["hello"], State.DONE, 1.0, {"word": "hello"})


def test_the_same_key_makes_one_job(done: list[Any]) -> None:
    first = actions.ask_for("test.note", key="day 1", word="a")
    second = actions.ask_for("test.note", key="day 1", word="b")
    do_all()
    assert (first.pk, done) == (second.pk, ["a"])


def test_a_job_of_tomorrow_waits(done: list[Any]) -> None:
    actions.ask_for("test.note", not_before=timezone.now() + timedelta(days=1), word="a")
    assert (do_all(), done) == (0, [])


def test_a_job_whose_worker_died_is_taken_up_again(done: list[Any]) -> None:
    asked = actions.ask_for("test.note", word="a")
    assert Worker().take() is not None  # and dies
    assert Worker().take() is None, "held by its lease"
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    do_all()
    asked.refresh_from_db()
    assert (done, asked.state, asked.attempts) == (["a"], State.DONE, 2)


def test_a_job_that_kills_its_workers_is_given_up(done: list[Any]) -> None:
    asked = actions.ask_for("test.note", word="a")
    Job.objects.update(attempts=MOST_ATTEMPTS)
    do_all()
    asked.refresh_from_db()
    assert (done, asked.state) == ([], State.FAILED)


def test_a_worker_that_lost_its_lease_does_not_write_the_end(done: list[Any]) -> None:
    asked = actions.ask_for("test.note", word="a")
    slow = Worker()
    taken = slow.take()
    Job.objects.update(holder="another")
    assert taken is not None
    slow.do(taken)
    asked.refresh_from_db()
    assert (asked.state, done) == (State.RUNNING, [])


@pytest.mark.parametrize(
    ("kind", "russian"),
    [
        pytest.param("test.refuse", "Значение days — -1, а должно быть больше 0.", id="a mistake of the caller"),
        pytest.param("test.break", "ZeroDivisionError", id="a mistake of the program"),
    ],
)
def test_a_failed_job_says_why_in_both_languages(kind: str, russian: str, done: list[Any]) -> None:
    asked = actions.ask_for(kind)
    do_all()
    asked.refresh_from_db()
    assert asked.state == State.FAILED
    assert russian in unpacked(asked.error).told("ru")  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
def test_a_thread_of_the_engine_may_tell_and_hears_that_the_job_is_unwanted() -> None:
    heard: list[Any] = []

    @job("test.thread", title="Thread")
    def work(run: Run) -> None:
        def tell() -> None:
            try:
                for _ in range(200):
                    run.tell(0.5, "half")
                    time.sleep(0.05)
            except Cancelled as error:
                heard.append(error)

        thread = threading.Thread(target=tell)
        thread.start()
        Job.objects.update(is_cancel_asked=True)
        thread.join()
        raise heard[0]

    asked = actions.ask_for("test.thread")
    assert do_all() == 1
    del KINDS["test.thread"]
    asked.refresh_from_db()
    assert (asked.state, asked.share, asked.step) == (State.CANCELLED, 0.5, "half")


@pytest.mark.django_db(transaction=True)
def test_a_lease_that_could_not_be_renewed_once_is_renewed_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else another worker would take the job up while this one still does it."""
    monkeypatch.setattr("vernost_web.jobs.worker._BEAT", 0.1)
    renewed, fails = _Held._renewed, iter([True])

    def renew(held: Any, **values: Any) -> None:
        if next(fails, False):
            raise OperationalError("database is locked")
        renewed(held, **values)

    monkeypatch.setattr(_Held, "_renewed", renew)

    @job("test.long", title="Long")
    def work(run: Run) -> dict[str, Any]:
        first = Job.objects.get().lease_until
        limit = time.monotonic() + 20
        while Job.objects.get().lease_until == first and time.monotonic() < limit:
            time.sleep(0.05)
        return {"is_renewed": Job.objects.get().lease_until != first}

    asked = actions.ask_for("test.long")
    do_all()
    del KINDS["test.long"]
    asked.refresh_from_db()
    assert (asked.result, next(fails, None)) == ({"is_renewed": True}, None)


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_when_it_next_tells(done: list[Any]) -> None:
    running, waiting = actions.ask_for("test.note", word="a"), actions.ask_for("test.note", word="b")
    worker = Worker()
    taken = worker.take()
    assert taken == running
    for each in (waiting, running):
        actions.cancel(each)
    worker.do(running_now := Job.objects.get(pk=running.pk))
    waiting.refresh_from_db()
    running_now.refresh_from_db()
    assert (waiting.state, running_now.state, done) == (State.CANCELLED, State.CANCELLED, [])


def test_who_sees_a_job(done: list[Any], person: Any) -> None:
    mine = actions.ask_for("test.note", by=person("marketer"), word="a")
    assert mine in queries.visible_jobs(person("marketer"))
    assert mine in queries.visible_jobs(person("analyst"))
    assert mine not in queries.visible_jobs(person("hr"))
