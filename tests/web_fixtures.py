"""What tests of all slices share: people of each role, a made-up shop in the log, a worker."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from vernost_web.accounts.permissions import Role

CUSTOMERS, MONTHS = 400, 14


@pytest.fixture(scope="session")
def shop_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of a made-up shop, as files."""
    from vernost.sources.synthetic import Setting, load_preset, simulate

    folder = tmp_path_factory.mktemp("shop")
    simulate(Setting(load_preset("shop"), customers=CUSTOMERS, months=MONTHS, seed=7, language="ru"), folder)
    return folder


@pytest.fixture(scope="session")
def shop_log(shop_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log that holds the made-up shop; tests that write take a copy."""
    from vernost import open_store, read

    log = tmp_path_factory.mktemp("shop-log") / "log"
    with read([str(shop_files)]) as reading:
        open_store(str(log), create=True).load(reading, loaded_at=datetime(2026, 1, 1, tzinfo=UTC))
    return log


def _with_log(settings: Any, url: Path) -> None:
    from vernost_web.data import warehouse

    settings.CONFIGURATION = replace(settings.CONFIGURATION, log_url=str(url))
    for each in warehouse._warehouses.values():
        each.close()
    warehouse._warehouses.clear()


@pytest.fixture
def shop(settings: Any, shop_log: Path) -> Iterator[Path]:
    """The application reads the made-up shop."""
    _with_log(settings, shop_log)
    yield shop_log
    _with_log(settings, Path("nowhere"))


@pytest.fixture
def own_shop(settings: Any, shop_log: Path, tmp_path: Path) -> Iterator[Path]:
    """The application reads a copy of the made-up shop, which a test may write into."""
    shutil.copytree(shop_log, tmp_path / "shop")
    _with_log(settings, tmp_path / "shop")
    yield tmp_path / "shop"
    _with_log(settings, Path("nowhere"))


@pytest.fixture
def empty_log(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """The application has no log yet; where it would be."""
    _with_log(settings, tmp_path / "log")
    yield tmp_path / "log"
    _with_log(settings, Path("nowhere"))


@pytest.fixture
def person(db: None) -> Callable[..., Any]:
    """Makes a user of a role."""
    from vernost_web.accounts.models import User

    def make(role: str = "analyst", **values: Any) -> Any:
        found = User.objects.filter(email=f"{role}@example.com").first()
        return found or User.objects.create_user(f"{role}@example.com", "correct horse battery", role=role, **values)

    return make


@pytest.fixture
def browser(person: Callable[..., Any]) -> Callable[..., Client]:
    """Makes a client in which somebody of a role is signed in; nobody for None."""

    def make(role: str | None = "analyst", language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        if role is not None:
            client.force_login(
                person(role, language=language), backend="allauth.account.auth_backends.AuthenticationBackend"
            )
        return client

    return make


@pytest.fixture
def listener(settings: Any) -> Iterator[Any]:
    """A webhook on this machine, where that is allowed: it fails once, leads elsewhere once, and then takes all."""
    from listener import Listener

    settings.CONFIGURATION = replace(settings.CONFIGURATION, private_webhooks=1)
    found = Listener(500, 302)
    yield found
    found.close()


@pytest.fixture
def work(db: None) -> Callable[[], int]:
    """Does all jobs that are due."""
    from vernost_web.jobs.worker import Worker

    return lambda: Worker().run(until_idle=True)


@pytest.fixture
def done(db: None) -> Callable[[str], Any]:
    """Does one job here and now, without a worker: gives back the job."""
    from django.utils import timezone

    from vernost_web.jobs.actions import ask_for
    from vernost_web.jobs.kinds import kind_of
    from vernost_web.jobs.models import State

    class Quiet:
        def tell(self, share: float, step: str = "") -> None:
            """Hear nothing."""

    def do(kind: str) -> Any:
        job = ask_for(kind)
        job.result = kind_of(kind).work(Quiet())
        job.state, job.ended_at = State.DONE, timezone.now()
        job.save()
        return job

    return do


ROLES = [role.value for role in Role]
