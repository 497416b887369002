"""Handlers that events found: how each is called, and when its event is acknowledged."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any

from tempestweb_wasm import tables
from tempestweb_wasm.core import events
from tempestweb_wasm.core.mount import Node, Tree
from tempestweb_wasm.errors import AmbiguousKeyError, FrameError, UnknownTargetError

SLOW = 0.05
"""Seconds that a handler may hold the loop before development mode names it."""

log = logging.getLogger("tempestweb_wasm")

_RESERVED_EVENTS = frozenset(tables.load("wire")["reserved_events"])


class Call:
    """A handler that an event found, with what it will be called with."""

    __slots__ = ("event", "event_name", "handler", "name", "node", "takes_event")

    def __init__(self, node: Node, attribute: str, event_name: str, handler: Any) -> None:
        self.node = node
        self.event_name = event_name
        self.handler: Callable[..., Any] = (
            handler.handler if isinstance(handler, events.On) else handler
        )
        self.takes_event = events.wants_event(self.handler)
        key = "" if node.key is None else f" {node.key!r}"
        self.name = f"{attribute} of {node.spec.type}{key}"
        self.event: Any = None

    def run(self) -> Any:
        """Call the handler, with the event if it asks for one."""
        return self.handler(self.event) if self.takes_event else self.handler()


def call_for(node: Node, kind: str) -> Call | None:
    """The handler that *node* has for events of the wire type *kind*, if any."""
    for attribute, wire_type, event_name in node.spec.handlers:
        if wire_type == kind:
            handler = getattr(node.widget, attribute)
            return None if handler is None else Call(node, attribute, event_name, handler)
    return None


def resolve(tree: Tree, data: dict[str, Any], read_file: events.ReadFile | None) -> Call | None:
    """The handler that the event *data* names; None for a node that is gone by now.

    Raises ``WireError`` for one that was never there, or a payload that is not the type's.
    """
    kind = data["type"]
    if kind in _RESERVED_EVENTS:
        raise UnknownTargetError(f"event type {kind!r} is reserved and not built yet")
    if "id" in data:
        node = tree.by_id.get(data["id"])
        if node is None and 0 < data["id"] < tree.next_id:
            return None
        nodes = [] if node is None else [node]
    elif "key" in data:
        nodes = tree.find(data["key"])
    else:
        raise FrameError(f"a {kind!r} event without 'id' or 'key'")
    calls = [c for n in nodes if (c := call_for(n, kind)) is not None]
    name = f"id {data['id']}" if "id" in data else f"key {data['key']!r}"
    if not calls:
        if nodes and "id" in data:
            return None  # the handler went away while the event was on its way
        raise UnknownTargetError(f"nothing with {name} hears {kind!r}")
    if len(calls) > 1:
        raise AmbiguousKeyError(f"{len(calls)} live nodes with {name} hear {kind!r}: send 'id'")
    call = calls[0]
    if call.node.widget.disabled:
        return None
    call.event = events.parse(call.event_name, data.get("payload"))
    for name in ("value", "checked"):
        if name in call.node.spec.names and hasattr(call.event, name):
            call.node.show(name, getattr(call.event, name))
    for file in getattr(call.event, "files", ()):
        file.attach(read_file)
    return call


def watched(call: Call, seconds: float, *, dev: bool) -> None:
    """Name *call* in the log if it held the loop for so long, in development."""
    if dev and seconds > SLOW:
        log.warning(
            "%s held the loop for %.0f ms: give the work to app.offload, or cut it into pieces",
            call.name,
            seconds * 1000,
        )


class FirstStep:
    """Await *work*, and say when it first suspends, returns or raises.

    Inside a real task, so that ``asyncio.timeout`` and the like work from its first line;
    Python 3.11 has no eager tasks, and this way needs none.
    """

    def __init__(self, work: Awaitable[Any], settle: Callable[[Exception | None], None]) -> None:
        self._work = work
        self._settle = settle

    def __await__(self) -> Generator[Any, Any, Any]:
        work = self._work
        steps: Any = work if isinstance(work, Coroutine) else work.__await__()
        try:
            waiting = steps.send(None)
        except StopIteration as stop:
            self._settle(None)
            return stop.value
        self._settle(None)
        while True:
            try:
                value = yield waiting
            except BaseException as error:
                step, argument = steps.throw, error
            else:
                step, argument = steps.send, value
            try:
                waiting = step(argument)
            except StopIteration as stop:
                return stop.value
