"""The tenth of CDNOW's customers that the papers use, read from the data that the project ships."""

import csv
import gzip
from functools import cache
from pathlib import Path

import pyarrow as pa

from vernost.predict.histories import customer_histories, histories_of
from vernost.store.log import Log

HERE = Path(__file__).parent
MASTER = Path(__file__).parents[4] / "demo-data" / "cdnow" / "CDNOW_master.txt.gz"
CALIBRATION, HOLDOUT = "1997-09-30", "1998-06-30"


@cache
def purchases() -> pa.Table:
    sample = set((HERE / "cdnow_sample_ids.txt").read_text(encoding="ascii").split())
    with gzip.open(MASTER, "rt", encoding="ascii") as lines:
        rows = [row for row in csv.reader(lines, delimiter=" ", skipinitialspace=True) if row[0] in sample]
    ids, days, _, amounts = zip(*(filter(None, row) for row in rows), strict=True)
    at = [f"{day[:4]}-{day[4:6]}-{day[6:]}" for day in days]
    return pa.table({"customer_id": ids, "ordered_at": at, "amount": [float(amount) for amount in amounts]})


@cache
def log() -> Log:
    return Log.wrap(orders=purchases())


@cache
def histories() -> pa.Table:
    return histories_of(log(), CALIBRATION, unit="week")


@cache
def customers(as_of: str = CALIBRATION) -> pa.Table:
    return log().fetch(customer_histories(log(), as_of, unit="week")).sort_by("customer_id")
