"""The Python client, made from the document of a running server and used against it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser

from vernost_web.api import actions
from vernost_web.api.clientcode import client_code
from vernost_web.api.document import document, operations

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = b"order,date,customer,amount\n1,2026-01-05,Ann,10\n2,2026-02-05,Ann,20\n3,2026-02-06,Bob,30\n"


@pytest.fixture
def module(tmp_path: Path, live_server: Any) -> Iterator[Any]:
    """The client as anybody fetches it."""
    path = tmp_path / "vernost_client.py"
    path.write_bytes(Browser().get("/api/v1/vernost_client.py").content)
    spec = spec_from_file_location("vernost_client", path)
    assert spec
    assert spec.loader
    found = module_from_spec(spec)
    sys.modules["vernost_client"] = found
    spec.loader.exec_module(found)
    yield found
    del sys.modules["vernost_client"]


@pytest.fixture
def client(module: Any, live_server: Any, person: Callable[..., Any]) -> Any:
    from vernost_web.accounts.permissions import permissions

    by = person("administrator")
    _key, text = actions.make_key(by=by, name="client", scopes=list(permissions()), per_minute=60_000)
    return module.Client(live_server.url, text)


def test_every_operation_has_its_method(module: Any) -> None:
    names = {operation["operationId"] for _path, _method, operation in operations(document("en"))}
    assert names <= set(dir(module.Client))
    assert compile(client_code(document("ru")), "client", "exec")


def test_its_types_hold(module: Any, tmp_path: Path) -> None:
    checked = subprocess.run(  # noqa: S603 - words are ours
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path}", module.__file__],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout


def test_a_file_is_brought_in_loaded_measured_and_undone(
    client: Any, module: Any, empty_log: Path, work: Callable[[], int]
) -> None:
    intake = client.bring_files({"orders.csv": ORDERS})
    work()
    seen = client.show_intake(intake["id"])
    assert (seen["is_understood"], seen["files"], seen["job_state"]) == (True, ["orders.csv"], "done")
    client.map_intake(intake["id"], {seen["looks"][0]["source"]: {"columns": {"orders.amount": "amount * 2"}}})
    work()
    client.rehearse_intake(intake["id"])
    work()
    assert client.show_intake(intake["id"])["rehearsed"]["tallies"][0]["accepted"] == 3
    job = client.load_intake(intake["id"])["job"]
    work()
    assert client.finished(job)["result"]["load"] == 1
    receipt = client.show_load(1)
    assert (receipt["intake"], receipt["counts"]["accepted"]) == (intake["id"], 3)
    answer = client.ask_measure("revenue", by="month")
    assert [row["value"] for row in answer["rows"]] == [20, 100]
    assert (answer["load"], answer["as_of"]) == (1, "2026-02-06")
    behind = client.list_customers_behind("revenue", by="month", row=["period=2026-02-01"], limit=1)
    rest = client.every(client.list_customers_behind, "revenue", by="month", row=["period=2026-02-01"], limit=1)
    assert behind["count"] == 2
    assert sorted(each["customer_id"] for each in rest) == ["Ann", "Bob"]
    with pytest.raises(module.Problem) as wrong:
        client.load_intake(intake["id"])
    assert wrong.value.status == 409
    client.undo_load(1)
    work()
    assert client.list_loads()["items"][0]["undoes"] == 1


def test_all_of_a_list_come_page_by_page(client: Any, person: Callable[..., Any]) -> None:
    for role in ("analyst", "support", "hr"):
        person(role)
    emails = [each["email"] for each in client.every(client.list_people, limit=2)]
    assert len(emails) == len(set(emails)) == 4


def test_what_is_wrong_is_raised_and_files_are_bytes(client: Any, module: Any) -> None:
    with pytest.raises(module.Problem) as wrong:
        client.show_measure("no such measure / ?")
    assert (wrong.value.status, wrong.value.errors) == (404, {})
    with pytest.raises(module.Problem) as wrong:
        client.add_webhook({"url": "ftp://x"})
    assert "url" in wrong.value.errors


def test_a_busy_server_is_asked_again(client: Any, module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from vernost_web.api.models import Key

    waits: list[float] = []

    def later(seconds: float) -> None:
        waits.append(seconds)
        Key.objects.update(per_minute=60_000, free_at=0)

    monkeypatch.setattr(module.time, "sleep", later)
    Key.objects.update(per_minute=1)
    assert client.show_key()["name"] == "client"
    assert client.show_key()["name"] == "client"
    assert len(waits) == 1
    assert waits[0] >= 1
