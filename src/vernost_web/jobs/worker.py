"""A worker: takes jobs one after another, holds each by a lease, and asks for what the schedule wants."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import Q
from django.utils import timezone

from vernost.errors import VernostError
from vernost.messages import Message
from vernost_web.jobs import schedule
from vernost_web.jobs.kinds import Cancelled, kind_of
from vernost_web.jobs.models import Job, State
from vernost_web.ui.words import packed

LEASE = timedelta(seconds=30)
MOST_ATTEMPTS = 5
_PAUSE, _BEAT, _TOLD = 0.5, 5.0, 0.4
"""Seconds between looks for a job, between renewals of a lease, between notes of progress."""

log = logging.getLogger(__name__)


class Worker:
    """Does jobs until it is stopped."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Take no more jobs; the one in hand goes back to the queue when it next tells how far it is."""
        self._stopping.set()

    def run(self, *, until_idle: bool = False) -> int:
        """Do jobs.

        Args:
            until_idle: come back when no job is due, instead of waiting for more.

        Returns:
            How many were done.
        """
        count = 0
        while not self._stopping.is_set():
            close_old_connections()
            schedule.ask_for_due()
            job = self.take()
            if job is not None:
                self.do(job)
                count += 1
            elif until_idle:
                break
            else:
                self._stopping.wait(_PAUSE)
        return count

    @transaction.atomic
    def take(self) -> Job | None:
        """The next job that is due, or whose worker died, now held by this worker."""
        now = timezone.now()
        due = Q(state=State.WAITING, not_before__lte=now) | Q(state=State.RUNNING, lease_until__lt=now)
        job = Job.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
        found = job.filter(due).order_by("not_before", "asked_at").first()
        if found is None:
            return None
        found.state, found.holder, found.lease_until = State.RUNNING, self.name, now + LEASE
        found.started_at = found.started_at or now
        found.attempts += 1
        found.save(update_fields=["state", "holder", "lease_until", "started_at", "attempts"])
        return found

    def do(self, job: Job) -> None:
        """Do a job and write down what became of it."""
        if job.attempts > MOST_ATTEMPTS:
            self._end(
                job,
                State.FAILED,
                error=Message("Its worker died {count} times. Look into the log of the worker.", count=MOST_ATTEMPTS),
            )
            return
        try:
            with _Held(job, self._stopping) as run:
                result = kind_of(job.kind).work(run, **job.arguments)
        except Cancelled:
            if self._stopping.is_set() and not self._is_cancel_asked(job):
                self._give_back(job)
            else:
                self._end(job, State.CANCELLED)
        except VernostError as error:
            self._end(job, State.FAILED, error=error.message)
        except Exception as error:
            log.exception("Job %s (%s) failed.", job.pk, job.kind)
            self._end(
                job,
                State.FAILED,
                error=Message(
                    "This should not have happened: {kind}. The log of the worker says where.",
                    kind=type(error).__name__,
                ),
            )
        else:
            self._end(job, State.DONE, result=result)

    def _is_cancel_asked(self, job: Job) -> bool:
        return Job.objects.filter(pk=job.pk, is_cancel_asked=True).exists()

    def _end(self, job: Job, state: State, *, result: Any = None, error: Message | None = None) -> None:
        """Write the end down, unless another worker has taken the job over meanwhile."""
        values: dict[str, Any] = {"state": state, "ended_at": timezone.now(), "lease_until": None, "result": result}
        if state == State.DONE:
            values["share"] = 1.0
        if error is not None:
            values["error"] = packed(error)
        Job.objects.filter(pk=job.pk, holder=self.name).update(**values)

    def _give_back(self, job: Job) -> None:
        held = Job.objects.filter(pk=job.pk, holder=self.name)
        held.update(state=State.WAITING, lease_until=None, holder="", attempts=job.attempts - 1)


class _Held:
    """A job held by a lease that a thread renews, for its function may be busy in the engine for minutes.

    What threads of the engine tell is written down by that thread too: they should hold no connection to the database.
    """

    def __init__(self, job: Job, stopping: threading.Event, clock: Callable[[], float] = time.monotonic) -> None:
        self._job, self._stopping, self._clock = job, stopping, clock
        self._home = threading.current_thread()
        self._told_at, self._renewed_at = 0.0, clock()
        self._news: dict[str, Any] = {}
        self._over = threading.Event()
        self._is_unwanted = threading.Event()
        self._beat = threading.Thread(target=self._renew, daemon=True)

    def __enter__(self) -> "_Held":
        self._beat.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._beat.join()

    def tell(self, share: float, step: str = "") -> None:
        """Say how much is done; raises Cancelled when the job is not wanted any more."""
        if self._is_unwanted.is_set() or self._stopping.is_set():
            raise Cancelled
        values: dict[str, Any] = {"share": min(max(share, 0.0), 1.0)} | ({"step": packed(step)} if step else {})
        if threading.current_thread() is not self._home:
            self._news = values
            return
        now = self._clock()
        if now - self._told_at < _TOLD and share < 1:
            return
        self._told_at = now
        self._renewed(**values)
        if self._is_unwanted.is_set():
            raise Cancelled

    def _renew(self) -> None:
        while not self._over.wait(_TOLD):
            news, self._news = self._news, {}
            if news or self._clock() - self._renewed_at >= _BEAT:
                try:
                    self._renewed(**news)
                except DatabaseError:
                    # Tried again soon: a lease that ran out would have the job done by another worker as well.
                    log.warning("The lease of job %s could not be renewed.", self._job.pk, exc_info=True)
        connection.close()

    def _renewed(self, **values: Any) -> None:
        self._renewed_at = self._clock()
        held = Job.objects.filter(pk=self._job.pk, holder=self._job.holder, state=State.RUNNING)
        is_ours = held.update(lease_until=timezone.now() + LEASE, **values)
        if not is_ours or held.filter(is_cancel_asked=True).exists():
            self._is_unwanted.set()
