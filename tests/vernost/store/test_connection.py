"""Where a log can be, and what is said when there is none or it cannot be used."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from deltalake import DeltaTable
from tests.vernost.store.factories import customer, hour, order, reading

from vernost.errors import InvalidValue, UnusableLog
from vernost.store.connection import open_log, open_store, place
from vernost.store.log import Log
from vernost.store.postgres_address import Address


@pytest.mark.parametrize(
    ("url", "kind", "path"),
    [
        ("/srv/log", "folder", "/srv/log"),
        ("file:///srv/my%20log", "folder", "/srv/my log"),
        ("file://localhost/srv/log", "folder", "/srv/log"),
        ("spark:///srv/log", "spark", "/srv/log"),
        ("spark://host:7077/srv/log", "spark", "/srv/log"),
        ("postgresql://ann@host/shop", "postgres", None),
        ("postgres://ann@host/shop", "postgres", None),
    ],
)
def test_a_url_says_where_the_log_is(url: str, kind: str, path: str | None) -> None:
    found = place(url)
    assert (found.kind, found.path and str(found.path)) == (kind, path)


@pytest.mark.parametrize("url", ["", "mysql://host/shop", "spark://host:7077", "a\0b", "postgresql://h/d?schema=a;b"])
def test_an_impossible_url_is_refused_with_the_next_step(url: str) -> None:
    with pytest.raises(InvalidValue, match=r"Name|Use"):
        open_log(url)


@pytest.mark.parametrize("name", ["a[1]", "a%20b", "a|b", "a^b", "a\\b", "a\nb"])
def test_a_folder_name_that_delta_cannot_bear_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnusableLog, match="another folder"):
        open_store(str(tmp_path / name), create=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["my log", "a*", "a?", "{b}", "кот's", 'a"b', "a#b&c;d:e@f+g~h"])
def test_other_folder_names_hold_a_log(tmp_path: Path, name: str) -> None:
    url = str(tmp_path / name)
    store = open_store(url, create=True)
    store.load(reading(orders=[order("1")]), loaded_at=hour(0))
    store.load(reading(orders=[order("1", 2), order("2")]), loaded_at=hour(1))
    with open_log(url) as log:
        assert log.tables["orders"].count().execute() == 2
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_folder_without_a_log_is_no_log(tmp_path: Path) -> None:
    for act in (open_log, open_store):
        with pytest.raises(UnusableLog, match="holds no log"):
            act(str(tmp_path / "nothing"))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_other_files_is_not_made_a_log(tmp_path: Path) -> None:
    (tmp_path / "orders").mkdir()
    (tmp_path / "orders" / "my.csv").write_text("a")
    with pytest.raises(UnusableLog, match="neither empty nor a log"):
        open_store(str(tmp_path), create=True)
    assert (tmp_path / "orders" / "my.csv").exists()


def test_making_a_log_twice_keeps_it(tmp_path: Path) -> None:
    url = str(tmp_path / "log")
    open_store(url, create=True).load(reading(orders=[order("1")]), loaded_at=hour(0))
    assert len(open_store(url, create=True).loads()) == 1


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}'])
def test_a_damaged_manifest_is_named(tmp_path: Path, text: str) -> None:
    url = str(tmp_path / "log")
    open_store(url, create=True).load(reading(orders=[order("1")]), loaded_at=hour(0))
    (tmp_path / "log" / "_loads" / "00000001.json").write_text(text)
    with pytest.raises(UnusableLog, match="is damaged"):
        open_log(url)


def test_a_log_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    url = str(tmp_path / "log")
    open_store(url, create=True)
    path = tmp_path / "log" / "_loads" / "00000000.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 2}))
    with pytest.raises(UnusableLog, match="newer Vernost"):
        open_log(url)


def test_a_table_that_is_gone_is_named(tmp_path: Path) -> None:
    url = str(tmp_path / "log")
    open_store(url, create=True).load(reading(orders=[order("1")]), loaded_at=hour(0))
    shutil.rmtree(tmp_path / "log" / "orders")
    with pytest.raises(UnusableLog, match=r"orders .*damaged"):
        open_log(url)


@pytest.mark.parametrize(
    "harm",
    [pytest.param(Path.unlink, id="missing"), pytest.param(lambda file: file.write_bytes(b"PAR1"), id="cut short")],
)
@pytest.mark.parametrize("use", ["open", "load"])
def test_a_file_of_a_table_that_is_not_whole_is_named(tmp_path: Path, harm: Callable[[Path], object], use: str) -> None:
    url = str(tmp_path / "log")
    store = open_store(url, create=True)
    store.load(reading(orders=[order("1")]), loaded_at=hour(0))
    (file,) = (tmp_path / "log" / "orders").glob("*.parquet")
    harm(file)
    with pytest.raises(UnusableLog, match=rf"damaged: {file.name} is missing or cut short\. Restore"):
        open_log(url) if use == "open" else store.load(reading(orders=[order("2")]), loaded_at=hour(1))


def test_a_column_that_an_older_version_did_not_know_is_empty_until_the_next_change(tmp_path: Path) -> None:
    import pyarrow as pa
    from deltalake import write_deltalake

    url, path = str(tmp_path / "log"), tmp_path / "log"
    store = open_store(url, create=True)
    store.load(reading(orders=[order("1"), order("2")]), loaded_at=hour(0))
    table = pa.table(DeltaTable(path / "orders").to_pyarrow_table())
    write_deltalake(path / "orders", table.drop_columns(["coupon"]), mode="overwrite", schema_mode="overwrite")
    manifest = path / "_loads" / "00000001.json"
    values = json.loads(manifest.read_text())
    values["versions"]["orders"] = DeltaTable(path / "orders").version()
    manifest.write_text(json.dumps(values))
    with open_log(url) as log:
        assert log.tables["orders"].coupon.count().execute() == 0
    store.load(reading(orders=[order("1"), order("3", coupon="x")]), loaded_at=hour(1))
    with open_log(url) as log:
        rows = log.tables["orders"].select("order_id", "coupon").to_pyarrow().to_pylist()
    assert sorted((row["order_id"], row["coupon"]) for row in rows) == [("1", None), ("2", None), ("3", "x")]


def test_many_small_loads_are_put_together(tmp_path: Path) -> None:
    url = str(tmp_path / "log")
    store = open_store(url, create=True)
    for number in range(35):
        store.load(reading(orders=[order(str(number))]), loaded_at=hour(number))
    with open_log(url) as log, open_log(url, at_load=20) as before:
        assert log.tables["orders"].count().execute() == 35
        assert before.tables["orders"].count().execute() == 20
    assert len(DeltaTable(tmp_path / "log" / "orders").file_uris()) < 10


SECRET = "postgresql://ann:s%3Acret@localhost:1/shop?schema=mine&password=s3cond&connect_timeout=2"  # noqa: S105 - made up


def test_a_password_is_never_shown() -> None:
    shown = Address(SECRET).shown
    assert shown == "postgresql://ann:***@localhost:1/shop?schema=mine&password=***&connect_timeout=2"
    with pytest.raises(UnusableLog) as caught:
        open_log(SECRET)
    said = "".join(map(str, (caught.value, caught.value.__cause__, repr(caught.value))))
    assert not any(secret in said for secret in ("s%3Acret", "s:cret", "s3cond"))
    assert "cannot be opened" in said


@pytest.mark.parametrize("name", ["a b", "a;drop", 'a"b', "", "1a", "pg_own", "information_schema", "x" * 64, "я" * 32])
def test_a_name_that_cannot_be_a_schema_is_refused(name: str) -> None:
    from urllib.parse import quote

    with pytest.raises(InvalidValue, match="cannot name a schema"):
        Address(f"postgresql://host/shop?schema={quote(name)}")


def test_a_schema_with_a_russian_name_holds_a_log(postgres_server: str) -> None:
    separator = "&" if "?" in postgres_server else "?"
    url = f"{postgres_server}{separator}schema=журнал"
    with pytest.raises(UnusableLog, match="holds no log"):
        open_log(url)
    open_store(url, create=True).load(reading(orders=[order("1", store="Ёж")]), loaded_at=hour(0))
    with open_log(url) as log:
        assert log.tables["orders"].store.lower().execute().tolist() == ["ёж"]


def test_a_memory_limit_is_set_or_refused(tmp_path: Path) -> None:
    url = str(tmp_path / "log")
    open_store(url, create=True)
    with open_log(url, memory_limit="1GB") as log:
        (limit,) = log.connection.con.execute("SELECT current_setting('memory_limit')").fetchone()
    assert limit == "953.6 MiB"
    with pytest.raises(InvalidValue, match="no amount of memory"):
        open_log(url, memory_limit="much")


def ends(log: Log) -> list[str]:
    """First and last day of its orders."""
    return [f"{at:%Y-%m-%d}" for at in log.span("orders", "ordered_at") or ()]


def test_a_log_of_several_files_knows_the_span_of_its_facts(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "log"), create=True)
    store.load(reading(orders=[order("1", day=5), order("2", day=3)]), loaded_at=hour(0))
    store.load(reading(orders=[order("3", day=9)], customers=[customer("ann")]), loaded_at=hour(1))
    with open_log(str(tmp_path / "log")) as log:
        assert ends(log) == ["2024-01-03", "2024-01-09"]
        assert log.span("orders", "delivered_at") is None
    with open_log(str(tmp_path / "log"), at_load=1) as before:
        assert ends(before) == ["2024-01-03", "2024-01-05"]


def test_a_sum_of_whole_numbers_is_a_whole_number(tmp_path: Path) -> None:
    url = str(tmp_path / "log")
    open_store(url, create=True).load(reading(orders=[order("1"), order("2")]), loaded_at=hour(0))
    with open_log(url) as log:
        orders = log.tables["orders"].mutate(one=1)
        found = log.fetch(orders.aggregate(**{'a "sum"': orders.one.sum(), "count": orders.count()}))
    assert set(map(str, found.schema.types)) == {"int64"}
    assert found.to_pylist() == [{'a "sum"': 2, "count": 2}]


def test_a_first_answer_loads_neither_pandas_nor_functions_of_arrow(tmp_path: Path) -> None:
    url = str(tmp_path / "log")
    open_store(url, create=True).load(reading(orders=[order("1"), order("2")]), loaded_at=hour(0))
    code = f"import sys, vernost; print(vernost.cohort_retention(vernost.open_log({url!r})).rows[0], *sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert "'customers': 1" in done.stdout
    assert not {"pandas", "pyarrow.compute"} & set(done.stdout.split())
