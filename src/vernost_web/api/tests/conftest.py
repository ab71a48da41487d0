"""Programs that come with a key."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from vernost_web.accounts.permissions import permissions
from vernost_web.api import actions


class Program:
    """Another program, with a key or without."""

    def __init__(self, text: str, language: str = "en") -> None:
        self.text = text
        self.client = Client(headers={"accept-language": language})
        self.headers = {"Authorization": f"Bearer {text}"} if text else {}

    def get(self, path: str, **asked: Any) -> Any:
        headers = asked.pop("headers", {})
        return self.client.get(f"/api/v1{path}", asked, headers=self.headers | headers)

    def send(self, method: str, path: str, content: Any = None, **headers: str) -> Any:
        extra = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {} if content is None else {"data": content, "content_type": "application/json"}
        return self.client.generic(method.upper(), f"/api/v1{path}", headers=self.headers | extra, **_body(given))

    def post(self, path: str, content: Any = None, **headers: str) -> Any:
        return self.send("post", path, content, **headers)


def _body(given: dict[str, Any]) -> dict[str, Any]:
    import json

    return given | {"data": json.dumps(given["data"])} if given else {}


@pytest.fixture
def program(person: Callable[..., Any]) -> Callable[..., Program]:
    """Makes a program whose key has these scopes, all by default, and was made by an administrator."""

    def make(*scopes: str, language: str = "en", role: str = "administrator", **values: Any) -> Program:
        values = {"per_minute": 60_000, "name": "shop"} | values
        _key, text = actions.make_key(by=person(role), scopes=scopes or list(permissions()), **values)
        return Program(text, language)

    return make


@pytest.fixture
def stranger() -> Program:
    """A program without a key."""
    return Program("")
