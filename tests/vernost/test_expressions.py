"""Written expressions: each node's meaning, and what must be refused."""

import datetime as dt
import decimal
import math
from collections.abc import Iterator
from pathlib import Path

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vernost.errors import InvalidExpression, UnknownName
from vernost.expressions import columns_of, value, where

ROW = {
    "a": (7, "int64"),
    "b": (2, "int64"),
    "zero": (0, "int64"),
    "share": (0.25, "float64"),
    "nothing": (None, "int64"),
    "Город": ("Омск", "string"),
    "written": ("2.5", "string"),
    "word": ("ten", "string"),
    "t": (dt.datetime.fromisoformat("2024-01-31T22:15"), "timestamp"),
    "d": (dt.date(2024, 2, 29), "date"),
    "is_business": (True, "boolean"),
    "two words": ("x", "string"),
    "Case": (1, "int64"),
    "CASE_": (2, "int64"),
}


@pytest.fixture(scope="module")
def row() -> ibis.Table:
    schema = {name: type_ for name, (_, type_) in ROW.items()}
    return ibis.memtable({name: [cell] for name, (cell, _) in ROW.items()}, schema=schema)


def answer(table: ibis.Table, text: str) -> object:
    found = table.select(found=value(table, text)).to_pyarrow()["found"][0].as_py()
    return float(found) if isinstance(found, decimal.Decimal) else found


MEANINGS: list[tuple[str, object]] = [
    ("a + b", 9),
    ("a - b", 5),
    ("a * b", 14),
    ("a / b", 3.5),
    ("a / zero", None),
    ("a % b", 1),
    ("a % zero", None),
    ("-a", -7),
    ("+a", 7),
    ("a + b * 2", 11),
    ("(a + b) * 2", 18),
    ("1e2", 100.0),
    ("written * 2", 5.0),
    ("word * 2", None),
    ("nothing + 1", None),
    ("a = 7", True),
    ("a == 7", True),
    ("a <> 7", False),
    ("a != 8", True),
    ("a < 7", False),
    ("a <= 7", True),
    ("a > 6", True),
    ("a >= 8", False),
    ("a = NULL", None),
    ("nothing = 1", None),
    ("written > 2", True),
    ("a > '6'", True),
    ("город = 'Омск'", True),
    ("ГОРОД = 'омск'", False),
    ("t >= '2024-01-31'", True),
    ("'2024-02-01' > t", True),
    ("t < '2024-01-31 22:15:01'", True),
    ("t < TIMESTAMP '2024-01-31 22:15:00'", False),
    ("t = '2024-02-01T01:15+03:00'", True),
    ("d = '2024-02-29'", True),
    ("d > t", True),
    ("d = DATE '2024-02-29'", True),
    ("a = 7 AND b = 3", False),
    ("a = 7 OR b = 3", True),
    ("NOT a = 7", False),
    ("NOT is_business", False),
    ("is_business AND TRUE", True),
    ("is_business = FALSE", False),
    ("is_business IS TRUE", True),
    ("is_business IS NOT FALSE", True),
    ("nothing = 1 OR TRUE", True),
    ("nothing = 1 AND TRUE", None),
    ("a BETWEEN 7 AND 8", True),
    ("a NOT BETWEEN 7 AND 8", False),
    ("t BETWEEN '2024-01-01' AND '2024-01-31'", False),
    ("a IN (1, 7)", True),
    ("a NOT IN (1, 7)", False),
    ("a IN (1, NULL)", None),
    ("город IN ('Пермь', 'Омск')", True),
    ("город LIKE 'О_с%'", True),
    ("город LIKE 'о%'", False),
    ("город ILIKE 'о%'", True),
    ("город NOT ILIKE 'о%'", False),
    ("nothing IS NULL", True),
    ("a IS NOT NULL", True),
    ("CASE WHEN a > 5 THEN 'many' ELSE 'few' END", "many"),
    ("CASE WHEN a > 50 THEN 'many' END", None),
    ("CASE a WHEN 7 THEN 'seven' WHEN 8 THEN 'eight' END", "seven"),
    ("COALESCE(nothing, b)", 2),
    ("NULLIF(a, 7)", None),
    ("NULLIF(a, 8)", 7),
    ("LOWER(город)", "омск"),
    ("UPPER(город)", "ОМСК"),
    ("TRIM('  x ')", "x"),
    ("ABS(b - a)", 5),
    ("ROUND(a / 3)", 2),
    ("ROUND(a / 3, 2)", 2.33),
    ("ROUND(a, 400)", 7),
    ("LENGTH(город)", 4),
    ("SUBSTR(город, 2, 99999999999999999999)", "мск"),
    ("SUBSTR(город, 2)", "мск"),
    ("SUBSTRING(город, 1, 2)", "Ом"),
    ("CONCAT(город, '-', a, nothing)", "Омск-7"),
    ("город || '-' || a", "Омск-7"),
    ("город || nothing", None),
    ("CAST(written AS DOUBLE)", 2.5),
    ("a::text", "7"),
    ("CAST(a AS DECIMAL)", 7),
    ("CAST('2024-02-29' AS DATE) = d", True),
    ("CAST(1 AS BOOLEAN)", True),
    ("YEAR(t)", 2024),
    ("QUARTER(t)", 1),
    ("MONTH(t)", 1),
    ("WEEK(t)", 5),
    ("DAY(d)", 29),
    ("HOUR(t)", 22),
    ("DATE(t)", dt.date(2024, 1, 31)),
    ("YEAR('2023-05-05')", 2023),
    ("DATE(город)", None),
    ("CAST(written AS DATE)", None),
    ("t > город", None),
    ("DATE(CONCAT('2024-02-', LENGTH(город) + 25))", dt.date(2024, 2, 29)),
    ("DATE(CONCAT('2023-02-', LENGTH(город) + 25))", None),
    ("HOUR(CONCAT('2024-01-31 2', LENGTH(город) - 1, ':59:59.5'))", 23),
    ("HOUR(CONCAT('2024-01-31 2', LENGTH(город), ':59'))", None),
    ("`two words`", "x"),
    ("\"two words\" || '!'", "x!"),
    ("'it''s'", "it's"),
    ('"Case" + case_', 3),
]


@pytest.mark.parametrize(("text", "expected"), MEANINGS)
def test_an_expression_means_what_it_says(row: ibis.Table, text: str, expected: object) -> None:
    found = answer(row, text)
    assert found == (pytest.approx(expected) if isinstance(expected, float) else expected)
    assert (found is None) == (expected is None)


@pytest.fixture(params=["postgres", "spark"])
def elsewhere(request: pytest.FixtureRequest, row: ibis.Table, tmp_path: Path) -> Iterator[ibis.Table]:
    """The same row in another engine."""
    if request.param == "postgres":
        engine = ibis.connect(request.getfixturevalue("postgres_server"))
        yield engine.create_table("row_of_kinds", row.to_pyarrow(), schema=row.schema(), temp=True)
        engine.disconnect()
    else:
        engine = ibis.pyspark.connect(request.getfixturevalue("spark_session"))
        row.to_parquet(tmp_path / "row.parquet")
        yield engine.read_parquet(tmp_path / "row.parquet")


def test_it_means_the_same_on_other_engines(elsewhere: ibis.Table, row: ibis.Table) -> None:
    assert meanings_in(elsewhere) == meanings_in(row)


def meanings_in(table: ibis.Table) -> dict[str, object]:
    columns = {f"c{number}": value(table, text).cast("string") for number, (text, _) in enumerate(MEANINGS)}
    cells = table.select(**columns).to_pyarrow().to_pylist()[0]
    return {text: _plain(cell) for (text, _), cell in zip(MEANINGS, cells.values(), strict=True)}


def _plain(cell: str | None) -> object:
    """A cell without what engines write differently: 7, 7.0 and 7.0000, true and t."""
    if cell is None:
        return None
    try:
        return round(float(cell), 9)
    except ValueError:
        return cell.lower()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("a = 1; DROP TABLE orders", "semicolon"),
        ("a = 1;", "semicolon"),
        ("a = 1 -- really", "comment"),
        ("a /* x */ = 1", "comment"),
        ("a = (SELECT 1)", "not allowed"),
        ("a IN (SELECT 1)", "not allowed"),
        ("a IN ()", "not allowed"),
        ("EXISTS (SELECT 1)", "not allowed"),
        ("SELECT 1", "not allowed"),
        ("DROP TABLE orders", "not allowed"),
        ("read_csv('/etc/passwd')", "not allowed"),
        ("getenv('HOME')", "not allowed"),
        ("orders.a = 1", "not allowed"),
        ("main.orders.a = 1", "not allowed"),
        ("*", "not allowed"),
        ("COUNT(*)", "not allowed"),
        ("SUM(a) OVER ()", "not allowed"),
        ("NOW()", "not allowed"),
        ("CURRENT_DATE", "not allowed"),
        ("RANDOM()", "not allowed"),
        ("a ^ 2", "not allowed"),
        ("a // 2", "not allowed"),
        ("[a, b]", "not allowed"),
        ("{'x': a}", "not allowed"),
        ("a[1]", "not allowed"),
        ("?", "not allowed"),
        ("$1", "not allowed"),
        ("$$text$$", "not allowed"),
        ("E'\\n'", "not allowed"),
        ("INTERVAL '1 day'", "not allowed"),
        ("TRIM(LEADING 'x' FROM word)", "not allowed"),
        ("word LIKE 'x' ESCAPE '!'", "not allowed"),
        ("word COLLATE de", "not allowed"),
        ("TRY_CAST(word AS INT)", "not allowed"),
        ("CAST(a AS BLOB)", "not allowed"),
        ("a = 1 AND", "cannot be understood"),
        ("((a)", "cannot be understood"),
        ("'open", "cannot be understood"),
        ("(" * 900 + "a" + ")" * 900, "understood|nested"),
        ("NOT " * 200 + "is_business", "nested"),
        ("a" * 3000, "at most 2000"),
        ("t + 1", "not a number"),
        ("is_business * 2", "not a number"),
        ("a = 'many'", "not a number"),
        ("t > 'yesterday'", "not a date"),
        ("d = '2023-02-29'", "not a date"),
        ("a = t", "compares"),
        ("is_business = 1", "compares"),
        ("word LIKE written", "in quotes"),
        ("SUBSTR(word, 0)", "counts from 1"),
        ("SUBSTR(word, a)", "whole number"),
        ("share % 2", "whole numbers"),
        ("NOT a", "not a condition"),
        ("a AND TRUE", "not a condition"),
        ("CASE WHEN a THEN 1 END", "not a condition"),
        ("YEAR(a)", "does not fit"),
    ],
)
def test_whatever_is_not_understood_is_refused(row: ibis.Table, text: str, says: str) -> None:
    with pytest.raises(InvalidExpression, match=says):
        value(row, text)


def test_a_value_is_no_condition(row: ibis.Table) -> None:
    with pytest.raises(InvalidExpression, match="not a condition"):
        where(row, "a + 1")


def test_an_unknown_column_is_named_with_its_neighbours(row: ibis.Table) -> None:
    with pytest.raises(UnknownName, match=r"no column 'wrotten'.*written"):
        where(row, "wrotten = 1")


def test_a_name_that_fits_two_columns_must_be_exact() -> None:
    table = ibis.table({"City": "string", "city": "string"}, name="t")
    assert value(table, "City").get_name() == "City"
    with pytest.raises(UnknownName, match="City, city"):
        value(table, "CITY")


def test_columns_of_an_expression_are_listed_as_written() -> None:
    assert columns_of('Quantity * "Цена, руб." + `x y` - 1') == {"Quantity", "Цена, руб.", "x y"}


def test_the_caller_may_say_how_a_text_becomes_a_number(row: ibis.Table) -> None:
    comma = ibis.memtable({"price": ["2,50"]})
    doubled = value(comma, "price * 2", as_number=lambda text: text.replace(",", ".").cast("float64"))
    assert comma.select(x=doubled).to_pyarrow()["x"][0].as_py() == 5.0


numbers = st.integers(-50, 50)


@settings(max_examples=25, deadline=None)
@given(a=numbers, b=numbers, c=numbers)
def test_arithmetic_agrees_with_python(a: int, b: int, c: int) -> None:
    table = ibis.memtable({"a": [a], "b": [b], "c": [c]})
    found = answer(table, "(a + b * c) / b - c")
    if b == 0:
        assert found is None
    else:
        assert math.isclose(found, (a + b * c) / b - c, abs_tol=1e-9)  # type: ignore[arg-type]


@settings(max_examples=25, deadline=None)
@given(a=numbers, low=numbers, high=numbers, items=st.lists(numbers, min_size=1, max_size=4))
def test_conditions_agree_with_python(a: int, low: int, high: int, items: list[int]) -> None:
    table = ibis.memtable({"a": [a]})
    text = f"a BETWEEN {low} AND {high} OR NOT a IN ({', '.join(map(str, items))})"
    assert answer(table, text) == (low <= a <= high or a not in items)
