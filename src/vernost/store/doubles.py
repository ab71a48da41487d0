"""Customers who may be one person: they share a telephone or a mailbox, however these are spelt.

Nobody is merged here: whoever knows the customers decides.
"""

# ruff: noqa: S608 - names and literals in the queries are our own

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from vernost.store.contacts import mailbox_sql, phone_of, phone_tail_sql, region_of, region_of_zone
from vernost.store.likeness import are_alike
from vernost.store.staging import staging

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from vernost.store.log import Log

Sureness = Literal["strong", "fair", "weak"]

MOST_OWNERS = 3
"""A telephone or mailbox of people with more different names is an office's or a family's, and proves nothing."""

MOST_IDS = 20
"""One of more customers is nobody's own, whatever they are called: a shop's, or made up."""

_READ = ("customer_id", "name", "email", "phone", "country", "birthday_on")
_AT_ONCE = 50_000
_MEMORY = "400MB"
_NAME = "array_to_string(list_sort(regexp_extract_all(lower(strip_accents(name)), '\\pL+')), ' ')"
"""DuckDB expression of a name without what spellings vary most."""


@dataclass(frozen=True, slots=True)
class Double:
    """Two customers who may be one person.

    Attributes:
        first_id: the one.
        second_id: the other, later in the order of ids.
        agree: of 'phone', 'email', 'name' and 'birthday_on' those that say that they are one.
        differ: those that say that they are two.
        is_shared: whether what they share is shared with somebody of a further name.
    """

    first_id: str
    second_id: str
    agree: tuple[str, ...]
    differ: tuple[str, ...] = ()
    is_shared: bool = False

    @property
    def sureness(self) -> Sureness | None:
        """How sure it is; None when as much speaks against it as for it.

        A shared telephone and a shared mailbox count two and one, a name or a birthday one each, for or against.

        >>> Double("a", "b", ("phone", "name")).sureness, Double("a", "b", ("phone",), ("name",)).sureness
        ('strong', 'weak')
        """
        shared = len({"phone", "email"} & set(self.agree))
        points = shared + 1 + len(set(self.agree) - {"phone", "email"}) - len(self.differ) - self.is_shared
        return "strong" if points >= 3 else "fair" if points == 2 else "weak" if points == 1 else None


def find_doubles(log: "Log", *, country: str | None = None) -> Iterator[Double]:
    """Customers who may be one person, in one pass over all customers that holds but a part of them in memory.

    Args:
        log: the customer log; customers who are merged are one already.
        country: two letters of the country whose telephone numbers are written without its code, where a customer has
            none; that of the log's time zone by default.

    >>> import pandas
    >>> from vernost.store.log import Log
    >>> customers = pandas.DataFrame({
    ...     "customer_id": ["1", "2"], "name": ["Anna Smith", "A. Smith"],
    ...     "phone": ["+44 20 7946 0018", "020 79460018"]})
    >>> with Log.wrap(customers=customers, timezone="Europe/London") as log:
    ...     [(found.first_id, found.second_id, found.sureness) for found in find_doubles(log)]
    [('1', '2', 'strong')]
    """
    if "customers" not in log.tables:
        return
    with staging(_MEMORY) as engine:
        engine.execute(
            "CREATE TABLE people (customer_id VARCHAR, name VARCHAR, email VARCHAR, phone VARCHAR, "
            "country VARCHAR, birthday_on DATE)"
        )
        for batch in _people(log):
            engine.register("batch", batch)
            engine.execute("INSERT INTO people FROM batch")
            engine.unregister("batch")
        _keep_phones(engine, region_of(country, region_of_zone(log.timezone)))
        _keep_shared(engine)
        yield from _pairs(engine)


def _people(log: "Log") -> "Iterator[pa.RecordBatch]":
    rows = log.tables["customers"]
    wanted = rows.filter(rows.phone.notnull() | rows.email.notnull()).select(*_READ)
    yield from log.connection.to_pyarrow_batches(wanted, chunk_size=_AT_ONCE)


def _keep_phones(engine: "duckdb.DuckDBPyConnection", region: str | None) -> None:
    """Tell the numbers of those telephones that end like another's, by the rules of their country.

    These rules are slow beside all else, and most telephones are like no other.
    """
    import pyarrow as pa

    tail = phone_tail_sql("phone")
    engine.execute(
        f"CREATE TABLE spellings AS SELECT phone, country, count(*) AS times FROM people WHERE {tail} IN "
        f"(SELECT {tail} AS tail FROM people GROUP BY tail HAVING tail IS NOT NULL AND count(*) > 1) "
        "GROUP BY phone, country"
    )
    engine.execute("CREATE TABLE numbers (phone VARCHAR, country VARCHAR, number VARCHAR)")
    reader = engine.cursor().execute("SELECT phone, country FROM spellings").to_arrow_reader(_AT_ONCE)
    for batch in reader:
        rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
        told = [phone_of(phone, region_of(own, region)) for phone, own in rows]
        engine.register(
            "batch", pa.table([*batch.columns, pa.array(told, pa.string())], ["phone", "country", "number"])
        )
        engine.execute("INSERT INTO numbers FROM batch")
        engine.unregister("batch")


def _keep_shared(engine: "duckdb.DuckDBPyConnection") -> None:
    """Keep what two customers or more share, and with how many names; not what too many do."""
    engine.execute(
        "CREATE TABLE shared AS SELECT kind, value, customer_id, count(DISTINCT called) OVER same > 2 AS is_shared "
        "FROM ("
        f"SELECT 'email' AS kind, {mailbox_sql('email')} AS value, customer_id, {_NAME} AS called FROM people "
        f"UNION ALL SELECT 'phone', number, customer_id, {_NAME} FROM people JOIN numbers "
        "ON people.phone = numbers.phone AND people.country IS NOT DISTINCT FROM numbers.country"
        ") WHERE value IS NOT NULL WINDOW same AS (PARTITION BY kind, value) "
        f"QUALIFY count(*) OVER same BETWEEN 2 AND {MOST_IDS} AND count(DISTINCT called) OVER same <= {MOST_OWNERS}"
    )


def _pairs(engine: "duckdb.DuckDBPyConnection") -> Iterator[Double]:
    rows = engine.execute(
        "SELECT first_id, second_id, kinds, is_shared, a.name, b.name, a.birthday_on, b.birthday_on FROM ("
        "SELECT a.customer_id AS first_id, b.customer_id AS second_id, list_sort(list(DISTINCT kind)) AS kinds, "
        "bool_and(a.is_shared) AS is_shared FROM shared a JOIN shared b USING (kind, value) "
        "WHERE a.customer_id < b.customer_id GROUP BY ALL) "
        "JOIN people a ON a.customer_id = first_id JOIN people b ON b.customer_id = second_id "
        "ORDER BY first_id, second_id"
    ).to_arrow_reader(_AT_ONCE)
    for batch in rows:
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            found = _double(*row)
            if found.sureness:
                yield found


def _double(first_id: str, second_id: str, kinds: list[str], *known: Any) -> Double:
    """The verdict on a pair: what it shares, whether others do, both names and both birthdays."""
    is_shared, name, other_name, birthday, other_birthday = known
    has_one_birthday = birthday == other_birthday if birthday and other_birthday else None
    told = {"name": are_alike(name, other_name), "birthday_on": has_one_birthday}
    agree = tuple(each for each, verdict in told.items() if verdict)
    differ = tuple(each for each, verdict in told.items() if verdict is False)
    return Double(first_id, second_id, (*kinds, *agree), differ, is_shared)
