"""Development mode: props are checked against their annotations when a widget is made.

Widgets check nothing by themselves, rendering is the hot path. :func:`install` puts a
check around the constructor of each widget class and :func:`uninstall` takes it away
again, so that production pays nothing. The error is raised from the line of the app
that made the widget, and names it.
"""

from __future__ import annotations

import dataclasses
import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache, wraps
from typing import Any, get_type_hints

from pydantic import ConfigDict, PydanticUserError, TypeAdapter, ValidationError

from tempestweb_wasm.core.events import On
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.errors import PropError
from tempestweb_wasm.style import Style

log = logging.getLogger("tempestweb_wasm")

_PACKAGE = __name__.partition(".")[0] + "."
_CONFIG = ConfigDict(strict=True, arbitrary_types_allowed=True)
_ORIGINAL = "__unchecked__"

Plan = list[tuple[str, Any, TypeAdapter[Any]]]


class MisuseError(PropError):
    """A prop that does not fit, found where the widget is made; ``where`` is that line."""

    def __init__(self, what: str, hint: str, where: str) -> None:
        super().__init__(what, hint)
        self.where = where

    def __str__(self) -> str:
        return f"{self.what} ({self.where}): {self.hint}"


def install() -> None:
    """Check props from now on, in all widget classes there are. Harmless twice.

    Classes that an app defines later are not checked until it is called again: load the
    app first.
    """
    for cls in _classes(Widget):
        init = cls.__dict__.get("__init__")
        if init is not None and not hasattr(init, _ORIGINAL):
            cls.__init__ = _checked(cls, init)  # type: ignore[method-assign]


def uninstall() -> None:
    """Check nothing from now on. Harmless twice."""
    for cls in _classes(Widget):
        init = cls.__dict__.get("__init__")
        if hasattr(init, _ORIGINAL):
            cls.__init__ = getattr(init, _ORIGINAL)  # type: ignore[method-assign]


def _classes(root: type[Widget]) -> Iterator[type[Widget]]:
    """The classes that ``@widget`` made; what a component function gives has no props."""
    if "__dataclass_fields__" in root.__dict__:
        yield root
    for sub in root.__subclasses__():
        yield from _classes(sub)


def _checked(cls: type[Widget], init: Callable[..., None]) -> Callable[..., None]:
    @cache  # made at the first use, gone with the wrapper
    def plan() -> Plan:
        return _plan(cls)

    @wraps(init)
    def checked(self: Widget, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        if type(self).__init__ is not checked:
            return  # called by a subclass's constructor, which is not done yet
        fault = _fault(self, plan())
        if fault is not None:
            raise MisuseError(*fault, _caller())

    setattr(checked, _ORIGINAL, init)
    return checked


def _plan(cls: type[Widget]) -> Plan:
    """The props of *cls* that can be checked: name, default, validator."""
    try:
        hints = get_type_hints(cls, include_extras=True)
    except (NameError, AttributeError, TypeError) as error:
        # Annotations that only a type checker can resolve.
        log.debug("props of %s are not checked: %s", cls.__qualname__, error)
        return []
    spec = cls.spec
    apart = {"style", spec.slot, *(name for name, _type, _event in spec.handlers)}
    fields = [f for f in dataclasses.fields(cls) if f.name not in apart]
    return [(f.name, f.default, a) for f in fields if (a := _adapter(hints[f.name])) is not None]


def _adapter(hint: Any) -> TypeAdapter[Any] | None:
    try:
        return TypeAdapter(hint, config=_CONFIG)
    except PydanticUserError:
        pass  # a pydantic model or the like, which has a configuration of its own
    try:
        return TypeAdapter(hint)
    except PydanticUserError as error:
        log.debug("props of the type %r are not checked: %s", hint, error)
        return None


def _fault(widget: Widget, plan: Plan) -> tuple[str, str] | None:
    owner = type(widget).__name__
    style = widget.style
    if style is not None and not isinstance(style, Style):
        return f"{owner}.style is {_short(style)}", "pass a Style(…)"
    for name, default, adapter in plan:
        value = getattr(widget, name)
        if value is default:
            continue
        try:
            adapter.validate_python(value, strict=True)
        except ValidationError as error:
            return _describe(f"{owner}.{name}", value, error)
    for name, wire_type, _event in widget.spec.handlers:
        handler = getattr(widget, name)
        if handler is not None and (fault := _handler_fault(handler, wire_type)):
            return f"{owner}.{name} is {_short(handler)}", fault
    problem = None if widget.spec.problem is None else widget.spec.problem(widget)
    return None if problem is None else (problem, "see docs/widgets.md")


def _describe(prop: str, value: object, error: ValidationError) -> tuple[str, str]:
    """What is wrong, and what was wanted; a union's branches are joined by "or"."""
    faults = error.errors(include_url=False)
    first = faults[0]
    wanted = dict.fromkeys(f["msg"].removeprefix("Input should be ") for f in faults)
    if first["type"] == "sequence_str":
        return f"{prop} is {_short(value)}", "pass a list, not a single string"
    # The place starts with the item's index or key, or else names a branch of a union.
    item = first["loc"][0] if first["loc"] else ""
    named = isinstance(item, int) or (isinstance(value, Mapping) and item in value)
    place = f"[{item!r}]" if named else ""
    return f"{prop}{place} is {_short(first['input'])}", "pass " + " or ".join(wanted)


def _handler_fault(handler: Any, wire_type: str) -> str | None:
    if isinstance(handler, On):
        if "keys" in handler.wire and wire_type != "keydown":
            return "on(keys=…) is for on_key"
        return None
    return None if callable(handler) else "pass the function itself, without calling it"


def _caller() -> str:
    """The nearest line outside this package: the one that made the widget."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(_PACKAGE):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}, line {frame.f_lineno}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
