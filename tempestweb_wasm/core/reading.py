"""What the engine reads off a widget: its key, its children, what it hears, what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from types import FunctionType, MethodType
from typing import Any

from tempestweb_wasm.core.app import Bound
from tempestweb_wasm.core.component import For
from tempestweb_wasm.core.events import On
from tempestweb_wasm.core.widget import Widget, WidgetSpec
from tempestweb_wasm.errors import ChildError, DuplicateKeyError, PropError


def key_of(source: Widget) -> str | None:
    """The key as it crosses the wire; integers become strings."""
    key: object = source.key
    if key is None:
        return None
    if isinstance(key, str):
        return str(key.value) if isinstance(key, Enum) else key
    if isinstance(key, int) and not isinstance(key, bool):
        return str(key)
    raise PropError(f"{type(source).__name__}.key is {key!r}", "a key is a string or an integer")


def children_of(widget: Widget, spec: WidgetSpec) -> Sequence[Widget]:
    """The child widgets, without the Nones that a condition left."""
    if spec.slot is None:
        return ()
    held: Any = getattr(widget, spec.slot)
    if held.__class__ is list or held.__class__ is tuple:
        return [child for child in held if child is not None] if None in held else held
    if type(held) is For:
        return held  # rendered only where an item changed
    if spec.slot == "child":
        return () if held is None else (held,)
    if isinstance(held, (Widget, str)) or not isinstance(held, Sequence):
        raise ChildError(
            f"{spec.type}.children is {held!r}", "pass a list of widgets: children=[…]"
        )
    return [child for child in held if child is not None]


def check_siblings(sources: Sequence[Widget], spec: WidgetSpec) -> None:
    """Refuse children that are no widgets, and keys that two siblings share."""
    seen = set()
    for index, source in enumerate(sources):
        if not isinstance(source, Widget):
            raise _not_a_widget(source, index, spec)
        key = key_of(source)
        if key is not None:
            if key in seen:
                raise DuplicateKeyError(
                    f"duplicate key {key!r} under {spec.type}", "give each sibling its own key"
                )
            seen.add(key)


def _not_a_widget(value: object, index: int, spec: WidgetSpec) -> ChildError:
    hint = "return a widget, or None for nothing"
    if isinstance(value, str):
        hint = f"wrap text in a widget: Text(content={value[:40]!r})"
    elif callable(value):
        hint = "call it: pass the widget that it returns"
    elif isinstance(value, (list, tuple)):
        hint = "children is one flat list; unpack the inner list with *"
    shown = repr(value)
    return ChildError(f"child {index} of {spec.type} is {shown[:80]}", hint)


def check_problem(widget: Widget, spec: WidgetSpec) -> None:
    """Ask a widget that knows rules between its props whether they hold."""
    problem = None if spec.problem is None else spec.problem(widget)
    if problem is not None:
        raise PropError(problem, "see docs/widgets.md")


def is_unset(low: Any, default: Any) -> bool:
    """True for a value that a frame leaves out: empty, or the prop's default."""
    if low is None or low == "" or low == [] or low == {} or (low is False and default is None):
        return True
    return low.__class__ is default.__class__ and low == default


def listeners(spec: WidgetSpec, handlers: tuple[Any, ...]) -> list[Any]:
    """The event types that a widget with *handlers* hears, as ``on`` carries them.

    The list is not the caller's to change: widgets that hear the same share one.
    """
    pattern = tuple(map(type, handlers))
    on = spec.heard.get(pattern)
    if on is None:
        on = _listeners(spec, handlers)
        if _PLAIN_HANDLERS.issuperset(pattern):
            spec.heard[pattern] = on
    return on


_PLAIN_HANDLERS = frozenset((FunctionType, MethodType, Bound, type(None)))
"""Handlers of which the class alone says what is heard."""


def _listeners(spec: WidgetSpec, handlers: tuple[Any, ...]) -> list[Any]:
    on: list[Any] = []
    for handler, (name, wire_type, _event) in zip(handlers, spec.handlers, strict=True):
        if handler is None:
            continue
        if isinstance(handler, On):
            on.append({"type": wire_type, **handler.wire} if handler.wire else wire_type)
        elif callable(handler):
            on.append(wire_type)
        else:
            raise PropError(
                f"{spec.type}.{name} is {handler!r}",
                "pass the function itself, without calling it",
            )
    return on
