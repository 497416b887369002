"""What handlers read of files that visitors picked: the browser is asked, and posts it."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from tempestweb_wasm.core.events import ReadFile
from tempestweb_wasm.errors import ServiceError
from tempestweb_wasm.runtime import serialize
from tempestweb_wasm.runtime.delivery import Delivery
from tempestweb_wasm.server.forwarding import Forwarding
from tempestweb_wasm.server.request import body_of

log = logging.getLogger("tempestweb_wasm")

PIECE = 512 * 1024
"""Bytes that are asked for at once: they are held in memory, and may go through a broker."""

PATIENCE = 90.0
"""Seconds that a piece may take, a lost line that comes back included."""

_BYTES, _JSON = "application/octet-stream", "application/json"


@dataclass(frozen=True, slots=True)
class _Piece:
    """What was asked for, and is to come."""

    visitor: str
    size: int
    answer: asyncio.Future[bytes]

    def settle(self, content: bytes | str) -> None:
        """Take the bytes, or why there are none."""
        if self.answer.done():
            return
        if isinstance(content, str):
            self.answer.set_exception(OSError(content))
        else:
            self.answer.set_result(content)


class Uploads:
    """The pieces of files that handlers of this process wait for.

    *most* is how many bytes one ``read()`` may give. What is posted to another worker comes
    by *forwarding*.
    """

    def __init__(self, forwarding: Forwarding, most: int) -> None:
        self._forwarding = forwarding
        self._most = most
        self._pieces: dict[tuple[str, int], _Piece] = {}

    def reader(self, session: str, visitor: str, delivery: Delivery) -> ReadFile:
        """What reads the files of *session*; it raises ``OSError`` where the browser can't."""
        return partial(self._read, session, visitor, delivery)

    async def _read(
        self,
        session: str,
        visitor: str,
        delivery: Delivery,
        ref: int,
        start: int,
        end: int | None,
    ) -> bytes:
        found = bytearray()
        async with self._hearing(session, visitor):
            while end is None or start < end:
                upto = start + PIECE if end is None else min(end, start + PIECE)
                piece = await self._ask(session, visitor, delivery, (ref, start, upto))
                found += piece
                if len(found) > self._most:
                    raise OSError(
                        f"a read() may give {self._most} bytes and the file has more: take it "
                        "piece by piece with chunks(), or raise ServerSettings.upload"
                    )
                if len(piece) < upto - start:
                    break
                start = upto
        return bytes(found)

    async def _ask(
        self, session: str, visitor: str, delivery: Delivery, part: tuple[int, int, int]
    ) -> bytes:
        # At random: a late answer to another process must not pass for one to this.
        call = secrets.randbits(48)
        piece = _Piece(visitor, part[2] - part[1], asyncio.get_running_loop().create_future())
        self._pieces[session, call] = piece
        delivery.ask(call, serialize.encode(serialize.read_frame(call, *part)))
        try:
            async with asyncio.timeout(PATIENCE):
                return await piece.answer
        except TimeoutError:
            raise OSError(f"the browser sent nothing of the file for {PATIENCE:g} s") from None
        finally:
            delivery.answered(call)
            del self._pieces[session, call]

    # -- what is posted -------------------------------------------------------

    async def take(self, request: Request, session: str, call: int, visitor: str) -> Response:
        """Take what *visitor*'s browser posts for *call*; raises ``HTTPException``."""
        piece = self._pieces.get((session, call))
        if piece is not None and piece.visitor != visitor:
            raise HTTPException(403, "this session belongs to another visitor")
        content = await _content(request, PIECE if piece is None else piece.size)
        if piece is not None:
            piece.settle(content)
        elif not await self._forwarded(session, visitor, call, content):
            raise HTTPException(404, "nobody waits for this")
        return Response(status_code=204)

    async def _forwarded(self, session: str, visitor: str, call: int, content: bytes | str) -> bool:
        parts = {"call": call, "error": content if isinstance(content, str) else None}
        if isinstance(content, bytes):
            parts["bytes"] = base64.b64encode(content).decode()
        try:
            return await self._forwarding.offer("upload", session, visitor, parts)
        except ServiceError as error:
            log.error("a piece of a file is sent away: %s", error)
            raise HTTPException(503, "come later", {"Retry-After": "5"}) from error

    @asynccontextmanager
    async def _hearing(self, session: str, visitor: str) -> AsyncIterator[None]:
        """Hear meanwhile what was posted to other workers."""
        deliver = partial(self._handed_on, session)

        def lost() -> None:
            log.warning("a piece of a file may be lost between two workers")

        heard = await self._forwarding.listen("upload", session, visitor, deliver, lost)
        try:
            yield
        finally:
            if heard is not None:
                heard.cancel()

    def _handed_on(self, session: str, parts: dict[str, Any]) -> None:
        piece = self._pieces.get((session, parts["call"]))
        if piece is None:
            return  # it was posted twice
        if parts["error"] is not None:
            piece.settle(parts["error"])
            return
        content = base64.b64decode(parts["bytes"])
        piece.settle(content if len(content) <= piece.size else "more came than was asked for")


async def _content(request: Request, most: int) -> bytes | str:
    """The bytes that were posted, at most so many, or the reason why there are none.

    A form of another site can send neither type without asking first (a preflight of CORS).
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == _BYTES:
        return await body_of(request, most)
    if kind != _JSON:
        raise HTTPException(415, f"send {_BYTES}, or {_JSON} with an error")
    try:
        reason = json.loads(await body_of(request, _REASON))["error"]
    except (ValueError, RecursionError, TypeError, KeyError) as error:
        raise HTTPException(422, "the body is an object with an error") from error
    return str(reason)[:_REASON] or "the browser can't read the file"


_REASON = 1000
