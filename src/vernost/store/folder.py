"""The log as a folder of Delta tables: loads, undo and history."""

# ruff: noqa: S608 - every name and literal in the queries is quoted, or is the schema's own

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from vernost.errors import InvalidValue, UnusableLog
from vernost.messages import reason
from vernost.schema import TABLES, Table
from vernost.sources.progress import Progress
from vernost.store import confirming, delta, erased, folder_erasing, manifest
from vernost.store.arranging import arranged
from vernost.store.erasing import wish, without_erased
from vernost.store.history import Turn, clock, keyed, next_instant, oldest_kept, turn
from vernost.store.loading import write_reading
from vernost.store.lock import locked
from vernost.store.manifest import Manifest
from vernost.store.numbering import named_alike
from vernost.store.receipt import LoadRecord, Receipt, Rehearsal, Tally, UnbalancedLoad, checked
from vernost.store.rejected import AT_ONCE, rejected_schema
from vernost.store.sifting import (
    Fate,
    Sifted,
    changing,
    confirmed,
    instant_literal,
    reconciled,
    replacing,
)
from vernost.store.staging import staging
from vernost.store.state import REJECTED, State
from vernost.store.undoing import notes_on, restored, touched

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from vernost.sources.source import Reading

_LOCK = "_lock"


def prepare(root: Path) -> None:
    """Make an empty log of an empty or new folder; leave a log as it is."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        found = {path.name for path in root.iterdir()}
        if found - {manifest.FOLDER, _LOCK}:
            if not (root / manifest.FOLDER).is_dir():
                raise UnusableLog("{log} is neither empty nor a log. Name an empty or a new folder.", log=root)
            return
        (root / manifest.FOLDER).mkdir(exist_ok=True)
    except OSError as error:
        raise UnusableLog(
            "{log} cannot be a log: {reason}. Name a folder that can be written.", log=root, reason=reason(error)
        ) from error
    with locked(root / _LOCK):
        if not any((root / manifest.FOLDER).glob("*.json")):
            manifest.write(root, Manifest(0, {}))


class FolderStore:
    """Writes the log in a folder; readers see a load when all of it is there."""

    def __init__(self, root: Path, *, wait_seconds: float = 10.0) -> None:
        self.root = root
        self.wait_seconds = wait_seconds

    def load(
        self, reading: "Reading", *, loaded_at: datetime, progress: Progress | None = None, key: str = ""
    ) -> Receipt:
        """Bring a reading into the log; under a key that a load has, that load's receipt."""
        with self._writing() as writing:
            if known := keyed(writing.history, key):
                return Receipt.of(known)
            instant, late = next_instant(writing.history, loaded_at)
            _, other_clock = clock(writing.history, reading.timezone)
            reading = named_alike(reading, writing.history, writing.state.orders_among)
            reading = without_erased(reading, erased.read(self.root), writing.state.orders_of)
            outcome = write_reading(
                reading,
                write=lambda sifted: writing.write(reading.connection, sifted, instant),
                keep_rejected=lambda rows: writing.keep_rejected(reading.connection, rows),
                progress=progress,
            )
            record = LoadRecord(
                writing.load_id,
                instant,
                sources=outcome.sources,
                timezone=reading.timezone,
                tallies=outcome.tallies,
                notes=(*reading.notes, *outcome.notes, *late, *other_clock),
                numbers_begin_anew=tuple(sorted(reading.numbers_begin_anew)),
                key=key,
            )
            writing.finish(record)
        return Receipt.of(record)

    def rehearse(self, reading: "Reading", *, progress: Progress | None = None) -> Rehearsal:
        """Tell what a load of a reading would do; others may load meanwhile."""
        with _explained(self.root):
            state = State(self.root, manifest.newest(self.root).versions)
            reading = named_alike(reading, self.loads(), state.orders_among)
            reading = without_erased(reading, erased.read(self.root), state.orders_of)
            outcome = write_reading(
                reading,
                write=lambda sifted: reconciled(reading.connection, sifted, state.now(sifted.table))[1],
                keep_rejected=lambda _rows: None,
                progress=progress,
            )
        return Rehearsal(outcome.tallies, (*reading.notes, *outcome.notes))

    def undo(self, load_id: int, *, at: datetime, key: str = "") -> Receipt:
        """Take a load back, as if it had never been: of its rows the newest version that stands comes back."""
        with self._writing() as writing:
            if known := keyed(writing.history, key):
                return Receipt.of(known)
            turned = turn(writing.history, load_id)
            instant, late = next_instant(writing.history, at)
            tallies = writing.turn(turned) if turned else ()
            record = LoadRecord(
                writing.load_id,
                instant,
                "undo",
                timezone=writing.history[0].timezone,
                tallies=tallies,
                notes=(*notes_on(tallies, load_id, turned), *late),
                undoes=load_id,
                key=key,
            )
            writing.finish(record)
        return Receipt.of(record)

    def erase(
        self,
        ids: Iterable[str],
        *,
        at: datetime,
        contacts: Iterable[str] = (),
        key: str = "",
        pseudonym: str = "",
    ) -> Receipt:
        """Take from all that is kept whose it was, for good; older states are given up."""
        with self._writing() as writing:
            return Receipt.of(folder_erasing.erase(writing, wish(ids, contacts, at=at, key=key, pseudonym=pseudonym)))

    def expire(self, before: Mapping[str, datetime], *, at: datetime) -> Receipt | None:
        """Give up for good what happened before an instant; None when there was nothing to go."""
        with self._writing() as writing:
            record = folder_erasing.expire(writing, before, at)
        return Receipt.of(record) if record else None

    def loads(self) -> list[LoadRecord]:
        """All loads and undoes, the first one first."""
        states = (manifest.read(self.root, number) for number in manifest.numbers(self.root))
        return [state.record for state in states if state.record]

    def rejected(self, load_id: int | None = None) -> "pa.Table":
        """Rows that were rejected, by one load or by all: load_id, table_name, source, line, reason, raw."""
        import pyarrow as pa

        version = manifest.newest(self.root).versions.get(REJECTED)
        if version is None:
            return rejected_schema().empty_table()
        wanted = None if load_id is None else [("load_id", "=", load_id)]
        return pa.table(delta.at_version(self.root / REJECTED, version).to_pyarrow_table(filters=wanted))

    def rejected_batches(self, load_id: int) -> "Iterator[pa.RecordBatch]":
        """The rows that a load rejected, a few thousand at a time."""
        import pyarrow.compute as pc

        version = manifest.newest(self.root).versions.get(REJECTED)
        if version is not None:
            rows = delta.at_version(self.root / REJECTED, version).to_pyarrow_dataset()
            yield from rows.to_batches(
                filter=pc.field("load_id") == load_id, batch_size=AT_ONCE, batch_readahead=1, fragment_readahead=1
            )

    def untidy(self, *, at: datetime, keep_days: int = 30) -> int:
        """How many states ``tidy`` would give up."""
        kept = manifest.kept_from(self.root)
        return oldest_kept(self.loads(), kept, at=at, keep_days=keep_days) - kept

    def tidy(self, *, at: datetime, keep_days: int = 30) -> int:
        """Delete files that only states older than ``keep_days`` need; those states can no longer be read or undone.

        Returns:
            How many files were deleted.
        """
        with self._writing() as writing:
            oldest = oldest_kept(writing.history, manifest.kept_from(self.root), at=at, keep_days=keep_days)
            manifest.keep_from(self.root, oldest)
            confirming.forget_until(self.root, oldest)
            states = [manifest.read(self.root, number) for number in range(oldest, writing.load_id)]
            return sum(delta.vacuum(self.root / name, _versions(states, name)) for name in writing.versions)

    @contextmanager
    def _writing(self) -> Iterator["Writing"]:
        with locked(self.root / _LOCK, wait_seconds=self.wait_seconds), _explained(self.root):
            yield Writing(self.root, manifest.newest(self.root), self.loads())


@contextmanager
def still(root: Path) -> Iterator[str]:
    """Keep writers away while the folder is copied; gives the name of the lock, which no copy needs."""
    with locked(root / _LOCK), _explained(root):
        yield _LOCK


def state_at(root: Path, load_id: int | None) -> Manifest:
    """The state after that load, or after the last one; InvalidValue when it is no longer kept."""
    if load_id is None:
        return manifest.newest(root)
    oldest = manifest.kept_from(root)
    if load_id < oldest:
        raise InvalidValue(
            "The state after load {load} is no longer kept; the oldest kept is that of {oldest}.",
            load=load_id,
            oldest=oldest,
        )
    return manifest.read(root, load_id)


def _versions(states: list[Manifest], name: str) -> list[int]:
    """The versions of a table that are part of those states."""
    return sorted({state.versions[name] for state in states if name in state.versions})


class Writing:
    """One write under way: tables run ahead of the manifest until ``finish``."""

    def __init__(self, root: Path, last: Manifest, history: list[LoadRecord]) -> None:
        self.root, self.last, self.history = root, last, history
        self.load_id = last.load_id + 1
        self.versions = dict(last.versions)
        self.state = State(root, self.versions)
        self._heal()

    def _heal(self) -> None:
        """Take back what a killed load left beyond the manifest."""
        from deltalake import DeltaTable

        confirming.forget(self.root, self.load_id)
        for name in (*TABLES, REJECTED):
            path = self.root / name
            if name in self.versions:
                table, kept = DeltaTable(path), delta.at_version(path, self.versions[name])
                if set(delta.files(table, path)) != set(delta.files(kept, path)):
                    table.restore(self.versions[name])
            elif (path / "_delta_log").is_dir():
                shutil.rmtree(path)

    def write(self, connection: "duckdb.DuckDBPyConnection", sifted: Sifted, instant: datetime) -> Fate:
        """Write the sifted rows of one table: append when none replaces another."""
        name, path = sifted.table.name, self.root / sifted.table.name
        count, now = self._now(connection, sifted.table)
        sifted, fate = reconciled(connection, sifted, now)
        if now and fate.fresh + fate.changed < sifted.kept:
            confirming.keep(self.root, self.load_id, sifted.table, connection, confirmed(sifted, now))
        rows = changing(sifted, now, instant)
        if fate.changed or (fate.fresh and self._is_outdated(sifted.table)):
            rows = replacing(sifted.table, now, rows) if now else rows
            with arranged(connection, sifted.table, rows) as reader:
                delta.rewrite(path, reader)
        elif fate.fresh:
            with arranged(connection, sifted.table, rows) as reader:
                delta.append(path, reader)
            delta.compact(path)
        self.advance(name, count=count + fate.fresh)
        return fate

    def turn(self, turned: Turn) -> tuple[Tally, ...]:
        """Let a load fall or stand again; what that does to the rows of each table that it wrote."""
        states = [state_at(self.root, number) for number in range(turned.oldest, turned.load.load_id + 1)]
        before, after = states[-2:]
        with staging() as connection:
            tallies = [
                self._turn_table(connection, TABLES[name], turned, _versions(states, name))
                for name, version in after.versions.items()
                if name in TABLES
                and (before.versions.get(name) != version or self._confirms(turned.load, TABLES[name]))
            ]
        return checked(tuple(tally for tally in tallies if tally.read))

    def _turn_table(
        self, connection: "duckdb.DuckDBPyConnection", table: Table, turned: Turn, versions: list[int]
    ) -> Tally:
        """Turn the rows of one table; ``versions`` are those of the states needed, that of the load the last."""
        path = self.root / table.name
        found = [delta.at_version(path, version) for version in versions]
        held = [delta.files(one, path) for one in found]
        # A file that was there before the load and after it holds no row that the load wrote, in any version.
        has_common = len(held) > 1 and not self._confirms(turned.load, table)
        common = set(held[-1]).intersection(*held[-2:-1]) if has_common else set()
        older = [
            delta.query(table, delta.columns(one), sorted(set(parquet) - common))
            for one, parquet in zip(found, held, strict=True)
        ]
        written = f"SELECT * FROM ({older[-1]}) WHERE loaded_at = {instant_literal(turned.load.loaded_at)}"
        count, now = self._now(connection, table)
        now = now or delta.query(table, (), ())
        confirmations = confirming.confirmations(self.root, table, self.history)
        every = " UNION ALL ".join([*older, now])
        tally, moved = touched(
            connection, table, turned, written=written, confirmations=confirmations, versions=every, now=now
        )
        if moved:
            with arranged(connection, table, restored(table, versions=every, now=now)) as reader:
                delta.rewrite(path, reader)
        self.advance(table.name, count=count + tally.accepted - tally.removed)
        return tally

    def _confirms(self, load: LoadRecord, table: Table) -> bool:
        """Whether a load brought rows of a table word for word as they were."""
        return confirming.path_of(self.root, load.load_id, table).is_file()

    def keep_rejected(self, connection: "duckdb.DuckDBPyConnection", rows: str) -> None:
        """Keep rows that were rejected."""
        path = self.root / REJECTED
        if REJECTED not in self.versions and not path.exists():
            delta.create(path, rejected_schema())
        delta.append(path, delta.stream(connection, f"SELECT {self.load_id}::BIGINT AS load_id, * FROM ({rows})"))
        delta.compact(path)
        self.advance(REJECTED)

    def finish(self, record: LoadRecord) -> None:
        """Make the write lasting, then visible."""
        for name, version in self.versions.items():
            since = self.last.versions.get(name, -1)
            if version != since:
                path = self.root / name
                delta.outlive_power_cut(delta.at_version(path, version), path, since=since)
        manifest.write(self.root, Manifest(self.load_id, self.versions, record))

    def _now(self, connection: "duckdb.DuckDBPyConnection", table: Table) -> tuple[int, str | None]:
        """How many rows a table has, and their query; the table is made when it is not there."""
        path = self.root / table.name
        if table.name not in self.versions:
            schema = connection.sql(delta.query(table, (), ())).to_arrow_table().schema
            delta.create(path, schema)
            return 0, None
        return delta.at_version(path, self.versions[table.name]).count(), self.state.now(table)

    def _is_outdated(self, table: Table) -> bool:
        """Whether an older Vernost wrote the table, with fewer columns."""
        if table.name not in self.versions:
            return False
        path = self.root / table.name
        had = set(delta.columns(delta.at_version(path, self.versions[table.name])))
        unknown = sorted(had.difference(column.name for column in table.stored))
        if unknown:
            raise UnusableLog(
                "{path} has columns {unknown} of a newer Vernost. Update Vernost to load into it.",
                path=path,
                unknown=unknown,
            )
        return len(had) < len(table.stored)

    def advance(self, name: str, *, count: int | None = None) -> None:
        """Take the table as it now is into the state; it must have ``count`` rows."""
        from deltalake import DeltaTable

        table = DeltaTable(self.root / name)
        if count is not None and table.count() != count:
            raise UnbalancedLoad(f"{name} with {table.count()} rows where {count} must be")
        self.versions[name] = table.version()


@contextmanager
def _explained(root: Path) -> Iterator[None]:
    """Turn what the disk or the engines say into one sentence with the next step."""
    import duckdb
    from deltalake.exceptions import DeltaError

    try:
        yield
    except (OSError, DeltaError) as error:
        raise UnusableLog(
            "{log} cannot be written: {reason}. Nothing was loaded; mend it and load again.",
            log=root,
            reason=reason(error),
        ) from error
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        raise UnusableLog(
            "{log}: the load needs more memory or disk: {reason}. Nothing was loaded.", log=root, reason=reason(error)
        ) from error
