"""The manifest of a folder log: which version of each table belongs together after each load.

Delta commits one table at a time. A load becomes one step for readers by the file ``_loads/00000012.json``, which
appears whole or not at all and names the version of every table; readers look at nothing but the newest of them.
"""

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from vernost.errors import UnusableLog
from vernost.messages import reason
from vernost.store.receipt import LoadRecord

FOLDER = "_loads"
FORMAT = 1
_KEPT = "kept.json"
_REMEMBERED = 200_000
"""Loads that a process remembers: two years of a load every five minutes, a kilobyte each."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The state of a log after one load; load 0 is the empty log.

    Attributes:
        load_id: number of the load.
        versions: table -> its Delta version; a table that is not there was never loaded.
        record: what the load was; None for load 0.
    """

    load_id: int
    versions: Mapping[str, int]
    record: LoadRecord | None = None


def newest(root: Path) -> Manifest:
    """The state as of the last load."""
    return read(root, max(numbers(root)))


def numbers(root: Path) -> list[int]:
    """Numbers of all loads, 0 among them, in order; UnusableLog where there is no log."""
    folder = root / FOLDER
    try:
        names = (name.removesuffix(".json") for name in os.listdir(folder) if name.endswith(".json"))  # noqa: PTH208 - names alone
        found = sorted(int(name) for name in names if name.isdecimal())
    except (FileNotFoundError, NotADirectoryError):
        found = []
    except OSError as error:
        raise UnusableLog(
            "{log} cannot be read: {reason}. Check its permissions.", log=root, reason=reason(error)
        ) from error
    if not found:
        raise UnusableLog("{log} holds no log. Make one with: vernost load SOURCES --log {log}", log=root)
    return found


def read(root: Path, load_id: int) -> Manifest:
    """The state after that load."""
    path = _path(root, load_id)
    try:
        seen = os.stat(path)  # noqa: PTH116 - asked of each of ten thousand loads, which is felt
        version, versions, record = _parsed(str(path), seen.st_ino, seen.st_mtime_ns, seen.st_size)
        if version > FORMAT:
            raise UnusableLog("{log} was written by a newer Vernost. Update Vernost to read it.", log=root)
        return Manifest(load_id, versions, record)
    except FileNotFoundError as error:
        raise UnusableLog(
            "{log} has no load {load}; its last one is {last}.", log=root, load=load_id, last=max(numbers(root))
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnusableLog(
            "{path} is damaged. Restore it from a backup, or remove it to undo its load.", path=path
        ) from error


@lru_cache(_REMEMBERED)
def _parsed(path: str, *_: int) -> tuple[int, Mapping[str, int], LoadRecord | None]:
    """What a file says: its format, versions and record; read once as it is, for history is read at each load."""
    values = json.loads(Path(path).read_bytes())
    record = values["record"]
    return values["format"], MappingProxyType(values["versions"]), LoadRecord.from_json(record) if record else None


def write(root: Path, manifest: Manifest) -> None:
    """Make the load visible, whole or not at all, and lasting; UnusableLog when its number is taken."""
    record = manifest.record.as_json() if manifest.record else None
    values = {"format": FORMAT, "versions": dict(manifest.versions), "record": record}
    path = _path(root, manifest.load_id)
    draft = _draft(path, values)
    try:
        os.link(draft, path)
    except FileExistsError as error:
        raise UnusableLog("{log}: load {load} exists already. Load again.", log=root, load=manifest.load_id) from error
    except OSError:  # a file system without hard links: the writers' lock alone keeps the number ours
        draft.rename(path)
    with contextlib.suppress(FileNotFoundError):
        draft.unlink()
    settle(path.parent)


def kept_from(root: Path) -> int:
    """The oldest load whose state is still kept."""
    path = root / FOLDER / _KEPT
    return int(json.loads(path.read_bytes())["from"]) if path.exists() else 0


def keep_from(root: Path, load_id: int) -> None:
    """Note that states before that load are no longer kept."""
    put(root, _KEPT, {"from": load_id})


def put(root: Path, name: str, values: Mapping[str, Any]) -> None:
    """Keep values under a name beside the manifests, in the place of those before, lastingly."""
    path = root / FOLDER / name
    _draft(path, values).replace(path)
    settle(path.parent)


def settle(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk and would outlive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _path(root: Path, load_id: int) -> Path:
    return root / FOLDER / f"{load_id:08}.json"


def _draft(path: Path, values: Mapping[str, Any]) -> Path:
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(values, indent=1), encoding="ascii")
    settle(draft)
    return draft
