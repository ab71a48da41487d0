"""Rows on their way to a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from vernost.formulas import plain


class _Echo:
    """Gives back what is written, for a writer that keeps nothing."""

    def write(self, text: str) -> str:
        return text


def csv_lines(titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    r"""Lines of CSV that spreadsheets read as UTF-8 and in which nothing can run.

    >>> list(csv_lines(["city", "value"], [["=1+1", 0.5], [None, 2]]))
    ['\ufeffcity,value\r\n', "'=1+1,0.5\r\n", ',2\r\n']
    """
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([plain(title) for title in titles])
    for row in rows:
        yield writer.writerow([plain(cell) if isinstance(cell, str) else cell for cell in row])
