"""Columns of exports as programs and people make them, and what the log takes them for."""

import duckdb
import pytest

from vernost.errors import InvalidExpression, InvalidValue, MissingColumn, UnknownName, UnreadableSource
from vernost.schema import TABLES
from vernost.sources.given import Given, given_from_toml
from vernost.sources.mapped import SourceMapping
from vernost.sources.mapping import guess, refuse
from vernost.sources.names import meanings, words_of
from vernost.sources.profile import Profile, profile
from vernost.sources.source import RawTable


def looked_at(source: str, header: str, *rows: str) -> Profile:
    """A raw table of texts, with ``;`` between cells."""
    names = header.split(";")
    connection = duckdb.connect()
    columns = ", ".join(f'"{name}" VARCHAR' for name in names)
    connection.execute(f"CREATE TABLE raw ({columns}, _line BIGINT)")
    for line, row in enumerate(rows, start=2):
        cells = [cell or None for cell in row.split(";")]
        marks = ", ".join("?" * len(names))
        connection.execute(f"INSERT INTO raw VALUES ({marks}, ?)", [*cells, line])  # noqa: S608
    return profile(connection, RawTable(source, "raw", tuple(names), is_text=True))


def told(mapping: SourceMapping) -> dict[str, str]:
    return {f"{table}.{column}": found.source for (table, column), found in mapping.found.items()}


EXPORTS = [
    pytest.param(
        "orders.csv",
        "email;created;total",
        ["Ann@x.ru;2024-01-05;100", "ann@x.ru;2024-02-06;200", "bob@x.ru;2024-02-07;300"],
        {
            "orders.customer_id": "email",
            "customers.email": "email",
            "orders.ordered_at": "created",
            "orders.amount": "total",
        },
        id="orders of people who are known by e-mail",
    ),
    pytest.param(
        "Форма.csv",
        "Отметка времени;Насколько вероятно, что вы порекомендуете нас друзьям? (0-10);"
        "Почему вы нас не порекомендуете?;Насколько легко было сделать заказ?;Ваш e-mail",
        ["05.01.2024 10:00:00;10;;5;a@x.ru", "06.01.2024 10:00:00;3;Дорого;1;b@x.ru"],
        {
            "answers.answered_at": "Отметка времени",
            "answers.nps": "Насколько вероятно, что вы порекомендуете нас друзьям? (0-10)",
            "answers.ces": "Насколько легко было сделать заказ?",
            "answers.customer_id": "Ваш e-mail",
            "customers.email": "Ваш e-mail",
        },
        id="questions written out as headings",
    ),
    pytest.param(
        "sales.txt",
        "customer_id;date;number_of_cds;dollar_value",
        ["00001;19970101;1;11.77", "00002;19970112;5;77.00"],
        {"orders.customer_id": "customer_id", "orders.ordered_at": "date", "orders.amount": "dollar_value"},
        id="CDNOW",
    ),
    pytest.param(
        "retail.csv",
        "InvoiceNo;StockCode;Description;Quantity;InvoiceDate;UnitPrice;CustomerID;Country",
        ["536365;85123A;HEART;6;2010-12-01 08:26;2.55;17850;France", "C536379;D;Discount;-1;2010-12-01 09:41;27.5;;UK"],
        {
            "orders.order_id": "InvoiceNo",
            "orders.ordered_at": "InvoiceDate",
            "orders.customer_id": "CustomerID",
            "order_lines.product_id": "StockCode",
            "order_lines.product": "Description",
            "order_lines.quantity": "Quantity",
            "order_lines.unit_price": "UnitPrice",
            "customers.country": "Country",
        },
        id="Online Retail",
    ),
    pytest.param(
        "Реестр.csv",
        "Номер заказа;Дата;Клиент;Телефон;Сумма;Статус;Город",
        ["1;31.12.2024;Иванов Иван;+7 916 123-45-67;1 234,50;Выполнен;Омск"],
        {
            "orders.order_id": "Номер заказа",
            "orders.ordered_at": "Дата",
            "orders.customer_id": "Клиент",
            "orders.amount": "Сумма",
            "orders.status": "Статус",
            "customers.phone": "Телефон",
            "customers.city": "Город",
            "customers.name": "Клиент",
        },
        id="1C",
    ),
    pytest.param(
        "retailcrm.csv",
        "Номер;Дата создания;Статус;Способ оформления;Покупатель;E-mail;Сумма заказа;Магазин;Промокод;Менеджер",
        ["1001C;31.12.2024 10:00;Выполнен;Сайт;Иванов Иван;a@b.ru;1 500;Центр;;Оля"],
        {
            "orders.order_id": "Номер",
            "orders.ordered_at": "Дата создания",
            "orders.status": "Статус",
            "orders.channel": "Способ оформления",
            "orders.customer_id": "Покупатель",
            "orders.amount": "Сумма заказа",
            "orders.store": "Магазин",
            "orders.coupon": "Промокод",
            "customers.email": "E-mail",
            "customers.name": "Покупатель",
        },
        id="RetailCRM",
    ),
    pytest.param(
        "deals.csv",
        "ID;Название сделки;Стадия сделки;Сумма;Контакт;Дата создания;Ответственный",
        ["15;Сделка 15;Успешно;1500.00;Иванов Иван;31.12.2024 10:00:00;Оля"],
        {
            "orders.order_id": "ID",
            "orders.status": "Стадия сделки",
            "orders.amount": "Сумма",
            "orders.customer_id": "Контакт",
            "orders.ordered_at": "Дата создания",
            "customers.name": "Контакт",
        },
        id="Bitrix",
    ),
    pytest.param(
        "export.csv",
        "Дата заказа;Сумма, руб.;Email",
        ["31.12.2024;1 234,50;a@b.ru"],
        {
            "orders.ordered_at": "Дата заказа",
            "orders.amount": "Сумма, руб.",
            "orders.customer_id": "Email",
            "customers.email": "Email",
        },
        id="an e-mail for an id",
    ),
    pytest.param(
        "prodazhi.csv",
        "data zakaza;summa;kod klienta",
        ["31.12.2024;100;7"],
        {"orders.ordered_at": "data zakaza", "orders.amount": "summa", "orders.customer_id": "kod klienta"},
        id="Russian in Latin letters",
    ),
    pytest.param(
        "orders_export.csv",
        "Name;Email;Financial Status;Currency;Total;Discount Code;Discount Amount;Created at;Lineitem quantity;"
        "Lineitem name;Lineitem price;Lineitem sku;Billing Name;Billing City;Phone",
        [
            "#1001;a@b.com;paid;USD;50.0;;0.0;2024-01-01 10:00:00 +0300;1;Cup;10.0;C-1;Ann B;NYC;",
            "#1001;a@b.com;;;;;;2024-01-01 10:00:00 +0300;2;Cap;20.0;C-2;;;",
        ],
        {
            "orders.order_id": "Name",
            "orders.customer_id": "Email",
            "orders.status": "Financial Status",
            "orders.amount": "Total",
            "orders.coupon": "Discount Code",
            "orders.discount": "Discount Amount",
            "orders.ordered_at": "Created at",
            "order_lines.quantity": "Lineitem quantity",
            "order_lines.product": "Lineitem name",
            "order_lines.unit_price": "Lineitem price",
            "order_lines.product_id": "Lineitem sku",
            "customers.email": "Email",
            "customers.name": "Billing Name",
            "customers.city": "Billing City",
            "customers.phone": "Phone",
        },
        id="Shopify",
    ),
    pytest.param(
        "wc.csv",
        "Order Number;Order Status;Order Date;First Name (Billing);Last Name (Billing);Email (Billing);"
        "Order Total Amount;SKU;Item Name;Quantity (- Refund);Item Cost",
        ["100;completed;2024-01-01 10:00;A;B;a@b.c;10.5;S-1;Cup;1;10.5"],
        {
            "orders.order_id": "Order Number",
            "orders.status": "Order Status",
            "orders.ordered_at": "Order Date",
            "orders.customer_id": "Email (Billing)",
            "orders.amount": "Order Total Amount",
            "order_lines.product_id": "SKU",
            "order_lines.product": "Item Name",
            "order_lines.quantity": "Quantity (- Refund)",
            "order_lines.unit_price": "Item Cost",
            "customers.email": "Email (Billing)",
            "customers.first_name": "First Name (Billing)",
            "customers.last_name": "Last Name (Billing)",
        },
        id="WooCommerce",
    ),
    pytest.param(
        "subscriptions.csv",
        "id;Customer ID;Customer Email;Plan;Quantity;Interval;Amount;Status;Start Date (UTC);Ended At (UTC)",
        ["sub_1;cus_1;a@b.c;pro;1;month;10.00;active;2024-01-01 10:00;"],
        {
            "subscriptions.subscription_id": "id",
            "subscriptions.customer_id": "Customer ID",
            "subscriptions.plan": "Plan",
            "subscriptions.interval": "Interval",
            "subscriptions.period_price": "Amount",
            "subscriptions.started_at": "Start Date (UTC)",
            "subscriptions.ended_at": "Ended At (UTC)",
            "customers.email": "Customer Email",
        },
        id="Stripe",
    ),
    pytest.param(
        "zendesk.csv",
        "ID;Requester;Requester email;Subject;Created at;Solved at;Assignee;Via;Satisfaction Score",
        ["11;Ann B;a@b.c;Help;2024-01-01 10:00;2024-01-02 10:00;Bob;email;5"],
        {
            "tickets.ticket_id": "ID",
            "tickets.customer_id": "Requester email",
            "tickets.topic": "Subject",
            "tickets.opened_at": "Created at",
            "tickets.resolved_at": "Solved at",
            "tickets.agent": "Assignee",
            "tickets.channel": "Via",
            "tickets.score": "Satisfaction Score",
            "customers.name": "Requester",
            "customers.email": "Requester email",
        },
        id="Zendesk",
    ),
    pytest.param(
        "bonus.csv",
        "Код клиента;Дата операции;Тип операции;Баллы;Номер чека",
        ["7;31.12.2024;начисление;100;C-1"],
        {
            "points.customer_id": "Код клиента",
            "points.booked_at": "Дата операции",
            "points.kind": "Тип операции",
            "points.points": "Баллы",
            "points.order_id": "Номер чека",
        },
        id="loyalty points",
    ),
    pytest.param(
        "ads.csv",
        "Дата;Канал;Кампания;Расход",
        ["31.12.2024;VK;x;100,5"],
        {
            "spend.period_on": "Дата",
            "spend.channel": "Канал",
            "spend.campaign": "Кампания",
            "spend.amount": "Расход",
        },
        id="ad spend",
    ),
    pytest.param(
        "form.csv",
        "Отметка времени;Email;NPS;Комментарий",
        ["31.12.2024 10:00:00;a@b.c;10;хорошо"],
        {
            "answers.answered_at": "Отметка времени",
            "answers.customer_id": "Email",
            "answers.nps": "NPS",
            "answers.text": "Комментарий",
            "customers.email": "Email",
        },
        id="a survey",
    ),
    pytest.param(
        "отзывы.csv",
        "Дата;Площадка;Оценка;Текст отзыва;Ответ",
        ["31.12.2024;Карты;5;хорошо;спасибо"],
        {
            "reviews.posted_at": "Дата",
            "reviews.platform": "Площадка",
            "reviews.rating": "Оценка",
            "reviews.text": "Текст отзыва",
            "reviews.reply": "Ответ",
        },
        id="reviews",
    ),
    pytest.param(
        "clients.csv",
        "Код;Наименование;Телефон;Почта;Город;День рождения;Дата регистрации",
        ["00001;Иванов Иван;79161234567;a@b.ru;Омск;01.02.1990;01.01.2020"],
        {
            "customers.customer_id": "Код",
            "customers.name": "Наименование",
            "customers.phone": "Телефон",
            "customers.email": "Почта",
            "customers.city": "Город",
            "customers.birthday_on": "День рождения",
            "customers.created_at": "Дата регистрации",
        },
        id="customers",
    ),
    pytest.param(
        "CDNOW_sample.txt",
        "column0;column1;column2;column3;column4",
        ["00004;0001;19970101;2;29.33", "00004;0001;19970118;2;29.73", "00021;0002;19970101;3;63.34"],
        {"orders.customer_id": "column0", "orders.ordered_at": "column2", "orders.amount": "column4"},
        id="no header",
    ),
]


@pytest.mark.parametrize(("source", "header", "rows", "expected"), EXPORTS)
def test_an_export_is_understood_without_help(
    source: str, header: str, rows: list[str], expected: dict[str, str]
) -> None:
    mapping = guess(looked_at(source, header, *rows), Given())
    assert told(mapping) == expected
    assert mapping.is_understood
    assert all(0 < found.confidence <= 1 for found in mapping.found.values())


@pytest.mark.parametrize("table", TABLES)
def test_canonical_names_mean_themselves(table: str) -> None:
    names = TABLES[table].names
    mapping = guess(looked_at("export.csv", ";".join(names)), Given())
    assert mapping.table == table
    own = {column: found for (home, column), found in mapping.found.items() if home == table}
    assert {column: found.source for column, found in own.items()} == {name: name for name in names}
    assert {found.confidence for found in own.values()} == {1.0}


@pytest.mark.parametrize(
    ("source", "header", "row", "table", "missing"),
    [
        (
            "churn_events.csv",
            "churn_event_id;account_id;churn_date;reason_code;feedback_text",
            "1;A;27-10-2024;price;dear",
            "subscriptions",
            "started_at",
        ),
        (
            "feature_usage.csv",
            "usage_id;subscription_id;usage_date;feature_name",
            "1;S;27-07-2023;f",
            "events",
            "customer_id",
        ),
        (
            "tickets.csv",
            "Ticket ID;Customer Email;Date of Purchase;Ticket Subject;First Response Time",
            "1;a@b.c;2021-03-22;x;2023-06-01 12:00",
            "tickets",
            "opened_at",
        ),
        ("zip.csv", "Zip Code;Population", "90001;54492", None, "customer_id"),
    ],
)
def test_what_cannot_be_read_says_what_is_missing(
    source: str, header: str, row: str, table: str | None, missing: str
) -> None:
    looked = looked_at(source, header, row)
    mapping = guess(looked, Given())
    assert not mapping.is_understood
    assert table in (None, mapping.table)
    error = refuse(looked, mapping)
    assert isinstance(error, MissingColumn)
    assert f"--map {missing}=COLUMN" in str(error)
    assert header.split(";", maxsplit=1)[0] in str(error)


def test_contents_overrule_a_name() -> None:
    looked = looked_at("x.csv", "customer_id;date;amount;order date", "1;2024-01-01;lots;no")
    assert told(guess(looked, Given())) == {
        "orders.customer_id": "customer_id",
        "orders.ordered_at": "date",
        "orders.amount": "amount",  # its very name is the log's: the rows will say that they are wrong
    }


def test_what_is_given_wins() -> None:
    looked = looked_at("x.csv", "InvoiceDate;Paid;Qty;Price;Client", "2024-01-01;2024-01-05;2;3;7")
    given = Given(columns={"ordered_at": "paid", "orders.amount": "Qty * Price", "customer_id": "Client"})
    mapping = guess(looked, given)
    assert mapping.table == "orders"
    found = {column: (each.source, each.why, each.is_expression) for (_, column), each in mapping.found.items()}
    assert found["ordered_at"] == ("Paid", "given", False)
    assert found["amount"] == ("Qty * Price", "given", True)
    assert found["customer_id"] == ("Client", "given", False)


def test_the_table_may_be_given() -> None:
    looked = looked_at("x.csv", "customer_id;date;amount", "1;2024-01-01;5")
    assert guess(looked, Given(table="points")).table == "points"


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: Given(columns={"ordered_ad": "x"}), UnknownName),
        (lambda: Given(columns={"orders.points": "x"}), UnknownName),
        (lambda: Given(columns={"ordres.amount": "x"}), UnknownName),
        (lambda: Given(table="order"), UnknownName),
        (lambda: Given(date_order="year_first"), UnknownName),  # type: ignore[arg-type]
        (lambda: Given(decimal=";"), UnknownName),  # type: ignore[arg-type]
    ],
)
def test_what_is_given_must_exist(make: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        make()  # type: ignore[operator]


TOML = """
decimal = ","

[orders]
ordered_at = "Дата"

[sources."old_*.csv"]
date_order = "month_first"
[sources."old_*.csv".orders]
ordered_at = "Date"
amount = "Qty * Price"
"""


def test_what_is_given_may_stand_in_a_file(tmp_path: object) -> None:
    path = tmp_path / "sources.toml"  # type: ignore[operator]
    path.write_text(TOML, "utf-8")
    given = given_from_toml(path)
    assert given.for_source("data/new.csv") == Given(columns={"orders.ordered_at": "Дата"}, decimal=",")
    assert given.for_source("data/old_1.csv") == Given(
        columns={"orders.ordered_at": "Date", "orders.amount": "Qty * Price"}, date_order="month_first", decimal=","
    )


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("[orders]\nordered_ad = 'x'", UnknownName),
        ("[ordres]\namount = 'x'", UnknownName),
        ("[orders]\namount = 5", InvalidValue),
        ("sources = 5", InvalidValue),
        ("[sources]\nx = 5", InvalidValue),
        ("orders = [", UnreadableSource),
    ],
)
def test_a_mistake_in_that_file_is_said(tmp_path: object, content: str, error: type[Exception]) -> None:
    path = tmp_path / "sources.toml"  # type: ignore[operator]
    path.write_text(content, "utf-8")
    with pytest.raises(error):
        given_from_toml(path)


def test_that_file_must_be_there(tmp_path: object) -> None:
    with pytest.raises(UnreadableSource):
        given_from_toml(tmp_path / "absent.toml")  # type: ignore[operator]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("InvoiceNo", ("invoice", "no")),
        ("customer_id", ("customer", "id")),
        ("CustomerID", ("customer", "id")),
        ("Сумма, руб.", ("сумма",)),
        ("Счёт №", ("счет", "номер")),
        ("Created (UTC)", ("created",)),
        ("руб", ("руб",)),
        ("%%%", ()),
    ],
)
def test_a_name_is_its_words(name: str, words: tuple[str, ...]) -> None:
    assert words_of(name) == words


def test_ten_thousand_columns_are_looked_through() -> None:
    names = [f"feature_{number}" for number in range(9_997)]
    looked = Profile(
        RawTable("wide.csv", "raw", (*names, "customer_id", "date", "amount"), is_text=True),
        {},
        [(*("1",) * 9_997, "7", "2024-01-01", "5")],
    )
    assert told(guess(looked, Given())) == {
        "orders.customer_id": "customer_id",
        "orders.ordered_at": "date",
        "orders.amount": "amount",
    }


def test_every_synonym_leads_to_its_column() -> None:
    assert dict(meanings("Номер заказа", "orders", may_be_partial=False))["order_id"] > 0.9
    assert not dict(meanings("nonsense", "orders", may_be_partial=True))


def test_an_expression_that_is_none_is_refused() -> None:
    from vernost.sources.mapping import check_given

    with pytest.raises(InvalidExpression):
        check_given(Given(columns={"amount": "read_csv('x') + ("}), {"x.csv": ("a",)})
    with pytest.raises(UnknownName, match="'Pryce'"):
        check_given(Given(columns={"amount": "Qty * Pryce"}), {"x.csv": ("Qty", "Price")})
    with pytest.raises(UnknownName, match="'Сумма, р'"):
        check_given(Given(columns={"amount": "Сумма, р"}), {"x.csv": ("Сумма, руб.",)})
