"""How long data are kept: what is older goes, in the log and beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from vernost_web.audit import actions as audit
from vernost_web.audit.queries import records_before
from vernost_web.data import actions as data
from vernost_web.data.queries import close_logs, load_number, loaded_before, patiently, reading, store
from vernost_web.jobs.kinds import Run
from vernost_web.privacy.kinds import KINDS
from vernost_web.privacy.models import Erasure, Term
from vernost_web.reports import actions as reports
from vernost_web.reports.queries import reports_before
from vernost_web.ui.slice import Words

_IN_LOG = frozenset({"events", "contacts", "ticket_texts", "answer_texts", "review_texts"})
"""Kinds that are in the log; the others are kept by the application."""


@dataclass(frozen=True, slots=True)
class Expiring:
    """What of a kind is older than it may be.

    Attributes:
        kind: code name of the kind.
        title: the kind in words.
        before: the day before which it happened.
        count: how many records that are.
    """

    kind: str
    title: Words
    before: date
    count: int


def terms() -> dict[str, int]:
    """Kind of data -> days that it is kept; kinds that are kept for ever are not here."""
    return dict(Term.objects.values_list("kind", "days"))


def expiring(wanted: Mapping[str, int]) -> list[Expiring]:
    """What would go now by some terms."""
    return [
        Expiring(kind, title, _limit(wanted[kind]).date(), _count(kind, _limit(wanted[kind])))
        for kind, title in KINDS
        if kind in wanted
    ]


def expire(run: Run) -> dict[str, int]:
    """Let go what is older than it may be; how many records of each kind."""
    wanted = {kind: _limit(days) for kind, days in terms().items()}
    run.tell(0)
    counts = {kind: _count(kind, limit) for kind, limit in wanted.items()}
    in_log = {kind: limit for kind, limit in wanted.items() if kind in _IN_LOG and counts[kind]}
    if in_log:
        close_logs()
        patiently(run, lambda: store().expire(in_log, at=timezone.now()))
    for kind, limit in wanted.items():
        if kind not in _IN_LOG and counts[kind]:
            _forget(run, kind, limit)
    gone = {kind: count for kind, count in counts.items() if count}
    if gone:
        audit.record("privacy.expired", after=gone)
    return gone


def _limit(days: int) -> datetime:
    return timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days)


def _days_since(limit: datetime) -> int:
    return (timezone.now() - limit).days


def _count(kind: str, limit: datetime) -> int:
    if kind in _IN_LOG:
        return _count_in_log(kind, limit)
    if kind == "uploads":
        return len(loaded_before(limit))
    if kind == "states":
        return store().untidy(at=timezone.now(), keep_days=_days_since(limit)) if load_number() else 0
    return {"audit": records_before, "reports": reports_before, "certificates": _certificates_before}[kind](
        limit
    ).count()


def _count_in_log(kind: str, limit: datetime) -> int:
    from vernost.store.expiring import expiring as expiring_in

    if not load_number():
        return 0
    with reading() as log:
        return expiring_in(log, kind, limit.astimezone(UTC).replace(tzinfo=None))


def _forget(run: Run, kind: str, limit: datetime) -> None:
    match kind:
        case "uploads":
            data.forget_loaded(limit)
        case "states":
            close_logs()
            patiently(run, lambda: store().tidy(at=timezone.now(), keep_days=_days_since(limit)))
        case "reports":
            reports.forget_before(limit)
        case "audit":
            audit.forget_before(limit)
        case "certificates":
            _certificates_before(limit).delete()


def _certificates_before(limit: datetime) -> QuerySet[Erasure]:
    return Erasure.objects.filter(ended_at__lt=limit)
