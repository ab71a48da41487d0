"""Pages of the reference that are made from the code at each build, so that they cannot fall behind it."""

import io
import os
import sys
from contextlib import redirect_stdout, suppress
from pathlib import Path
from unittest.mock import patch

from sphinx.application import Sphinx

from vernost.cli.main import command_names, run
from vernost.glossary import Language
from vernost.measure.measure import chapters, explained
from vernost.messages import told
from vernost.schema import TABLES

SUFFIX: dict[Language, str] = {"en": ".md", "ru": ".ru.md"}


def setup(app: Sphinx) -> None:
    """Make the pages before Sphinx looks for pages."""
    folder = Path(app.srcdir) / "reference" / "made"
    folder.mkdir(exist_ok=True)
    for language, suffix in SUFFIX.items():
        for name, make in {"measures": measures, "log": log, "cli": command_line}.items():
            page, text = folder / f"{name}{suffix}", make(language)
            if not page.exists() or page.read_text(encoding="utf-8") != text:
                page.write_text(text, encoding="utf-8")


def measures(language: Language) -> str:
    """All measures: meaning, unit, tables, options."""
    title, reads, options, unit = {
        "en": ("Measures", "Reads", "Options", "Unit"),
        "ru": ("Показатели", "Читает", "Параметры", "Единица"),
    }[language]
    lines = [f"# {title}\n"]
    for measure in chapters():
        lines += [f"## {measure.term.title(language)}\n", f"`{measure.name}`\n", f"{measure.term.meaning(language)}\n"]
        lines += [f"- {unit}: `{measure.unit}`", f"- {reads}: {', '.join(f'`{name}`' for name in measure.reads)}"]
        if measure.options:
            meanings = explained(measure)
            lines.append(f"- {options}:")
            lines += [
                f"  - `{name}={default}`: {told(meanings.get(name, ''), language)}".rstrip(": ")
                for name, default in measure.options.items()
            ]
        lines.append("")
    return "\n".join(lines)


def log(language: Language) -> str:
    """All tables of the log: columns, types, keys."""
    title, key, head, required = {
        "en": ("Tables of the log", "Key", "| column | type | |\n|---|---|---|", "required"),
        "ru": ("Таблицы журнала", "Ключ", "| столбец | тип | |\n|---|---|---|", "обязателен"),
    }[language]
    lines = [f"# {title}\n"]
    for table in TABLES.values():
        lines += [f"## {table.name}\n", f"{key}: {', '.join(f'`{name}`' for name in table.key)}\n", head]
        for column in table.stored:
            remarks = ", ".join(([required] if column.is_required else []) + list(column.choices))
            lines.append(f"| `{column.name}` | {column.type} | {remarks} |")
        lines.append("")
    return "\n".join(lines)


def command_line(language: Language) -> str:
    """The help of each command, as it prints itself."""
    lines = [f"# {'Командная строка' if language == 'ru' else 'Command line'}\n"]
    for name in command_names():
        lines += [f"## vernost {name}\n", "```text", _help(name, language), "```", ""]
    return "\n".join(lines)


def _help(command: str, language: Language) -> str:
    text = io.StringIO()
    words = ["vernost", *command.split(), "--help"]
    asked = patch.dict(os.environ, {"VERNOST_LANG": language})
    with patch.object(sys, "argv", words), asked, redirect_stdout(text), suppress(SystemExit):
        run()
    return text.getvalue().strip()
