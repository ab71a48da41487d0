"""Console examples of the documentation: ``$ vernost …`` with what it prints, run as a reader would run them.

Run this file to write the outputs anew where they have changed; outputs shortened with ``...`` are left alone.
"""

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from doctest import ELLIPSIS, OutputChecker
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "docs" / "examples"
PAGES = sorted(
    page
    for page in (*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md"))
    if not {"decisions", "made"} & set(page.relative_to(ROOT).parts)
)
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SHELL = re.compile(r"[|><;&*]")


@dataclass(frozen=True)
class Example:
    """A command of a page and what the page says that it prints."""

    command: str
    expected: str
    start: int
    end: int


def examples(text: str) -> Iterator[Example]:
    """The console examples of a page, in order; they share a folder."""
    for block in _BLOCK.finditer(text):
        starts = [match.start() for match in re.finditer(r"^\$ ", block[1], re.MULTILINE)]
        for start, end in zip(starts, [*starts[1:], len(block[1])], strict=True):
            command, _, expected = block[1][start + 2 : end].partition("\n")
            first = block.start(1) + start + 2 + len(command) + 1
            yield Example(command, _trimmed(expected), first, block.start(1) + end)


def is_russian(page: Path) -> bool:
    """Whether a page is read by people who have their system in Russian."""
    return page.name.endswith(".ru.md")


def run(command: str) -> tuple[int, str]:
    """Exit code and output of a command in the current folder; those with signs of the shell go through it."""
    words = shlex.split(command)
    if words[0] != "vernost" or _SHELL.search(re.sub(r"'[^']*'|\"[^\"]*\"", "", command)):
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(  # noqa: S602 - the documentation's own commands
            command, shell=True, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False
        )
        return done.returncode, _trimmed(done.stderr + done.stdout)
    from vernost.cli.main import run as vernost

    said = io.StringIO()
    with patch.object(sys, "argv", words), redirect_stdout(said), redirect_stderr(said):
        try:
            vernost()
        except SystemExit as stop:
            code = stop.code
    return int(code or 0), _trimmed(said.getvalue())


def fits(expected: str, actual: str) -> bool:
    """Whether an output is as the page says; ``...`` stands for anything."""
    return OutputChecker().check_output(f"{expected}\n", f"{actual}\n", ELLIPSIS)


def outcomes(page: Path) -> Iterator[tuple[Example, int, str]]:
    """Run a page's examples one after another in a folder with copies of the example files."""
    with TemporaryDirectory(prefix="vernost-page-") as folder:
        for path in EXAMPLES.iterdir():
            if path.suffix != ".py":
                shutil.copy(path, folder)
        language = {"VERNOST_LANG": "ru" if is_russian(page) else "en"}
        with chdir(folder), patch.dict(os.environ, language):
            for example in examples(page.read_text(encoding="utf-8")):
                yield example, *run(example.command)


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.rstrip().splitlines())


def _rewrite(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for example, _, actual in reversed(list(outcomes(page))):
        if fits(example.expected, actual):
            continue
        where = f"{page.relative_to(ROOT)}: {example.command}"
        if "..." in example.expected:
            sys.stdout.write(f"{where}\nmend it by hand; it prints\n{actual}\n\n")
            continue
        gap = "\n" if example.end < len(text) and text[example.end] == "$" else ""
        text = text[: example.start] + (f"{actual}\n" if actual else "") + gap + text[example.end :]
        sys.stdout.write(f"{where}\n")
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:] or map(str, PAGES)):
        _rewrite(path.resolve())
