"""Dates and times as people and programs write them: telling the form of a column, and reading it in SQL."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from vernost.sources.staging import quote_text

DateOrder = Literal["day_first", "month_first"]

_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?"
_OFFSET = r"(?:Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)"
_MONTHS = (
    "янв|jan",
    "фев|feb",
    "мар|mar",
    "апр|apr",
    "ма[йя]|may",
    "июн|jun",
    "июл|jul",
    "авг|aug",
    "сен|sep",
    "окт|oct",
    "ноя|nov",
    "дек|dec",
)

_FORMS = {
    "iso": re.compile(rf"\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}(?:[T ]\s*{_CLOCK}\s*{_OFFSET}?)?"),
    "compact": re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d{6})?"),
    "parts": re.compile(
        rf"(?P<first>\d{{1,2}})(?P<mark>[./-])(?P<second>\d{{1,2}})(?P=mark)(?:\d{{4}}|\d{{2}})"
        rf"(?:,?\s+{_CLOCK}\s*(?P<half>[AaPp]\.?[Mm]\.?)?)?"
    ),
    "named": re.compile(
        rf"(?:\d{{1,2}}[\s.-]*)?(?:{'|'.join(_MONTHS)})[а-яa-z]*[\s.,-]*(?:\d{{1,2}},?\s+)?\d{{2,4}}"
        rf"(?:\s*г(?:ода|\.)?)?,?(?:\s+(?:в\s+)?{_CLOCK})?",
        re.IGNORECASE,
    ),
    "serial": re.compile(r"[2-7]\d{4}(?:\.\d+)?"),
    "epoch": re.compile(r"1\d{9}(?:\.\d+)?|1\d{12}|1\d{15}"),
}
_WEAK = frozenset({"serial", "epoch"})
_VOID_YEARS = "0000|0001|2099|2100|2999|3000|9999"
VOID = f"^({_VOID_YEARS})-|[./-]({_VOID_YEARS})([^0-9]|$)"
"""Dates by which programs mean 'none' or 'for ever'."""


@dataclass(frozen=True, slots=True)
class DateLook:
    """How the cells of a column look, read as dates.

    Attributes:
        share: share of the cells that are dates in some form.
        strong_share: the same without forms that are plain numbers too.
        form: the commonest form.
        order: which comes first where both day and month are numbers; None when the cells do not tell.
        is_ordered_form: whether that question arises at all.
        mark: the sign between the parts, such as ``.``.
    """

    share: float = 0.0
    strong_share: float = 0.0
    form: str = "iso"
    order: DateOrder | None = None
    is_ordered_form: bool = False
    mark: str = ""


def look_at_dates(cells: Collection[str]) -> DateLook:
    """Tell how the cells of a column are to be read as dates.

    >>> look_at_dates(["31/12/2024", "01/02/2024"]).order
    'day_first'
    """
    counts = dict.fromkeys(_FORMS, 0)
    firsts = seconds = halves = 0
    mark = ""
    for cell in cells:
        form, match = _form_of(cell)
        if match is None:
            continue
        counts[form] += 1
        if form == "parts":
            firsts += int(match["first"]) > 12
            seconds += int(match["second"]) > 12
            halves += match["half"] is not None
            mark = match["mark"]
    total = len(cells)
    if not total or not any(counts.values()):
        return DateLook()
    return DateLook(
        share=sum(counts.values()) / total,
        strong_share=sum(count for form, count in counts.items() if form not in _WEAK) / total,
        form=max(counts, key=lambda form: counts[form]),
        order=_order(firsts, seconds, halves),
        is_ordered_form=counts["parts"] > 0,
        mark=mark,
    )


def _form_of(cell: str) -> tuple[str, re.Match[str] | None]:
    for form, pattern in _FORMS.items():
        if match := pattern.fullmatch(cell):
            return form, match
    return "", None


def _order(firsts: int, seconds: int, halves: int) -> DateOrder | None:
    if firsts == seconds == 0:
        return "month_first" if halves else None
    return "day_first" if firsts >= seconds else "month_first"


def order_evidence_sql(cell: str) -> tuple[str, str]:
    """Two aggregates over a column: cells whose first number cannot be a month, and whose second cannot."""
    pattern = quote_text(r"^(\d{1,2})[./-](\d{1,2})[./-]\d")
    first, second = (
        f"count(*) FILTER (TRY_CAST(regexp_extract({cell}, {pattern}, {place}) AS INTEGER) > 12)" for place in (1, 2)
    )
    return first, second


_TRAILING_OFFSET = quote_text(rf"\s*{_OFFSET}$")
_CLOCK_WITH_OFFSET = quote_text(rf":\d\d(?:[.,]\d+)?\s*{_OFFSET}$")
_OFFSET_PARTS = quote_text(r"[+-](\d{2}):?(\d{2})?$")
_EPOCH = quote_text(_FORMS["epoch"].pattern)
_BEHIND = quote_text(r"-[\d:]{2,5}$")
_SHORT_YEAR = quote_text(r"^\d{1,2}[./-]\d{1,2}[./-]\d{2}(\D|$)")
_DAY_AND_YEAR = quote_text(r"^\D*(\d{1,2})\D+?(\d{4}|\d{2})(\D|$)")
_HOURS = quote_text(r"\d{1,2}:\d{2}(:\d{2})?")
_HALF = quote_text(r"(?i)\d\s*([ap])\.?m\b")


def local_time_sql(cell: str, *, form: str, order: DateOrder, mark: str) -> str:
    """SQL that reads a trimmed text as the time on its writer's clock, null when it is none.

    The column's usual form is tried first, so that the others cost only the cells that do not fit it. Years are not
    judged here: :func:`plausible_sql` does.
    """
    readers = {
        "iso": _iso_sql(cell),
        "compact": _compact_sql(cell),
        "parts": _parts_sql(cell, order, mark),
        "named": _named_sql(cell),
        "serial": _serial_sql(cell),
        "epoch": _epoch_sql(cell),
        "odd": _odd_sql(cell, order),
    }
    ranked = sorted(readers, key=lambda name: name != form)
    return f"COALESCE({', '.join(readers[name] for name in ranked)})"


def offset_sql(cell: str) -> str:
    """SQL of the minutes that a text says its clock is ahead of UTC; null when it does not say."""
    hours, minutes = (f"TRY_CAST('0' || regexp_extract({cell}, {_OFFSET_PARTS}, {part}) AS INTEGER)" for part in (1, 2))
    sign = f"CASE WHEN regexp_matches({cell}, {_BEHIND}) THEN -1 ELSE 1 END"
    # Cheap looks first: nearly no cell has an offset, and a pattern costs more than all of these.
    signs = f"contains({cell}, '+') OR {cell} LIKE '%:%-%' OR " + " OR ".join(
        f"suffix({cell}, '{end}')" for end in ("Z", "z", "UTC", "GMT")
    )
    return (
        f"CASE WHEN ({signs}) AND regexp_matches({cell}, {_CLOCK_WITH_OFFSET})"
        f" THEN {sign} * ({hours} * 60 + {minutes})"
        f" WHEN {cell} >= '1' AND {cell} < '2' AND strlen({cell}) > 9"
        f" AND regexp_full_match({cell}, {_EPOCH}) THEN 0 END"
    )


def plausible_sql(moment: str, cell: str) -> str:
    """SQL that gives a year of two digits its century, and drops years before 1900 and from 2099 on."""
    short_year = f"year({moment}) BETWEEN 0 AND 99 AND regexp_matches({cell}, {_SHORT_YEAR})"
    return (
        f"CASE WHEN {moment} >= TIMESTAMP '1900-01-01' AND {moment} < TIMESTAMP '2099-01-01' THEN {moment}"
        f" WHEN {short_year} THEN {moment} + to_years(CASE WHEN year({moment}) < 70 THEN 2000 ELSE 1900 END) END"
    )


def instant_sql(moment: str, offset: str, zone: str) -> str:
    """SQL that turns a local time into UTC: by its own offset where it has one, else by the clock of ``zone``.

    An hour that the clock skips in spring is read as if it had not yet been moved; of an hour that comes twice in
    autumn the second is taken.
    """
    local = moment if zone == "UTC" else f"timezone('UTC', timezone({quote_text(zone)}, {moment}))"
    return f"CASE WHEN {offset} IS NULL THEN {local} ELSE {moment} - to_minutes({offset}) END"


def _iso_sql(cell: str) -> str:
    # The cast alone would read 'infinity', 'epoch', and 31/12/24 as the year 31.
    return f"CASE WHEN instr({cell}, '-') = 5 OR instr({cell}, '/') = 5 THEN TRY_CAST({cell} AS TIMESTAMP) END"


def _compact_sql(cell: str) -> str:
    return (
        f"CASE WHEN length({cell}) IN (8, 14) AND regexp_full_match({cell}, {quote_text(_FORMS['compact'].pattern)})"
        f" THEN CASE WHEN length({cell}) = 8 THEN try_strptime({cell}, '%Y%m%d')"
        f" ELSE try_strptime({cell}, '%Y%m%d%H%M%S') END END"
    )


_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M:%S %p", " %I:%M %p")


def _formats(*orders: str) -> str:
    return "[" + ", ".join(quote_text(order + clock) for order in orders for clock in _CLOCKS) + "]"


def _parts_sql(cell: str, order: DateOrder, mark: str) -> str:
    days = ("%d", "%m") if order == "day_first" else ("%m", "%d")
    spaced = f"translate({cell}, '/-,', '..')"
    readers = [f"try_strptime({spaced}, {_formats('.'.join((*days, '%Y')))})"]
    if mark:
        readers.insert(0, f"try_strptime({cell}, {_formats(mark.join((*days, '%Y')))})")
    # strptime, too, would read the words 'infinity' and 'epoch'.
    return f"CASE WHEN {cell} >= '0' AND {cell} < ':' THEN COALESCE({', '.join(readers)}) END"


def _odd_sql(cell: str, order: DateOrder) -> str:
    """What no cast reads: an offset after a blank or after minutes, a T between days first and a clock, 2024.12.31."""
    # The stripped text stands here once: the engine computes what is written twice for every row, needed or not.
    days = "%d.%m.%Y" if order == "day_first" else "%m.%d.%Y"
    bare = f"translate(regexp_replace({cell}, {_TRAILING_OFFSET}, ''), '/-T,', '.. ')"
    return f"CASE WHEN {cell} >= '0' AND {cell} < ':' THEN try_strptime({bare}, {_formats(days, '%Y.%m.%d')}) END"


def _named_sql(cell: str) -> str:
    months = " ".join(
        f"WHEN regexp_matches({cell}, {quote_text(f'(?i)(^|[^а-яёa-z])({names})')}) THEN '{number:02}'"
        for number, names in enumerate(_MONTHS, start=1)
    )
    year, day = (f"regexp_extract({cell}, {_DAY_AND_YEAR}, {part})" for part in (2, 1))
    century = f"CASE WHEN length({year}) = 2 THEN CASE WHEN {year} < '70' THEN '20' ELSE '19' END ELSE '' END"
    clock = f"regexp_extract({cell}, {_HOURS})"
    written = f"{century} || {year} || '-' || CASE {months} END || '-' || {day}"
    moment = f"TRY_CAST({written} || CASE WHEN {clock} = '' THEN '' ELSE ' ' || {clock} END AS TIMESTAMP)"
    shift = (
        f"CASE lower(regexp_extract({cell}, {_HALF}, 1)) WHEN 'p' THEN CASE WHEN hour({moment}) < 12 THEN 12 ELSE 0 END"
        f" WHEN 'a' THEN CASE WHEN hour({moment}) = 12 THEN -12 ELSE 0 END ELSE 0 END"
    )
    return f"CASE WHEN regexp_matches({cell}, '[^0-9:./ -]') THEN {moment} + to_hours({shift}) END"


def _serial_sql(cell: str) -> str:
    """Days since 1899-12-30, as spreadsheets keep dates."""
    seconds = f"round(TRY_CAST({cell} AS DOUBLE) * 86400)"
    return (
        f"CASE WHEN regexp_full_match({cell}, {quote_text(_FORMS['serial'].pattern)})"
        f" THEN TIMESTAMP '1899-12-30' + to_seconds({seconds}) END"
    )


def _epoch_sql(cell: str) -> str:
    whole = f"TRY_CAST(split_part({cell}, '.', 1) AS BIGINT)"
    return (
        f"CASE WHEN regexp_full_match({cell}, {quote_text(_FORMS['epoch'].pattern)}) THEN make_timestamp("
        f"CASE length(split_part({cell}, '.', 1)) WHEN 10 THEN {whole} * 1000000 WHEN 13 THEN {whole} * 1000"
        f" ELSE {whole} END) END"
    )
