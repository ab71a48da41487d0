"""Texts that a spreadsheet would run as a formula, made plain; a cell of a customer's words must stay words.

Source: OWASP, CSV Injection, https://owasp.org/www-community/attacks/CSV_Injection
"""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

_RUNS = "^[=+\\-@\t\r\n＝＋－＠]"
_NUMBER = "^[+-]?[0-9]+([.,][0-9]+)?$"
"""A telephone or a number kept as text is only shown; it needs no apostrophe, which would part it from its twin."""


def plain(text: str) -> str:
    """The text, after an apostrophe where a spreadsheet would run it.

    >>> [plain(text) for text in ("=1+1", "-cmd", "@SUM(A1)", "Ann", "-5", "+79161234567")]
    ["'=1+1", "'-cmd", "'@SUM(A1)", 'Ann', '-5', '+79161234567']
    """
    return f"'{text}" if re.match(_RUNS, text) and not re.fullmatch(_NUMBER, text) else text


def plain_columns(table: "pa.Table | pa.RecordBatch") -> "pa.Table | pa.RecordBatch":
    """The table with all its texts as `plain` gives them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for place, field in enumerate(table.schema):
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            texts = table.column(place)
            runs = pc.and_not(pc.match_substring_regex(texts, _RUNS), pc.match_substring_regex(texts, _NUMBER))
            apostrophe = pa.scalar("'", field.type)
            marked = pc.binary_join_element_wise(apostrophe, texts, pa.scalar("", field.type))
            table = table.set_column(place, field, pc.if_else(runs, marked, texts))
    return table
