"""``/sse``: frames as server-sent events, and what the client says by POST."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from tempestweb_wasm.core.channel import Subscription
from tempestweb_wasm.errors import OpeningError, ServiceError
from tempestweb_wasm.server.entry import Entrance
from tempestweb_wasm.server.guard import check_origin
from tempestweb_wasm.server.host import Host
from tempestweb_wasm.server.limits import Bucket
from tempestweb_wasm.server.outbox import Outbox
from tempestweb_wasm.server.page import NOSNIFF
from tempestweb_wasm.transports import sse
from tempestweb_wasm.transports.opening import MOST_BYTES, Opening, read_opening
from tempestweb_wasm.transports.websocket import FAILED

log = logging.getLogger("tempestweb_wasm")

FRAMES_AT_ONCE = 16
"""A POST may carry so many frames of the full size."""

PATIENCE = 10.0
"""Seconds that a POST which comes too fast is held back; past that it is refused."""


class Streams:
    """The streams of one host."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._lines: dict[str, tuple[Outbox, Bucket]] = {}

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
        await host.sessions.save_now(entrance.held)
        line = Outbox(host.settings.outbox)
        response = StreamingResponse(
            self._events(entrance, line, opening),
            media_type=sse.MEDIA_TYPE,
            headers={**sse.HEADERS, **NOSNIFF},
        )
        if host.entry.visitor(request) is None:
            host.set_cookie(request, response, entrance.held.owner.visitor)
        return response

    async def _events(
        self, entrance: Entrance, line: Outbox, opening: Opening
    ) -> AsyncIterator[str]:
        host, held = self._host, entrance.held
        heard: Subscription | None = None
        waiting: asyncio.Task[tuple[str, int] | None] | None = None
        try:
            yield sse.PADDING
            visitor, lost = held.owner.visitor, partial(line.close, FAILED)
            heard = await host.forwarding.listen(held.id, visitor, line.deliver, lost)
            host.attach(entrance, line, opening)
            self._lines[held.id] = (line, Bucket(host.settings.events))
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
                heard.cancel()
            if self._lines.get(held.id, (None,))[0] is line:
                del self._lines[held.id]
            await host.sessions.disconnect(held, line, lasting=True)

    async def send(self, request: Request, session: str) -> Response:
        """Take the frames of a POST, in order."""
        host = self._host
        check_origin(request, host.settings.origins)
        visitor = host.entry.visitor(request)
        if visitor is None:
            raise HTTPException(403, "this session belongs to another visitor")
        largest = host.settings.frame
        body = await _json(request, largest * FRAMES_AT_ONCE)
        count = _count(body, largest)
        host.metrics.frames.inc(count)
        found = self._line_of(session, visitor)
        if found is None:
            if not await self._forwarded(session, visitor, body):
                raise HTTPException(404, "this session has no stream: open it anew")
            return Response(status_code=204)
        line, bucket = found
        wait = bucket.take(count)
        if wait > PATIENCE:
            bucket.give_back(count)
            raise HTTPException(429, "too many at once: come later", {"Retry-After": "10"})
        if wait > 0:
            # Nothing is lost of what comes too fast: the client sends the next when this is taken.
            await asyncio.sleep(wait)
        line.deliver(body)
        return Response(status_code=204)

    async def _forwarded(self, session: str, visitor: str, body: str) -> bool:
        try:
            return await self._host.forwarding.offer(session, visitor, body)
        except ServiceError as error:
            log.error("a POST is sent away: %s", error)
            raise HTTPException(503, "come later", {"Retry-After": "5"}) from error

    def _line_of(self, session: str, visitor: str) -> tuple[Outbox, Bucket] | None:
        """The stream of *session*, if it is open here; raises unless it is *visitor*'s."""
        found = self._lines.get(session)
        held = self._host.sessions.live.get(session)
        if found is None or held is None:
            return None
        if held.owner.visitor != visitor:
            raise HTTPException(403, "this session belongs to another visitor")
        return found


async def _json(request: Request, most: int) -> str:
    """Return the body of a POST; raises ``HTTPException`` unless it says that it is JSON.

    A form of another site can't say so without asking first (a preflight of CORS).
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415, "send application/json")
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            raise HTTPException(413, f"more than {most} bytes")
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
