"""Tables and queries of real databases: SQLite and PostgreSQL."""

import socket
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import make_url
from tests.vernost.sources.raw import Reader

from vernost.errors import UnreadableSource
from vernost.sources.databases import parse_url


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "my shop.db"
    with sqlite3.connect(path) as database:
        database.executescript("""
            CREATE TABLE orders (id TEXT, amount REAL, note BLOB);
            INSERT INTO orders VALUES ('00017', 2.5, x'ff00'), ('00018', 3, 'x'), (NULL, NULL, 'y');
            CREATE TABLE "o""; DROP TABLE orders" ("a%b:c" INTEGER);
            INSERT INTO "o""; DROP TABLE orders" VALUES (1);
            CREATE VIEW paid AS SELECT id FROM orders WHERE amount > 2.7;
        """)
    database.close()
    return path


def test_a_table_of_sqlite_is_read(reader: Reader, shop: Path) -> None:
    read = reader.read(f"sqlite:///{shop}?table=orders")
    assert read.table.source == f"sqlite:///{shop}[orders]"
    assert read.types() == ["VARCHAR", "DOUBLE", "VARCHAR"]
    assert read.rows() == [("00017", 2.5, "ff00", 1), ("00018", 3.0, "x", 2), (None, None, "y", 3)]


def test_all_tables_are_read_when_none_is_named(reader: Reader, shop: Path) -> None:
    for source in (f"sqlite:///{shop}", str(shop)):
        read = reader.read(source)
        assert [table.source.removeprefix(source) for table in read] == ['[o"; DROP TABLE orders]', "[orders]"]
        assert read.rows(read.tables[0]) == [(1, 1)]
        assert read.tables[0].columns == ("a%b:c",)


def test_a_view_is_read_by_its_name(reader: Reader, shop: Path) -> None:
    assert reader.read(f"sqlite:///{shop}?table=paid").rows() == [("00018", 1)]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        pytest.param("SELECT id FROM orders WHERE id LIKE '%17' AND amount+1 > 2", [("00017", 1)], id="plain signs"),
        pytest.param("select%20count(*)%20n,%201%20n%20from%20orders;", [(3, 1, 1)], id="escaped, names alike"),
        pytest.param("WITH a AS (SELECT ':x' AS t) SELECT t FROM a", [(":x", 1)], id="a colon"),
        pytest.param("SELECT id FROM orders WHERE 1 = 0", [], id="no rows"),
    ],
)
def test_a_query_is_read(reader: Reader, shop: Path, query: str, rows: list[tuple[object, ...]]) -> None:
    assert reader.read(f"sqlite:///{shop}?query={query}").rows() == rows


@pytest.mark.parametrize("query", ["DELETE FROM orders", "-- SELECT\nDROP TABLE orders", "PRAGMA user_version = 7"])
def test_a_query_that_writes_is_refused(reader: Reader, shop: Path, query: str) -> None:
    with pytest.raises(UnreadableSource, match="does not only read"):
        reader.read(f"sqlite:///{shop}?query={query}")
    with pytest.raises(UnreadableSource, match="readonly database"):
        reader.read(f"sqlite:///{shop}?query=WITH a AS (SELECT 1) DELETE FROM orders RETURNING id")  # noqa: S608
    assert len(reader.read(f"sqlite:///{shop}?table=orders").rows()) == 3


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("sqlite:///{shop}?table=ordes", "has no table 'ordes'. Did you mean orders"),
        ("sqlite:///{shop}?query=SELECT x FROM orders", "no such column: x"),
        ("sqlite:///nowhere.db", "there is no such file"),
        ("https://ann:secret@example.org/a.csv", "not fetched over the network"),
        ("postgresql://ann:secret@127.0.0.1:1/shop?table=orders", "no such database answers there"),
        ("postgresql://127.0.0.1:1/shop?user=ann&password=secret&table=orders", "no such database answers there"),
        ("nosuchbase://ann:secret@example.org/shop", "pip install 'nosuchbase'"),
        ("mysql://ann:secret@example.org/shop", "pip install 'pymysql'"),
        ("postgresql://ann:secret@example.org:port/shop", "the address cannot be understood"),
    ],
)
def test_a_database_that_cannot_be_read_says_why_and_keeps_secrets(
    reader: Reader, shop: Path, source: str, message: str
) -> None:
    with pytest.raises(UnreadableSource) as caught:
        reader.read(source.format(shop=shop))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None or "secret" not in str(caught.value.__cause__)


def test_a_port_where_something_else_listens_is_told_like_one_where_nothing_does(reader: Reader) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]

        def hang_up() -> None:
            with suppress(OSError):
                while True:
                    other.accept()[0].close()

        Thread(target=hang_up, daemon=True).start()
        source = "postgresql://ann:secret@127.0.0.1:{port}/shop?table=orders"
        said = {_refusal(reader, source.format(port=each)).replace(f":{each}/", ":N/") for each in (port, 1)}
    assert len(said) == 1


def test_what_a_database_says_itself_is_told(reader: Reader, postgres_server: str) -> None:
    nowhere = make_url(postgres_server).set(database="nowhere").render_as_string(hide_password=False)
    assert 'database "nowhere" does not exist' in _refusal(reader, nowhere)


def _refusal(reader: Reader, source: str) -> str:
    with pytest.raises(UnreadableSource) as caught:
        reader.read(source)
    return str(caught.value)


def test_a_url_is_taken_apart() -> None:
    wanted = parse_url("postgres://ann@h:5/shop?sslmode=require&table=crm.orders&application_name=x")
    assert (wanted.table, wanted.query, wanted.url.drivername) == ("crm.orders", None, "postgresql+psycopg")
    assert dict(wanted.url.query) == {"sslmode": "require", "application_name": "x"}
    assert parse_url("mysql+mysqldb://h/shop?query=SELECT 1 & 2, 'a=b?'").query == "SELECT 1 & 2, 'a=b?'"


def test_types_of_postgres_come_through(reader: Reader, postgres_server: str) -> None:
    import psycopg

    with psycopg.connect(postgres_server) as database:
        database.execute('CREATE SCHEMA "Crm"')
        database.execute("""
            CREATE TABLE "Crm"."Orders" (
                id uuid, n bigint, amount numeric, price numeric(10, 2), ratio float8, ok boolean, day date,
                at timestamp, seen timestamptz, tags text[], doc jsonb, raw bytea, word text)""")
        database.execute("""
            INSERT INTO "Crm"."Orders" SELECT '00000000-0000-0000-0000-000000000001', i, i + 0.125, 2.50, 0.5, true,
                '2024-01-31', '2024-01-31 10:30', '2024-01-31 10:30+03', '{a,б}', '{"k": 1}', 'x', '007'
            FROM generate_series(1, 25000) AS i""")
        database.execute('INSERT INTO "Crm"."Orders" (n, amount) VALUES (NULL, 12345678901234567890.123456)')
    read = reader.read(f"{postgres_server}{'&' if '?' in postgres_server else '?'}table=Crm.Orders")
    assert read.rows()[0] == (
        "00000000-0000-0000-0000-000000000001",
        1,
        Decimal("1.125"),
        Decimal("2.50"),
        0.5,
        True,
        date(2024, 1, 31),
        datetime(2024, 1, 31, 10, 30),  # noqa: DTZ001
        datetime(2024, 1, 31, 7, 30, tzinfo=UTC),
        '["a", "б"]',
        '{"k": 1}',
        "x",
        "007",
        1,
    )
    assert read.lines() == list(range(1, 25_002))
    assert read.rows()[-1][2] == Decimal("12345678901234567890.123456")
    assert read.types()[8] == "TIMESTAMP WITH TIME ZONE"


def test_postgres_is_not_written_to(reader: Reader, postgres_server: str) -> None:
    import psycopg

    with psycopg.connect(postgres_server) as database:
        database.execute("CREATE SEQUENCE numbers")
    separator = "&" if "?" in postgres_server else "?"
    with pytest.raises(UnreadableSource, match="read-only transaction"):
        reader.read(f"{postgres_server}{separator}query=SELECT nextval('numbers')")
