"""The base of every widget, and the decorator that makes one.

A widget is a slotted, keyword-only dataclass: a plain description that checks
nothing when it is made (measured: 220 ns for eight fields). Rendering never writes
on one, so an app may keep a widget as a constant, use it twice, or share it
between sessions; ids, children and handlers live in the mounted tree.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING
from operator import attrgetter
from typing import Any, ClassVar, TypeVar, cast, dataclass_transform

from tempestweb_wasm import tables
from tempestweb_wasm.style import Style

W = TypeVar("W", bound="type[Widget]")

COMMON_PROPS = ("semantics", "disabled", "tooltip", "attrs")
"""Props that every widget takes beside ``key`` and ``style``."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Semantics:
    """What assistive technology hears: a name, an ARIA role, a further hint.

    ``Button(label="×", semantics=Semantics(label="Remove row 3"))``
    """

    label: str | None = None
    role: str | None = None
    hint: str | None = None

    def lower(self) -> dict[str, str]:
        """The form on the wire: what is set."""
        parts = {"label": self.label, "role": self.role, "hint": self.hint}
        return {name: value for name, value in parts.items() if value}


class WidgetSpec:
    """What the engine knows of a widget class, made once when the class is.

    ``type`` is the name on the wire. ``names`` are the wire props, ``defaults`` what is
    left out of frames. They are read in two bites, because comparing is the hot path:
    the first by ``read_first`` (what usually differs: a text, a label, a value), the
    others as one tuple by ``read_rest``, with the defaults in ``plain``.
    ``handlers`` holds ``(attribute, wire event type, event class name)``, read as one
    tuple by ``read_handlers``; ``silent`` is that of a widget without any,
    ``heard`` remembers what plain functions in them come to. ``slot``
    is the attribute with the children (``"children"``, ``"child"``) or None;
    ``control`` is true for form controls, which always have an id; ``own_style`` and
    ``problem`` are the class's methods of those names, if it has them: the style with
    what the widget adds to it, and what is wrong with the props. ``rules`` names the
    props that hold URLs.
    """

    __slots__ = (
        "control",
        "defaults",
        "handlers",
        "heard",
        "names",
        "own_style",
        "plain",
        "problem",
        "read_first",
        "read_handlers",
        "read_rest",
        "renders",
        "rules",
        "silent",
        "slot",
        "type",
        "verbatim",
    )

    def __init__(self, cls: type[Widget], fields: Mapping[str, Any]) -> None:
        name = cls.__name__
        entry = tables.load("widgets").get(name, {})
        wire = entry.get("props", {})
        events = tables.load("events")
        self.type = name
        self.names = (
            *(n for n in fields if n in wire or n == entry.get("tag", {}).get("prop")),
            *COMMON_PROPS,
        )
        self.defaults = tuple(fields[n] for n in self.names)
        self.read_first: Callable[[Any], Any] = attrgetter(self.names[0])
        self.read_rest: Callable[[Any], tuple[Any, ...]] = attrgetter(*self.names[1:])
        self.plain = self.defaults[1:]
        table = events["widgets"].get(name, {})
        self.handlers = tuple((n, *table[n]) for n in fields if n in table)
        self.read_handlers = _reader([n for n, _, _ in self.handlers])
        self.heard: dict[tuple[type, ...], list[Any]] = {}
        self.silent = (None,) * len(self.handlers)
        self.slot = next((n for n in ("children", "child") if n in fields), None)
        self.control = name in events["controls"]
        self.own_style: Callable[[Any], Style | None] | None = getattr(cls, "own_style", None)
        self.problem: Callable[[Any], str | None] | None = getattr(cls, "problem", None)
        self.renders = hasattr(cls, "render")
        image = "image" if name == "Image" else "url"
        self.rules = {n: image for n, rule in wire.items() if rule.startswith("url:")}
        self.verbatim = self.names[0] not in {*self.rules, "attrs"} and self.problem is None


def _reader(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """A function that reads the attributes *names* as one tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    if not names:
        return lambda widget: ()
    one = attrgetter(names[0])
    return lambda widget: (one(widget),)


@dataclass_transform(kw_only_default=True, eq_default=False)
def widget(cls: W) -> W:
    """Make *cls* a widget: a slotted, keyword-only dataclass with its spec.

    Not done in ``__init_subclass__``, which ``dataclass(slots=True)`` calls twice,
    first with a class that is thrown away.
    """
    made = dataclasses.dataclass(slots=True, kw_only=True, eq=False)(cls)
    made.spec = WidgetSpec(made, {f.name: _default(f) for f in dataclasses.fields(made)})
    return cast(W, made)


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return None if field.default is MISSING else field.default


@widget
class Widget:
    """What every widget has.

    ``key`` tells siblings apart (str or int, unique among them); ``style`` is a
    :class:`~tempestweb_wasm.style.Style`; ``semantics`` names it for assistive
    technology; ``disabled`` switches it and all inside it off; ``tooltip`` is
    shown on hover; ``attrs`` are further HTML attributes (``data-*``, ``aria-*``
    and a short list; never ``on*``, ``style`` or a URL).
    """

    spec: ClassVar[WidgetSpec]

    key: str | int | None = None
    style: Style | None = None
    semantics: Semantics | None = None
    disabled: bool = False
    tooltip: str | None = None
    attrs: Mapping[str, str | int | bool] | None = None
