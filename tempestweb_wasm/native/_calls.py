"""The calls of one session to its page, and the streams from there.

What the page answers is checked before an app sees it. An answer that nobody waits for
is dropped: it came twice, or too late, or it is to a call that was never made.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from collections.abc import AsyncGenerator
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from tempestweb_wasm.core.app import App
from tempestweb_wasm.errors import (
    NativeAnswerError,
    NativeDeniedError,
    NativeError,
    NativeFailedError,
    NativeTimeoutError,
    NativeUnsupportedError,
)
from tempestweb_wasm.runtime import serialize
from tempestweb_wasm.runtime.links import Links

T = TypeVar("T")

PATIENCE = 60.0
"""Seconds that an answer may take, a lost line that comes back included."""

ASKING = 300.0
"""The same where the visitor is asked, and may be thinking."""

MOST_CALLS = 64
"""So many calls and streams of one session may be open."""

MOST_SIZE = 1 << 20
"""So many characters may the arguments of all that is open have together, as JSON: a new line
is told all of them at once. Those of a command likewise, alone."""

BACKLOG = 16
"""So many events of a stream wait for the app; then the oldest is dropped."""

log = logging.getLogger("tempestweb_wasm")

_ERRORS: dict[object, type[NativeError]] = {
    "unsupported": NativeUnsupportedError,
    "denied": NativeDeniedError,
}


class Calls:
    """All calls and streams of one session over *line*."""

    def __init__(self, line: Links) -> None:
        self._line = line
        self._calls: dict[int, asyncio.Future[Any]] = {}
        self._streams: dict[int, _Stream] = {}
        self._sizes: dict[int, int] = {}
        # The streams that were left, until the page says that it knows, the oldest first.
        self._left: dict[int, None] = {}

    async def call(
        self, capability: str, args: dict[str, Any], kind: type[T], patience: float
    ) -> T:
        """Call *capability*; its answer must be a *kind*."""
        number = self._number(capability, args)
        answer = self._calls[number] = asyncio.get_running_loop().create_future()
        try:
            self._line.ask(number, serialize.call_frame(number, capability, args))
            async with asyncio.timeout(patience):
                frame = await answer
        except TimeoutError:
            raise NativeTimeoutError(
                capability,
                f"the page did not answer for {patience:g} s: the visitor may be offline, or was "
                "asked and said nothing; whether it was done is not known",
            ) from None
        finally:
            del self._calls[number], self._sizes[number]
            self._line.settled(number)
        if not frame["ok"]:
            raise _failure(capability, frame)
        return _checked(capability, kind, frame.get("value"))

    async def stream(
        self, capability: str, args: dict[str, Any], kind: type[T]
    ) -> AsyncGenerator[T, None]:
        """The events of *capability*, each a *kind*, until the page says that it was the last."""
        number = self._number(capability, args)
        stream = self._streams[number] = _Stream()
        try:
            self._line.ask(number, serialize.subscribe_frame(number, capability, args))
            while (frame := await stream.next()) is not None:
                if "error" in frame:
                    raise _failure(capability, frame)
                yield _checked(capability, kind, frame["event"])
        finally:
            # Nothing here may wait: this also runs when the stream is thrown away.
            del self._streams[number], self._sizes[number]
            self._leave(number)

    def command(self, name: str, args: dict[str, Any]) -> None:
        """Have the page do something, after the frame that shows what has changed by now."""
        self._line.command(name, args, _size(name, args, MOST_SIZE))

    def take(self, frame: dict[str, Any]) -> None:
        """Take an answer of the page."""
        if frame["kind"] == "native_result":
            self._answered(frame["call_id"], frame)
        elif (stream := self._streams.get(frame["sub_id"])) is not None:
            stream.put(frame)
        else:
            # It was left in another process, or the page does not know yet.
            self._line.tell(serialize.unsubscribe_frame(frame["sub_id"]))

    def _answered(self, number: int, frame: dict[str, Any]) -> None:
        answer, stream = self._calls.get(number), self._streams.get(number)
        if stream is not None and not frame["ok"]:
            stream.put({"error": "failed", **frame})  # the page has no stream at all
        elif answer is not None and not answer.done():
            answer.set_result(frame)
        elif number in self._left:
            self._known_left(number)
        else:
            log.debug("an answer of the page that nobody waits for")

    def _leave(self, number: int) -> None:
        """Have the page end stream *number*. It may have no line now, or one that is broken and
        does not show it yet, and what it follows may have no next event that could be answered."""
        self._left[number] = None
        self._line.ask(number, serialize.unsubscribe_frame(number))
        if len(self._left) > MOST_CALLS:
            self._known_left(next(iter(self._left)))

    def _known_left(self, number: int) -> None:
        del self._left[number]
        self._line.settled(number)

    def close(self) -> None:
        """The session is at its end: whoever still waits is cancelled."""
        for answer in self._calls.values():
            answer.cancel()
        for stream in self._streams.values():
            stream.cancel()

    def _number(self, capability: str, args: dict[str, Any]) -> int:
        if self._line.over:
            raise NativeFailedError(capability, "the session has ended: nobody could answer")
        if len(self._calls) + len(self._streams) >= MOST_CALLS:
            raise NativeFailedError(
                capability, f"{MOST_CALLS} calls and streams are open: let some end first"
            )
        size = _size(capability, args, MOST_SIZE - sum(self._sizes.values()))
        # At random: a late answer to another process must not pass for one to this.
        number = random.getrandbits(48)
        self._sizes[number] = size
        return number


class _Stream:
    """What has come of one stream and was not read yet."""

    def __init__(self) -> None:
        self._waiting: deque[dict[str, Any]] = deque(maxlen=BACKLOG)
        self._news: asyncio.Future[None] | None = None
        self._last = 0
        self._end: dict[str, Any] | None = None

    def put(self, frame: dict[str, Any]) -> None:
        """Take an event: what is repeated on a new line is known by its number."""
        if self._end is not None or 0 < frame.get("n", 0) <= self._last:
            return
        self._last = frame.get("n", self._last)
        if "error" in frame or "event" not in frame:
            self._end = frame
        else:
            self._waiting.append(frame)
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    def cancel(self) -> None:
        """Cancel who reads."""
        if self._news is not None:
            self._news.cancel()

    async def next(self) -> dict[str, Any] | None:
        """The next event, or why there are no more; None at the end."""
        while not self._waiting and self._end is None:
            self._news = asyncio.get_running_loop().create_future()
            await self._news
        if self._waiting:
            return self._waiting.popleft()
        return self._end if self._end is not None and "error" in self._end else None


def calls(app: App[Any]) -> Calls:
    """The calls of the session that *app* runs in."""
    return app.native(Calls)


def _size(capability: str, args: dict[str, Any], most: int) -> int:
    """So many characters *args* have as JSON; ``NativeFailedError`` for more than *most*."""
    try:
        size = len(serialize.encode(args))
    except (ValueError, RecursionError) as error:
        raise NativeFailedError(capability, f"its arguments can't be JSON: {error}") from None
    if size <= most:
        return size
    much = f"its arguments have {size} characters as JSON, of {MOST_SIZE}"
    if size > MOST_SIZE:
        raise NativeFailedError(capability, much)
    raise NativeFailedError(
        capability, f"{much} for all that is open, of which {most} are left: let some end first"
    )


def _failure(capability: str, frame: dict[str, Any]) -> NativeError:
    kind = _ERRORS.get(frame.get("error"), NativeFailedError)
    return kind(capability, str(frame.get("message") or "the browser gave no reason")[:1000])


def _checked(capability: str, kind: type[T], value: Any) -> T:
    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the answer"
        raise NativeAnswerError(capability, f"{place}: {first['msg']}") from None
