"""Training as a job: the model, its card in both languages, the comparison, taking over, the schedule."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from vernost_web.audit.models import Record
from vernost_web.data.queries import load_number, reading
from vernost_web.jobs.actions import ask_for
from vernost_web.jobs.kinds import Cancelled
from vernost_web.jobs.models import Job, State
from vernost_web.predictions import actions, queries, scorefile
from vernost_web.predictions.models import Policy, Rule, Standing, TrainedModel
from vernost_web.predictions.serving import may_by_itself
from vernost_web.predictions.training import trained

pytestmark = pytest.mark.django_db


def logged_versions() -> set[str]:
    with reading() as log:
        scores = log.tables.get("scores")
        return set() if scores is None else set(log.fetch(scores.select("version"))["version"].to_pylist())


def test_the_first_model_waits_for_a_person_who_puts_it_to_work(
    waiting: TrainedModel, person: Callable[..., Any], do_jobs: Callable[[], None]
) -> None:
    analyst, model = person("analyst"), waiting
    assert (model.standing, model.trained_by, model.rival) == (Standing.WAITING, analyst, None)
    assert scorefile.path_of(model.pk).exists()
    assert not logged_versions()
    assert {*model.sentences} == {*model.figures} == {"en", "ru"}
    assert model.card["model"] == model.name

    actions.take_over(model, by=analyst)
    actions.take_over(model, by=analyst)
    do_jobs()
    model.refresh_from_db()
    assert (model.standing, model.taken_over_by) == (Standing.SERVING, analyst)
    assert logged_versions() == {model.version}
    assert not scorefile.path_of(model.pk).exists()
    assert queries.scorings()[0].counts == model.counts
    assert Record.objects.filter(action="predictions.take_over").count() == 1


def test_a_new_model_is_compared_and_takes_over_when_it_is_not_worse_and_one_that_waited_is_passed_over(
    at_work: TrainedModel,
    person: Callable[..., Any],
    do_jobs: Callable[[], None],
) -> None:
    waited = TrainedModel.objects.get()
    waited.pk, waited.standing = uuid4(), Standing.WAITING
    waited.save(force_insert=True)
    scorefile.path_of(waited.pk).touch()
    actions.change_policy(by=person("analyst"), rule=Rule.NOT_WORSE)
    actions.train(by=person("analyst"))
    do_jobs()
    new = TrainedModel.objects.exclude(pk__in=[at_work.pk, waited.pk]).get()
    at_work.refresh_from_db()
    waited.refresh_from_db()
    assert (new.standing, at_work.standing, waited.standing) == (Standing.SERVING, Standing.RETIRED, Standing.PASSED)
    assert not scorefile.path_of(waited.pk).exists()
    assert new.rival == at_work
    assert new.comparison["is_worse"] is False
    assert new.comparison["difference"]["low"] <= new.comparison["difference"]["high"]


@pytest.mark.parametrize(
    ("rule", "comparison", "expected"),
    [
        pytest.param(Rule.PERSON, {"is_better": True, "is_worse": False}, False, id="a person decides"),
        pytest.param(Rule.NOT_WORSE, {"is_better": False, "is_worse": False}, True, id="neither is better"),
        pytest.param(Rule.NOT_WORSE, {"is_better": False, "is_worse": True}, False, id="it is worse"),
        pytest.param(Rule.NOT_WORSE, None, False, id="they cannot be compared"),
        pytest.param(Rule.BETTER, {"is_better": False, "is_worse": False}, False, id="it is not better"),
        pytest.param(Rule.BETTER, {"is_better": True, "is_worse": False}, True, id="it is better"),
    ],
)
def test_a_model_takes_over_by_the_rule(
    rule: str, comparison: dict[str, bool] | None, expected: bool, at_work: TrainedModel, person: Callable[..., Any]
) -> None:
    actions.change_policy(by=person("analyst"), rule=rule)
    at_work.pk, at_work.standing, at_work.comparison = uuid4(), Standing.WAITING, comparison
    at_work.rival = TrainedModel.objects.get()
    assert may_by_itself(at_work) is expected


def test_a_training_that_is_repeated_makes_no_second_model(at_work: TrainedModel, do_jobs: Callable[[], None]) -> None:
    ask_for("predictions.train", ticket=str(at_work.pk))
    do_jobs()
    assert TrainedModel.objects.count() == 1
    assert Job.objects.latest("asked_at").state == State.DONE


def test_scores_of_a_model_that_was_passed_over_go_though_the_worker_died(
    at_work: TrainedModel, do_jobs: Callable[[], None]
) -> None:
    """It died after the new model was kept, and before it tidied up."""
    passed = TrainedModel.objects.get()
    passed.pk, passed.standing = uuid4(), Standing.PASSED
    passed.save(force_insert=True)
    scorefile.path_of(passed.pk).touch()
    ask_for("predictions.train", ticket=str(at_work.pk))
    do_jobs()
    assert not scorefile.path_of(passed.pk).exists()


def test_scores_whose_worker_died_before_its_note_are_written_once(
    waiting: TrainedModel, person: Callable[..., Any], do_jobs: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Died(BaseException):
        pass

    def die(*_: object) -> None:
        raise Died

    before = load_number()
    actions.take_over(waiting, by=person("analyst"))
    with monkeypatch.context() as patch:
        patch.setattr("vernost_web.predictions.serving._hand_over", die)
        with pytest.raises(Died):
            do_jobs()
    do_jobs()
    waiting.refresh_from_db()
    assert (waiting.standing, load_number()) == (Standing.SERVING, before + 1)


def test_a_training_stops_where_it_is_and_leaves_nothing(own_shop: object) -> None:
    class Stopped:
        def tell(self, share: float, step: str = "") -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        trained(Stopped(), uuid4(), None)
    assert not TrainedModel.objects.exists()


def test_one_model_is_trained_at_a_time(own_shop: object, person: Callable[..., Any]) -> None:
    assert actions.train(by=person("analyst")) is not None
    assert actions.train(by=person("analyst")) is None


def test_a_log_that_is_empty_is_refused_in_the_librarys_words(
    empty_log: object, person: Callable[..., Any], work: Callable[[], int]
) -> None:
    actions.train(by=person("analyst"))
    work()
    job = Job.objects.get(kind="predictions.train")
    assert job.state == State.FAILED
    assert job.error["sentence"]


def test_a_due_training_is_asked_for_once(
    at_work: TrainedModel, person: Callable[..., Any], done: Callable[[str], Any]
) -> None:
    from vernost_web.predictions.jobs import is_due

    policy = actions.change_policy(by=person("analyst"), every="week", hour=7)
    assert policy.next_at is not None
    assert not is_due()
    Policy.objects.update(next_at=timezone.now() - timedelta(days=20))
    assert is_due()
    assert [done("predictions.start_due").result for _again in range(2)] == [{"count": 1}, {"count": 0}]
    assert Job.objects.filter(kind="predictions.train", state=State.WAITING).count() == 1
    policy.refresh_from_db()
    assert policy.next_at > datetime.now(UTC)
