"""What handlers hear: one typed, checked model for each kind of event.

A handler takes the event or nothing; it gets one only if it has a *required* positional
parameter, so that ``lambda i=i: …`` in a loop works. :func:`on` wraps a handler with what
the browser decides by itself: how often it is told, for which keys, and whether the
browser's own reaction is held back.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import date
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from tempestweb_wasm.errors import PayloadError, RuntimeSetupError

E = TypeVar("E")
E_contra = TypeVar("E_contra", contravariant=True)

ReadFile: TypeAlias = Callable[[int, int, int | None], Awaitable[bytes]]
"""``(ref, start, end) -> bytes`` of a picked file; ``end`` None is the file's end."""

MAX_DELAY = 60_000
"""Milliseconds; a longer wait is more likely a mistake than meant."""


class Event(BaseModel):
    """Base of all events: immutable, checked strictly when it arrives."""

    model_config = ConfigDict(frozen=True, strict=True, allow_inf_nan=False)


class TapEvent(Event):
    """A click, a tap, or Enter and Space on a focused button; with the modifier keys."""

    ctrl: bool = False
    shift: bool = False
    alt: bool = False
    meta: bool = False


class TextChangeEvent(Event):
    """The text that an input holds now."""

    value: str


class ToggleEvent(Event):
    """A checkbox or switch: ``checked`` is what it is now."""

    checked: bool


class SelectEvent(Event):
    """The chosen option's ``value``, and its place among the options (-1 for none)."""

    value: str
    index: int = Field(default=-1, ge=-1)


class SlideEvent(Event):
    """Where a slider stands. A whole number stays an ``int``, so that it prints as one."""

    value: int | float


class DateChangeEvent(Event):
    """A date as ``yyyy-mm-dd`` (HTML's "valid date string"), ``""`` when it was cleared."""

    value: str = Field(pattern=r"^(\d{4,6}-\d\d-\d\d)?$")

    @property
    def date(self) -> date | None:
        """The date; None when cleared, or past the year 9999, which Python can't hold."""
        try:
            return date.fromisoformat(self.value)
        except ValueError:
            return None


class PickedFile(Event):
    """A file that the user picked: its description, and a way to read it.

    ``size`` is in bytes, ``type`` a MIME type as the browser guessed it, or ``""``. The
    bytes stay with the browser until they are asked for.
    """

    ref: int
    name: str
    size: int = Field(ge=0)
    type: str = ""
    _read: ReadFile | None = PrivateAttr(default=None)

    def attach(self, read: ReadFile | None) -> None:
        """Give the file its way to the bytes; for the session."""
        self._read = read

    async def read(self, start: int = 0, end: int | None = None) -> bytes:
        """Return the bytes from *start* up to, not including, *end* (None: the file's end).

        Raises ``ValueError`` for a range that is none, ``RuntimeSetupError`` where the
        host has no way to read files.
        """
        if start < 0 or (end is not None and end < start):
            raise ValueError(f"read({start}, {end}): start is 0 or more, end not below start")
        if self._read is None:
            raise RuntimeSetupError(f"{self.name!r} can't be read: this host reads no files")
        return await self._read(self.ref, start, end)

    async def text(self, encoding: str = "utf-8") -> str:
        """Return the whole file decoded; raises ``UnicodeDecodeError`` if it is not text."""
        return (await self.read()).decode(encoding)

    async def chunks(self, size: int = 1 << 20) -> AsyncIterator[bytes]:
        """Read the file piece by piece, *size* bytes at a time (1 MiB)."""
        if size < 1:
            raise ValueError(f"chunks({size}): a piece has at least one byte")
        for start in range(0, self.size, size):
            yield await self.read(start, min(start + size, self.size))


class FileSelectEvent(Event):
    """The files that a file picker holds now; none when the user emptied it."""

    files: tuple[PickedFile, ...] = Field(strict=False)


if TYPE_CHECKING:
    # An app knows which of its fields holds what; a union would make it say so each time.
    FormValue: TypeAlias = Any
else:
    FormValue = bool | int | float | str | list[PickedFile]


class SubmitEvent(Event):
    """A form's values, by the names of its form fields.

    ``str`` for texts, choices and dates, ``bool`` for checkboxes and switches, a number
    for sliders, a list of :class:`PickedFile` for file pickers.
    """

    values: dict[str, FormValue]

    @property
    def files(self) -> tuple[PickedFile, ...]:
        """All files in the form."""
        lists = (v for v in self.values.values() if isinstance(v, list))
        return tuple(file for files in lists for file in files)


class KeyEvent(Event):
    """A key went down. ``key`` is what it means (``"a"``, ``"Enter"``, ``"ArrowUp"``),
    ``code`` where it is on the keyboard (``"KeyA"``), as in W3C UI Events.
    """

    key: str
    code: str = ""
    ctrl: bool = False
    shift: bool = False
    alt: bool = False
    meta: bool = False
    repeat: bool = False


class FocusEvent(Event):
    """The focus came, or went."""


class On(Generic[E_contra]):
    """A handler with what the browser decides by itself; made by :func:`on`.

    ``wire`` holds the options as they cross to the client.
    """

    __slots__ = ("handler", "wire")

    def __init__(
        self,
        handler: Callable[[], Any] | Callable[[E_contra], Any],
        wire: Mapping[str, Any],
    ) -> None:
        self.handler = handler
        self.wire = wire

    def __repr__(self) -> str:
        options = "".join(f", {name}={value!r}" for name, value in self.wire.items())
        return f"on({self.handler!r}{options})"


Handler: TypeAlias = Callable[[], Any] | Callable[[E], Any] | On[E]
"""What a handler prop takes: a function, sync or async, with or without a parameter for
the event, or one wrapped by :func:`on`."""


def on(
    handler: Callable[[], Any] | Callable[[E], Any],
    *,
    debounce: int | None = None,
    throttle: int | None = None,
    keys: str | Sequence[str] | None = None,
    prevent: bool = False,
) -> On[E]:
    """Wrap *handler* with what the browser decides by itself.

    *debounce*: tell it when there was quiet for so many milliseconds; *throttle*: at
    most once in so many milliseconds, the last one included. *keys*: only for these keys
    (their ``KeyEvent.key`` names; a handler of ``on_key``). *prevent*: hold back what the
    browser would do itself. ::

        Input(on_change=on(search, debounce=200))
        Input(on_key=on(close, keys=["Escape"]))

    Raises ``TypeError`` or ``ValueError`` for options that make no sense.
    """
    if isinstance(handler, On):
        raise TypeError(f"{handler!r} was wrapped twice: give one on() all the options")
    if not callable(handler):
        raise TypeError(f"on() takes a function, not {handler!r}: pass it without calling it")
    delays = {"debounce": debounce, "throttle": throttle}
    wire: dict[str, Any] = {name: ms for name, ms in delays.items() if _delay(name, ms)}
    if len(wire) == 2:
        raise ValueError("on() takes debounce or throttle, not both")
    if keys is not None:
        wire["keys"] = _keys(keys)
    if prevent:
        wire["prevent"] = True
    return On(handler, wire)


def _delay(name: str, value: int | None) -> bool:
    """Whether the option is set; raises for what is no number of milliseconds."""
    if value is None:
        return False
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"on({name}={value!r}): milliseconds, a whole number such as 200")
    if not 0 <= value <= MAX_DELAY:
        raise ValueError(f"on({name}={value}): milliseconds from 0 to {MAX_DELAY}")
    return value > 0


def _keys(keys: str | Sequence[str]) -> list[str]:
    names: list[Any] = [keys] if isinstance(keys, str) else list(keys)
    if not names or not all(isinstance(name, str) and name for name in names):
        raise ValueError(f"on(keys={keys!r}): name at least one key, such as ['Enter', 'a']")
    return names


def wants_event(handler: Callable[..., Any] | On[Any]) -> bool:
    """Whether *handler* has a required positional parameter, and so gets the event.

    Plain functions and bound methods are read off their code object (under a
    microsecond); partials, decorated functions and other callables by their signature.
    """
    if isinstance(handler, On):
        return wants_event(handler.handler)
    if getattr(handler.__class__, "wants_event", None) is False:
        return False
    function: Any = handler
    given = 0
    if function.__class__ is MethodType:
        function = function.__func__
        given = 1
    if function.__class__ is FunctionType and not hasattr(function, "__wrapped__"):
        required = function.__code__.co_argcount - len(function.__defaults__ or ())
        return bool(required > given)
    return _wants_by_signature(handler)


def _wants_by_signature(handler: Callable[..., Any]) -> bool:
    try:
        parameters = inspect.signature(handler).parameters.values()
    except ValueError:
        # A builtin that does not tell. Those of use as handlers take nothing.
        return False
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return any(p.kind in positional and p.default is p.empty for p in parameters)


EVENTS: Mapping[str, type[Event]] = {
    cls.__name__: cls
    for cls in (
        DateChangeEvent,
        FileSelectEvent,
        FocusEvent,
        KeyEvent,
        SelectEvent,
        SlideEvent,
        SubmitEvent,
        TapEvent,
        TextChangeEvent,
        ToggleEvent,
    )
}
"""The event classes by the names that ``tables/events.json`` gives them."""


def parse(event_class_name: str, payload: object) -> Event:
    """Return the event that *payload* describes; raises ``PayloadError`` if it does not.

    What the class does not know is ignored, so that a newer client may say more.
    """
    cls = EVENTS[event_class_name]
    data = {} if payload is None else payload
    if not isinstance(data, dict):
        raise PayloadError(f"{event_class_name}: the payload is {_short(data)}, not an object")
    try:
        return cls.model_validate(data)
    except ValidationError as error:
        faults = "; ".join(_fault(fault) for fault in error.errors(include_url=False)[:3])
        raise PayloadError(f"{event_class_name}: {faults}") from None


def _fault(fault: Mapping[str, Any]) -> str:
    where = ".".join(map(str, fault["loc"])) or "payload"
    if fault["type"] == "missing":
        return f"{where} is missing"
    return f"{where} is {_short(fault['input'])}: {fault['msg']}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
