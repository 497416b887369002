"""Events longer than a frame may be: cut into parts by a client, put together here."""

from __future__ import annotations

from typing import Any

from tempestweb_wasm.errors import FrameError, SequenceError
from tempestweb_wasm.runtime.serialize import encode, is_count, parse

MOST_TEXT = 2**20
"""Bytes that an event may have which comes in parts."""

_AROUND = 100
"""Bytes of a part at most that are not its text."""


class Parts:
    """Puts together one event after another, of at most *most* bytes each.

    A part comes once on a line, after the one before it. One that was here before is passed
    over; where one is missing the line has lost it.
    """

    __slots__ = ("_bytes", "_have", "_most", "_of", "_seq")

    def __init__(self, most: int) -> None:
        self._most = most
        self._seq = self._have = self._of = 0
        # What is kept of it is counted in bytes: a text would need up to four for each.
        self._bytes = bytearray()

    def add(self, frame: dict[str, Any]) -> dict[str, Any] | None:
        """Take a part and return the event with its last one, as a frame to be checked.

        Raises ``FrameError`` for what can't be part of the event, whose number the error has:
        the rest of it is then passed over. Raises ``SequenceError`` where a part is missing.
        """
        seq, part, of, text = _read(frame)
        if seq < self._seq or (seq == self._seq and part <= self._have):
            return None
        if part != (self._have + 1 if seq == self._seq else 1):
            raise SequenceError(f"part {part} of event {seq} came without the one before it")
        if part == 1:
            self._seq, self._of = seq, of
        self._have = part
        try:
            return self._joined(frame, text)
        except FrameError as error:
            self._have = of
            self._bytes = bytearray()
            error.event = seq
            raise

    def _joined(self, frame: dict[str, Any], text: str) -> dict[str, Any] | None:
        if frame["of"] != self._of:
            raise FrameError(f"an event of {self._of} parts is now one of {frame['of']}")
        try:
            self._bytes += text.encode()
        except UnicodeEncodeError:
            raise FrameError("an event is cut within a character") from None
        if len(self._bytes) > self._most:
            raise FrameError(f"an event of more than {self._most} bytes")
        if self._have < self._of:
            return None
        whole, self._bytes = self._bytes, bytearray()
        return {"kind": "event", "data": parse(whole.decode()), "seq": self._seq}


def cut(data: dict[str, Any], seq: int, most: int) -> list[str]:
    """Return the frames, of at most *most* bytes each, in which event *seq* with *data* goes."""
    text = encode(data)
    # A character has four bytes at most, or two with the mark that JSON puts before it.
    size = max(1, (most - _AROUND) // 4)
    texts = [text[at : at + size] for at in range(0, len(text), size)]
    head = {"kind": "part", "seq": seq, "of": len(texts)}
    return [encode({**head, "part": part, "text": some}) for part, some in enumerate(texts, 1)]


def _read(frame: dict[str, Any]) -> tuple[int, int, int, str]:
    seq, part, of, text = (frame.get(name) for name in ("seq", "part", "of", "text"))
    if not (is_count(seq) and is_count(part) and is_count(of) and isinstance(text, str) and text):
        raise _no_part(seq)
    if seq < 1 or not 1 <= part <= of:
        raise _no_part(seq)
    return seq, part, of, text


def _no_part(seq: object) -> FrameError:
    error = FrameError("a part has a text, the event's 'seq', and is 'part' of 'of', from 1")
    error.event = seq if is_count(seq) and seq > 0 else None
    return error
