"""The only JSON code: frames to one string each, and back.

``docs/wire.md`` describes the frames; its constants stand in ``tables/wire.json``.
"""

from __future__ import annotations

import json
from typing import Any, TypeGuard

from tempestweb_wasm import tables
from tempestweb_wasm.errors import FrameError, UnsupportedKindError

_encode = json.JSONEncoder(
    separators=(",", ":"), ensure_ascii=False, check_circular=False, allow_nan=False
).encode
PING = '{"kind":"ping"}'
PROTOCOL: int = tables.load("wire")["protocol"]
ANSWERS = frozenset({"native_result", "native_event"})
"""What the page says of its capabilities."""

_KINDS = frozenset(tables.load("wire")["kinds"]["to_python"])
_RESERVED = frozenset(tables.load("wire")["kinds"]["reserved"])


def encode(frame: dict[str, Any]) -> str:
    """Return *frame* as one string that any UTF-8 carrier takes.

    Half a surrogate pair, which Python allows in a str and UTF-8 does not, becomes U+FFFD.
    """
    text = _encode(frame)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def patches_frame(
    patches: list[dict[str, Any]], styles: dict[str, Any], seq: int, ack: int | None
) -> dict[str, Any]:
    """The frame that carries *patches*; ``styles`` and ``ack`` only where there are some."""
    frame: dict[str, Any] = {"kind": "patches", "data": patches}
    if styles:
        frame["styles"] = styles
    frame["seq"] = seq
    if ack:
        frame["ack"] = ack
    return frame


def error_frame(
    code: str, message: str, detail: str | None, seq: int, ack: int | None
) -> dict[str, Any]:
    """The frame that tells the client of a fault; *detail* only in development."""
    frame: dict[str, Any] = {"kind": "error", "code": code, "message": message}
    if detail:
        frame["detail"] = detail
    frame["seq"] = seq
    if ack:
        frame["ack"] = ack
    return frame


def hello_frame(session: str, epoch: int, ack: int, limits: dict[str, int]) -> dict[str, Any]:
    """The frame that answers a client's opening: *ack* is the last event of *epoch* that ran."""
    return {
        "kind": "hello",
        "protocol": PROTOCOL,
        "session": session,
        "epoch": epoch,
        "ack": ack,
        "limits": limits,
    }


def read_frame(call: int, ref: int, start: int, end: int) -> dict[str, Any]:
    """The frame that asks the client to post bytes of the picked file *ref*; it has no number."""
    return {"kind": "read", "call": call, "ref": ref, "start": start, "end": end}


def call_frame(number: int, capability: str, args: dict[str, Any]) -> dict[str, Any]:
    """The frame that calls a capability of the page; it has no number among the frames."""
    return {"kind": "native_call", "call_id": number, "capability": capability, "args": args}


def subscribe_frame(number: int, capability: str, args: dict[str, Any]) -> dict[str, Any]:
    """The frame that asks for a capability's events, likewise."""
    return {"kind": "native_subscribe", "sub_id": number, "capability": capability, "args": args}


def unsubscribe_frame(number: int) -> dict[str, Any]:
    """The frame that ends them, likewise."""
    return {"kind": "native_unsubscribe", "sub_id": number}


def decode(text: str) -> dict[str, Any]:
    """Parse a frame from the client; raises ``FrameError`` or ``UnsupportedKindError``."""
    return check(parse(text))


def frames_in(text: str) -> list[Any]:
    """Parse a frame, or a JSON array of them (a POST carries several), for :func:`check`.

    Raises ``FrameError`` for what is no JSON.
    """
    parsed = parse(text)
    return parsed if isinstance(parsed, list) else [parsed]


def parse(text: str) -> Any:
    """Return what *text* is as JSON; raises ``FrameError``."""
    try:
        return _decode(text)
    except (ValueError, RecursionError, TypeError) as error:
        raise FrameError(f"not JSON: {error}: {text[:80]!r}") from None


def check(frame: Any) -> dict[str, Any]:
    """Return *frame* if it is one; raises ``FrameError`` or ``UnsupportedKindError``."""
    if not isinstance(frame, dict) or not isinstance(frame.get("kind"), str):
        raise FrameError(f"a frame is an object with a string 'kind', not {repr(frame)[:80]}")
    kind = frame["kind"]
    if kind not in _KINDS:
        word = "reserved" if kind in _RESERVED else "unknown"
        raise UnsupportedKindError(f"frame of the {word} kind {kind[:40]!r}")
    for name in ("seq", "ack"):
        if name in frame and not is_count(frame[name]):
            raise _fault(frame, f"'{name}' is {frame[name]!r}: it is an integer from 0")
    if kind == "event":
        _check_event(frame)
    elif kind in ANSWERS:
        _check_answer(frame)
    return frame


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


# json.loads would make a decoder for each frame.
_decode = json.JSONDecoder(parse_constant=_no_constant).decode


def is_count(value: object) -> TypeGuard[int]:
    """Whether *value* is an integer from 0, as all numbers of frames are."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _check_event(frame: dict[str, Any]) -> None:
    data = frame.get("data")
    if not isinstance(data, dict) or not isinstance(data.get("type"), str):
        raise _fault(frame, "an event's 'data' is an object with a string 'type'")
    if "id" in data and not is_count(data["id"]):
        raise _fault(frame, f"an event's 'id' is {data['id']!r}: it is an integer")
    if "key" in data and not isinstance(data["key"], str):
        raise _fault(frame, f"an event's 'key' is {data['key']!r}: it is a string")


def _check_answer(frame: dict[str, Any]) -> None:
    kind = frame["kind"]
    name = "call_id" if kind == "native_result" else "sub_id"
    if not is_count(frame.get(name)):
        raise FrameError(f"'{name}' of a {kind} is {frame.get(name)!r}: it is an integer")
    if kind == "native_result" and not isinstance(frame.get("ok"), bool):
        raise FrameError(f"'ok' of a native_result is {frame.get('ok')!r}: it is true or false")
    for text in ("error", "message"):
        if not isinstance(frame.get(text, ""), str):
            raise FrameError(f"'{text}' of a {kind} is {frame[text]!r}: it is a string")
    if not is_count(frame.get("n", 0)):
        raise FrameError(f"'n' of a {kind} is {frame['n']!r}: it is an integer from 0")


def _fault(frame: dict[str, Any], text: str) -> FrameError:
    error = FrameError(text)
    seq = frame.get("seq")
    if frame["kind"] in {"event", "part"} and is_count(seq):
        error.event = seq
    return error
