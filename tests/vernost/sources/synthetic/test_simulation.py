"""What is written: laws that hold on every preset, and the same bytes for the same seed."""

import json
from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vernost.sources.synthetic.companies import CUSTOMERS, company, count, facts

from vernost.errors import InvalidValue
from vernost.schema import TABLES
from vernost.sources import read
from vernost.sources.synthetic import PRESETS, Setting, load_preset, simulate

CONTRACTS = ("subscription", "saas", "telecom")
FACTS = TABLES.keys() - {"scores", "merges"}
"""Tables of what happened; what is foretold is not made up."""
LAWS = {
    "no order before the customer exists": """
        SELECT count(*) FROM orders JOIN customers USING (customer_id) WHERE ordered_at < created_at""",
    "no order after the customer left": """
        SELECT count(*) FROM orders JOIN truth_customers USING (customer_id) WHERE ordered_at > left_at""",
    "no visit before the customer exists or two months after they left": """
        SELECT count(*) FROM events JOIN customers USING (customer_id) JOIN truth_customers USING (customer_id)
        WHERE occurred_at < created_at OR occurred_at > left_at + INTERVAL 60 DAY""",
    "no ticket before the customer exists or after they left": """
        SELECT count(*) FROM tickets JOIN customers USING (customer_id) JOIN truth_customers USING (customer_id)
        WHERE opened_at < created_at OR opened_at > left_at""",
    "no review before the customer exists": """
        SELECT count(*) FROM reviews JOIN customers USING (customer_id) WHERE posted_at < created_at""",
    "no reply to a ticket before the question": """
        SELECT count(*) FROM tickets WHERE first_reply_at < opened_at OR resolved_at < first_reply_at""",
    "no resolution without a reply": """
        SELECT count(*) FROM tickets WHERE resolved_at IS NOT NULL AND first_reply_at IS NULL""",
    "no reply to a review before it": "SELECT count(*) FROM reviews WHERE replied_at < posted_at",
    "a reply where there is an instant of one": """
        SELECT count(*) FROM reviews WHERE (reply IS NULL) <> (replied_at IS NULL)""",
    "no answer before the question": "SELECT count(*) FROM answers WHERE answered_at < asked_at",
    "scores within their scales": """
        SELECT count(*) FROM answers WHERE (kind = 'nps' AND score NOT BETWEEN 0 AND 10)
        OR (kind = 'csat' AND score NOT BETWEEN 1 AND 5) OR (kind = 'ces' AND score NOT BETWEEN 1 AND 7)
        OR (kind IN ('nps', 'csat', 'ces') AND score IS NULL) OR (kind = 'text' AND text IS NULL)""",
    "refunds never exceed what was sold": """
        SELECT count(*) FROM orders r JOIN orders s ON r.order_id = s.order_id || '-refund'
        WHERE r.amount + s.amount < 0 OR r.ordered_at < s.ordered_at""",
    "each refund has its sale": """
        SELECT count(*) FROM orders r WHERE kind = 'refund' AND NOT EXISTS
        (SELECT 1 FROM orders s WHERE s.kind = 'sale' AND r.order_id = s.order_id || '-refund')""",
    "refunds are below zero, sales are not": """
        SELECT count(*) FROM orders WHERE (kind = 'refund') <> (amount < 0)""",
    "lines and discount make the amount": """
        SELECT count(*) FROM orders JOIN (SELECT order_id, sum(quantity * unit_price) AS total FROM order_lines
        GROUP BY order_id) USING (order_id) WHERE kind = 'sale' AND abs(total - discount - amount) > 0.001""",
    "each sale has lines": """
        SELECT count(*) FROM orders WHERE kind = 'sale' AND order_id NOT IN (SELECT order_id FROM order_lines)""",
    "nothing is delivered before it was ordered": """
        SELECT count(*) FROM orders WHERE delivered_at < ordered_at OR promised_at < ordered_at""",
    "the control gets nothing": """
        SELECT count(*) FROM contacts WHERE variant = 'control' AND (sent_at IS NOT NULL OR opened_at IS NOT NULL
        OR cost IS NOT NULL)""",
    "messages go their way in order": """
        SELECT count(*) FROM contacts WHERE sent_at < assigned_at OR delivered_at < sent_at OR opened_at < delivered_at
        OR clicked_at < opened_at OR (bounced_at IS NOT NULL AND delivered_at IS NOT NULL)""",
    "no message after the customer unsubscribed": """
        SELECT count(*) FROM contacts a JOIN contacts b USING (customer_id) WHERE b.assigned_at > a.unsubscribed_at""",
    "who answers after an order was asked by a message, or had unsubscribed": """
        SELECT count(*) FROM answers a WHERE kind = 'nps' AND NOT EXISTS (SELECT 1 FROM contacts c WHERE
        c.customer_id = a.customer_id AND ((c.campaign = a.survey AND c.sent_at = a.asked_at)
        OR c.unsubscribed_at < a.asked_at))""",
    "nobody is asked twice by one message": """
        SELECT count(*) - count(DISTINCT contact_id) FROM contacts""",
    "points never fall below zero": """
        SELECT count(*) FROM (SELECT sum(points) OVER (PARTITION BY customer_id
        ORDER BY booked_at, entry_id.split('b')[-1]::INT) AS balance FROM points) WHERE balance < 0""",
    "points are earned above zero and leave below it": """
        SELECT count(*) FROM points WHERE (kind = 'earn') <> (points > 0)""",
    "a cause exactly for those who left": """
        SELECT count(*) FROM truth_customers WHERE (cause IS NULL) <> (left_at IS NULL)""",
    "who left left after coming, and decided before": """
        SELECT count(*) FROM truth_customers JOIN customers USING (customer_id) WHERE left_at < created_at
        OR left_at < decided_at""",
    "nothing happens after the last day": """
        SELECT count(*) FROM (SELECT max(ordered_at) AS t FROM orders UNION ALL SELECT max(occurred_at) FROM events
        UNION ALL SELECT max(opened_at) FROM tickets UNION ALL SELECT max(delivered_at) FROM orders UNION ALL
        SELECT max(booked_at) FROM points UNION ALL SELECT max(clicked_at) FROM contacts UNION ALL
        SELECT max(replied_at) FROM reviews UNION ALL SELECT max(answered_at) FROM answers) WHERE t >= '2026-01-01'""",
    "each text of the truth is a text of the log": """
        SELECT count(*) FROM truth_texts x WHERE x."table" = 'tickets' AND x.id NOT IN
        (SELECT ticket_id FROM tickets WHERE text IS NOT NULL)""",
}


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("preset", PRESETS)
def test_a_law_holds(preset: str, law: str) -> None:
    assert count(facts(company(preset)), LAWS[law]) == 0


@settings(max_examples=6, deadline=None)
@given(
    preset=st.sampled_from(PRESETS),
    customers=st.integers(1, 400),
    months=st.integers(1, 40),
    seed=st.integers(0, 2**40),
    language=st.sampled_from(["en", "ru"]),
)
def test_all_laws_hold_in_any_company(
    tmp_path_factory: pytest.TempPathFactory, preset: str, customers: int, months: int, seed: int, language: str
) -> None:
    setting = Setting(load_preset(preset), customers=customers, months=months, seed=seed, language=language)  # type: ignore[arg-type]
    connection = facts(simulate(setting, tmp_path_factory.mktemp("any") / "firm").folder)

    assert [law for law, query in LAWS.items() if count(connection, query)] == []


@pytest.mark.parametrize("preset", PRESETS)
def test_all_tables_are_there_with_rows_and_columns_of_the_log_and_unique_keys(preset: str) -> None:
    connection = facts(company(preset))
    wanted = [name for name in FACTS if name != "subscriptions" or preset in CONTRACTS]
    without_rows = {"points"} if preset in CONTRACTS else set()
    for name in wanted:
        table = TABLES[name]
        columns = [row[0] for row in connection.execute(f"DESCRIBE {name}").fetchall()]
        assert set(columns) <= set(table.names), name
        assert {column.name for column in table.columns if column.is_required} <= set(columns), name
        rows = count(connection, f"SELECT count(*) FROM {name}")  # noqa: S608
        keys = count(connection, f"SELECT count(DISTINCT ({', '.join(table.key)})) FROM {name}")  # noqa: S608
        assert rows == keys, name
        assert (rows > 0) is (name not in without_rows), name


@pytest.mark.parametrize("preset", PRESETS)
def test_shares_of_causes_sum_to_one_and_count_all_who_left(preset: str) -> None:
    connection = facts(company(preset))
    share, drawn, customers = connection.execute(
        "SELECT sum(share), sum(drawn_share), sum(customers) FROM truth_causes"
    ).fetchall()[0]

    assert share == pytest.approx(1)
    assert drawn == pytest.approx(1)
    assert customers == count(connection, "SELECT count(left_at) FROM truth_customers")


@pytest.mark.parametrize("preset", CONTRACTS)
def test_a_contract_runs_until_its_customer_left(preset: str) -> None:
    connection = facts(company(preset))
    ended = """SELECT count(*) FROM (SELECT customer_id, max(COALESCE(ended_at, '2999-01-01')) AS ended, count(*) AS n,
        count(*) FILTER (ended_at IS NULL) AS running FROM subscriptions GROUP BY customer_id)
        JOIN truth_customers USING (customer_id)
        WHERE running > 1 OR (left_at IS NULL) <> (running = 1) OR ended <> COALESCE(left_at, '2999-01-01')"""
    seams = """SELECT count(*) FROM (SELECT ended_at, lead(started_at)
        OVER (PARTITION BY customer_id ORDER BY started_at) AS following FROM subscriptions)
        WHERE following <> ended_at OR (following IS NOT NULL AND ended_at IS NULL)"""
    reasons = "SELECT count(*) FROM subscriptions WHERE cancel_reason IS NOT NULL AND ended_at IS NULL"

    assert count(connection, "SELECT count(DISTINCT customer_id) FROM subscriptions") == CUSTOMERS
    assert [count(connection, query) for query in (ended, seams, reasons)] == [0, 0, 0]
    assert count(connection, "SELECT count(cancel_text) FROM subscriptions") > 0
    assert count(connection, "SELECT count(went_to) FROM subscriptions") > 0


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_company_speaks_one_language(language: str) -> None:
    connection = facts(company("shop", language))
    for query in (
        "SELECT avg(regexp_matches(name, '[а-яё]')::INT) FROM customers",
        "SELECT avg(regexp_matches(city, '[а-яё]')::INT) FROM customers",
        "SELECT avg(regexp_matches(product, '[а-яё]')::INT) FROM order_lines",
        "SELECT avg(regexp_matches(text, '[а-яё]')::INT) FROM tickets",
        "SELECT avg(regexp_matches(topic, '[а-яё]')::INT) FROM tickets",
        "SELECT avg(regexp_matches(question, '[а-яё]')::INT) FROM answers",
    ):
        share = connection.execute(query).fetchall()[0][0]
        assert share > 0.98 if language == "ru" else share == 0, query


def test_people_sleep_at_night_by_the_clock_that_the_company_names() -> None:
    connection, folder = facts(company("shop", "ru")), company("shop", "ru")
    zone = json.loads((folder / "truth" / "world.json").read_text("utf-8"))["timezone"]
    night = f"""SELECT avg((hour(timezone('{zone}', ordered_at)) BETWEEN 1 AND 5)::INT) FROM orders"""  # noqa: S608

    assert zone == "Europe/Moscow"
    assert connection.execute(night).fetchall()[0][0] < 0.04
    assert connection.execute(night.replace(zone, "UTC")).fetchall()[0][0] > 0.08


def test_every_instant_says_that_it_is_of_utc() -> None:
    for path in company("telecom").rglob("*.parquet"):
        kinds = [str(field.type) for field in pq.read_schema(path) if field.name.endswith("_at")]
        assert set(kinds) <= {"timestamp[us, tz=UTC]"}, path


@pytest.mark.parametrize(
    ("language", "costs"),
    [
        pytest.param("ru", {"email": 0.05, "push": 0.01, "sms": 3.5}, id="roubles"),
        pytest.param("en", {"email": 0.0006, "push": 0.0001, "sms": 0.042}, id="dollars, less than a cent"),
    ],
)
def test_messages_cost_what_the_preset_says_in_the_money_of_the_company(language: str, costs: dict[str, float]) -> None:
    connection = facts(company("shop", language))
    found = connection.execute("SELECT DISTINCT channel, cost::DOUBLE FROM contacts WHERE cost IS NOT NULL").fetchall()
    spent, sent = connection.execute(
        """SELECT (SELECT sum(amount)::DOUBLE FROM spend WHERE purpose = 'retention'),
        (SELECT sum(cost)::DOUBLE FROM contacts)"""
    ).fetchall()[0]

    assert dict(found) == costs
    assert len(found) == len(costs)
    assert spent == pytest.approx(sent, abs=0.01)


def test_names_are_made_up_and_addresses_reach_nobody() -> None:
    connection = facts(company("shop"))
    reachable = "SELECT count(*) FROM customers WHERE NOT regexp_matches(email, '@example[.](com|org|net)$')"

    assert count(connection, reachable) == 0
    assert 0 < count(connection, "SELECT count(*) FROM customers WHERE email IS NULL") < CUSTOMERS / 5


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_gives_the_same_bytes_on_any_number_of_processors(tmp_path: Path) -> None:
    # Three chunks make two files of each table, the second one short.
    setting = Setting(load_preset("shop"), customers=50_010, months=1, seed=3)

    simulate(setting, tmp_path / "one", processes=1)
    simulate(setting, tmp_path / "two", processes=2)

    assert (tmp_path / "one" / "orders-2.parquet").exists()
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_another_seed_gives_other_bytes_in_each_table_of_facts(tmp_path: Path) -> None:
    for seed in (1, 2):
        simulate(Setting(load_preset("telecom"), customers=200, seed=seed), tmp_path / str(seed))

    one, two = digests(tmp_path / "1"), digests(tmp_path / "2")
    same = {name for name in one if one[name] == two[name]}

    assert same <= {"competitors.parquet", "points.parquet", "truth/.vernostignore", "truth/preset.toml"}


def test_the_truth_is_never_read_with_the_log() -> None:
    folder = company("shop")

    with read([str(folder)]) as reading:
        assert set(reading.tables) == FACTS - {"subscriptions"}
        assert not any("truth" in match.source for match in reading.matches)
        assert not any(match.extra for match in reading.matches)
        assert reading.notes == ()
        rows = reading.connection.execute("SELECT count(*) FROM staged_customers").fetchall()[0][0]
        assert rows == CUSTOMERS
        assert reading.connection.execute("SELECT count(*) FROM staged_rejected").fetchall()[0][0] == 0


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("precious", encoding="utf-8")

    with pytest.raises(InvalidValue, match="is not empty"):
        simulate(Setting(load_preset("shop"), customers=10), tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["mine.csv"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious", encoding="utf-8")

    with pytest.raises(InvalidValue, match="cannot be made a folder"):
        simulate(Setting(load_preset("shop"), customers=10), tmp_path / "mine")


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize(("customers", "months"), [(1, 1), (1, 24), (3, 2)])
def test_the_smallest_companies_are_written_too(tmp_path: Path, preset: str, customers: int, months: int) -> None:
    made = simulate(Setting(load_preset(preset), customers=customers, months=months), tmp_path / "out")

    assert made.rows["customers"] == customers


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [({"customers": 0}, "customers is 0"), ({"months": 0}, "months is 0"), ({"seed": -1}, "seed is -1")],
)
def test_a_setting_that_cannot_be_is_refused(wrong: dict[str, int], sentence: str) -> None:
    with pytest.raises(InvalidValue, match=sentence):
        Setting(load_preset("shop"), **wrong)  # type: ignore[arg-type]


def test_a_review_of_an_order_names_one_of_its_products() -> None:
    connection = facts(company("shop"))
    named = count(connection, "SELECT count(product_id) FROM reviews")
    bought = count(
        connection,
        """SELECT count(*) FROM reviews r WHERE EXISTS (SELECT 1 FROM orders o JOIN order_lines USING (order_id) WHERE
        o.customer_id = r.customer_id AND product_id = r.product_id AND o.ordered_at < r.posted_at)""",
    )

    assert named == bought > 100


@pytest.mark.parametrize("processes", [1, 2])
def test_a_simulation_that_is_stopped_leaves_nothing_behind(tmp_path: Path, processes: int) -> None:
    def stop(_what: str, _share: float) -> None:
        assert any(tmp_path.glob("*.parquet"))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(Setting(load_preset("shop"), customers=50_010, months=1), tmp_path, processes=processes, progress=stop)

    assert list(tmp_path.iterdir()) == []
