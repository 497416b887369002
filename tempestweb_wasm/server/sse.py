"""``/sse``: frames as server-sent events, and what the client says by POST."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from tempestweb_wasm.core.channel import Subscription
from tempestweb_wasm.errors import OpeningError, ServiceError
from tempestweb_wasm.server.held import Held
from tempestweb_wasm.server.host import Host
from tempestweb_wasm.server.outbox import Outbox
from tempestweb_wasm.server.page import NOSNIFF
from tempestweb_wasm.server.request import body_of
from tempestweb_wasm.transports import sse
from tempestweb_wasm.transports.opening import MOST_BYTES, Opening, read_opening
from tempestweb_wasm.transports.websocket import FAILED, LATER

log = logging.getLogger("tempestweb_wasm")

FRAMES_AT_ONCE = 16
"""A POST may carry so many frames of the full size."""

PATIENCE = 10.0
"""Seconds that a POST which comes too fast is held back; past that it is refused."""

LAST_WORDS = 10.0
"""Seconds after a stream's end in which what its page said last may come, here or at another
worker: the rest of a long text too."""


class Streams:
    """The streams of one host."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._lines: dict[str, Outbox] = {}

    async def open(self, request: Request) -> Response:
        """Open a stream by a POST whose body is an opening."""
        body = await _json(request, MOST_BYTES)
        try:
            opening = read_opening(body)
        except OpeningError as error:
            raise HTTPException(422, str(error)) from error
        return await self._stream(request, opening)

    async def resume(self, request: Request, session: str, last: str) -> Response:
        """Open a stream by a GET: *last* is the ``Last-Event-ID``."""
        epoch, applied = sse.last_event_id(last)
        # EventSource tells of no events: those that it sent are known by their numbers.
        opening = Opening(session=session or None, epoch=epoch, applied=applied)
        return await self._stream(request, opening)

    async def _stream(self, request: Request, opening: Opening) -> Response:
        host = self._host
        entrance = await host.enter(request, opening, "sse")
        held, line = entrance.held, Outbox(host.settings.outbox)
        # At once, and with an end that is sure to come: whoever leaves before the first byte
        # has left a session that can be come back to.
        host.attach(entrance, line, opening)
        self._lines[held.id] = line
        response = _Stream(self._events(held, line), partial(self._ended, held, line))
        if host.entry.visitor(request) is None:
            host.set_cookie(request, response, held.owner.visitor)
        return response

    async def _events(self, held: Held, line: Outbox) -> AsyncIterator[str]:
        host = self._host
        heard: Subscription | None = None
        waiting: asyncio.Task[tuple[str, int] | None] | None = None
        try:
            yield sse.PADDING
            # What the client says from the greeting on may come to any worker.
            await held.delivery.save_now()
            visitor, lost = held.owner.visitor, partial(line.close, FAILED)
            heard = await host.forwarding.listen(
                "line", held.id, visitor, partial(self._handed_on, held.id, line), lost
            )
            while True:
                waiting = waiting or asyncio.ensure_future(line.next())
                done, _ = await asyncio.wait({waiting}, timeout=host.settings.heartbeat)
                if not done:
                    yield sse.HEARTBEAT
                    continue
                frame = waiting.result()
                waiting = None
                if frame is None:
                    break
                yield sse.event(frame[0], held.delivery.epoch, frame[1])
            if line.code is not None:
                yield sse.end(line.code)
        finally:
            if waiting is not None:
                waiting.cancel()
            if heard is not None:
                held.loop.call_later(LAST_WORDS, heard.cancel)

    async def _ended(self, held: Held, line: Outbox) -> None:
        if self._lines.get(held.id) is line:
            del self._lines[held.id]
        held.loop.call_later(LAST_WORDS, held.delivery.forget_part)
        await self._host.sessions.disconnect(held, line, lasting=True)

    def _handed_on(self, session: str, line: Outbox, posted: dict[str, Any]) -> None:
        """Take what was posted to another worker, which can't know how much there was."""
        body = posted["body"]
        left = self._left(session, body)
        if left is None and self._lines.get(session) is not line:
            return
        if self._host.heard(session, posted["count"]) > PATIENCE:
            line.close(LATER)
        (line.deliver if left is None else partial(_part_with, left))(body)

    def _left(self, session: str, body: str) -> Held | None:
        """The session whose page says in *body* that it goes: its stream may be cut by then.

        None for all else that comes without a stream. Who is still there comes back and says
        it again, perhaps to another worker, and it must not be done twice.
        """
        held = self._host.sessions.detached.get(session)
        frames = json.loads(body)
        last = frames[-1] if isinstance(frames, list) and frames else None
        goes = isinstance(last, dict) and last.get("kind") == "leave"
        return held if isinstance(held, Held) and held.here and goes else None

    async def send(self, request: Request, session: str) -> Response:
        """Take the frames of a POST, in order."""
        host = self._host
        visitor = host.poster(request)
        largest = host.settings.frame
        body = await _json(request, largest * FRAMES_AT_ONCE)
        count = _count(body, largest)
        take = self._taker(session, visitor, body)
        if take is None:
            if not await self._forwarded(session, visitor, body, count):
                raise HTTPException(404, "this session has no stream: open it anew")
            return Response(status_code=204)
        wait = host.heard(session, count)
        if wait > PATIENCE:
            host.unheard(session, count)
            raise HTTPException(429, "too many at once: come later", {"Retry-After": "10"})
        if wait > 0:
            # Nothing is lost of what comes too fast: the client sends the next when this is taken.
            await asyncio.sleep(wait)
        take(body)
        return Response(status_code=204)

    async def _forwarded(self, session: str, visitor: str, body: str, count: int) -> bool:
        try:
            posted = {"body": body, "count": count}
            return await self._host.forwarding.offer("line", session, visitor, posted)
        except ServiceError as error:
            log.error("a POST is sent away: %s", error)
            raise HTTPException(503, "come later", {"Retry-After": "5"}) from error

    def _taker(self, session: str, visitor: str, body: str) -> Callable[[str], None] | None:
        """What takes *body* here, if anything does; raises unless *session* is *visitor*'s."""
        line = self._lines.get(session)
        live = self._host.sessions.live.get(session) if line is not None else None
        held = live or self._left(session, body)
        if held is None:
            return None
        if held.owner.visitor != visitor:
            raise HTTPException(403, "this session belongs to another visitor")
        return line.deliver if live is not None and line is not None else partial(_part_with, held)


def _part_with(held: Held, body: str) -> None:
    """Take the last that the page of *held* says."""
    held.delivery.receive(body)
    held.delivery.forget_part()


class _Stream(StreamingResponse):
    """A stream of *events*; *ended* runs after it, also when it never began."""

    media_type = sse.MEDIA_TYPE

    def __init__(
        self, events: AsyncIterator[str], ended: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        super().__init__(events, headers={**sse.HEADERS, **NOSNIFF})
        self._ended = ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._ended()


async def _json(request: Request, most: int) -> str:
    """Return the body of a POST; raises ``HTTPException`` unless it says that it is JSON.

    A form of another site can't say so without asking first (a preflight of CORS).
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415, "send application/json")
    body = await body_of(request, most)
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise HTTPException(422, "the body is not UTF-8") from error


def _count(body: str, largest: int) -> int:
    """Return how many frames *body* holds; raises ``HTTPException`` for one that is too big."""
    frames = None
    with suppress(ValueError, RecursionError):
        frames = json.loads(body)
    if not isinstance(frames, list | dict):
        raise HTTPException(422, "the body is a frame, or an array of frames")
    listed = frames if isinstance(frames, list) else [frames]
    if len(body) > largest:
        for frame in listed:
            if len(json.dumps(frame, ensure_ascii=False).encode()) > largest:
                raise HTTPException(413, f"a frame of more than {largest} bytes")
    return len(listed)
