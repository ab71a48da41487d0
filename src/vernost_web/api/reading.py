"""The OpenAPI document as people read it: room by room, each endpoint with what it takes and gives."""

from dataclasses import dataclass
from typing import Any

from vernost_web.api.document import operations

DEEPEST = 3
"""Levels of an answer that are shown."""


@dataclass(frozen=True, slots=True)
class Line:
    """A parameter, or a field of a body or an answer.

    Attributes:
        name: with the names above it, by points.
        kind: of its values.
        is_required: whether it must be there.
        text: what it is.
    """

    name: str
    kind: str
    is_required: bool
    text: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An operation as the page shows it.

    Attributes:
        name: as clients call it.
        method: in capitals.
        path: its address.
        summary: what it does.
        text: what it needs.
        taken: parameters and fields of the body.
        given: fields of the answer.
        statuses: what may be answered, with words.
    """

    name: str
    method: str
    path: str
    summary: str
    text: str
    taken: tuple[Line, ...]
    given: tuple[Line, ...]
    statuses: tuple[tuple[str, str], ...]


def rooms(document: dict[str, Any]) -> list[tuple[str, list[Endpoint]]]:
    """Titles of the slices with their endpoints, in the order of the flow."""
    found: dict[str, list[Endpoint]] = {each["name"]: [] for each in document["tags"]}
    for path, method, operation in operations(document):
        found[operation["tags"][0]].append(_endpoint(document, path, method, operation))
    titles = {each["name"]: each["description"] for each in document["tags"]}
    return [(titles[name], endpoints) for name, endpoints in found.items() if endpoints]


def _endpoint(document: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> Endpoint:
    parameters = [
        Line(
            each["name"], kind_of(each["schema"]).removesuffix(" | null"), each["required"], each.get("description", "")
        )
        for each in operation.get("parameters", ())
        if each["in"] != "header"
    ]
    body = operation.get("requestBody", {}).get("content", {})
    answers = {status: each for status, each in operation["responses"].items() if status.startswith("2")}
    return Endpoint(
        name=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        text=operation.get("description", ""),
        taken=(*parameters, *_fields_of(document, body)),
        given=tuple(line for each in answers.values() for line in _fields_of(document, each.get("content", {}))),
        statuses=tuple((status, each["description"]) for status, each in operation["responses"].items()),
    )


def _fields_of(document: dict[str, Any], content: dict[str, Any]) -> list[Line]:
    return [line for each in content.values() for line in fields(document, each.get("schema", {}))]


def fields(document: dict[str, Any], schema: dict[str, Any], name: str = "", depth: int = 0) -> list[Line]:
    """The fields of a schema, those of what is in it behind its own name."""
    schema = resolved(document, schema)
    if "items" in schema:
        return fields(document, schema["items"], f"{name}[]", depth)
    if depth > DEEPEST:
        return []
    required, found = set(schema.get("required", ())), []
    for each, inner in schema.get("properties", {}).items():
        full = f"{name}.{each}" if name else each
        found.append(Line(full, kind_of(inner), each in required, inner.get("description", "")))
        found += fields(document, inner, full, depth + 1)
    return found


def resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A schema itself, where it is only named, or may be null beside."""
    for option in schema.get("anyOf", ()):
        if option.get("type") != "null":
            return resolved(document, option)
    if "$ref" in schema:
        return dict(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    return schema


def kind_of(schema: dict[str, Any]) -> str:
    """The kind of a value in a few words.

    >>> kind_of({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]})
    'date | null'
    """
    if "anyOf" in schema:
        return " | ".join(kind_of(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(each) for each in schema["enum"])
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "items" in schema:
        return f"[{kind_of(schema['items'])}]"
    return str(schema.get("format") or schema.get("const") or schema.get("type") or "any")
