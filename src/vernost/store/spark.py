"""The log in a folder, queried by Spark; the folder must be visible to its executors."""

import os
import sys
import tempfile
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from vernost.errors import UnusableLog
from vernost.messages import reason
from vernost.schema import MONEY_PRECISION, MONEY_SCALE, TABLES
from vernost.store.embedded import contents, known_by, remembered_timezone
from vernost.store.folder import state_at
from vernost.store.log import Log
from vernost.store.past import Past

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from pyspark.sql import DataFrame, SparkSession

SPARK_TYPES = {
    "string": "STRING",
    "instant": "TIMESTAMP_NTZ",
    "date": "DATE",
    "money": f"DECIMAL({MONEY_PRECISION}, {MONEY_SCALE})",
    "number": "DOUBLE",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
    "json": "STRING",
    "strings": "STRING",
}
"""Type of each kind of column in Spark."""

_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
_LOCAL_SETTINGS = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}

_opened = count(1)


def open_spark(path: Path, master: str, *, url: str, at_load: int | None, timezone: str | None) -> Log:
    """Open the log in a folder in Spark, as of a load."""
    import ibis

    state = state_at(path, at_load)
    session = spark_session(master)
    connection = ibis.pyspark.connect(session)
    prefix = f"vernost_{next(_opened)}"
    views: list[str] = []

    def table(name: str, parquet: list[Path], view: str) -> "ir.Table":
        _frame(session, name, parquet).createOrReplaceTempView(view)
        views.append(view)
        return connection.table(view)

    def past(instant: datetime) -> Past:
        then, is_exact = known_by(path, state, instant)
        return Past(
            {name: table(name, parquet, f"{prefix}_{name}_of_{load_id}") for load_id, (name, _, parquet) in then},
            is_exact,
        )

    tables = {name: table(name, parquet, f"{prefix}_{name}") for name, _, parquet in contents(path, state)}
    return Log(
        tables,
        connection=connection,
        timezone=timezone or remembered_timezone(path, state),
        url=url,
        load_count=state.load_id,
        closers=(partial(_drop, session, views),),
        past=past,
    )


def spark_session(master: str) -> "SparkSession":
    """The session of this process, started when there is none."""
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise UnusableLog("Spark needs its package. Install it with: pip install 'vernost[spark]'") from error
    # Workers otherwise take the first Python of the PATH, which may lack the packages.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("vernost").master(master)
    settings = _SETTINGS | (_LOCAL_SETTINGS if master.startswith("local") else {})
    settings["spark.sql.warehouse.dir"] = tempfile.gettempdir()
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except PySparkException as error:
        raise UnusableLog(
            "Spark at {master} does not start: {reason}. Install Java 17 or 21 and set JAVA_HOME.",
            master=master,
            reason=reason(error),
        ) from error
    session.sparkContext.setLogLevel("ERROR")
    return session


def _frame(session: "SparkSession", name: str, parquet: list[Path]) -> "DataFrame":
    """Rows of a table; a column that older files lack is null by the schema."""
    schema = ", ".join(f"`{column.name}` {SPARK_TYPES[column.type]}" for column in TABLES[name].stored)
    if not parquet:
        return session.createDataFrame([], schema)
    return session.read.schema(schema).parquet(*map(_uri, parquet))


def _drop(session: "SparkSession", views: list[str]) -> None:
    for view in views:
        session.catalog.dropTempView(view)


def _uri(path: Path) -> str:
    """The path with the characters that Spark reads as a pattern taken literally."""
    return "file://" + "".join(f"\\{letter}" if letter in "{}[]*?\\" else letter for letter in str(path))
