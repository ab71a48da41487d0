"""The way of files into the log: uploaded, seen, corrected, rehearsed, loaded, mended, undone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from vernost import open_store
from vernost.messages import Message
from vernost.schema import TABLES
from vernost_web.audit.models import Record
from vernost_web.data import queries
from vernost_web.data.bringing import Course
from vernost_web.data.columns import COLUMNS
from vernost_web.data.models import Intake, Remembered
from vernost_web.data.tests.conftest import ORDERS
from vernost_web.jobs.models import Job, State

pytestmark = pytest.mark.django_db(transaction=True)
Browser = Callable[..., Client]
Bring = Callable[..., Intake]
Work = Callable[[], int]


def counts(number: int) -> tuple[int, ...]:
    """What became of the orders: accepted, unchanged, replaced, rejected, removed."""
    load = queries.load(number)
    assert load is not None
    (orders,) = [tally for tally in load.record.tallies if tally.table == "orders"]
    return (orders.accepted, orders.unchanged, orders.replaced, orders.rejected, orders.removed)


def amounts() -> dict[str, float]:
    with queries.reading() as log:
        rows = log.tables["orders"].select("order_id", "amount").to_pyarrow().to_pylist()
    return {row["order_id"]: float(row["amount"]) for row in rows}


def load(intake: Intake, browser: Browser, work: Work) -> Intake:
    browser().post(f"/data/new/{intake.pk}/load/")
    work()
    intake.refresh_from_db()
    assert intake.job is None or intake.job.state == State.DONE, intake.job.error
    return intake


def test_files_are_seen_rehearsed_and_loaded(bring: Bring, browser: Browser, work: Work) -> None:
    intake = bring(orders__csv=ORDERS, customers__csv="customer_id,name,city\nann,Ann,Omsk\n")
    assert [look["table"] for look in intake.looked["looks"]] == ["orders", "customers"]
    assert "as they will be read: Orders" in browser().get(f"/data/new/{intake.pk}/").content.decode()
    browser().post(f"/data/new/{intake.pk}/try/")
    work()
    intake.refresh_from_db()
    told = {each["table"]: each["accepted"] for each in intake.rehearsed["tallies"]}
    assert (told, queries.loads(), queries.load_number()) == ({"orders": 2, "customers": 1}, [], 0)
    assert load(intake, browser, work).load == 1
    assert (counts(1), amounts()) == ((2, 0, 0, 0, 0), {"1": 10.0, "2": 20.0})
    assert browser().get(f"/data/new/{intake.pk}/").url == "/data/loads/1/"
    page = browser("administrator", "ru").get("/data/loads/1/").content.decode()
    assert "orders.csv" in page
    assert str(intake.folder) not in page


def test_tables_and_columns_are_called_in_the_readers_language(bring: Bring, browser: Browser, work: Work) -> None:
    intake = bring(orders__csv=ORDERS)
    page = browser("administrator", "ru").get(f"/data/new/{intake.pk}/").content.decode()
    assert "<code>promised_at</code> обещано к" in page
    assert "как они будут прочитаны: Заказы" in page
    assert '<th scope="col">дата заказа</th>' in page
    load(intake, browser, work)
    receipt = browser("administrator", "ru").get("/data/loads/1/").content.decode()
    assert '<th scope="row" class="fw-normal">Заказы</th>' in receipt


def test_every_column_of_the_log_has_a_title() -> None:
    assert {column for table in TABLES.values() for column in table.names} <= set(COLUMNS)


def test_a_correction_is_used_and_remembered_for_files_with_the_same_columns(
    bring: Bring, browser: Browser, work: Work
) -> None:
    content = "who;on;quantity;price;note\nann;02.03.2024;2;5,50;x\n"
    intake = bring(sales__csv=content)
    said = {"t0-table": "orders", "t0-orders.customer_id": "who", "t0-orders.ordered_at": "on"}
    said |= {"t0-orders.amount": "quantity * price"}
    assert browser().post(f"/data/new/{intake.pk}/columns/", {**said, "t0-table": "orders"}).status_code in {302, 400}
    work()
    intake.refresh_from_db()
    browser().post(f"/data/new/{intake.pk}/columns/", said)
    work()
    intake = load(intake, browser, work)
    assert list(amounts().values()) == [11.0]
    assert Remembered.objects.count() == 1
    again = bring(other__csv="price;note;on;who;quantity\n3;y;03.03.2024;bob;3\n")
    found = {c["column"]: c["expression"] for c in again.looked["looks"][0]["matches"][0]["columns"]}
    assert found["amount"] == "quantity * price"
    load(again, browser, work)
    assert sorted(amounts().values()) == [9.0, 11.0]


def test_a_table_is_left_out_of_the_load_and_so_is_the_next_one_like_it(
    bring: Bring, browser: Browser, work: Work
) -> None:
    wrong = "date,customer_id,total\n2024-03-01,zoe,7\n"
    intake = bring(orders__csv=ORDERS, plan__csv=wrong)
    assert intake.looked["looks"][1]["table"] == "orders", "it is recognised wrongly"
    browser().post(f"/data/new/{intake.pk}/columns/", {**kept(intake, browser), "t1-is_left_out": "on"})
    work()
    page = browser().get(f"/data/new/{intake.pk}/").content.decode()
    assert "left out" in page
    assert "zoe" not in page.split("as they will be read")[1]
    load(intake, browser, work)
    assert amounts() == {"1": 10.0, "2": 20.0}
    assert "plan.csv was left out" in browser().get("/data/loads/1/").content.decode()
    again = bring(other__csv=wrong.replace("zoe", "yan"))
    assert again.looked["looks"][0]["is_left_out"]
    assert not again.is_understood
    browser().post(f"/data/new/{again.pk}/columns/", kept(again, browser))
    work()
    again.refresh_from_db()
    assert again.is_understood
    load(again, browser, work)
    assert sorted(amounts().values()) == [7.0, 10.0, 20.0]


def kept(intake: Intake, browser: Browser) -> dict[str, str]:
    """The controls of the mapping as they are, with nothing left out."""
    forms = browser().get(f"/data/new/{intake.pk}/").context["forms"]
    fields = [field for form in forms for field in form if field.name != "is_left_out"]
    return {field.html_name: str(field.value() or "") for field in fields}


@pytest.mark.parametrize("text", ["nothing_such", "1; DROP TABLE orders", "who +", "<script>"])
def test_what_fills_nothing_is_refused_beside_its_field(text: str, bring: Bring, browser: Browser) -> None:
    intake = bring(orders__csv=ORDERS)
    page = browser().post(f"/data/new/{intake.pk}/columns/", {"t0-table": "orders", "t0-orders.amount": text})
    assert page.status_code == 400
    assert page.context["forms"][0].errors["orders.amount"]
    assert "<script>" not in page.content.decode().replace("<script src", "").replace('<script type="app', "")


def test_what_only_the_engine_refuses_is_told_and_not_remembered(bring: Bring, browser: Browser, work: Work) -> None:
    intake = bring(orders__csv=ORDERS)
    form = {f"t0-orders.{name}": name for name in ("order_id", "customer_id", "ordered_at")}
    form |= {"t0-table": "orders", "t0-orders.amount": "__import__('os')"}
    browser().post(f"/data/new/{intake.pk}/columns/", form)
    work()
    intake.refresh_from_db()
    assert (intake.job.state, Remembered.objects.count()) == (State.FAILED, 0)
    page = browser().get(f"/data/new/{intake.pk}/").content.decode()
    assert "__import__" in page


def test_a_guess_taken_back_stays_so(bring: Bring, browser: Browser, work: Work) -> None:
    intake = bring(orders__csv=ORDERS)
    form = {"t0-table": "orders", "t0-orders.order_id": "order_id", "t0-orders.ordered_at": "ordered_at"}
    browser().post(f"/data/new/{intake.pk}/columns/", form)
    work()
    intake.refresh_from_db()
    assert intake.mapping["orders.csv"]["columns"] == {"orders.customer_id": "", "orders.amount": ""}
    load(intake, browser, work)
    with queries.reading() as log:
        rows = log.tables["orders"].select("customer_id", "amount").distinct().to_pyarrow().to_pylist()
    assert rows == [{"customer_id": None, "amount": None}]


@pytest.mark.parametrize(("role", "sees"), [("analyst", True), ("product", False), ("director", False)])
def test_cells_of_rejected_rows_are_for_who_brings_data_in(
    role: str, sees: bool, bring: Bring, browser: Browser, work: Work
) -> None:
    load(bring(orders__csv=ORDERS + "3,eve,+79161234567,5\n"), browser, work)
    page = browser(role).get("/data/loads/1/").content.decode()
    assert "1 rejected row" in page
    assert ("+79161234567" in page) == sees
    assert ("Take the rejected rows away" in page) == sees


def test_rejected_rows_go_out_mended_and_come_back(bring: Bring, browser: Browser, work: Work) -> None:
    load(bring(orders__csv=ORDERS + "3,=cmd|' /C calc'!A0,never,5\n4,eve,2024-03-04,lots\n"), browser, work)
    assert counts(1) == (2, 0, 0, 2, 0)
    assert browser("product").get("/data/loads/1/rejected/0/").status_code == 403
    answer = browser("administrator", "ru").get("/data/loads/1/rejected/0/")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    header, first, second = text.splitlines()
    assert header == "vernost:line,vernost:reason,order_id,customer_id,ordered_at,amount"
    assert "'=cmd|' /C calc'!A0" in first
    assert "не" in first
    assert Record.objects.filter(action="export.rejected").count() == 1
    mended = "\n".join([header, first.replace(",never,", ",2024-03-03,"), second.replace(",lots", ",7")])
    load(bring(mended__csv=mended), browser, work)
    assert (counts(2), amounts()) == ((2, 0, 0, 0, 0), {"1": 10.0, "2": 20.0, "3": 5.0, "4": 7.0})


def test_a_load_is_undone_once_it_is_confirmed_and_the_undo_too(bring: Bring, browser: Browser, work: Work) -> None:
    load(bring(orders__csv=ORDERS), browser, work)
    load(bring(more__csv="order_id,customer_id,ordered_at,amount\n1,ann,2024-03-01,99\n"), browser, work)
    assert "Undo load 2" in browser().get("/data/loads/2/undo/").content.decode()
    assert amounts() == {"1": 99.0, "2": 20.0}
    browser().post("/data/loads/2/undo/")
    work()
    assert amounts() == {"1": 10.0, "2": 20.0}
    assert [each.is_undone for each in queries.loads()] == [False, True, False]
    (undone, _, first) = queries.loads()
    assert undone.by == first.by != ""
    assert f"· {undone.by}" in browser().get("/data/loads/3/").content.decode()
    browser().post("/data/loads/3/undo/")
    work()
    assert amounts() == {"1": 99.0, "2": 20.0}
    actions = list(Record.objects.order_by("pk").values_list("action", flat=True))
    assert actions.count("data.undo") == 2
    assert [actions.count(f"data.{name}") for name in ("upload", "load", "loaded")] == [2, 2, 2]


def test_a_job_done_again_loads_nothing_twice(bring: Bring, browser: Browser, work: Work) -> None:
    intake = load(bring(orders__csv=ORDERS), browser, work)
    for _ in range(2):
        Job.objects.filter(kind="data.load").update(state=State.WAITING)
        work()
    intake.refresh_from_db()
    assert (intake.load, len(queries.loads())) == (1, 1)
    assert Record.objects.filter(action="data.loaded").count() == 1


def test_a_cancelled_load_leaves_the_log_as_it_was(bring: Bring, browser: Browser, work: Work) -> None:
    load(bring(orders__csv=ORDERS), browser, work)
    lines = "".join(f"{n},c{n},2024-03-02,5\n" for n in range(100, 200_100))
    intake = bring(many__csv=ORDERS.splitlines()[0] + "\n" + lines)
    browser().post(f"/data/new/{intake.pk}/load/")
    Job.objects.filter(kind="data.load", state=State.WAITING).update(is_cancel_asked=True)
    work()
    intake.refresh_from_db()
    assert intake.job.state == State.CANCELLED
    assert (intake.load, queries.load_number(), amounts()) == (None, 1, {"1": 10.0, "2": 20.0})
    assert load(intake, browser, work).load == 2


def test_what_cannot_be_read_is_said_and_nothing_breaks(bring: Bring, browser: Browser) -> None:
    intake = bring(x__csv=b"\x89PNG\r\n")
    page = browser().get(f"/data/new/{intake.pk}/")
    assert "x.csv cannot be read: it is a picture" in page.content.decode()
    russian = browser("administrator", "ru").get(f"/data/new/{intake.pk}/").content.decode()
    assert "x.csv" in russian
    assert "cannot be read" not in russian


def test_a_nul_in_a_file_is_kept_by_every_database(bring: Bring, browser: Browser) -> None:
    row = '{"order_id": "1", "customer_id": "c\\u0000d", "ordered_at": "2024-03-01", "amount": 5}'
    intake = bring(orders__jsonl=row + "\n")
    assert "c␀d" in intake.looked["looks"][0]["rows"][0]
    assert "\0" not in str(intake.looked)
    assert browser().get(f"/data/new/{intake.pk}/").status_code == 200


def test_what_is_discarded_is_gone_with_its_files(bring: Bring, browser: Browser, files: Path) -> None:
    intake = bring(orders__csv=ORDERS)
    assert list(intake.folder.iterdir())
    browser().post(f"/data/new/{intake.pk}/discard/")
    assert not intake.folder.exists()
    assert not Intake.objects.exists()


def test_nobody_else_reaches_what_somebody_brought_in(bring: Bring, browser: Browser, person: Any) -> None:
    intake = bring(orders__csv=ORDERS)
    Intake.objects.update(by=person("director"))
    assert browser().get(f"/data/new/{intake.pk}/").status_code == 404
    for what in ("load", "try", "columns", "discard", "again"):
        assert browser().post(f"/data/new/{intake.pk}/{what}/").status_code == 404
    assert browser("administrator").get(f"/data/new/{intake.pk}/").status_code == 200
    assert Intake.objects.count() == 1


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}"


def test_nothing_hostile_in_a_file_comes_to_life(bring: Bring, browser: Browser, work: Work) -> None:
    cell = HOSTILE.replace('"', '""')
    header = f'order_id,customer_id,ordered_at,amount,"{cell}"\n'
    name = "<img src=x onerror=alert(3)>__csv"
    intake = bring(**{name: header + f'1,"{cell}",2024-03-01,10,"{cell}"\n2,"{cell}","{cell}",5,"{cell}"\n'})
    pages = [browser().get(f"/data/new/{intake.pk}/"), browser().get("/data/")]
    load(intake, browser, work)
    pages += [browser().get("/data/loads/1/"), browser().get("/data/"), browser().get("/jobs/")]
    for page in pages:
        text = page.content.decode()
        assert page.status_code == 200
        assert "<script>alert" not in text
        assert "<img src=x" not in text
    assert "{{ 7*7 }}" in pages[0].content.decode()


def test_progress_never_goes_back_and_is_told_in_both_languages() -> None:
    told: list[tuple[float, str]] = []

    class Listener:
        def tell(self, share: float, step: str = "") -> None:
            told.append((share, step))

    course = Course(Listener())
    first = course.part(lambda what: Message("Reading {what}", what=what), 0.0, 0.5)
    second = course.part(lambda what: Message("Loading {what}", what=what), 0.5, 1.0)
    for tell, share in ((first, 0.0), (first, 1.0), (first, 0.2), (second, 0.5), (second, 7.0)):
        tell("orders", share)
    assert [share for share, _ in told] == [0.0, 0.5, 0.5, 0.75, 1.0]
    assert (told[0][1], told[-1][1].told("ru")) == ("Reading orders", "Загрузка: orders")  # type: ignore[attr-defined]


def test_loads_of_events_do_not_drown_those_that_people_made(browser: Any, empty_log: Path) -> None:
    from tests.vernost.store.factories import NOON, hour, order, reading

    store = open_store(str(empty_log), create=True)
    store.load(reading(orders=[order("1")], source="till.csv"), loaded_at=NOON)
    for number in range(3):
        events = reading(orders=[order(f"e{number}")], source="shop.example.com")
        store.load(events, loaded_at=hour(number + 1), key=f"{queries.EVENTS}{number}")
    shown = browser("analyst").get("/data/").content.decode()
    assert ("till.csv" in shown, "shop.example.com" in shown, "and 3 loads of events" in shown) == (True, False, True)
    every = browser("analyst").get("/data/?all=1").content.decode()
    assert ("till.csv" in every, "shop.example.com" in every, "loads of events" in every) == (True, True, False)
