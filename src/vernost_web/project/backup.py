"""Backup and restore: one archive holds the application, the customer log, the files and the secret.

The application's rows are kept engine by engine alike, so an archive made on a laptop restores into PostgreSQL too.
"""

import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from vernost.errors import InvalidValue, VernostError
from vernost.messages import Message, reason
from vernost.store.connection import newest_load, open_log, place
from vernost_web.project.configuration import Configuration

if TYPE_CHECKING:
    from django.db.models import Model

FORMAT = 1
DATABASE = "application.sqlite3"
"""Begins the names of the application's own database, of which an archive holds the rows."""

INBOX = "inbox.sqlite3"
"""Begins the names of the inbox of tracking, of which an archive holds the rows too."""

CONTENTS, APPLICATION, ARRIVED = "contents.json", "application.jsonl", "inbox.jsonl"
LOG, PG_LOG, FILES = "log", "log.dump", "files"
_MADE_ANEW = {"static", "static.whole", "log"}
"""Of the data folder: what is made at each start, and the log, which has its own place in the archive."""

_PASSING = {
    "customers.Customer",
    "customers.Stand",
    "metrics.Kept",
    "sessions.Session",
    "contenttypes.ContentType",
    "auth.Permission",
    "usersessions.UserSession",
}
"""Rows that are worked out again, or end with the installation."""


def back_up(configuration: Configuration, archive: Path, *, at: datetime) -> dict[str, Any]:
    """Write an archive of the whole installation, whole or not at all; it may go on working meanwhile.

    Returns:
        What the archive says of itself: version, made_at, load, rows of the log by table.
    """
    if archive.exists():
        raise InvalidValue("{path} is there already. Name another file.", path=archive)
    draft = archive.with_name(f"{archive.name}.part")
    try:
        draft.unlink(missing_ok=True)
        # It holds the secret, and what that seals: nobody else of this machine may read it.
        with open(draft, "xb", opener=_ours) as file, tarfile.open(fileobj=file, mode="w") as tar:
            contents = {"format": FORMAT, "version": version("vernost"), "made_at": at.isoformat()}
            _put_files(tar, configuration)
            # Before the log: what is brought into it meanwhile is brought again, which changes nothing.
            _put_inbox(tar)
            contents |= _put_log(tar, configuration.log_url)
            with tempfile.TemporaryFile() as rows:
                contents["records"] = _write_application(rows)
                _put(tar, APPLICATION, rows)
            _put(tar, CONTENTS, io.BytesIO(json.dumps(contents).encode()))
        draft.replace(archive)
    except OSError as error:
        raise InvalidValue("{path} cannot be written: {reason}.", path=archive, reason=reason(error)) from error
    finally:
        draft.unlink(missing_ok=True)
    return contents


def restore(configuration: Configuration, archive: Path) -> dict[str, Any]:
    """Make an installation of an archive, in a data folder, a database and a log that are empty.

    Returns:
        What the archive says of itself; the restored log holds the same rows.
    """
    _check_empty(configuration)
    with _opened(archive) as tar:
        _check_members(tar)
        contents = _contents(tar)
        _take_files(tar, configuration.data)
        _take_log(tar, configuration.log_url)
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        rows = tar.extractfile(APPLICATION)
        if rows is None:
            raise _damaged(archive)
        _read_application(rows)
        _take_inbox(tar)
    if _rows_of_log(configuration.log_url) != contents["rows"]:
        raise VernostError("The restored log has other rows than the archive says. Do not use it; keep the archive.")
    return contents


def read_erased(path: Path) -> dict[str, Any]:
    """The list of the erased, as its page gives it."""
    try:
        found: Any = json.loads(path.read_bytes())
    except OSError as error:
        raise InvalidValue("{path} cannot be read: {reason}.", path=path, reason=reason(error)) from error
    except ValueError:
        found = None
    if not isinstance(found, dict) or not found.keys() >= {"secret", "people", "contacts", "is_finished"}:
        raise InvalidValue("{path} is no list of the erased. Take it from the page of rights of persons.", path=path)
    return found


# -- the application's rows -------------------------------------------------------------------------------------------


def _models() -> "list[type[Model]]":
    """The models whose rows are kept, each after those that it refers to."""
    from django.apps import apps
    from django.core.serializers import sort_dependencies

    found = [(each, None) for each in apps.get_app_configs()]
    return [
        model
        for model in sort_dependencies(found, allow_cycles=True)
        if model._meta.label not in _PASSING and model._meta.managed and not model._meta.proxy  # noqa: SLF001
    ]


def _write_application(file: IO[bytes]) -> int:
    """Write all rows, as of one instant; how many."""
    from django.core import serializers
    from django.db import connection, transaction

    count = 0
    with transaction.atomic():
        if connection.vendor == "postgresql":
            connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        for model in _models():
            for row in model._default_manager.order_by("pk").iterator():  # noqa: SLF001
                file.write(serializers.serialize("jsonl", [row]).encode())
                count += 1
    file.seek(0)
    return count


def _put_inbox(tar: tarfile.TarFile) -> None:
    from vernost_web.tracking.archiving import write
    from vernost_web.tracking.place import inbox

    with tempfile.TemporaryFile() as rows:
        write(inbox(), rows)
        _put(tar, ARRIVED, rows)


def _take_inbox(tar: tarfile.TarFile) -> None:
    """Read what the inbox held; archives of older versions have none."""
    from vernost_web.tracking.archiving import read
    from vernost_web.tracking.place import inbox

    if ARRIVED in tar.getnames() and (rows := tar.extractfile(ARRIVED)):
        read(inbox(), rows)


def _read_application(file: IO[bytes]) -> None:
    """Read all rows into an empty database, in one transaction."""
    from django.core import serializers
    from django.core.management.color import no_style
    from django.db import connection, transaction

    with transaction.atomic(), connection.constraint_checks_disabled():
        for row in serializers.deserialize("jsonl", io.TextIOWrapper(file, encoding="utf-8")):
            row.save()
        connection.check_constraints()
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            connection.cursor().execute(statement)


# -- the log ----------------------------------------------------------------------------------------------------------


def _put_log(tar: tarfile.TarFile, url: str) -> dict[str, Any]:
    """Put the log as of its last load into the archive; nothing is loaded meanwhile."""
    where = place(url)
    if where.path is None:
        with tempfile.TemporaryDirectory() as folder:
            dump = Path(folder, PG_LOG)
            _postgres("pg_dump", url, "--format=custom", f"--file={dump}")
            tar.add(dump, PG_LOG)
    elif where.path.exists():
        from vernost.store.folder import still

        with still(where.path) as lock:
            tar.add(where.path, LOG, filter=lambda each: None if each.name == f"{LOG}/{lock}" else each)
            return {"load": newest_load(url), "rows": _rows_of_log(url)}
    return {"load": newest_load(url) if _is_log(url) else 0, "rows": _rows_of_log(url)}


def _take_log(tar: tarfile.TarFile, url: str) -> None:
    where, names = place(url), set(tar.getnames())
    if where.path is not None and LOG in names:
        _extract(tar, LOG, where.path)
    elif where.path is None and PG_LOG in names:
        with tempfile.TemporaryDirectory() as folder:
            _extract(tar, PG_LOG, Path(folder, PG_LOG))
            _postgres("pg_restore", url, "--no-owner", "--exit-on-error", str(Path(folder, PG_LOG)))
    elif names & {LOG, PG_LOG}:
        raise InvalidValue(
            "The archive holds a log of another kind than {log}. Name a log of that kind: a folder or PostgreSQL.",
            log=Message("a folder") if where.path else "PostgreSQL",
        )


def _rows_of_log(url: str) -> dict[str, int]:
    """Table of the log -> its number of rows."""
    if not _is_log(url):
        return {}
    with open_log(url) as log:
        return {name: count for name, (count, _first, _last) in log.extents().items()}


def _is_log(url: str) -> bool:
    from vernost.errors import UnusableLog

    try:
        newest_load(url)
    except UnusableLog:
        return False
    return True


def _postgres(program: str, url: str, *options: str) -> None:
    """Run a program of PostgreSQL on the log's schema."""
    from vernost.store.postgres_address import Address

    address = Address(url)
    target = ["--dbname", address.conninfo, f"--schema={address.schema}"]
    try:
        subprocess.run([program, *target, *options], check=True, capture_output=True)  # noqa: S603 - words are ours
    except FileNotFoundError as error:
        raise VernostError(
            "{program} is not here. Install the client programs of PostgreSQL.", program=program
        ) from error
    except subprocess.CalledProcessError as error:
        told = address.without_secrets(error.stderr.decode(errors="replace").strip())
        raise VernostError("{program} failed: {reason}", program=program, reason=told) from error


# -- files ------------------------------------------------------------------------------------------------------------


def _put_files(tar: tarfile.TarFile, configuration: Configuration) -> None:
    """Put what else is in the data folder: uploads, reports, the secret."""
    for path in sorted(configuration.data.iterdir()):
        if _is_kept(path.name):
            tar.add(path, f"{FILES}/{path.name}")


def _is_kept(name: str) -> bool:
    """Whether something in the data folder is in archives as it is."""
    return name not in _MADE_ANEW and not name.startswith((DATABASE, INBOX))


def _take_files(tar: tarfile.TarFile, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in {each.split("/")[1] for each in tar.getnames() if each.startswith(f"{FILES}/")}:
        _extract(tar, f"{FILES}/{name}", folder / name)


def _extract(tar: tarfile.TarFile, name: str, to: Path) -> None:
    """Unpack a file or folder of the archive to a place of its own; nothing gets beside it."""
    with tempfile.TemporaryDirectory(dir=to.parent) as folder:
        members = [each for each in tar.getmembers() if each.name == name or each.name.startswith(f"{name}/")]
        tar.extractall(folder, members, filter="data")
        if to.is_dir():
            to.rmdir()
        shutil.move(Path(folder, name), to)


def _put(tar: tarfile.TarFile, name: str, content: IO[bytes]) -> None:
    info = tarfile.TarInfo(name)
    info.size = content.seek(0, io.SEEK_END)
    content.seek(0)
    tar.addfile(info, content)


@contextmanager
def _opened(archive: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(archive) as tar:
            yield tar
    except (OSError, tarfile.TarError) as error:
        raise InvalidValue("{path} cannot be read: {reason}.", path=archive, reason=reason(error)) from error


def _ours(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _check_members(tar: tarfile.TarFile) -> None:
    """Refuse an archive that would put something where no backup has it: a database, a way out of the folder."""
    for each in tar.getmembers():
        place, _, rest = each.name.partition("/")
        is_odd = not {"", ".", ".."}.isdisjoint(each.name.split("/"))
        is_foreign = place == FILES and rest and not _is_kept(rest.partition("/")[0])
        if is_odd or is_foreign or not (each.isreg() or each.isdir() or each.islnk()):
            raise InvalidValue(
                "{path} holds {name!r}, which no backup does. Do not use it.", path=tar.name, name=each.name
            )


def _contents(tar: tarfile.TarFile) -> dict[str, Any]:
    if CONTENTS not in tar.getnames():
        raise _damaged(Path(str(tar.name)))
    file = tar.extractfile(CONTENTS)
    try:
        contents: Any = json.load(file) if file else {}
    except ValueError:
        contents = None
    if not isinstance(contents, dict) or not contents.keys() >= {"format", "made_at", "load", "rows", "records"}:
        raise _damaged(Path(str(tar.name)))
    if contents["format"] > FORMAT:
        raise InvalidValue("{path} was made by a newer Vernost. Update Vernost to restore it.", path=tar.name)
    found: dict[str, Any] = contents
    return found


def _damaged(archive: Path) -> InvalidValue:
    return InvalidValue("{path} is no backup of Vernost, or is damaged.", path=archive)


def _check_empty(configuration: Configuration) -> None:
    from django.db import connection

    taken = [each for each in configuration.data.glob("*") if each.name not in {DATABASE, "secret-key"}]
    if taken or "accounts_user" in connection.introspection.table_names() or _is_log(configuration.log_url):
        raise InvalidValue(
            "{folder}, its database or its log is not empty. Restore into an empty place.", folder=configuration.data
        )
