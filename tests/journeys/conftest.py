"""A running installation with a made-up company, and browsers in which somebody of a role is signed in."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

VERNOST = str(Path(sys.executable).with_name("vernost"))
CUSTOMERS, START = 600, 90.0
PASSWORD = "correct horse battery"  # noqa: S105 - of nobody but these people


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an installation that runs while the tests do."""
    folder = tmp_path_factory.mktemp("journeys")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("VERNOST", "DJANGO"))}
    words = ["demo", str(folder / "data"), "--customers", str(CUSTOMERS), "--port", str(port), "--lang", "en"]
    with (folder / "output.txt").open("w") as output:
        running = subprocess.Popen(  # noqa: S603 - words are ours
            [VERNOST, *words], stdout=output, stderr=subprocess.STDOUT, env=environment
        )
        try:
            _wait(f"http://localhost:{port}", running, folder / "output.txt")
            os.environ["VERNOST_JOURNEY_DATA"] = str(folder / "data")
            yield f"http://localhost:{port}"
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(timeout=40)


def _wait(address: str, running: "subprocess.Popen[bytes]", output: Path) -> None:
    limit = time.monotonic() + START
    while time.monotonic() < limit:
        assert running.poll() is None, output.read_text()
        try:
            with urllib.request.urlopen(f"{address}/health/", timeout=5):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(output.read_text())


_SIGN_IN = """
import django, sys
django.setup()
from django.test import Client
from vernost_web.accounts.models import User
role, language, password = sys.argv[1:]
user = User.objects.filter(email=f"{role}@example.com").first()
user = user or User.objects.create_user(f"{role}@example.com", password, role=role, name=role)
user.language = language
user.save()
client = Client()
client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
print("session", client.cookies["sessionid"].value)
"""


@pytest.fixture(scope="session")
def session_of(address: str) -> Callable[..., str]:
    """Makes the session of somebody of a role who is signed in."""
    environment = dict(os.environ) | {
        "DJANGO_SETTINGS_MODULE": "vernost_web.project.settings",
        "VERNOST_DATA": os.environ["VERNOST_JOURNEY_DATA"],
    }

    def make(role: str, language: str = "en") -> str:
        answer = subprocess.run(  # noqa: S603 - words are ours
            [sys.executable, "-c", _SIGN_IN, role, language, PASSWORD],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        )
        found = re.search(r"session (\S+)", answer.stdout)
        assert found, answer.stderr
        return found[1]

    return make


@pytest.fixture
def visit(address: str, session_of: Callable[..., str], chromium: "Browser") -> "Iterator[Callable[..., Page]]":
    """Makes a page in which somebody of a role, or nobody, is signed in; what goes wrong in it fails the test.

    To a browser a page that is refused has gone wrong, too: ``is_refused`` says that this is meant.
    """
    opened, wrong = [], []

    def make(
        role: str = "", *, language: str = "en", width: int = 1280, theme: str = "light", is_refused: bool = False
    ) -> "Page":
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, locale=language, base_url=address
        )
        if role:
            context.add_cookies([{"name": "sessionid", "value": session_of(role, language), "url": address}])
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        if not is_refused:
            page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        opened.append(context)
        return page

    yield make
    for context in opened:
        context.close()
    assert not wrong
