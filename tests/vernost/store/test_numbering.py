"""Orders whose numbers begin anew each day keep one name, in whatever pieces a till's sales are loaded."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from tests.vernost.store.factories import hour

from vernost.sources import Given, read
from vernost.store import open_log, open_store
from vernost.store.receipt import Receipt

HEADER = "date,receipt no,customer,amount"
Lines = Sequence[str]


def sales(day: int, *numbers: int) -> list[str]:
    """Lines of a till: of a day, each with a number, a customer and an amount of its own."""
    return [f"2024-01-{day:02} 09:00,{n},c{day}{n},{day}{n}" for n in numbers]


@pytest.fixture(params=["folder", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "log") if request.param == "folder" else request.getfixturevalue("postgres_url")


@pytest.fixture
def load(url: str, tmp_path: Path) -> Callable[..., Receipt]:
    """Loads lines as a file of their own, an hour after those before."""
    made: list[Receipt] = []

    def bring(lines: Lines, *, header: str = HEADER, given: Given | None = None) -> Receipt:
        path = tmp_path / f"till{len(made)}.csv"
        path.write_text("\n".join([header, *lines]) + "\n", "utf-8")
        with read([str(path)], given=given) as reading:
            made.append(open_store(url, create=True).load(reading, loaded_at=hour(len(made))))
        return made[-1]

    return bring


def amounts(url: str, table: str = "orders", what: str = "amount") -> dict[str, float]:
    with open_log(url) as log:
        rows = log.fetch(log.tables[table].select("order_id", what)).to_pylist()
    return {row["order_id"]: float(row[what]) for row in rows}


def fate(receipt: Receipt, table: str = "orders") -> tuple[int, ...]:
    (tally,) = [tally for tally in receipt.tallies if tally.table == table]
    return tally.read, tally.accepted, tally.unchanged, tally.replaced


DAYS = [sales(day, 1, 2, 3) for day in (1, 2, 3)]
MONTH = [line for day in DAYS for line in day]


def test_a_file_of_one_day_has_the_names_of_the_month_that_was_loaded_before(load, url: str) -> None:
    load(MONTH)
    assert fate(load(DAYS[1])) == (3, 0, 3, 0)
    assert fate(load(sales(4, 1))) == (1, 1, 0, 0)
    assert sorted(amounts(url))[:4] == ["1 2024-01-01", "1 2024-01-02", "1 2024-01-03", "1 2024-01-04"]


def test_a_file_a_night_and_then_the_month_double_and_lose_nothing(load, url: str) -> None:
    assert fate(load(DAYS[0])) == (3, 3, 0, 0)
    assert fate(load(DAYS[1])) == (3, 3, 0, 0)
    assert fate(load(DAYS[2])) == (3, 3, 0, 0)
    receipt = load(MONTH)
    assert fate(receipt) == (9, 0, 9, 0)
    assert any("keep them without a day: 3" in note for note in receipt.notes)
    assert sum(amounts(url).values()) == sum(float(line.rsplit(",", 1)[1]) for line in MONTH)


def test_the_first_day_alone_and_then_the_month_double_nothing(load, url: str) -> None:
    load(DAYS[0])
    assert fate(load(MONTH)) == (9, 6, 3, 0)
    assert fate(load(["2024-01-01 09:00,1,c11,99"])) == (1, 0, 0, 1)
    assert (len(amounts(url)), amounts(url)["1"]) == (9, 99.0)


def test_lines_follow_their_orders(load, url: str) -> None:
    header = "date,receipt no,customer,product,quantity,price"
    days = [[f"{line.rsplit(',', 1)[0]},{p},1,5" for line in day for p in ("tea", "jam")] for day in DAYS]
    load(days[0], header=header)
    receipt = load([line for day in days for line in day], header=header)
    assert fate(receipt) == (9, 6, 3, 0)
    assert fate(receipt, "order_lines") == (18, 12, 6, 0)
    assert amounts(url).keys() == amounts(url, "order_lines", "quantity").keys()


def test_a_refund_under_the_number_of_its_sale_is_known_again(load, url: str) -> None:
    load([*DAYS[0], "2024-01-01 18:00,1,c11,-11"])
    assert fate(load([*MONTH, "2024-01-01 18:00,1,c11,-11"])) == (10, 6, 4, 0)
    load(["2024-01-09 10:00,2,c12,-12"])
    assert amounts(url)["2 2024-01-09"] == -12


def test_an_undone_load_tells_nothing(load, url: str) -> None:
    load(MONTH)
    open_store(url).undo(1, at=hour(9))
    web = [f"2024-02-0{n},{n},eve{n},7" for n in (1, 2, 3)]
    load(web)
    assert amounts(url).keys() == {"1", "2", "3"}


def test_orders_with_numbers_of_their_own_stay_what_they_are(load, url: str) -> None:
    load(MONTH)
    web = [f"2024-01-0{n},{n},eve{n},7" for n in (1, 2, 3)]
    header = "date,order id,customer,amount"
    assert fate(load(web, header=header)) == (3, 3, 0, 0)
    moved = [line.replace("2024-01", "2024-02") for line in web]
    assert fate(load(moved, header=header)) == (3, 0, 0, 3)
    assert {"1", "2", "3"} < amounts(url).keys()


def test_the_user_has_the_last_word(load, url: str) -> None:
    load(MONTH)
    load(DAYS[0], given=Given(numbers_begin_anew=False))
    assert {"1", "2", "3"} < amounts(url).keys()
