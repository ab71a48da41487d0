"""A whole made-up company written to files: chunk by chunk, on several processors, the same bytes for the same seed."""

import json
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vernost.errors import InvalidValue
from vernost.messages import Message, reason
from vernost.schema import TABLES
from vernost.sources.synthetic.arrow import customer_ids
from vernost.sources.synthetic.basket import Catalogue, catalogue
from vernost.sources.synthetic.columns import Array
from vernost.sources.synthetic.company import competitors_table, spend_table, spent
from vernost.sources.synthetic.goods import products as goods
from vernost.sources.synthetic.piece import make_piece
from vernost.sources.synthetic.preset_text import preset_text
from vernost.sources.synthetic.sayings import Speaker
from vernost.sources.synthetic.setting import Setting
from vernost.sources.synthetic.tables import (
    contacts_table,
    customers_table,
    events_table,
    lines_table,
    orders_table,
    points_table,
    product_codes,
    subscriptions_table,
)
from vernost.sources.synthetic.truth import (
    Tally,
    campaigns_truth,
    causes_truth,
    customers_truth,
    events_truth,
    experiences_truth,
    tally_of,
)
from vernost.sources.synthetic.wording import people_of

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

Progress = Callable[[str, float], None]

CHUNKS_A_FILE = 2
"""Chunks of customers in one file of each table. It is part of the bytes, so it never follows the machine."""
TRUTH = "truth"
NOT_A_SOURCE = ".vernostignore"
"""A file of this name keeps a folder from being read as a source with the folder above it."""
WARNING = (
    "What is in here is the truth about a made-up company. No analysis may read it; it is kept to judge analyses.\n"
)


@dataclass(frozen=True)
class Simulated:
    """A company that was written.

    Attributes:
        folder: where its tables are.
        truth: where the truth is.
        rows: rows written by table of the log.
    """

    folder: Path
    truth: Path
    rows: dict[str, int]


def simulate(setting: Setting, out: str | Path, *, processes: int = 1, progress: Progress | None = None) -> Simulated:
    """Write all tables of a made-up company into a folder, and the truth about it into ``truth`` within.

    Args:
        setting: what the company is.
        out: a folder that is new or empty.
        processes: on how many processors; the result is the same.
        progress: hears of the share that is done.
    """
    folder = _empty_folder(Path(out))
    try:
        return _simulated(setting, folder, processes, progress)
    except BaseException:
        # Half a company would be taken for a whole one.
        _emptied(folder)
        raise


def _simulated(setting: Setting, folder: Path, processes: int, progress: Progress | None) -> Simulated:
    _prepare_truth(folder)
    files = [setting.chunks[first : first + CHUNKS_A_FILE] for first in range(0, len(setting.chunks), CHUNKS_A_FILE)]
    whole = _Whole()
    with closing(_written(setting, folder, files, processes)) as written:
        for done, part in enumerate(written, start=1):
            whole.add(part)
            if progress:
                progress(Message("customers"), done / len(files))
    return _finished(setting, folder, whole)


def _empty_folder(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_empty = not any(folder.iterdir())
    except OSError as error:
        raise InvalidValue(
            "{folder} cannot be made a folder ({reason}). Name another one.", folder=folder, reason=reason(error)
        ) from error
    if not is_empty:
        raise InvalidValue(
            "{folder} is not empty. Name a new folder, so that nothing is mixed up or lost.", folder=folder
        )
    return folder


def _prepare_truth(folder: Path) -> None:
    truth = folder / TRUTH
    truth.mkdir()
    (truth / NOT_A_SOURCE).write_text(WARNING, encoding="utf-8")


def _emptied(folder: Path) -> None:
    """Take away what was written into a folder that had been empty."""
    from shutil import rmtree

    for path in folder.iterdir():
        if path.is_dir():
            rmtree(path)
        else:
            path.unlink()


@dataclass
class _Part:
    """What is known of one file's customers once it is written."""

    rows: dict[str, int]
    tally: Tally
    acquisition: Array
    retention: Array


class _Whole:
    """Parts added up."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self.parts: list[_Part] = []

    def add(self, part: _Part) -> None:
        for name, count in part.rows.items():
            self.rows[name] = self.rows.get(name, 0) + count
        self.parts.append(part)

    @property
    def tally(self) -> Tally:
        tally = self.parts[0].tally
        for part in self.parts[1:]:
            tally += part.tally
        return tally

    def spent(self, purpose: str) -> Array:
        return np.sum([getattr(part, purpose) for part in self.parts], axis=0)


def _written(setting: Setting, folder: Path, files: list[range], processes: int) -> Generator[_Part, None, None]:
    """Each file's customers, written here or by several processes, in order."""
    jobs = [(setting, folder, number, chunks, len(files)) for number, chunks in enumerate(files, start=1)]
    if processes <= 1 or len(jobs) == 1:
        yield from map(_write_file, jobs)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Forked processes would inherit threads of Arrow in the middle of their work.
    pool = ProcessPoolExecutor(min(processes, len(jobs)), get_context("spawn"), _leave_interrupts_to_the_parent)
    try:
        yield from pool.map(_write_file, jobs)
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_interrupts_to_the_parent() -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _write_file(job: tuple[Setting, Path, int, range, int]) -> _Part:
    """Write the customers of some chunks, one file a table."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    setting, folder, number, chunks, files = job
    products = catalogue(setting)
    names = _product_names(setting, products)
    rows: dict[str, int] = {}
    part: _Part | None = None
    with ExitStack() as stack:
        writers: dict[str, pq.ParquetWriter] = {}
        for chunk in chunks:
            tables, known = _chunk_tables(setting, chunk, products, names)
            for name, table in tables.items():
                if name not in writers:
                    path = _path(folder, name, number, files)
                    writers[name] = stack.enter_context(_writer(path, table.schema))
                writers[name].write_table(table)
                rows[name] = rows.get(name, 0) + table.num_rows
            part = known if part is None else _added(part, known)
        pa.default_memory_pool().release_unused()
    if part is None:
        raise ValueError("a file of no customers")
    return _Part(rows, part.tally, part.acquisition, part.retention)


def _added(one: _Part, other: _Part) -> _Part:
    tally = one.tally + other.tally
    return _Part({}, tally, one.acquisition + other.acquisition, one.retention + other.retention)


def _chunk_tables(
    setting: Setting, chunk: int, products: Catalogue, names: list[str]
) -> "tuple[dict[str, pa.Table], _Part]":
    """All tables of the customers of one chunk, and what they add to the whole."""
    piece = make_piece(setting, chunk, products)
    ids = customer_ids(setting.numbers(chunk))
    people = people_of(setting, piece)
    sayings = Speaker(setting, piece, ids, people.is_woman, product_codes(setting, products)).all()
    tables = {
        "customers": customers_table(setting, piece, ids, people.columns),
        "orders": orders_table(setting, piece, ids),
        "order_lines": lines_table(setting, piece, ids, products, names),
        "events": events_table(setting, piece, ids),
        **sayings.tables,
        "contacts": contacts_table(setting, piece, ids),
        "points": points_table(setting, piece, ids),
        f"{TRUTH}/customers": customers_truth(setting, piece, ids),
        f"{TRUTH}/experiences": experiences_truth(setting, piece, ids),
        f"{TRUTH}/texts": sayings.truth,
    }
    if sayings.cancel_texts is not None:
        tables["subscriptions"] = subscriptions_table(setting, piece, ids, sayings.cancel_texts)
    acquisition, retention = spent(setting, piece)
    return tables, _Part({}, tally_of(setting, piece), acquisition, retention)


def _product_names(setting: Setting, products: Catalogue) -> list[str]:
    if setting.preset.is_contract:
        return [plan.name.of(setting.language) for plan in setting.preset.contract.plans]
    categories = [category.name.of(setting.language) for category in products.categories]
    return goods(products.per_category, categories, setting.language, setting.chance.of("product names"))


def _path(folder: Path, name: str, number: int, files: int) -> Path:
    digits = len(str(files))
    return folder / (f"{name}.parquet" if files == 1 else f"{name}-{number:0{digits}d}.parquet")


def _writer(path: Path, schema: "pa.Schema") -> "pq.ParquetWriter":
    import pyarrow.parquet as pq

    return pq.ParquetWriter(path, schema, compression="zstd", compression_level=1, store_decimal_as_integer=True)


def _finished(setting: Setting, folder: Path, whole: _Whole) -> Simulated:
    """Write what is of the company as a whole."""
    import pyarrow.parquet as pq

    tables = {
        "spend": spend_table(setting, whole.spent("acquisition"), whole.spent("retention")),
        "competitors": competitors_table(setting),
        f"{TRUTH}/causes": causes_truth(setting, whole.tally),
        f"{TRUTH}/events": events_truth(setting, whole.tally),
        f"{TRUTH}/campaigns": campaigns_truth(setting, whole.tally),
    }
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet", store_decimal_as_integer=True)
        whole.rows[name] = table.num_rows
    (folder / TRUTH / "preset.toml").write_text(preset_text(setting.preset), encoding="utf-8")
    (folder / TRUTH / "world.json").write_text(json.dumps(_described(setting), indent=2) + "\n", encoding="utf-8")
    rows = {name: whole.rows[name] for name in TABLES if name in whole.rows}
    return Simulated(folder, folder / TRUTH, rows)


def _described(setting: Setting) -> dict[str, object]:
    return {
        "preset": setting.preset.name,
        "customers": setting.customers,
        "months": setting.months,
        "seed": setting.seed,
        "language": setting.language,
        "first_day": setting.start.date().isoformat(),
        "last_day": setting.last_day.isoformat(),
        "timezone": setting.timezone,
    }
