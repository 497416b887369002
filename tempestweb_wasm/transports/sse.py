"""Server-sent events as strings (the event stream of HTML's section 9.2).

Each frame is one event whose id is ``epoch-seq``, so that a stream which ended says where
it ended. What a client says comes by POST: a JSON array of frames, which
:meth:`Delivery.receive` takes as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MEDIA_TYPE = "text/event-stream"

PADDING = f":{' ' * 2048}\n\n"
"""Sent first: some proxies hold an answer back until they have two kilobytes of it."""

HEARTBEAT = ":\n\n"
"""A comment, so that proxies which end quiet connections let this one be."""

HEARTBEAT_EVERY = 15.0
"""Seconds; the specification's own advice."""

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""The second keeps nginx from collecting the stream before it passes it on."""

_ID = re.compile(r"(\d{1,15})-(\d{1,15})")


def event(text: str, epoch: int, seq: int) -> str:
    """Return one frame as an event; *seq* 0 is a frame without a number, which gets no id.

    *text* is JSON in one line, as all frames are.
    """
    return f"id: {epoch}-{seq}\ndata: {text}\n\n" if seq else f"data: {text}\n\n"


def end(code: int) -> str:
    """Return the event that ends a stream with a close code of ``transports.websocket``."""
    return f"event: close\ndata: {code}\n\n"


def last_event_id(value: str | None) -> tuple[int, int]:
    """Return epoch and number in a ``Last-Event-ID``; ``(0, 0)`` for none, or one not ours."""
    match = _ID.fullmatch(value or "")
    return (0, 0) if match is None else (int(match[1]), int(match[2]))


@dataclass(frozen=True, slots=True)
class Message:
    """One event as a client reads it; ``event`` is ``message`` unless the stream says more."""

    data: str
    event: str = "message"
    id: str = ""


class Reader:
    """Reads a stream piece by piece, wherever it was cut; for clients written in Python."""

    def __init__(self) -> None:
        self._rest = b""
        self._fields: dict[str, list[str]] = {}
        self.last_id = ""

    def feed(self, data: bytes) -> Iterator[Message]:
        """Take bytes and yield the events that they complete."""
        # Ours end their lines with LF alone.
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if line:
                name, _, value = line.decode().partition(":")
                self._fields.setdefault(name, []).append(value.removeprefix(" "))
            else:
                fields, self._fields = self._fields, {}
                self.last_id = fields.get("id", [self.last_id])[-1]
                if "data" in fields:
                    kind = fields.get("event", ["message"])[-1]
                    yield Message("\n".join(fields["data"]), kind, self.last_id)
