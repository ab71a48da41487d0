"""Files that a command writes: never over what it reads, and a plain word when they cannot be written."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from vernost.errors import InvalidValue
from vernost.messages import reason


def check_outputs(option: str, paths: Iterable[Path], sources: Iterable[str] | None) -> None:
    """Refuse, before any work, to write over what is read or where no file can be.

    Args:
        option: what names the files on the command line.
        paths: files to be written.
        sources: what is read.
    """
    read = {path.resolve() for source in sources or () for path in _files(source)}
    for path in paths:
        if path.resolve() in read:
            raise InvalidValue(
                "{path} is one of the files that are read; it would be lost. Name another with {option}.",
                path=path,
                option=option,
            )
        if path.is_dir():
            raise InvalidValue("{path} is a folder. Name a file with {option}.", path=path, option=option)


@contextmanager
def writing(option: str, path: Path) -> Iterator[None]:
    """Say plainly why a file cannot be written."""
    try:
        yield
    except OSError as error:
        raise InvalidValue(
            "{path} cannot be written: {reason}. Name another file with {option}.",
            path=path,
            reason=reason(error),
            option=option,
        ) from error


def _files(source: str) -> list[Path]:
    from vernost.sources.databases import is_database_url
    from vernost.sources.places import find_files

    if is_database_url(source):
        # Of databases only these are files.
        scheme, _, rest = source.partition(":///")
        return [Path(rest.partition("?")[0])] if scheme.lower().startswith(("sqlite", "duckdb")) else []
    return find_files(source)
