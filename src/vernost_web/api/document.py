"""The OpenAPI document: what endpoints say of themselves, with keys, permissions and all that may go wrong."""

from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from vernost.glossary import Language
from vernost.messages import Message
from vernost_web.accounts.permissions import permissions
from vernost_web.api.door import PREFIX, VERSION, made
from vernost_web.api.problems import MEDIA
from vernost_web.api.repeats import HEADER, LONGEST
from vernost_web.ui.access import SIGNED_IN, permissions_of
from vernost_web.ui.language import spoken
from vernost_web.ui.slice import slices

DOOR = made()
METHODS = ("get", "post", "put", "patch", "delete")
WRITES = METHODS[1:]
ALWAYS = (401, 403, 404, 409, 429)
"""What may be answered by every endpoint: what it is asked about may stand in its path, its question or its body."""


@cache
def document(language: Language) -> dict[str, Any]:
    """The document in a language; it is the same for everybody."""
    with translation.override(language):
        found: dict[str, Any] = dict(DOOR.get_openapi_schema(path_prefix=f"/api/{PREFIX}"))
        for _path, method, operation in operations(found):
            _complete(method, operation)
        found["servers"] = [{"url": settings.CONFIGURATION.address}]
        found["info"] = {"title": "Vernost", "version": VERSION, "description": _summary()}
        found["tags"] = [{"name": each.label, "description": str(each.verbose_name)} for each in slices()]
        found["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        found["components"]["schemas"]["Problem"] = _problem()
        _translate(found)
        return found


def operations(found: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and description of each operation of a document."""
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            if method in METHODS:
                yield path, method, operation


@cache
def needed() -> dict[str, tuple[str, ...]]:
    """The permissions that each operation needs, by its name."""
    return {
        operation.view_func.__name__: tuple(
            each for each in permissions_of(operation.view_func) if each != SIGNED_IN
        )
        for router in DOOR._get_bound_routers()  # noqa: SLF001 - the only way to what was mounted
        for view in router.path_operations.values()
        for operation in view.operations
    }  # fmt: skip


def _complete(method: str, operation: dict[str, Any]) -> None:
    names = needed()[operation["operationId"]]
    operation["security"] = [{"key": list(names)}]
    titles = [permissions()[name].title(translation.get_language() or "en") for name in names]
    operation.pop("description", None)
    if titles:
        operation["description"] = _("Needs: %(permissions)s.") % {"permissions": "; ".join(titles)}
    statuses = [*ALWAYS]
    if operation.get("parameters") or "requestBody" in operation or method in WRITES:
        statuses.append(422)
    if "requestBody" in operation:
        statuses += [400, 413]
    if method in WRITES:
        operation.setdefault("parameters", []).append(_repeat_header())
    answers = operation["responses"]
    if method == "get":
        answers[304] = {"description": HTTPStatus(304).phrase}
    for status in statuses:
        content = {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        answers.setdefault(status, {"description": HTTPStatus(status).phrase, "content": content})
    operation["responses"] = {str(status): answers[status] for status in sorted(answers)}


def _repeat_header() -> dict[str, Any]:
    return {
        "in": "header",
        "name": HEADER,
        "required": False,
        "description": _("A name of your choice: the same write under the same name is done once in 24 hours."),
        "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": "^[!-~]+$"},
    }


def _problem() -> dict[str, Any]:
    return {
        "title": "Problem",
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errors": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": {"type": "string"}},
            },
        },
    }


def _summary() -> str:
    return _(
        "Everything that the pages show, for other programs. Send “Authorization: Bearer …” with a key that is made on "
        "the page of the API; a key may do what its scopes say, and no more than whoever made it."
    )


def _said(meaning: str) -> str:
    """A sentence of a slice, or else of the library, in the language that is spoken."""
    found = _(meaning) if meaning else meaning
    return Message(meaning).told(spoken()).replace("``", "") if found == meaning else found


def _translate(part: Any) -> None:
    """Say summaries and descriptions in the language that is spoken."""
    if isinstance(part, list):
        for each in part:
            _translate(each)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name in {"summary", "description"} and isinstance(value, str):
                part[name] = _said(value)
            else:
                _translate(value)
