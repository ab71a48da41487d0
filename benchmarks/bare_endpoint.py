"""A bare ASGI endpoint on the inbox's own table: what tracking is measured against. Started by bench_tracking.py.

It types a batch by msgspec and writes it with the deduplication of the inbox, what comes meanwhile together; it checks
no key, no clock and no shape, refuses nothing, counts nothing.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec

from vernost_web.tracking.inbox import Inbox

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Item(msgspec.Struct, rename="camel"):
    """A message, as much of it as the table has columns."""

    message_id: str
    type: str
    user_id: str
    event: str
    timestamp: str
    properties: msgspec.Raw


class Batch(msgspec.Struct):
    """A batch."""

    batch: list[Item]


_decode = msgspec.json.Decoder(Batch).decode
_waiting: list[tuple[list[tuple[Any, ...]], "asyncio.Future[None]"]] = []
_tasks: set["asyncio.Task[None]"] = set()
_OK = b'{"success": true}'


def _inbox() -> Inbox:
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith("postgres"):
        from vernost_web.tracking.inbox_postgres import PostgresInbox

        return PostgresInbox(url)
    from vernost_web.tracking.inbox_sqlite import SqliteInbox

    return SqliteInbox(Path(os.environ["VERNOST_DATA"], "inbox.sqlite3"))


INBOX = _inbox()
CONNECTION = INBOX.connect()


def text(item: Item) -> str:
    """Its properties as they came."""
    return bytes(item.properties).decode()


async def _write() -> None:
    while _waiting:
        some = _waiting[:]
        _waiting.clear()
        await asyncio.to_thread(INBOX.add, CONNECTION, [row for rows, _ in some for row in rows])
        for _, done in some:
            done.set_result(None)
    _tasks.clear()


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Take a batch in."""
    if scope["type"] != "http":
        return
    body, more = b"", True
    while more:
        part = await receive()
        body, more = body + part.get("body", b""), part.get("more_body", False)
    if body:
        now = time.time_ns() // 1_000
        rows = [
            (1, each.message_id, each.type, each.event, each.user_id, None, now, now, 0, None, text(each))
            for each in _decode(body).batch
        ]  # fmt: skip
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        _waiting.append((rows, done))
        if not _tasks:
            _tasks.add(asyncio.create_task(_write()))
        await done
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": _OK})
