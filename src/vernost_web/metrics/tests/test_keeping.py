"""Nothing is worked out twice."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from vernost_web.metrics import keeping
from vernost_web.metrics.keeping import forget_before, kept
from vernost_web.metrics.models import Kept

pytestmark = pytest.mark.django_db


def test_an_answer_is_worked_out_once_for_a_state_of_the_log() -> None:
    made: list[int] = []

    def make() -> dict[str, int]:
        made.append(1)
        return {"count": len(made)}

    answers = [kept({"measure": "aov"}, load, make) for load in (1, 1, 2, 1)]
    assert answers == [{"count": 1}, {"count": 1}, {"count": 2}, {"count": 1}]


def test_days_and_instants_come_back_as_they_were() -> None:
    answer = {
        "day": date(2026, 1, 2),
        "at": datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
        "none": None,
        "rows": [{"value": 0.5}],
    }
    assert kept("q", 1, lambda: answer) == answer
    assert kept("q", 1, lambda: None) == answer


def test_a_failure_is_not_kept() -> None:
    with pytest.raises(ZeroDivisionError):
        kept("q", 1, lambda: 1 / 0)
    assert kept("q", 1, lambda: 2) == 2


def test_a_claim_whose_process_died_is_taken_over() -> None:
    kept("q", 1, lambda: 1)
    Kept.objects.update(content=None, claimed_until=timezone.now() - timedelta(seconds=1))
    assert kept("q", 1, lambda: 3) == 3


def test_old_states_are_forgotten() -> None:
    kept("q", 1, lambda: 1)
    kept("q", 2, lambda: 2)
    assert forget_before(2) == 1
    assert kept("q", 2, lambda: 9) == 2


@pytest.mark.django_db(transaction=True)
def test_a_claim_is_renewed_while_its_process_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes longer than a claim lasts is still worked out once."""
    monkeypatch.setattr(keeping, "CLAIM", timedelta(seconds=1.5))
    monkeypatch.setattr(keeping, "_BEAT", 0.1)
    begun, made = threading.Event(), []

    def make() -> int:
        begun.set()
        time.sleep(2.5)
        made.append(1)
        return 7

    def asked() -> int:
        try:
            return int(kept("q", 1, make))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as people:
        first = people.submit(asked)
        assert begun.wait(10)
        second = people.submit(asked)
        assert (first.result(), second.result(), len(made)) == (7, 7, 1)
