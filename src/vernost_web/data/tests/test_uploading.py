"""Uploads: to the disk as they come, bounded, only by those who may, and under no name of the sender's."""

import gzip
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.utils import timezone

from vernost_web.data.models import Intake
from vernost_web.data.tests.conftest import ORDERS
from vernost_web.jobs.actions import ask_for
from vernost_web.jobs.models import Job

pytestmark = pytest.mark.django_db(transaction=True)
Browser = Callable[..., Client]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../etc/cron.d/evil.csv", "evil.csv"),
        ("..\\..\\evil.csv", "evil.csv"),
        ("/etc/passwd", "passwd"),
        ("заказы за май.csv", "заказы за май.csv"),
        ("a\x00b\n.csv", "ab.csv"),
        ("x" * 300 + ".csv", "x" * 116 + ".csv"),
    ],
)
def test_a_name_is_shown_and_never_a_path(name: str, shown: str, browser: Browser, files: Path) -> None:
    boundary = "BoUnD"
    escaped = name.replace("\n", "%0A")
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{escaped}"\r\n'
        f"Content-Type: text/csv\r\n\r\n{ORDERS}\r\n--{boundary}--\r\n"
    ).encode()
    answer = browser().post("/data/upload/", body, content_type=f"multipart/form-data; boundary={boundary}")
    assert answer.status_code == 302
    intake = Intake.objects.get()
    assert intake.files[0]["name"] in {shown, shown.replace("ab", "a\x00b%0A"), "ab%0A.csv"}
    assert [path.relative_to(files).as_posix() for path in files.rglob("*") if path.is_file()] == [
        f"intakes/{intake.pk.hex}/0{Path(shown).suffix}"
    ]


def test_files_of_one_name_stand_side_by_side(browser: Browser) -> None:
    browser().post("/data/upload/", {"files": [SimpleUploadedFile("a.csv", b"x"), SimpleUploadedFile("a.csv", b"yy")]})
    assert Intake.objects.get().files == [
        {"name": "a.csv", "stored": "0.csv", "bytes": 1},
        {"name": "2 a.csv", "stored": "1.csv", "bytes": 2},
    ]


@pytest.mark.parametrize("size", [2_000, 3_000_000])
@pytest.mark.parametrize("is_part", [False, True])
def test_more_than_may_come_is_refused_and_leaves_nothing(
    *, is_part: bool, size: int, browser: Browser, files: Path, settings: Any
) -> None:
    settings.CONFIGURATION = replace(settings.CONFIGURATION, most_upload=1_000)
    headers = {"HX-Request": "true"} if is_part else {}
    answer = browser().post("/data/upload/", {"files": SimpleUploadedFile("a.csv", b"x" * size)}, headers=headers)
    assert answer.status_code == (200 if is_part else 400)
    assert ("<html" in answer.content.decode(), "more than may be uploaded" in answer.content.decode()) == (
        not is_part,
        True,
    )
    assert not Intake.objects.exists()
    assert not [path for path in files.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("most", "language", "told"),
    [
        (20 * 10**9, "en", "up to 20 GB at once"),
        (20 * 10**9, "ru", "до 20\u00a0ГБ за раз"),
        (1_500_000, "en", "up to 1.5 MB at once"),
        (900, "en", "up to 900 bytes at once"),
    ],
)
def test_how_much_may_come_is_told_as_it_was_set(
    most: int, language: str, told: str, browser: Browser, settings: Any
) -> None:
    settings.CONFIGURATION = replace(settings.CONFIGURATION, most_upload=most)
    assert told in browser("analyst", language).get("/data/").content.decode()


def test_nothing_is_read_of_who_may_not_load(browser: Browser, files: Path) -> None:
    for role, status in (("director", 403), (None, 302)):
        assert browser(role).post("/data/upload/", {"files": SimpleUploadedFile("a.csv", b"x")}).status_code == status
    assert not files.exists()


def test_a_page_of_others_cannot_upload(person: Callable[..., Any], files: Path) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("analyst"), backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post("/data/upload/", {"files": SimpleUploadedFile("a.csv", b"x")})
    assert answer.status_code == 403
    assert not Intake.objects.exists()
    assert not [path for path in files.rglob("*") if path.is_file()]


def test_an_upload_without_a_file_is_told(browser: Browser) -> None:
    assert "There is no file" in browser().post("/data/upload/").content.decode()


def test_a_gzip_bomb_is_refused_without_filling_the_disk(
    bring: Callable[..., Intake], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vernost.sources.unpacking.MAX_UNPACKED", 1_000_000)
    intake = bring(bomb__csv__gz=gzip.compress(b"0" * 20_000_000))
    job = Job.objects.get(kind="data.look")
    assert (intake.looked, job.state) == (None, "failed")
    assert "bomb" in job.error["values"]["why"]["sentence"]


def test_old_files_are_swept_and_those_of_a_broken_upload_too(
    bring: Callable[..., Intake], files: Path, work: Callable[[], int]
) -> None:
    old, young = bring(old__csv=ORDERS), bring(young__csv=ORDERS)
    broken = files / "intakes" / "0"
    broken.mkdir()
    past = (timezone.now() - timedelta(days=8)).timestamp()
    for folder in (old.folder, broken):
        os.utime(folder, (past, past))
    Intake.objects.filter(pk=old.pk).update(at=timezone.now() - timedelta(days=8))
    ask_for("data.sweep")
    work()
    assert list((files / "intakes").iterdir()) == [young.folder]
    assert list(Intake.objects.all()) == [young]


def test_a_file_that_no_page_asked_for_is_not_even_read() -> None:
    field = b'--x\r\nContent-Disposition: form-data; name="login"\r\n\r\nann\r\n'
    file = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' + b"x" * 10_000_000
    body = field + file + b"\r\n--x--\r\n"
    request = RequestFactory().generic("POST", "/login/", body, content_type="multipart/form-data; boundary=x")
    request._stream = sent = BytesIO(body)
    assert request.POST["login"] == "ann"
    assert not request.FILES
    assert sent.tell() < len(body) / 10


def test_the_rows_of_a_strange_archive_name_no_file_outside() -> None:
    intake = Intake(files=[{"name": "orders.csv", "stored": "../../secret-key"}, {"name": "b.csv", "stored": "/b.csv"}])
    assert {Path(source).parent for source in intake.labels} == {intake.folder}
