"""Bringing files in as a browser does."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from vernost_web.data.models import Intake

ORDERS = "order_id,customer_id,ordered_at,amount\n1,ann,2024-03-01,10\n2,bob,2024-03-02,20\n"


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    """Where intakes keep their files."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def bring(browser: Callable[..., Client], work: Callable[[], int], empty_log: Path) -> Callable[..., Intake]:
    """Uploads files of that content, by name, and has them looked at."""

    def upload(role: str = "analyst", **contents: str | bytes) -> Intake:
        uploads = [
            SimpleUploadedFile(name.replace("__", "."), text if isinstance(text, bytes) else text.encode())
            for name, text in contents.items()
        ]
        answer = browser(role).post("/data/upload/", {"files": uploads})
        assert answer.status_code == 302, answer.content.decode()
        work()
        return Intake.objects.get(pk=answer.url.split("/")[-2])

    return upload
