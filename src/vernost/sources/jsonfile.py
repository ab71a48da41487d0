"""JSON files, one object a line or an array of them, as relations of text."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from vernost.errors import UnreadableSource
from vernost.messages import reason
from vernost.sources.source import RawTable
from vernost.sources.staging import (
    LINE,
    check_width,
    new_relation,
    quote_name,
    quote_path,
    quote_text,
    unique_names,
)

if TYPE_CHECKING:
    import duckdb

MAX_OBJECT = 16_000_000
"""Bytes of one object at most."""


def read_json(connection: "duckdb.DuckDBPyConnection", source: str, path: Path, head: str) -> RawTable:
    """A UTF-8 JSON file as one raw table: a column for each key of its objects, in the order they first appear.

    Values are text: strings without their quotes, the rest as JSON. ``_line`` is the line in a file of lines and the
    number of the object elsewhere.

    Args:
        connection: the staging engine.
        source: what people call the file.
        path: where it lies.
        head: its beginning.
    """
    import duckdb

    is_lines = _is_lines(head)
    relation = new_relation(connection)
    try:
        if is_lines:
            _stage_lines(connection, relation, path)
        else:
            _stage_objects(connection, relation, path)
        keys = _keys(connection, relation)
    except duckdb.Error as error:
        why = reason(error).replace(str(path), source)  # where uploads lie is nobody's business
        raise UnreadableSource(
            source, "it is not valid JSON ({reason})", "Export it again, one object a line.", reason=why
        ) from error
    if not keys:
        raise UnreadableSource(source, "it has no JSON objects", "It must have an object for each row.")
    check_width(source, len(keys))
    names = unique_names(keys)
    paths = ", ".join(quote_text(_pointer(key)) for key in keys)
    cells = ", ".join(f"cells[{place}] AS {quote_name(name)}" for place, name in enumerate(names, 1))
    connection.execute(
        f"CREATE VIEW {relation} AS SELECT {cells}, {LINE} FROM "  # noqa: S608 - all names are quoted
        f"(SELECT json_extract_string(body, [{paths}]) AS cells, {LINE} FROM {relation}_objects)"
    )
    return RawTable(source, relation, names, is_text=True, malformed=f"{relation}_malformed")


def _stage_lines(connection: "duckdb.DuckDBPyConnection", relation: str, path: Path) -> None:
    """Views of the good and the bad lines; nothing is kept in memory."""
    lines = (
        f"(SELECT text, row_number() OVER () AS {LINE} FROM read_csv({quote_path(path)}, auto_detect = false, "  # noqa: S608
        "header = false, delim = '\x1f', quote = '', escape = '', columns = {text: 'VARCHAR'}, compression = 'none', "
        f"hive_partitioning = false, max_line_size = {MAX_OBJECT}, buffer_size = {4 * MAX_OBJECT}))"
    )
    connection.execute(
        f"CREATE VIEW {relation}_lines AS SELECT text, {LINE}, json_valid(text) AS is_json, "  # noqa: S608
        f"CASE WHEN json_valid(text) THEN json_type(text) END AS kind FROM {lines} WHERE trim(text) <> ''"
    )
    connection.execute(
        f"CREATE VIEW {relation}_objects AS "  # noqa: S608
        f"SELECT CASE WHEN kind = 'OBJECT' THEN text END AS body, {LINE} FROM {relation}_lines WHERE kind = 'OBJECT'"
    )
    connection.execute(
        f"CREATE VIEW {relation}_malformed AS SELECT {LINE} AS line, "  # noqa: S608
        "CASE WHEN is_json THEN 'is not a JSON object' ELSE 'is not valid JSON' END AS reason, text AS raw "
        f"FROM {relation}_lines WHERE kind IS DISTINCT FROM 'OBJECT'"
    )


def _stage_objects(connection: "duckdb.DuckDBPyConnection", relation: str, path: Path) -> None:
    """The same for an array or for objects over several lines: there a number counts objects."""
    connection.execute(
        f"CREATE VIEW {relation}_all AS SELECT json AS text, json_type(json) AS kind, row_number() OVER () AS {LINE} "  # noqa: S608
        f"FROM read_json_objects({quote_path(path)}, format = 'auto', compression = 'uncompressed', "
        f"hive_partitioning = false, maximum_object_size = {MAX_OBJECT})"
    )
    connection.execute(
        f"CREATE VIEW {relation}_objects AS SELECT text AS body, {LINE} FROM {relation}_all WHERE kind = 'OBJECT'"  # noqa: S608
    )
    connection.execute(
        f"CREATE VIEW {relation}_malformed AS SELECT {LINE} AS line, 'is not a JSON object' AS reason, "  # noqa: S608
        f"text::VARCHAR AS raw FROM {relation}_all WHERE kind <> 'OBJECT'"
    )


def _keys(connection: "duckdb.DuckDBPyConnection", relation: str) -> list[str]:
    found = connection.execute(
        f"SELECT key FROM (SELECT {LINE}, unnest(keys) AS key, unnest(range(len(keys))) AS place "  # noqa: S608
        f"FROM (SELECT {LINE}, json_keys(body) AS keys FROM {relation}_objects)) "
        f"GROUP BY key ORDER BY min([{LINE}, place])"
    ).fetchall()
    return [key for (key,) in found]


def _is_lines(head: str) -> bool:
    text = head.lstrip("\ufeff \t\r\n")
    if text.startswith("["):
        return False
    first = text.split("\n", 1)[0].strip()
    # '{' alone, or an object that goes on below, is one written for people.
    return re.fullmatch(r"\{.*\}", first) is not None


def _pointer(key: str) -> str:
    return "/" + key.replace("~", "~0").replace("/", "~1")
