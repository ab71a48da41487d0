"""The quality of the data: checked once for each load, told before numbers are read."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from vernost.report.voice import Voice
from vernost_web.data import queries
from vernost_web.data.days import calendar
from vernost_web.data.models import Checked
from vernost_web.jobs.models import Job

pytestmark = pytest.mark.django_db(transaction=True)
Browser = Callable[..., Client]
Work = Callable[[], int]
LOST = date(2024, 3, 13)


@pytest.fixture
def gap(settings: Any, empty_log: Path, tmp_path: Path) -> None:
    """A log with twelve orders a day for ten weeks, but for one Wednesday."""
    from datetime import UTC, datetime

    from vernost import open_store, read

    days = [date(2024, 2, 1) + timedelta(days=number) for number in range(70)]
    lines = [f"{day}-{n},c{n},{day} 1{n % 10}:00,5" for day in days if day != LOST for n in range(12)]
    path = tmp_path / "orders.csv"
    path.write_text("\n".join(["order_id,customer_id,ordered_at,amount", *lines]), encoding="utf-8")
    with read([str(path)]) as reading:
        open_store(str(empty_log), create=True).load(reading, loaded_at=datetime(2024, 5, 1, tzinfo=UTC))


def test_a_lost_day_is_found_framed_and_warned_of_in_both_languages(gap: None, browser: Browser, work: Work) -> None:
    assert queries.warnings() == []
    work()
    assert [each["severity"] for each in queries.warnings()] == ["warning"]
    for role, language, word in (("analyst", "en", "day"), ("administrator", "ru", "день")):
        client = browser(role, language)
        (warning,) = client.get("/data/warnings/").context["warnings"]
        assert word in warning["text"]
        for address in ("/data/warnings/", "/data/"):
            assert escape(warning["text"]) in client.get(address).content.decode()
        (calendar,) = client.get("/data/quality/").context["calendars"]
        assert len(calendar["empty"]) == 1
    assert "/data/quality/" not in browser("marketer").get("/data/warnings/").content.decode()


def test_a_state_is_checked_once(gap: None, work: Work) -> None:
    work()
    work()
    assert (Checked.objects.count(), Job.objects.filter(kind="data.check").count()) == (1, 1)


def test_without_data_the_pages_lead_to_the_first_load(empty_log: Path, browser: Browser, work: Work) -> None:
    work()
    assert not Checked.objects.exists()
    home = browser().get("/data/").content.decode()
    assert "load your first data" in home
    assert 'type="file"' in home
    assert "An analyst or an administrator" in browser("director").get("/data/").content.decode()
    assert "Load data" in browser().get("/data/quality/").content.decode()
    assert not browser().get("/data/warnings/").content.strip()


@pytest.mark.parametrize(("empty", "layers"), [(set(), 1), ({LOST}, 2)])
def test_a_calendar_has_no_layer_that_nobody_sees(empty: set[date], layers: int) -> None:
    counts = {LOST - timedelta(days=1): 5, LOST + timedelta(days=1): 7}
    assert len(calendar(Voice("en"), counts, empty)["layer"]) == layers
