"""What the processes write when a page is refused, and when one fails."""

import logging
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse

from vernost_web.alerts import queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What the application's own handler writes."""
    handler = next(each for each in logging.getLogger().handlers if type(each) is logging.StreamHandler)
    stream = StringIO()
    before = handler.setStream(stream)
    yield stream
    handler.setStream(before)


def broken() -> None:
    raise RuntimeError("broken")


@pytest.mark.parametrize(
    ("role", "status", "has_trace"),
    [pytest.param("hr", 403, False, id="refused"), pytest.param("administrator", 500, True, id="failed")],
)
def test_only_what_fails_leaves_a_traceback(
    role: str,
    status: int,
    browser: Callable[..., Client],
    written: StringIO,
    monkeypatch: pytest.MonkeyPatch,
    *,
    has_trace: bool,
) -> None:
    monkeypatch.setattr(queries, "receivers", broken)
    client, page = browser(role), reverse("alerts:receivers")
    client.raise_request_exception = False
    assert client.get(page).status_code == status
    assert page in written.getvalue()
    assert ("Traceback" in written.getvalue()) == has_trace
