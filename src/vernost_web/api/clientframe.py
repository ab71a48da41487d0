"""Client of the API of Vernost: one file without requirements, made from the OpenAPI document of an installation.

client = Client("https://vernost.example.com", "vernost_…")
for job in client.every(client.list_jobs, state="failed"):
    print(job["title"], job["error"])
"""

from __future__ import annotations

import json
import mimetypes
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NotRequired, TypedDict, cast  # noqa: F401 - what is appended to this file needs them
from urllib.parse import quote, urlencode

WAITS = (0.5, 2.0, 8.0)
"""Seconds before each further attempt where the server says nothing of it."""

AGAIN = frozenset({429, 502, 503, 504})
LONGEST_WAIT = 60.0


class Problem(Exception):
    """Why a request was not answered.

    Attributes:
        status: HTTP status.
        detail: what is wrong and what to do.
        errors: what is wrong with each field.
    """

    def __init__(self, status: int, detail: str, errors: Mapping[str, list[str]]) -> None:
        super().__init__(f"{status}: {detail} {dict(errors) or ''}".strip())
        self.status, self.detail, self.errors = status, detail, dict(errors)


class Frame:
    """How requests are sent: with the key, again when the server is busy, and writes never done twice."""

    def __init__(self, address: str, key: str, *, language: str = "en", timeout: float = 60.0) -> None:
        """Make a client.

        Args:
            address: of the installation, such as https://vernost.example.com.
            key: of the API.
            language: of sentences in answers, "en" or "ru".
            timeout: seconds without a word from the server.
        """
        self.address, self.timeout = address.rstrip("/"), timeout
        self.headers = {"Authorization": f"Bearer {key}", "Accept-Language": language, "User-Agent": "vernost-client"}

    def every(self, method: Callable[..., Any], *place: Any, **asked: Any) -> Iterator[Any]:
        """All items of a list, page by page."""
        cursor = None
        while True:
            page = method(*place, **asked, **({"cursor": cursor} if cursor else {}))
            yield from page["items"]
            cursor = page["next"]
            if not cursor:
                return

    def finished(self, job: str, *, pause: float = 1.0, longest: float = 3_600.0) -> dict[str, Any]:
        """A job once it is over; TimeoutError when that takes longer than some seconds."""
        limit = time.monotonic() + longest
        while True:
            found: dict[str, Any] = self.call("GET", f"/api/v1/jobs/{job}")
            if found["state"] in {"done", "failed", "cancelled"}:
                return found
            if time.monotonic() > limit:
                raise TimeoutError(found["state"])
            time.sleep(pause)

    def call(
        self,
        method: str,
        path: str,
        *,
        asked: Mapping[str, Any] | None = None,
        content: Any = None,
        files: Mapping[str, bytes] | None = None,
    ) -> Any:
        """Send a request; data of a JSON answer, bytes of any other."""
        given = [(name, value) for name, value in (asked or {}).items() if value is not None]
        url = f"{self.address}{path}{'?' + urlencode(given, doseq=True) if given else ''}"
        body, headers = _body(content, files)
        if method != "GET":
            headers["Idempotency-Key"] = uuid.uuid4().hex
        for wait in (*WAITS, None):
            request = urllib.request.Request(url, body, {**self.headers, **headers}, method=method)  # noqa: S310
            try:
                with urllib.request.urlopen(request, timeout=self.timeout) as answer:  # noqa: S310 - the caller's own
                    return _read(answer.headers.get("Content-Type", ""), answer.read())
            except urllib.error.HTTPError as error:
                with error:
                    if wait is None or error.code not in AGAIN:
                        raise _problem(error) from None
                    wait = float(error.headers.get("Retry-After") or wait)  # noqa: PLW2901 - the server knows better
            except urllib.error.URLError:
                if wait is None:
                    raise
            time.sleep(min(wait, LONGEST_WAIT))
        raise AssertionError("the last attempt answers or raises")


def path_of(*parts: object) -> str:
    """Parts of a path, with everything in them that is no letter written as HTTP wants it."""
    return "/".join(quote(str(part), safe="") for part in parts)


def _body(content: Any, files: Mapping[str, bytes] | None) -> tuple[bytes | None, dict[str, str]]:
    if files is not None:
        return _packed(files)
    if content is None:
        return None, {}
    return json.dumps(content, default=str).encode(), {"Content-Type": "application/json"}


def _packed(files: Mapping[str, bytes]) -> tuple[bytes, dict[str, str]]:
    """Files as a form sends them."""
    boundary, parts = uuid.uuid4().hex, []
    for name, content in files.items():
        shown = Path(name).name.replace('"', "%22").replace("\r", "").replace("\n", "")
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{shown}"\r\n'
        parts += [head.encode(), f"Content-Type: {kind}\r\n\r\n".encode(), content, b"\r\n"]
    body = b"".join([*parts, f"--{boundary}--\r\n".encode()])
    return body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}


def _read(kind: str, content: bytes) -> Any:
    if not content:
        return None
    return json.loads(content) if kind.partition(";")[0].endswith("json") else content


def _problem(error: urllib.error.HTTPError) -> Problem:
    content = error.read()
    try:
        told = json.loads(content)
    except ValueError:
        return Problem(error.code, content.decode("utf-8", "replace")[:200], {})
    return Problem(error.code, told.get("detail", ""), told.get("errors", {}))
