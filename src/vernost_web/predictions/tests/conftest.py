"""A made-up shop that may be written to, with a model that waits or is at work; it is learnt once for all tests."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from vernost import open_store, read
from vernost_web.data import warehouse
from vernost_web.jobs.kinds import kind_of
from vernost_web.jobs.models import Job, State
from vernost_web.predictions import actions, scorefile
from vernost_web.predictions.models import TrainedModel
from vernost_web.predictions.serving import put_to_work


class Quiet:
    """A run that nobody listens to."""

    def tell(self, share: float, step: str = "") -> None:
        """Go on."""


@pytest.fixture
def do_jobs(db: None) -> Callable[[], None]:
    """Does all jobs that wait, here and now, without a lease: a training outlasts what a test's transaction allows."""

    def do() -> None:
        for job in Job.objects.filter(state=State.WAITING).order_by("asked_at"):
            job.result = kind_of(job.kind).work(Quiet(), **job.arguments)
            job.state = State.DONE
            job.save()

    return do


@pytest.fixture(scope="session")
def small_log(shop_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of the made-up shop's customers and orders alone, so that it is quick to learn."""
    log = tmp_path_factory.mktemp("small-shop") / "log"
    with read([str(shop_files / f"{name}.parquet") for name in ("customers", "orders")]) as reading:
        open_store(str(log), create=True).load(reading, loaded_at=datetime(2026, 1, 1, tzinfo=UTC))
    return log


@pytest.fixture
def own_shop(shop: object, small_log: Path, tmp_path: Path, settings: Any) -> Path:
    """The small shop, this test's own."""
    url = tmp_path / "shop" / "log"
    shutil.copytree(small_log, url)
    settings.CONFIGURATION = replace(settings.CONFIGURATION, log_url=str(url), data=tmp_path / "data")
    warehouse.warehouse().close()
    warehouse._warehouses.clear()
    return url


@pytest.fixture(scope="session")
def learnt() -> dict[str, Any]:
    """The row and the scores of the model that was trained first."""
    return {}


@pytest.fixture
def waiting(
    own_shop: Path, person: Callable[..., Any], do_jobs: Callable[[], None], learnt: dict[str, Any]
) -> TrainedModel:
    """A model that was trained by the analyst and waits to take over."""
    analyst = person("analyst")
    if not learnt:
        actions.train(by=analyst)
        do_jobs()
        model = TrainedModel.objects.get()
        learnt["row"] = {field.attname: getattr(model, field.attname) for field in model._meta.fields}
        learnt["scores"] = scorefile.path_of(model.pk).read_bytes()
        return model
    model = TrainedModel.objects.create(**(learnt["row"] | {"trained_by_id": analyst.pk}))
    path = scorefile.path_of(model.pk)
    path.parent.mkdir(parents=True)
    path.write_bytes(learnt["scores"])
    return model


@pytest.fixture
def at_work(waiting: TrainedModel) -> TrainedModel:
    """The same model, put to work."""
    return put_to_work(waiting, None, Quiet())
