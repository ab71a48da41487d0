"""Every endpoint without a key, with a key that lacks one permission, and with one that has just what it needs."""

import json
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest
from ninja import Schema

from vernost_web.accounts.permissions import permissions
from vernost_web.api.document import WRITES, document, needed, operations
from vernost_web.api.tests.conftest import Program
from vernost_web.ui.access import OPEN, permissions_of
from vernost_web.ui.slice import slices

pytestmark = pytest.mark.django_db
Programs = Callable[..., Program]
EVERY = list(operations(document("en")))
GAPS = {"number": "1", "place": "0", "name": "orders", "kind": "html"}
NOBODY = "00000000-0000-4000-8000-000000000000"


def address(path: str, operation: dict[str, Any]) -> str:
    """A path with something in its gaps that is right in form."""
    for each in operation.get("parameters", ()):
        if each["in"] == "path":
            kind = each["schema"].get("format") or each["schema"].get("type")
            value = GAPS.get(each["name"]) or (NOBODY if kind == "uuid" else "999999")
            path = path.replace(f"{{{each['name']}}}", value)
    return path.removeprefix("/api/v1")


def test_each_endpoint_names_permissions_that_there_are() -> None:
    assert set(needed()) == {operation["operationId"] for _path, _method, operation in EVERY}
    assert {name for names in needed().values() for name in names} <= set(permissions())


def test_no_endpoint_is_open_to_all() -> None:
    routers = [import_module(f"{each.name}.api").router for each in slices() if find_spec(f"{each.name}.api")]
    views = [
        operation.view_func
        for router in routers
        for view in router.path_operations.values()
        for operation in view.operations
    ]
    assert len(views) == len(EVERY)
    assert not [view for view in views if permissions_of(view) in {(), (OPEN,)}]


def test_no_endpoint_answers_without_a_key(stranger: Program) -> None:
    wrong = {}
    for path, method, operation in EVERY:
        answer = stranger.send(method, address(path, operation), {})
        if answer.status_code != 401:
            wrong[f"{method} {path}"] = answer.status_code
    assert not wrong


def test_no_endpoint_answers_a_key_that_lacks_one_of_its_permissions(program: Programs, shop: object) -> None:
    wrong = {}
    keys = {name: program(*(each for each in permissions() if each != name)) for name in permissions()}
    for path, method, operation in EVERY:
        for name in permissions():
            if name in needed()[operation["operationId"]]:
                answer = keys[name].send(method, address(path, operation), {})
                if answer.status_code != 403:
                    wrong[f"{method} {path} without {name}"] = answer.status_code
    assert not wrong


def test_each_endpoint_answers_a_key_that_has_just_its_permissions(program: Programs, shop: object) -> None:
    wrong = {}
    keys = {names: program(*names or ["see_numbers"]) for names in set(needed().values())}
    for path, method, operation in EVERY:
        answer = keys[needed()[operation["operationId"]]].send(method, address(path, operation), {})
        if answer.status_code in {401, 403} or answer.status_code >= 500:
            wrong[f"{method} {path}"] = answer.status_code
        if str(answer.status_code) not in operation["responses"]:
            wrong[f"{method} {path}, not in the document"] = answer.status_code
    assert not wrong


def test_every_write_can_be_repeated_and_every_error_is_a_problem() -> None:
    for _path, method, operation in EVERY:
        headers = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "header"}
        assert (method in WRITES) == (headers == {"Idempotency-Key"})
        assert {"401", "403", "409", "429"} <= set(operation["responses"])
        media = {kind for status, each in operation["responses"].items() if status >= "4" for kind in each["content"]}
        assert media == {"application/problem+json"}


def test_the_document_speaks_both_languages_and_names_no_schema_twice() -> None:
    english, russian = document("en"), document("ru")
    assert json.dumps(english) != json.dumps(russian)
    same = [
        operation["operationId"]
        for (_p, _m, operation), (_q, _n, other) in zip(EVERY, operations(russian), strict=True)
        if operation["summary"] == other["summary"]
    ]
    assert not same
    modules = [import_module(f"{each.name}.api") for each in slices() if find_spec(f"{each.name}.api")]
    things = {thing for module in modules for thing in vars(module).values() if isinstance(thing, type)}
    names = [thing.__name__ for thing in things if issubclass(thing, Schema)]
    assert len(names) == len(set(names))
