"""The page of jobs: who sees what, filters, how far a job is, stopping it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from vernost.messages import Message
from vernost_web.jobs import actions
from vernost_web.jobs.kinds import KINDS, Run, job
from vernost_web.jobs.models import Job, State
from vernost_web.ui.words import packed

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    """Two kinds of jobs."""

    @job("test.bake", title="Bake")
    def bake(run: Run) -> None: ...

    @job("test.brew", title="Brew")
    def brew(run: Run) -> None: ...

    yield
    del KINDS["test.bake"], KINDS["test.brew"]


def shown(page: Any) -> set[str]:
    return {each.kind for each in page.context["page"]}


def test_jobs_are_filtered_by_state_and_kind(browser: Browser) -> None:
    actions.ask_for("test.bake")
    Job.objects.filter(pk=actions.ask_for("test.brew").pk).update(state=State.FAILED)
    client = browser()
    assert shown(client.get("/jobs/")) == {"test.bake", "test.brew"}
    assert shown(client.get("/jobs/?state=failed")) == {"test.brew"}
    assert shown(client.get("/jobs/?kind=test.bake&state=waiting")) == {"test.bake"}
    assert shown(client.get("/jobs/?kind=test.bake&state=failed")) == set()


@pytest.mark.parametrize("text", ["'; DROP TABLE jobs--", "<script>alert(1)</script>", "{{ 7*7 }}", "\0"])
def test_a_wrong_filter_counts_as_none(text: str, browser: Browser) -> None:
    actions.ask_for("test.bake")
    page = browser().get("/jobs/", {"state": text, "kind": text, "page": text})
    assert (page.status_code, shown(page)) == (200, {"test.bake"})
    assert "<script>alert" not in page.content.decode()


def test_progress_asks_for_itself_until_the_job_is_over_and_then_for_the_page(browser: Browser) -> None:
    asked = actions.ask_for("test.bake")
    Job.objects.update(state=State.RUNNING, share=0.25, step=packed(Message("<b>orders</b>")))
    client, address = browser(), f"/jobs/{asked.pk}/?then=reload"
    page = client.get(address)
    text = page.content.decode()
    assert ("hx-get" in text, "25" in text, "<b>" in text) == (True, True, False)
    assert "HX-Refresh" not in page.headers
    Job.objects.update(state=State.DONE)
    page = client.get(address)
    assert ("hx-get" in page.content.decode(), page.headers["HX-Refresh"]) == (False, "true")


@pytest.mark.parametrize(("role", "status"), [("analyst", 302), ("marketer", 404)])
def test_only_those_who_may_see_a_job_can_stop_it(role: str, status: int, browser: Browser) -> None:
    asked = actions.ask_for("test.bake")
    assert browser(role).post(f"/jobs/{asked.pk}/cancel/").status_code == status
    asked.refresh_from_db()
    assert (asked.state == State.CANCELLED) == (status == 302)
