"""The same four answers written by hand: in DuckDB's SQL, in Polars and in pandas.

Every rival reads the same Parquet files with the same filters (sales, not cancelled, of a known customer) and gives the
same columns. What a person who knows these data would write down as a number (the first month, the last day) is written
down here too, so a rival asks the data for nothing but the answer.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

MONTHS = 36
FIRST_MONTH = 2022 * 12
TODAY = 20_088
"""Days from 1970-01-01 to 2024-12-31, the last day of the data."""

SPANS = (30, 90, 180, 365)
SEGMENTS = (
    ("champions", (5, 5), (4, 5)),
    ("loyal", (3, 4), (4, 5)),
    ("potential_loyal", (4, 5), (2, 3)),
    ("new", (5, 5), (1, 1)),
    ("promising", (4, 4), (1, 1)),
    ("need_attention", (3, 3), (2, 3)),
    ("about_to_sleep", (3, 3), (1, 1)),
    ("cannot_lose", (1, 1), (5, 5)),
    ("at_risk", (1, 2), (3, 5)),
    ("hibernating", (2, 2), (1, 2)),
    ("lost", (1, 1), (1, 2)),
)

# -- DuckDB -------------------------------------------------------------------------------------------------------

_STANDING = "status IS DISTINCT FROM 'cancelled' AND customer_id IS NOT NULL"
_MASKS = f"""
    WITH customers AS (
        SELECT bit_or(1::BIGINT << (year(ordered_at) * 12 + month(ordered_at) - {FIRST_MONTH + 1})::INT) AS mask
        FROM orders WHERE kind = 'sale' AND {_STANDING} GROUP BY customer_id
    ), masks AS (SELECT mask, count(*) AS n FROM customers GROUP BY mask)
"""
_SEGMENT = " ".join(
    f"WHEN r BETWEEN {r[0]} AND {r[1]} AND f BETWEEN {f[0]} AND {f[1]} THEN '{name}'" for name, r, f in SEGMENTS
)
_RECENT = ", ".join(
    f"count(*) FILTER (is_sale AND day > {TODAY - span}) AS orders_{span}d, "
    f"coalesce(sum(money) FILTER (day > {TODAY - span}), 0) AS revenue_{span}d"
    for span in SPANS
)

SQL = {
    "scan": "SELECT max(customer_id), max(ordered_at), max(kind), max(status) FROM orders",
    "cohort": f"""{_MASKS}
        SELECT {FIRST_MONTH} + first AS cohort, age, sum(n)::BIGINT AS customers
        FROM (SELECT mask, n, bit_count((mask & -mask) - 1) AS first FROM masks),
            (SELECT unnest(range({MONTHS})) AS age)
        WHERE first + age < {MONTHS} AND (mask >> (first + age)::INT) & 1 = 1
        GROUP BY ALL""",
    "lifecycle": f"""{_MASKS}, states AS (
            SELECT place, n, (mask >> place::INT) & 1 AS now, ((mask << 1) >> place::INT) & 1 AS was,
                (mask & ((1::BIGINT << place::INT) - 1) <> 0)::BIGINT AS old
            FROM masks, (SELECT unnest(range({MONTHS})) AS place)
        ), counts AS (
            SELECT place, sum(n * now * (1 - old))::BIGINT AS new, sum(n * now * was)::BIGINT AS "returning",
                sum(n * now * old * (1 - was))::BIGINT AS resurrecting, sum(n * (1 - now) * was)::BIGINT AS dormant
            FROM states WHERE now + was > 0 GROUP BY place
        )
        SELECT make_date(2022 + place // 12, place % 12 + 1, 1) AS period, new, "returning", resurrecting, dormant,
            (new + resurrecting) / nullif(dormant, 0)::DOUBLE AS quick_ratio
        FROM counts""",
    "rfm": f"""
        WITH customers AS MATERIALIZED (
            SELECT customer_id, {TODAY} - (max(ordered_at) FILTER (kind = 'sale')::DATE - DATE '1970-01-01')
                    AS recency_days, count(*) FILTER (kind = 'sale') AS frequency, sum(amount)::DOUBLE AS monetary
            FROM orders WHERE {_STANDING} GROUP BY customer_id HAVING frequency > 0
        ), cuts AS (
            SELECT quantile_disc(-recency_days, [0.2, 0.4, 0.6, 0.8]) AS r,
                quantile_disc(frequency, [0.2, 0.4, 0.6, 0.8]) AS f,
                quantile_disc(monetary, [0.2, 0.4, 0.6, 0.8]) AS m
            FROM customers
        ), scored AS (
            SELECT customer_id, recency_days, frequency, monetary,
                1 + (-recency_days > cuts.r[1])::BIGINT + (-recency_days > cuts.r[2])::BIGINT
                    + (-recency_days > cuts.r[3])::BIGINT + (-recency_days > cuts.r[4])::BIGINT AS r,
                1 + (frequency > cuts.f[1])::BIGINT + (frequency > cuts.f[2])::BIGINT
                    + (frequency > cuts.f[3])::BIGINT + (frequency > cuts.f[4])::BIGINT AS f,
                1 + (monetary > cuts.m[1])::BIGINT + (monetary > cuts.m[2])::BIGINT
                    + (monetary > cuts.m[3])::BIGINT + (monetary > cuts.m[4])::BIGINT AS m
            FROM customers, cuts
        )
        SELECT *, CASE {_SEGMENT} END AS segment FROM scored""",
    "features": f"""
        WITH facts AS (
            SELECT customer_id, kind = 'sale' AS is_sale, ordered_at::DATE - DATE '1970-01-01' AS day,
                coalesce(amount::DOUBLE, 0) AS money
            FROM orders WHERE {_STANDING}
        ), gaps AS (
            SELECT *, CASE WHEN is_sale
                THEN day - lag(day) OVER (PARTITION BY customer_id, is_sale ORDER BY day) END AS gap FROM facts
        ), customers AS (
            SELECT customer_id, min(day) FILTER (is_sale) AS first_day, max(day) FILTER (is_sale) AS last_day,
                count(*) FILTER (is_sale) AS orders, sum(money) AS revenue,
                max(money) FILTER (is_sale) AS order_value_max,
                avg(gap) AS gap_mean, stddev_samp(gap) AS gap_std, max(gap) AS gap_max, {_RECENT}
            FROM gaps GROUP BY customer_id HAVING count(*) FILTER (is_sale) > 0
        )
        SELECT * EXCLUDE (first_day, last_day), orders - 1 AS frequency, last_day - first_day AS recency,
            {TODAY} - first_day AS t, {TODAY} - last_day AS silence, revenue / orders AS order_value_mean
        FROM customers""",
}


def by_sql(task: str, files: list[str]) -> "Callable[[], pa.Table]":
    import duckdb

    engine = duckdb.connect()
    engine.execute("SET enable_progress_bar = false")
    engine.read_parquet(files).create_view("orders")
    return lambda: engine.sql(SQL[task]).to_arrow_table()


# -- Polars -------------------------------------------------------------------------------------------------------


def by_polars(task: str, files: list[str]) -> "Callable[[], pa.Table]":
    import polars as pl

    orders = pl.scan_parquet(files)
    standing = orders.filter(pl.col("status").ne_missing("cancelled") & pl.col("customer_id").is_not_null())
    make = {"cohort": _pl_cohort, "lifecycle": _pl_lifecycle, "rfm": _pl_rfm, "features": _pl_features}[task]
    return lambda: make(standing).collect(engine="streaming").to_arrow()


def _pl_pairs(standing: "pl.LazyFrame") -> "pl.LazyFrame":
    """Distinct pairs of customer and active month."""
    import polars as pl

    at = pl.col("ordered_at")
    month = at.dt.year().cast(pl.Int64) * 12 + at.dt.month().cast(pl.Int64) - 1
    return standing.filter(pl.col("kind") == "sale").select("customer_id", month=month).unique()


def _pl_cohort(standing: "pl.LazyFrame") -> "pl.LazyFrame":
    import polars as pl

    pairs = _pl_pairs(standing).with_columns(cohort=pl.col("month").min().over("customer_id"))
    return pairs.group_by("cohort", age=pl.col("month") - pl.col("cohort")).agg(customers=pl.len().cast(pl.Int64))


def _pl_lifecycle(standing: "pl.LazyFrame") -> "pl.LazyFrame":
    import polars as pl

    month, before = pl.col("month"), pl.col("before")
    pairs = _pl_pairs(standing).sort("customer_id", "month")
    is_same = pl.col("customer_id") == pl.col("customer_id").shift(1)
    pairs = pairs.with_columns(
        before=pl.when(is_same).then(month.shift(1)),
        is_kept=(pl.col("customer_id") == pl.col("customer_id").shift(-1)) & (month.shift(-1) == month + 1),
    )
    counts = pairs.group_by("month").agg(
        new=before.is_null().sum(),
        returning=(before == month - 1).sum(),
        resurrecting=(before < month - 1).sum(),
        fallen=(~pl.col("is_kept").fill_null(value=False)).sum(),
    )
    counts = counts.sort("month").with_columns(dormant=pl.col("fallen").shift(1).fill_null(0))
    names = ("new", "returning", "resurrecting", "dormant")
    return counts.select(
        pl.date(month // 12, month % 12 + 1, 1).alias("period"),
        *(pl.col(name).cast(pl.Int64) for name in names),
        quick_ratio=(pl.col("new") + pl.col("resurrecting"))
        / pl.when(pl.col("dormant") > 0).then(pl.col("dormant").cast(pl.Float64)),
    )


def _pl_day() -> "pl.Expr":
    import polars as pl

    return pl.col("ordered_at").dt.date().cast(pl.Int32).cast(pl.Int64)


def _pl_rfm(standing: "pl.LazyFrame") -> "pl.LazyFrame":
    import polars as pl

    is_sale = pl.col("kind") == "sale"
    customers = standing.group_by("customer_id").agg(
        recency_days=TODAY - _pl_day().filter(is_sale).max(),
        frequency=is_sale.sum().cast(pl.Int64),
        monetary=pl.col("amount").sum().cast(pl.Float64),
    )
    customers = customers.filter(pl.col("frequency") > 0)
    values = {"r": -pl.col("recency_days"), "f": pl.col("frequency"), "m": pl.col("monetary")}
    worse = {name: value.rank("min").cast(pl.Int64) - 1 for name, value in values.items()}
    scored = customers.with_columns(**{name: 1 + rank * 5 // pl.len().cast(pl.Int64) for name, rank in worse.items()})
    segment: Any = pl
    for name, r, f in SEGMENTS:
        segment = segment.when(pl.col("r").is_between(*r) & pl.col("f").is_between(*f)).then(pl.lit(name))
    return scored.with_columns(segment=segment.otherwise(None))


def _pl_features(standing: "pl.LazyFrame") -> "pl.LazyFrame":
    import polars as pl

    facts = standing.select(
        "customer_id",
        sale=pl.col("kind") == "sale",
        day=_pl_day(),
        money=pl.col("amount").cast(pl.Float64).fill_null(0.0),
    )
    day, money, gap, sale, who = (pl.col(name) for name in ("day", "money", "gap", "sale", "customer_id"))
    is_next = sale & sale.shift(1) & (who == who.shift(1))
    facts = facts.sort("customer_id", "sale", "day").with_columns(gap=pl.when(is_next).then(day - day.shift(1)))
    recent = {}
    for span in SPANS:
        is_recent = day > TODAY - span
        recent[f"orders_{span}d"] = (is_recent & sale).sum().cast(pl.Int64)
        recent[f"revenue_{span}d"] = pl.when(is_recent).then(money).otherwise(0.0).sum()
    sold_on, paid = day.filter(sale), money.filter(sale)
    customers = facts.group_by("customer_id").agg(
        first_day=sold_on.min(), last_day=sold_on.max(), orders=sale.sum().cast(pl.Int64), revenue=money.sum(),
        order_value_max=paid.max(), gap_mean=gap.mean(), gap_std=gap.std(), gap_max=gap.max(), **recent,
    )  # fmt: skip
    return (
        customers.filter(pl.col("orders") > 0)
        .with_columns(
            frequency=pl.col("orders") - 1,
            recency=pl.col("last_day") - pl.col("first_day"),
            t=TODAY - pl.col("first_day"),
            silence=TODAY - pl.col("last_day"),
            order_value_mean=pl.col("revenue") / pl.col("orders"),
        )
        .drop("first_day", "last_day")
    )


# -- pandas -------------------------------------------------------------------------------------------------------


def by_pandas(task: str, files: list[str]) -> "Callable[[], pa.Table]":
    import pandas as pd
    import pyarrow as pa

    wanted = ["customer_id", "ordered_at", "kind", "status"] + (["amount"] if task in ("rfm", "features") else [])
    make = {"cohort": _pd_cohort, "lifecycle": _pd_lifecycle, "rfm": _pd_rfm, "features": _pd_features}[task]

    def answer() -> "pa.Table":
        # Arrow's types are the kindest to pandas: strings and decimals stay out of Python objects.
        parts = [pd.read_parquet(file, columns=wanted, dtype_backend="pyarrow") for file in files]
        orders = pd.concat(parts, ignore_index=True)
        is_standing = ~(orders.status == "cancelled").fillna(value=False) & orders.customer_id.notna()
        return pa.Table.from_pandas(make(orders[is_standing]), preserve_index=False)

    return answer


def _pd_pairs(orders: "pd.DataFrame") -> "pd.DataFrame":
    """Distinct pairs of customer (as a number) and active month, sorted."""
    import pandas as pd

    sales = orders[orders.kind == "sale"]
    at = sales.ordered_at.astype("datetime64[us]")
    pairs = pd.DataFrame(
        {
            "customer": pd.factorize(sales.customer_id)[0],
            "month": at.dt.year.to_numpy() * 12 + at.dt.month.to_numpy() - 1,
        }
    )
    return pairs.drop_duplicates().sort_values(["customer", "month"], ignore_index=True)


def _pd_cohort(orders: "pd.DataFrame") -> "pd.DataFrame":
    pairs = _pd_pairs(orders).astype({"month": "int64"})
    pairs["cohort"] = pairs.groupby("customer").month.transform("min")
    pairs["age"] = pairs.month - pairs.cohort
    return pairs.groupby(["cohort", "age"]).size().reset_index(name="customers")


def _pd_lifecycle(orders: "pd.DataFrame") -> "pd.DataFrame":
    import pandas as pd

    pairs = _pd_pairs(orders)
    before = pairs.groupby("customer").month.shift(1)
    after = pairs.groupby("customer").month.shift(-1)
    states = pd.DataFrame(
        {
            "month": pairs.month,
            "new": before.isna(),
            "returning": before == pairs.month - 1,
            "resurrecting": before < pairs.month - 1,
            "fallen": after != pairs.month + 1,
        }
    )
    counts = states.groupby("month").sum().astype("int64")
    counts["dormant"] = counts.pop("fallen").shift(1).fillna(0).astype("int64")
    counts["quick_ratio"] = (counts.new + counts.resurrecting) / counts.dormant.where(counts.dormant > 0)
    months = counts.index.to_series()
    counts.insert(0, "period", pd.to_datetime({"year": months // 12, "month": months % 12 + 1, "day": 1}).dt.date)
    return counts


def _pd_day(orders: "pd.DataFrame") -> "pd.Series[int]":
    return orders.ordered_at.astype("datetime64[us]").astype("int64") // 86_400_000_000


def _pd_rfm(orders: "pd.DataFrame") -> "pd.DataFrame":
    import pandas as pd

    is_sale = (orders.kind == "sale").astype("bool")
    rows = pd.DataFrame(
        {
            "customer_id": orders.customer_id,
            "day": _pd_day(orders).where(is_sale),
            "sale": is_sale.astype("int64"),
            "amount": orders.amount.astype("float64"),
        }
    )
    customers = rows.groupby("customer_id", sort=False).agg(
        recency_days=("day", "max"), frequency=("sale", "sum"), monetary=("amount", "sum")
    )
    customers = customers[customers.frequency > 0].reset_index()
    customers["recency_days"] = TODAY - customers.recency_days.astype("int64")
    n = len(customers)
    for name, value in (("r", -customers.recency_days), ("f", customers.frequency), ("m", customers.monetary.round(6))):
        customers[name] = 1 + (value.rank(method="min").astype("int64") - 1) * 5 // n
    customers["segment"] = None
    for name, r, f in reversed(SEGMENTS):
        customers.loc[customers.r.between(*r) & customers.f.between(*f), "segment"] = name
    return customers


def _pd_features(orders: "pd.DataFrame") -> "pd.DataFrame":
    import pandas as pd

    is_sale = (orders.kind == "sale").astype("bool")
    facts = pd.DataFrame(
        {
            "customer_id": orders.customer_id.astype("category"),
            "sale": is_sale.astype("int64"),
            "day": _pd_day(orders),
            "sold_on": _pd_day(orders).where(is_sale),
            "money": orders.amount.astype("float64").fillna(0.0),
        }
    ).sort_values(["customer_id", "day"])
    facts["paid"] = facts.money.where(facts.sale == 1)
    facts["gap"] = facts[facts.sale == 1].groupby("customer_id", observed=True, sort=False).day.diff()
    for span in SPANS:
        is_recent = facts.day > TODAY - span
        facts[f"orders_{span}d"] = is_recent.astype("int64") * facts.sale
        facts[f"revenue_{span}d"] = facts.money.where(is_recent, 0.0)
    recent = {name: (name, "sum") for span in SPANS for name in (f"orders_{span}d", f"revenue_{span}d")}
    customers = facts.groupby("customer_id", observed=True, sort=False).agg(
        first_day=("sold_on", "min"), last_day=("sold_on", "max"), orders=("sale", "sum"), revenue=("money", "sum"),
        order_value_max=("paid", "max"), gap_mean=("gap", "mean"), gap_std=("gap", "std"), gap_max=("gap", "max"),
        **recent,
    ).reset_index()  # fmt: skip
    customers = customers[customers.orders > 0].copy()
    customers["customer_id"] = customers.customer_id.astype("string")
    customers["frequency"] = customers.orders - 1
    customers["recency"] = customers.last_day - customers.first_day
    customers["t"] = TODAY - customers.first_day
    customers["silence"] = TODAY - customers.last_day
    customers["order_value_mean"] = customers.revenue / customers.orders
    return customers.drop(columns=["first_day", "last_day"])


RIVALS = {"sql": by_sql, "polars": by_polars, "pandas": by_pandas}
