"""The real clients of Segment and PostHog send to an installation, told nothing but its address and a key."""

import functools
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.vernost_web.test_up import Installation, environment

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CLIENTS = Path(__file__).parent / "clients"
KEY = "vt_key-of-the-clients"
_FURNISH = """
import sys, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from vernost_web.tracking.keys import digest_of
from vernost_web.tracking.models import Key, Source
Key.objects.create(source=Source.objects.create(name="clients"), digest=digest_of(sys.argv[1]), hint="ents")
"""
Seen = set[tuple[str, str, str | None]]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    data = tmp_path_factory.mktemp("tracking") / "data"
    known = environment() | {"VERNOST_DATA": str(data), "DJANGO_SETTINGS_MODULE": "vernost_web.project.settings"}
    subprocess.run([sys.executable, "-c", _FURNISH, KEY], check=True, env=known)  # noqa: S603 - words are ours
    running = Installation("up", data=data, settings={"VERNOST_WORKERS": "0"})
    running.wait()
    yield running
    running.stop()


@pytest.fixture
def arrived(installation: Installation) -> Iterator[Any]:
    """What came during the test: kind, what happened, whose."""
    path = installation.data / "inbox.sqlite3"

    def read(sql: str = "SELECT kind, name, coalesce(user_id, anonymous_id) FROM event WHERE state < 4") -> list[Any]:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute(sql).fetchall()

    yield read
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM event")


@pytest.fixture(scope="module")
def node_modules() -> Path:
    """The clients for Node and for browsers, installed as their lock says."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("There is no npm on this machine; CI installs one.")
    where = CLIENTS / "node_modules"
    if not (where / ".package-lock.json").exists():
        words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run([npm, *words], cwd=CLIENTS, check=True, capture_output=True)  # noqa: S603 - words are ours
    return where


def run(*words: str) -> None:
    done = subprocess.run(words, cwd=CLIENTS, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603
    assert done.returncode == 0, done.stdout + done.stderr


SENT: Seen = {
    ("identify", "", "ann"),
    ("track", "Order Completed", "ann"),
    ("group", "", "ann"),
    ("alias", "", "ann"),
}


@pytest.mark.parametrize("words", [(), ("gzip",)], ids=["plain", "gzip"])
def test_segment_for_python(installation: Installation, arrived: Any, words: tuple[str, ...]) -> None:
    run(sys.executable, "segment_python.py", installation.address, KEY, *words)
    assert set(arrived()) == SENT | {("page", "Python", "ann"), ("screen", "Basket", "ann")}
    ((instant,),) = arrived("SELECT occurred_at FROM event WHERE kind = 'track'")
    assert instant == 1_709_197_200_000_000, "the past is taken in as it was"


@pytest.mark.parametrize("words", [(), ("gzip",)], ids=["plain", "gzip"])
def test_posthog_for_python(installation: Installation, arrived: Any, words: tuple[str, ...]) -> None:
    run(sys.executable, "posthog_python.py", installation.address, KEY, *words)
    found = set(arrived())
    visitors = {each for each in found if each[1] == "Seen by nobody known" or each[0] == "group"}
    assert found - visitors == {
        *(SENT - {("group", "", "ann")}),
        ("track", "Opened", "ann"),
        ("track", "$feature_flag_called", "ann"),
    }
    assert len(visitors) == len({who for _, _, who in visitors}) == 2
    assert arrived("SELECT count(*) FROM event WHERE user_id IS NULL") == [(2,)]
    assert arrived("SELECT count(*) FROM event WHERE kind = 'identify'") == [(2,)], "an event may bring traits along"


def test_segment_for_node(installation: Installation, arrived: Any, node_modules: Path) -> None:
    node = shutil.which("node")
    assert node
    run(node, "segment_node.mjs", installation.address, KEY)
    assert set(arrived()) == SENT | {("page", "Home", "ann"), ("screen", "Cart", "ann")}


@pytest.fixture
def site(node_modules: Path) -> Iterator[str]:
    """Another site, with the client in its pages."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    folder = node_modules / "@segment" / "analytics-next" / "dist" / "umd"
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


_IN_PAGE = """async ([key, host]) => {
  const here = { apiKey: key, apiHost: `${host}/v1`, protocol: "http" };
  const cdnSettings = { integrations: { "Segment.io": here } };
  const [analytics] = await window.AnalyticsNext.AnalyticsBrowser.load({ writeKey: key, cdnSettings });
  const visitor = analytics.user().anonymousId();
  await analytics.page("Home");
  await analytics.track("Product Viewed", { product_id: "p1" });
  await analytics.identify("ann", { email: "ann@example.com" });
  await analytics.track("Order Completed", { order_id: "1001", total: 250.5 });
  await analytics.group("acme", { name: "Acme" });
  await analytics.alias("ann", "visitor-before");
  return visitor;
}"""


def test_segment_in_a_page_of_another_site(
    installation: Installation, arrived: Any, site: str, chromium: "Browser"
) -> None:
    page = chromium.new_page()
    wrong: list[str] = []
    page.on("requestfailed", lambda request: wrong.append(f"{request.url} {request.failure}"))
    page.goto(site)
    page.add_script_tag(url="/index.js")
    with page.expect_response(lambda answer: answer.url.endswith("/v1/a") and answer.request.method == "POST"):
        visitor = page.evaluate(_IN_PAGE, [KEY, installation.address.removeprefix("http://")])
    page.close()
    ours = [each for each in wrong if installation.address in each]
    assert not ours
    assert set(arrived()) == SENT | {("page", "Home", visitor), ("track", "Product Viewed", visitor)}
    assert arrived("SELECT DISTINCT anonymous_id FROM event WHERE kind = 'identify'") == [(visitor,)]
