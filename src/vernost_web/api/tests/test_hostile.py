"""Whatever is sent: no mistake of the program, no answer that the document does not describe."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from vernost_web.alerts.models import Alarm, Signal, Target, Watch
from vernost_web.api.document import document, operations
from vernost_web.api.tests.conftest import Program
from vernost_web.data.models import Database, Intake
from vernost_web.jobs.actions import ask_for
from vernost_web.predictions.models import TrainedModel
from vernost_web.reports.models import Report, Schedule
from vernost_web.webhooks import actions as webhooks

EXAMPLES = 4
"""Of each operation, each of right data and of wrong; the same ones at every run."""

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
pytestmark = pytest.mark.django_db
NAMES = [operation["operationId"] for _path, _method, operation in operations(document("en"))]


@pytest.fixture(scope="module")
def schema() -> Iterator[Any]:
    """The document as the tester reads it, and the application that it is held against."""
    found = schemathesis.openapi.from_dict(document("en"))
    found.app = WSGIHandler()
    signals = (request_started, request_finished)
    for each in signals:  # as Django's own client does, for the connection belongs to the test
        each.disconnect(close_old_connections)
    yield found
    for each in signals:
        each.connect(close_old_connections)


@pytest.fixture
def things(shop: Path, program: Callable[..., Program], person: Callable[..., Any]) -> dict[str, Any]:
    """One thing of each kind: name of a gap in a path -> what stands there."""
    by = person("administrator")
    alarm, watch = Alarm.objects.create(opened_on=date(2026, 1, 1)), Watch.objects.create(measure="orders", by="day")
    Signal.objects.create(
        alarm=alarm, watch=watch, unit="count", period=date(2026, 1, 1), value=1, expected=2, low=1.5, high=2.5,
        score=-5,
    )  # fmt: skip
    webhook = webhooks.add_webhook(by=by, url="http://93.184.216.34/", kinds=[])
    webhooks.tell("data.loaded", {"load": 1})
    words = {"en": [], "ru": []}
    model = TrainedModel.objects.create(
        name="recency_rule", version="1", as_of=date(2026, 1, 1), days=90, load=1, card={"drift": None},
        sentences=words, figures=words, counts={"high": 1},
    )  # fmt: skip
    return {
        "job_id": ask_for("jobs.sweep", by=by).pk, "webhook_id": webhook.pk,
        "delivery_id": webhook.deliveries.get().pk, "number": 1, "place": 0, "model_id": model.pk,
        "intake_id": Intake.objects.create(by=by, files=[{"name": "a.csv", "stored": "0.csv", "bytes": 1}]).pk,
        "database_id": Database.objects.create(name="shop", sealed="x", shown="postgresql://shop").pk,
        "alarm_id": alarm.pk, "watch_id": watch.pk,
        "target_id": Target.objects.create(measure="orders", value=1).pk,
        "report_id": Report.objects.create(asked_by=by).pk, "schedule_id": Schedule.objects.create(every="month").pk,
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_it_answers_as_its_document_says(
    name: str, schema: Any, things: dict[str, Any], program: Callable[..., Program]
) -> None:
    operation = _operation(schema, name)
    headers = program().headers
    right, wrong = (operation.as_strategy(generation_mode=mode) for mode in GenerationMode)

    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(cases=some.tuples(right, wrong), is_there=some.booleans())
    def holds(cases: tuple[Any, Any], is_there: bool) -> None:
        for case in cases:
            if is_there:
                known = {gap: str(things[gap]) for gap in case.path_parameters or {} if gap in things}
                case.path_parameters = {**(case.path_parameters or {}), **known}
            with transaction.atomic():
                case.call_and_validate(headers=headers, checks=CHECKS)
                # Numbers that were worked out stay; what was written is taken back for the next example.
                transaction.set_rollback(case.method != "GET")

    holds()


def _operation(schema: Any, name: str) -> Any:
    found = (each.ok() for each in schema.get_all_operations())
    return next(each for each in found if each.definition.raw["operationId"] == name)
