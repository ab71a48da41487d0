"""Words of screens in both languages: gathered from code and templates into each slice, and made ready for use.

``python -m vernost_web.project.words`` writes what is new into ``<slice>/locale/ru/LC_MESSAGES/django.po``, drops what
is gone, and compiles; with ``--compile`` it only compiles.
"""

import os
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
HEADER = """\
# Words of this slice in Russian.
msgid ""
msgstr ""
"Language: ru\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plurals}\\n"

"""
"""Without dates and names, which would change with each gathering."""


def slices() -> list[Path]:
    """Folders that have words of their own."""
    return sorted(path for path in ROOT.iterdir() if path.is_dir() and any(_sources(path)))


def catalogue_of(folder: Path) -> Path:
    """Where the Russian words of a slice are."""
    return folder / "locale" / "ru" / "LC_MESSAGES" / "django.po"


def found_in(folder: Path) -> Catalog:
    """All words in the code and the templates of a slice, in English."""
    catalog = _empty()
    for path in _sources(folder):
        content = path.read_bytes()
        if path.suffix != ".py":
            content = _as_python(content.decode("utf-8"), path)
        for line, message, _comments, context in extract("python", BytesIO(content), KEYWORDS):
            # A line's number would change with each edit above it.
            del line
            catalog.add(message, context=context, locations=[(str(path.relative_to(folder)), None)])  # type: ignore[list-item]
    return catalog


def known_in(folder: Path) -> Catalog:
    """The Russian words that a slice has."""
    path = catalogue_of(folder)
    if not path.exists():
        return _empty()
    with path.open("rb") as file:
        return read_po(file, locale="ru")


def gather(folder: Path) -> int:
    """Bring the words of a slice up to date; how many lack their Russian."""
    found = found_in(folder)
    path = catalogue_of(folder)
    if not len(found):
        return 0
    known = known_in(folder)
    for message in found:
        old = known.get(message.id, message.context) if message.id else None
        if old is not None and not old.fuzzy:
            message.string = old.string
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(HEADER.format(plurals=found.plural_forms).encode())
        write_po(file, found, width=120, sort_output=True, omit_header=True)
    return sum(not is_told(message.string) for message in found if message.id)


def is_told(string: object) -> bool:
    """Whether a message has its Russian, in all plural forms."""
    return all(string) if isinstance(string, (list, tuple)) else bool(string)


def make_ready(folder: Path) -> None:
    """Compile the words of a slice."""
    path = catalogue_of(folder)
    if path.exists():
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, known_in(folder))


def _sources(folder: Path) -> Iterator[Path]:
    for pattern in ("*.py", "templates/**/*.html", "templates/**/*.txt"):
        for path in sorted(folder.rglob(pattern)):
            if not {"tests", "migrations"} & set(path.relative_to(folder).parts):
                yield path


def _as_python(text: str, path: Path) -> bytes:
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure()
    # Where lines of a template begin means nothing, and to Python much.
    return "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).split("\n")).encode()


def _empty() -> Catalog:
    return Catalog(locale="ru", charset="utf-8", fuzzy=False)


def main(words: list[str]) -> None:
    """Gather and compile, or only compile."""
    for folder in slices():
        if "--compile" not in words:
            missing = gather(folder)
            if missing:
                sys.stdout.write(f"{folder.name}: {missing} without Russian{os.linesep}")
        make_ready(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
