"""The Python client: the frame as it lies here, and a method for each operation of the document."""

import keyword
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from vernost_web.api.document import operations

KINDS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
RAISED = "Problem"
"""The schema that the frame raises as an exception."""

_NO_LETTERS = re.compile(r"\W+")


def client_code(document: Mapping[str, Any]) -> str:
    """The client of the installation that a document describes, as the text of a Python module."""
    frame = _frame()
    schemas = {name: schema for name, schema in document["components"]["schemas"].items() if name != RAISED}
    typed = "\n\n".join(_typed(name, schemas[name]) for name in sorted(schemas))
    methods = "\n\n".join(_method(path, method, operation) for path, method, operation in operations(dict(document)))
    client = f'class Client(Frame):\n    """All operations of the API."""\n\n{methods}'
    return f"{frame}\n\n{typed}\n\n\n{client}\n"


@cache
def _frame() -> str:
    return files("vernost_web.api").joinpath("clientframe.py").read_text(encoding="utf-8")


def _typed(name: str, schema: Mapping[str, Any]) -> str:
    """A schema as a typed dictionary."""
    required = set(schema.get("required", ()))
    lines = [
        f"    {field}: {_kind(each) if field in required else f'NotRequired[{_kind(each)}]'}"
        for field, each in schema.get("properties", {}).items()
    ]
    return "\n".join([f"\nclass {_named(name)}(TypedDict):", *(lines or ["    pass"])])


def _method(path: str, method: str, operation: Mapping[str, Any]) -> str:
    """An operation as a method."""
    parameters = [each for each in operation.get("parameters", ()) if each["in"] != "header"]
    body = operation.get("requestBody", {}).get("content", {})
    signature = [*_positional(parameters, body), *_keywords(parameters)]
    sent = [repr(method.upper()), _address(path), *_sent(parameters, body)]
    kind = _answer(operation)
    call = f"self.call({', '.join(sent)})"
    return "\n".join([
        f"    def {operation['operationId']}({', '.join(['self', *signature])}) -> {kind}:",
        f"        {_docstring(operation)}",
        f"        return {call if kind == 'Any' else f'cast({kind!r}, {call})'}",
    ])  # fmt: skip


def _positional(parameters: list[Any], body: Mapping[str, Any]) -> Iterator[str]:
    for each in parameters:
        if each["in"] == "path":
            yield f"{_name(each['name'])}: {_kind(each['schema'])}"
    if "multipart/form-data" in body:
        yield "files: Mapping[str, bytes]"
    elif body:
        yield f"content: {_kind(next(iter(body.values()))['schema'])}"


def _keywords(parameters: list[Any]) -> Iterator[str]:
    asked = [each for each in parameters if each["in"] == "query"]
    if asked:
        yield "*"
    for each in asked:
        kind = _kind(each["schema"])
        optional = kind if "None" in kind.split(" | ") else f"{kind} | None"
        yield f"{_name(each['name'])}: {kind if each['required'] else f'{optional} = None'}"


def _sent(parameters: list[Any], body: Mapping[str, Any]) -> Iterator[str]:
    asked = ", ".join(f"{each['name']!r}: {_name(each['name'])}" for each in parameters if each["in"] == "query")
    if asked:
        yield f"asked={{{asked}}}"
    if body:
        yield "files=files" if "multipart/form-data" in body else "content=content"


def _address(path: str) -> str:
    """The path with its gaps filled while the client runs."""
    parts = re.split(r"\{(\w+)\}", path)
    if len(parts) == 1:
        return repr(path)
    return "f" + repr(
        "".join(f"{{path_of({_name(part)})}}" if number % 2 else part for number, part in enumerate(parts))
    )


def _docstring(operation: Mapping[str, Any]) -> str:
    text = " ".join(str(operation["summary"]).split()).replace("\\", "").replace('"', "'")
    return f'"""{text}."""'


def _answer(operation: Mapping[str, Any]) -> str:
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            content = answer.get("content", {})
            if "application/json" in content:
                return _kind(content["application/json"].get("schema", {}))
            return "bytes" if content else "None"
    return "None"


def _kind(schema: Mapping[str, Any]) -> str:
    """A schema as a type."""
    if "$ref" in schema:
        return _named(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        kinds = dict.fromkeys(_kind(each) for each in schema["anyOf"])
        return "Any" if "Any" in kinds else " | ".join(kinds)
    if "enum" in schema:
        return f"Literal[{', '.join(map(repr, schema['enum']))}]"
    if schema.get("type") == "array":
        return f"list[{_kind(schema.get('items', {}))}]"
    if schema.get("type") == "object":
        values = schema.get("additionalProperties")
        return f"dict[str, {_kind(values) if isinstance(values, dict) and values else 'Any'}]"
    return KINDS.get(str(schema.get("type")), "Any")


def _named(name: str) -> str:
    """A schema's name as Python writes it.

    >>> _named("Listing_JobOut_")
    'ListingJobOut'
    """
    return name.replace("_", "")


def _name(name: str) -> str:
    clean = _NO_LETTERS.sub("_", name)
    return f"{clean}_" if keyword.iskeyword(clean) else clean
