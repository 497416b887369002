"""The browser's capabilities for tests: they answer what a test says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Refusal = Literal["denied", "unsupported", "failed"]


@dataclass(frozen=True, slots=True)
class Called:
    """One call, or the opening of a stream: the capability's name in ``docs/native.md``, and its
    arguments as they crossed the wire."""

    capability: str
    args: dict[str, Any]


class FakeBrowser:
    """What a page has beside its tree. Each call runs once, however often it is asked for."""

    def __init__(self) -> None:
        self.calls: list[Called] = []
        """All that were made, in order; each stream as one."""
        self.commands: list[dict[str, Any]] = []
        """All that came, as ``{"name", "args"}``, in order."""
        self.unanswered: list[str] = []
        """What was called and :meth:`answer` had not been told of."""
        self._answers: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {}
        self._said: dict[int, dict[str, Any]] = {}
        self._streams: dict[int, str] = {}

    def answer(
        self,
        capability: str,
        returns: Any = None,
        *,
        error: Refusal | None = None,
        message: str = "said the test",
    ) -> None:
        """Answer calls of *capability* from now on: with *returns* (JSON; a function is called
        with the arguments), or by refusing them for *error*. For a stream it is its first event.
        """

        def result(args: dict[str, Any]) -> dict[str, Any]:
            if error is not None:
                return {"ok": False, "error": error, "message": message}
            return {"ok": True, "value": returns(args) if callable(returns) else returns}

        self._answers[capability] = result

    def hear(self, frame: dict[str, Any]) -> list[dict[str, Any]]:
        """Take a frame of the app; return what a page would say to it."""
        self.commands += frame.get("commands", ())
        match frame["kind"]:
            case "native_call":
                number = frame["call_id"]
                if number not in self._said:
                    said = {"kind": "native_result", "call_id": number, **self._result(frame)}
                    self._said[number] = said
                return [self._said[number]]
            case "native_subscribe":
                if frame["sub_id"] in self._streams:
                    return []
                self._streams[frame["sub_id"]] = frame["capability"]
                return self._first(frame)
            case "native_unsubscribe":
                self._streams.pop(frame["sub_id"], None)
                return [{"kind": "native_result", "call_id": frame["sub_id"], "ok": True}]
        return []

    def events(self, capability: str, event: Any) -> list[dict[str, Any]]:
        """What the page says when *event* happens, to each stream of *capability*."""
        open_now = [number for number, name in self._streams.items() if name == capability]
        return [{"kind": "native_event", "sub_id": n, "event": event} for n in open_now]

    def _first(self, frame: dict[str, Any]) -> list[dict[str, Any]]:
        if frame["capability"] not in self._answers:
            self.calls.append(Called(frame["capability"], frame["args"]))
            return []
        result = self._result(frame)
        event = {"event": result["value"]} if result["ok"] else result
        return [{"kind": "native_event", "sub_id": frame["sub_id"], **event}]

    def _result(self, frame: dict[str, Any]) -> dict[str, Any]:
        capability, args = frame["capability"], frame["args"]
        self.calls.append(Called(capability, args))
        if capability not in self._answers:
            self.unanswered.append(capability)
            return {"ok": False, "error": "unsupported", "message": "the test has no answer"}
        return self._answers[capability](args)
