"""Which names there are, in which modules of the peers, and what each stands for here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from tempestweb_wasm import style, widgets
from tempestweb_wasm.compat import _boxes, _component, _inputs, _words
from tempestweb_wasm.core import app, channel, component, events, persist, widget

_EVENTS = (
    "DateChangeEvent Event FileSelectEvent FocusEvent KeyEvent PickedFile SelectEvent SlideEvent "
    "SubmitEvent TapEvent TextChangeEvent ToggleEvent"
)
_HANDLERS = (
    "DateChangeHandler EventHandler FileSelectHandler SelectHandler SlideHandler SubmitHandler "
    "TapHandler TextChangeHandler ToggleHandler"
)
_BUTTONS = "elevated_button filled_button outlined_button text_button tonal_button"

_STYLE = " ".join(n for n in style.__all__ if isinstance(getattr(style, n), type))

_CORE = {
    "core": "",
    "core.state": "App",
    "style": f"{_STYLE} CardVariant FieldVariant Size Variant",
    "icons": "Icons icon_names",
    "widgets": "",
    "widgets.base": f"Component Semantics Widget {_HANDLERS} handler_accepts_event",
    "widgets.events": _EVENTS,
    "widgets.text": "Heading Link Text",
    "widgets.button": "Button IconButton",
    "widgets.layout": "AspectRatio Column Container Row ScrollView Spacer Stack Wrap",
    "widgets.inputs": (
        "Checkbox DatePicker Dropdown FilePicker Input KeyboardType Option Slider Switch TextArea"
    ),
    "widgets.forms": "Form FormField",
    "widgets.media": "Icon Image ImageFit",
    "widgets.indicators": "ProgressBar Spinner",
    "widgets.overlays": "Tooltip",
    "components": "",
    "components.base": "Component",
    "components.cards": "Card Divider",
    "components.layout": "Grid HStack VStack",
    "components.selection": "RadioGroup",
    "components.surface": "StyledContainer Surface",
}
"""Modules of tempest_core and the names that each is for; a package has those below it too."""

_WEB = {
    "components": "",
    "components.buttons": _BUTTONS,
    "components.library": "Card Divider Grid HStack RadioGroup StyledContainer Surface VStack",
    "icons": "Icon Icons icon_names",
}
"""Modules of tempestweb, in the same way."""

MODULES = (
    "tempest_core",
    *(f"tempest_core.{m}" for m in _CORE),
    "tempestweb",
    "tempestweb._core",
    *(f"tempestweb.{m}" for m in _WEB),
)
"""The modules there are; what is in tempest_core is in tempestweb._core too."""

_SUBSTITUTES = {
    _inputs: (
        "Button Checkbox DatePicker Dropdown FilePicker FileSelectEvent Form FormField IconButton "
        f"Input RadioGroup Slider Switch TextArea {_BUTTONS} {_HANDLERS}"
    ),
    _boxes: (
        "AspectRatio Card Divider Grid HStack Icon Image ProgressBar ScrollView Spinner "
        "StyledContainer Surface Tooltip VStack"
    ),
    _words: "CardVariant FieldVariant Icons ImageFit KeyboardType Size Variant icon_names",
    _component: "Component",
}
"""What stands in for a name whose props or words differ, by the module that has it."""

ROOMS = ("tempestweb.html", "tempestweb.native", "tempestweb.server")
"""Modules of the peers that are rooms of ours, as they come to exist."""


@dataclass(frozen=True, slots=True)
class Contents:
    """A module of the peers: all names it answers, the ones it is for, the modules in it.

    Names moved between the peers' modules over time, so each module answers all of them.
    """

    names: Mapping[str, Any]
    public: tuple[str, ...]
    submodules: tuple[str, ...]


def contents(module: str) -> Contents | None:
    """Return what the peers' *module* holds here, or None if there is no such module."""
    plain = canonical(module)
    if any(f"{plain}.".startswith(f"{room}.") for room in ROOMS):
        return _room(plain)
    if plain not in MODULES:
        return None
    inside = {m[len(plain) + 1 :].partition(".")[0] for m in MODULES if m.startswith(f"{plain}.")}
    if plain == "tempestweb":
        inside |= {room.partition(".")[2] for room in ROOMS if _ours(room)}
    return Contents(NAMES, public(plain), tuple(sorted(inside)))


def canonical(module: str) -> str:
    """Return the name that *module* has in the catalog: the copy in tempestweb is tempest_core."""
    rest = module.removeprefix("tempestweb._core")
    return f"tempest_core{rest}" if rest != module and rest[:1] in ("", ".") else module


def public(module: str) -> tuple[str, ...]:
    """Return the names that *module* is for, sorted: what ``import *`` gives."""
    if module in ("tempest_core", "tempestweb"):
        return tuple(sorted(NAMES))
    package, _, key = module.partition(".")
    parts = _CORE if package == "tempest_core" else _WEB
    texts = (text for m, text in parts.items() if f"{m}.".startswith(f"{key}."))
    return tuple(sorted({name for text in texts for name in text.split()}))


def substitutes() -> Mapping[str, Any]:
    """Return the names whose props or words differ from what ours of that name takes."""
    return {n: getattr(m, n) for m, text in _SUBSTITUTES.items() for n in text.split()}


def _collect() -> Mapping[str, Any]:
    found = {n: getattr(widgets, n) for n in widgets.__all__}
    found |= {n: kind for n in style.__all__ if isinstance(kind := getattr(style, n), type)}
    found |= {n: getattr(events, n) for n in _EVENTS.split()}
    found |= {"App": app.App, "Context": app.Context, "Persist": persist.Persist}
    found |= {n: getattr(channel, n) for n in ("Channel", "Member", "Presence")}
    found |= {"component": component.component, "For": component.For}
    found |= {"Semantics": widget.Semantics, "Widget": widget.Widget, "widget": widget.widget}
    found |= {"on": events.on, "handler_accepts_event": events.wants_event}
    return {**found, **substitutes()}


NAMES: Mapping[str, Any] = _collect()
"""Every name there is, and what it stands for."""


def _room(module: str) -> Contents | None:
    name = _ours(module)
    if name is None:
        return None
    real = import_module(name)
    names = {n: value for n, value in vars(real).items() if not n.startswith("_")}
    return Contents(names, tuple(getattr(real, "__all__", sorted(names))), ())


def _ours(module: str) -> str | None:
    """Return the name of the room of ours that the peers' *module* is, if it came to exist."""
    name = f"tempestweb_wasm.{module.partition('.')[2]}"
    try:
        spec = find_spec(name)
    except ModuleNotFoundError:
        return None
    # A folder without an __init__.py has no file of its own: nothing was built there.
    return None if spec is None or spec.origin is None else name
