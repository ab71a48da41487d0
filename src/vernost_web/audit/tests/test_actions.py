"""What is written down, and that it stays."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.core import context
from django.test import RequestFactory

from vernost_web.audit import actions
from vernost_web.audit.models import Record


def test_a_record_tells_who_what_when_from_where_and_keeps_the_name(person: Callable[..., Any]) -> None:
    boris = person("analyst", name="Boris")
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.7")
    request.user = boris
    with context.request_context(request):
        record = actions.record("targets.set", thing="revenue", before={"value": 1}, after={"value": 2})
    boris.name = "Bob"
    boris.save()
    record.refresh_from_db()
    assert (record.actor, record.actor_name, record.address) == (boris, "Boris", "10.0.0.7")
    assert (record.action, record.thing, record.before, record.after) == (
        "targets.set", "revenue", {"value": 1}, {"value": 2},
    )  # fmt: skip


def test_what_the_system_does_has_no_user_and_no_address(db: None) -> None:
    record = actions.record("reports.send")
    assert (record.actor, record.actor_name, record.address) == (None, "", None)


@pytest.mark.parametrize(
    "tamper",
    [
        pytest.param(lambda record: record.save(), id="change one"),
        pytest.param(lambda record: record.delete(), id="remove one"),
        pytest.param(lambda record: Record.objects.update(thing="other"), id="change many"),
        pytest.param(lambda record: Record.objects.all().delete(), id="remove many"),
    ],
)
def test_records_stay_as_they_are(tamper: Callable[[Record], Any], db: None) -> None:
    record = actions.record("targets.set", thing="revenue")
    with pytest.raises(TypeError, match="never"):
        tamper(record)
    assert Record.objects.get().thing == "revenue"
