"""Reports: made by a job with the company's settings, read apart from the session, taken away, sent, scheduled."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from vernost_web.audit.models import Record
from vernost_web.company.actions import change_company
from vernost_web.jobs.kinds import kind_of
from vernost_web.jobs.models import Job, State
from vernost_web.reports import actions
from vernost_web.reports.models import Report, Schedule
from vernost_web.reports.reportfiles import folder_of, path_of
from vernost_web.reports.schedule import ask_for_due, is_due

pytestmark = pytest.mark.django_db
PAGE = """<!doctype html>
<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; script-src &#39;sha256-abc=&#39;">
<title>Report</title><script>alert(1)</script>"""


class Quiet:
    """A run that nobody listens to."""

    def tell(self, share: float, step: str = "") -> None:
        """Go on."""


@pytest.fixture
def data(settings: Any, tmp_path: Path) -> Path:
    """A data folder of this test's own, and a mail server."""
    settings.CONFIGURATION = replace(settings.CONFIGURATION, data=tmp_path, email_url="smtp://localhost")
    return tmp_path


@pytest.fixture
def made(data: Path) -> Callable[..., Report]:
    """A report as it is after it was made."""

    def make(**values: Any) -> Report:
        now = timezone.now()
        report = Report.objects.create(made_at=now, day=now.date(), **({"has_forecast": False} | values))
        folder_of(report.pk).mkdir(parents=True)
        for kind in ("pdf", "xlsx"):
            path_of(report.pk, kind).write_bytes(b"content")
        path_of(report.pk, "html").write_text(PAGE, encoding="utf-8")
        return report

    return make


def do(report: Report) -> None:
    kind_of("reports.make").work(Quiet(), report=str(report.pk))
    report.refresh_from_db()


def test_a_report_is_made_once_by_the_companys_settings(
    shop: object, data: Path, person: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    change_company(
        by=person("administrator"), name="Acme & <Sons>", currency="EUR", timezone="Europe/Moscow", lapse_days=3_650
    )
    answer = browser("director").post("/reports/", {"language": "en", "as_of": "", "where": ""})
    assert answer.status_code == 302
    report = Report.objects.get()
    assert report.has_forecast is False
    do(report)
    page = path_of(report.pk, "html").read_text(encoding="utf-8")
    assert "Acme &amp; &lt;Sons&gt;" in page
    assert "Europe/Moscow" in page
    assert "and 0.0% are lost" in page
    assert path_of(report.pk, "pdf").read_bytes()[:4] == b"%PDF"
    assert (report.load, report.is_ready) == (1, True)
    made_at = report.made_at
    do(report)
    assert report.made_at == made_at
    assert Record.objects.filter(action="reports.make").count() == 1


def test_a_wrong_filter_is_told_beside_the_field(shop: object, browser: Callable[..., Client]) -> None:
    answer = browser("director").post("/reports/", {"language": "en", "where": "nonsense = 1; DROP TABLE orders"})
    assert answer.status_code == 200
    assert answer.context["form"].errors["where"]
    assert not Report.objects.exists()


def test_the_page_of_a_report_cannot_touch_the_session(
    made: Callable[..., Report], browser: Callable[..., Client]
) -> None:
    answer = browser("director").get(f"/reports/{made().pk}/")
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox allow-scripts allow-downloads" in policy
    assert "allow-same-origin" not in policy
    assert "script-src 'sha256-abc='" in policy
    assert "'self'" not in policy


def test_files_are_taken_away_by_those_who_may_and_that_is_written_down(
    made: Callable[..., Report], browser: Callable[..., Client]
) -> None:
    report = made()
    answer = browser("director").get(f"/reports/{report.pk}/file/pdf/")
    assert b"".join(answer.streaming_content) == b"content"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert Record.objects.filter(action="reports.export").count() == 1
    assert browser("product").get(f"/reports/{report.pk}/file/pdf/").status_code == 403
    assert browser("director").get(f"/reports/{report.pk}/file/exe/").status_code == 404


@pytest.mark.parametrize(("role", "status"), [("director", 200), ("hr", 404), ("product", 404)])
def test_a_report_that_lists_customers_opens_only_to_those_who_may_see_them(
    role: str, status: int, made: Callable[..., Report], browser: Callable[..., Client]
) -> None:
    report = made(has_forecast=True)
    assert browser(role).get(f"/reports/{report.pk}/").status_code == status
    listed = f"/reports/{report.pk}/" in browser(role).get("/reports/").content.decode()
    assert listed is (status == 200)


def test_a_report_is_sent_to_each_once_with_its_files(made: Callable[..., Report], mailoutbox: list[Any]) -> None:
    report = made(recipients=["ann@example.com", "bob@example.com"], sent_to=["ann@example.com"])
    do(report)
    do(report)
    assert [message.to for message in mailoutbox] == [["bob@example.com"]]
    names = [name for name, _, _ in mailoutbox[0].attachments]
    assert [name.rpartition(".")[2] for name in names] == ["html", "pdf", "xlsx"]
    assert report.sent_to == ["ann@example.com", "bob@example.com"]


class Died(BaseException):
    """What a kill is to a worker: nothing after it is done."""


def die_before_the_note(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object, **__: object) -> None:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr("vernost_web.audit.actions.record", die)
        with pytest.raises(Died):
            do(report)
    report.refresh_from_db()


def test_a_worker_that_died_between_mail_and_note_sends_the_same_mail_again_and_notes_it_once(
    made: Callable[..., Report], mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    report = made(recipients=["ann@example.com"])
    die_before_the_note(report, monkeypatch)
    assert report.sent_to == []
    do(report)
    do(report)
    assert [message.to for message in mailoutbox] == [["ann@example.com"]] * 2
    assert len({message.extra_headers["Message-ID"] for message in mailoutbox}) == 1
    assert Record.objects.filter(action="reports.send").count() == 1


def test_a_report_whose_worker_died_before_its_note_is_made_again_and_noted_once(
    shop: object, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, made = Report.objects.create(language="en", has_forecast=False), []
    monkeypatch.setattr("vernost.report.render_report", lambda *_, **__: made.append(1))
    die_before_the_note(report, monkeypatch)
    assert report.made_at is None
    do(report)
    do(report)
    assert (len(made), Record.objects.filter(action="reports.make").count()) == (2, 1)


def test_without_a_mail_server_nothing_is_sent(
    made: Callable[..., Report], settings: Any, mailoutbox: list[Any]
) -> None:
    settings.CONFIGURATION = replace(settings.CONFIGURATION, email_url="")
    do(made(recipients=["ann@example.com"]))
    assert not mailoutbox


def test_a_due_report_is_asked_for_once_with_what_was_said(person: Callable[..., Any], data: Path) -> None:
    change_company(by=person("administrator"), timezone="Asia/Vladivostok")
    values = {"language": "en", "where": "", "has_forecast": True, "recipients": ["ann@example.com"]}
    schedule = actions.add_schedule(by=person("director"), every="week", hour=7, **values)
    assert schedule.next_at is not None
    assert (schedule.next_at.weekday(), schedule.next_at.hour, schedule.next_at.utcoffset()) == (
        0, 7, timedelta(hours=10),
    )  # fmt: skip
    assert (is_due(), ask_for_due()) == (False, 0)
    Schedule.objects.update(next_at=timezone.now() - timedelta(days=15))
    assert (is_due(), ask_for_due(), ask_for_due()) == (True, 1, 0)
    report = Report.objects.get()
    assert {name: getattr(report, name) for name in values} == values
    assert Job.objects.get(kind="reports.make").arguments == {"report": str(report.pk)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ann@example.com, BOB@example.com\nann@example.com", ["ann@example.com", "bob@example.com"]),
        pytest.param("", []),
        pytest.param("not an address", None, id="no addresses"),
        pytest.param("ann@example.com\r\nBcc: eve@example.com", None, id="a header slipped in"),
    ],
)
def test_recipients_are_addresses(
    text: str, expected: list[str] | None, shop: object, browser: Callable[..., Client]
) -> None:
    asked = {"every": "month", "hour": 8, "language": "ru", "where": "", "recipients": text}
    browser("director").post("/reports/schedules/", asked)
    found = Schedule.objects.first()
    assert (found.recipients if found else None) == expected


def test_schedules_and_reports_are_removed(
    made: Callable[..., Report],
    person: Callable[..., Any],
    browser: Callable[..., Client],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    schedule = actions.add_schedule(by=person("director"), every="month", hour=8)
    assert browser("director").post(f"/reports/schedules/{schedule.pk}/remove/").status_code == 302
    report = made()
    with django_capture_on_commit_callbacks(execute=True):
        browser("director").post(f"/reports/{report.pk}/remove/")
    assert not folder_of(report.pk).exists()
    assert (Report.objects.count(), Schedule.objects.count()) == (0, 0)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_pages_open_in_both_languages(language: str, shop: object, browser: Callable[..., Client]) -> None:
    client = browser("director", language)
    client.post("/reports/", {"language": "en", "where": ""})
    Job.objects.update(state=State.FAILED, error={"sentence": "There is nothing.", "values": {}})
    assert client.get("/reports/").status_code == 200
    assert client.get("/reports/schedules/").status_code == 200
