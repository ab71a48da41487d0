"""Cells of a source as values of the log: cleaning a text and reading it by the kind of its column, in SQL."""

from dataclasses import dataclass

from vernost.schema import Column
from vernost.sources.dates import VOID, DateOrder, instant_sql, local_time_sql, offset_sql, plausible_sql
from vernost.sources.numbers import MONEY, DecimalSign, number_sql
from vernost.sources.staging import quote_text

SQL_TYPES = {
    "string": "VARCHAR",
    "instant": "TIMESTAMP",
    "date": "DATE",
    "money": MONEY,
    "number": "DOUBLE",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
    "json": "VARCHAR",
    "strings": "VARCHAR",
}
"""DuckDB's type of each kind of column."""

NAMES_OF_KINDS = {
    "instant": "a date",
    "date": "a date",
    "money": "an amount of money",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "yes or no",
    "json": "JSON",
}
NOTHING = ("", "NULL", "null", "None", "nan", "NaN", "NaT", "<NA>", r"\N", "#N/A", "#N/Д", "#Н/Д")
"""Texts that programs write where there is nothing."""

_LONGEST_NOTHING = max(len(text.encode()) for text in NOTHING)

_NOTHING_TYPED = ("-", "—", "–", "n/a", "N/A", "na", "NA", "none", "н/д", "нет данных")
TRUE = ("true", "t", "yes", "y", "1", "1.0", "да", "д", "истина", "on", "+", "v", "x")
FALSE = ("false", "f", "no", "n", "0", "0.0", "нет", "н", "ложь", "off", "-")
_BLANKS = "' \t\r\n\v\f\u00a0\u2007\u202f\ufeff'"


@dataclass(frozen=True, slots=True)
class CellForm:
    """How the cells of one column are written.

    Attributes:
        date_form: the commonest form of its dates, as in :mod:`vernost.sources.dates`.
        date_order: what comes first where day and month are numbers.
        date_mark: the sign between the parts of a date.
        decimal: the decimal sign.
        zone: the clock of times without an offset.
    """

    date_form: str = "iso"
    date_order: DateOrder = "day_first"
    date_mark: str = ""
    decimal: DecimalSign = "."
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class CellSql:
    """SQL in two steps: ``parsed`` columns over the cleaned text, then ``value`` over them and it.

    Attributes:
        parsed: name of a helper column -> its SQL.
        value: the typed value, null when the text is none of its kind.
        is_void: whether a text that gives no value means 'nothing' rather than a mistake.
    """

    parsed: dict[str, str]
    value: str
    is_void: str = "FALSE"


def cleaned_sql(cell: str, type_: str) -> str:
    """SQL of a cell as trimmed text, null when nothing is written there; ``type_`` is its type in the source."""
    if type_ != "VARCHAR":
        if type_ in ("DOUBLE", "FLOAT"):
            # A whole number that passed through a float is written without its '.0'.
            whole = f"isfinite({cell}) AND {cell} = trunc({cell}) AND abs({cell}) < 1e15"
            return (
                f"CASE WHEN {whole} THEN CAST(CAST({cell} AS BIGINT) AS VARCHAR)"
                f" WHEN isfinite({cell}) THEN CAST({cell} AS VARCHAR) END"
            )
        is_nested = type_.startswith(("STRUCT", "MAP")) or type_.endswith("]")
        return f"CAST({f'to_json({cell})' if is_nested else cell} AS VARCHAR)"
    nothing = ", ".join(map(quote_text, NOTHING))
    # Nearly no cell has blanks around it, and comparing its ends is several times cheaper than trimming.
    ends = " OR ".join(f"suffix({cell}, {quote_text(blank)})" for blank in (" ", "\t", "\r", "\n", "\u00a0", "\u202f"))
    starts = f"{cell} < '!' OR ({cell} >= '\u00a0' AND {cell} < '\u00a1') OR prefix({cell}, '\ufeff')"
    return (
        f"CASE WHEN strlen({cell}) <= {_LONGEST_NOTHING} AND {cell} IN ({nothing}) THEN NULL"
        f" WHEN {starts} OR {ends} THEN nullif(trim({cell}, {_BLANKS}), '') ELSE {cell} END"
    )


def cell_sql(name: str, text: str, column: Column, form: CellForm, *, raw: str, type_: str) -> CellSql:
    """How one column of the log is read.

    Args:
        name: prefix for helper columns.
        text: SQL of the cleaned text.
        column: the column of the log.
        form: how the source writes it.
        raw: SQL of the cell in the source.
        type_: its type there.
    """
    if column.type in ("instant", "date"):
        return _moment(name, text, column, form, raw=raw, type_=type_)
    if column.type in ("money", "number", "integer"):
        return _number(name, text, column, form, raw=raw, type_=type_)
    if column.type == "boolean":
        return _boolean(text)
    if column.type == "json":
        return CellSql({}, f"CASE WHEN json_valid({text}) THEN {text} ELSE to_json({text})::VARCHAR END")
    if column.type == "strings":
        return CellSql({}, _list_sql(text))
    if column.name.endswith("_id"):
        return CellSql({}, identity_sql(text))
    return CellSql({}, text)


def identity_sql(text: str) -> str:
    """SQL of an id: 17850.0, a whole number that passed through a float, is 17850; 00001 keeps its zeros."""
    whole = rf"regexp_full_match({text}, '-?\d+\.0+')"
    return f"CASE WHEN suffix({text}, '0') AND {whole} THEN split_part({text}, '.', 1) ELSE {text} END"


def _is_nothing(text: str) -> str:
    return f"{text} IN ({', '.join(map(quote_text, _NOTHING_TYPED))})"


def _moment(name: str, text: str, column: Column, form: CellForm, *, raw: str, type_: str) -> CellSql:
    local, offset = f'"{name}_local"', f'"{name}_offset"'
    if type_ in ("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"):
        parsed = {f"{name}_local": f"CAST({raw} AS TIMESTAMP)", f"{name}_offset": "CAST(NULL AS INTEGER)"}
    elif type_ == "TIMESTAMP WITH TIME ZONE":
        zone = form.zone if column.type == "date" else "UTC"
        parsed = {f"{name}_local": f"timezone({quote_text(zone)}, {raw})", f"{name}_offset": "0"}
    else:
        read = local_time_sql(text, form=form.date_form, order=form.date_order, mark=form.date_mark)
        parsed = {f"{name}_local": read, f"{name}_offset": offset_sql(text)}
    moment = plausible_sql(local, text)
    value = f"CAST({moment} AS DATE)" if column.type == "date" else instant_sql(moment, offset, form.zone)
    return CellSql(parsed, value, f"{_is_nothing(text)} OR regexp_matches({text}, {quote_text(VOID)})")


def _number(name: str, text: str, column: Column, form: CellForm, *, raw: str, type_: str) -> CellSql:
    wanted = SQL_TYPES[column.type]
    parsed_type = MONEY if wanted == "BIGINT" else wanted
    if type_ in ("DOUBLE", "FLOAT") or type_.startswith(("DECIMAL", "BIGINT", "INTEGER", "HUGEINT", "SMALLINT")):
        read = f"TRY_CAST({raw} AS {parsed_type})"
    else:
        read = number_sql(text, decimal=form.decimal, type_=parsed_type)
    if wanted == MONEY:
        return CellSql({}, read, _is_nothing(text))
    number = f'"{name}_number"'
    value = f"CASE WHEN isfinite({number}) THEN {number} END"
    if wanted == "BIGINT":
        value = f"CASE WHEN {number} = floor({number}) THEN CAST({number} AS BIGINT) END"
    return CellSql({f"{name}_number": read}, value, _is_nothing(text))


def _boolean(text: str) -> CellSql:
    yes, no = (", ".join(map(quote_text, words)) for words in (TRUE, FALSE))
    return CellSql({}, f"CASE WHEN lower({text}) IN ({yes}) THEN TRUE WHEN lower({text}) IN ({no}) THEN FALSE END")


def _list_sql(text: str) -> str:
    """A list as JSON text, from JSON or from words with ``,``, ``;`` or ``|`` between."""
    words = f"list_filter(list_transform(regexp_split_to_array({text}, '[,;|]'), w -> trim(w)), w -> w <> '')"
    return f"CASE WHEN json_valid({text}) AND {text}[1] = '[' THEN {text} ELSE CAST(to_json({words}) AS VARCHAR) END"
