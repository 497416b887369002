"""What to say of a name, a module or a prop that there is not, and what comes near it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from tempestweb_wasm.errors import PropError

POINTER = "docs/compat.md lists what there is."

_INSTEAD = {
    "Alert": "Card", "Autocomplete": "Dropdown", "Avatar": "Image", "Badge": "Text",
    "Banner": "Card", "BottomSheet": "Card", "Breadcrumb": "Link", "Calendar": "DatePicker",
    "Chip": "Button", "Dialog": "Card", "EmailField": "Input", "EmailInput": "Input",
    "EmptyState": "Column", "GestureDetector": "Button", "Header": "Heading",
    "ImagePicker": "FilePicker", "LazyColumn": "ScrollView", "LazyGrid": "Grid",
    "LazyRow": "ScrollView", "ListTile": "Row", "MaskedInput": "Input", "Menu": "Dropdown",
    "PasswordField": "Input", "PasswordInput": "Input", "PhoneInput": "Input",
    "MapView": "Slot", "RangeSlider": "Slider", "SafeArea": "Container", "Scaffold": "Column",
    "SearchBar": "Input", "SegmentedControl": "RadioGroup", "Skeleton": "Spinner",
    "Svg": "Image", "Tabs": "RadioGroup", "TabBar": "RadioGroup", "Table": "Grid",
    "Tag": "Text", "TextField": "Input", "TimePicker": "Input", "Toast": "Card",
    "VideoPlayer": "Slot", "WebView": "Slot",
    "validate_email": "Input", "run": "App", "create_app": "App",
}  # fmt: skip
"""Where the meaning is nearer than the spelling."""

_START = "`tempestweb dev` and `tempestweb build` start an app, and tempestweb_wasm.run in a page"
_THEME = "colours are CSS: Color.token('primary') and the like follow light and dark"
_NAVIGATION = "keep the screen's name in the state, and let view choose by it"
_WHY = {
    "run": _START,
    "create_app": f"serving an app from Python is not there yet; {_START}",
    **dict.fromkeys(("Theme", "ThemeMode", "use_theme", "current_theme"), _THEME),
    **dict.fromkeys(("Route", "NavStack", "Navigator"), _NAVIGATION),
}
_WHY_MODULE = {
    "tempestweb.server": f"serving an app from Python is not there yet; {_START}",
    "tempestweb.native": "docs/native.md has what there is; each call takes the app first",
    "tempest_core.theme": _THEME,
    "tempest_core.tokens": _THEME,
    "tempest_core.navigation": _NAVIGATION,
}

_PROPS = {
    "theme": "leave it out; the theme is CSS, whose tokens an app's style sheet may set",
    "media": "leave it out; Wrap and Grid(min_column_width=…) answer to the room there is",
    "tag": "leave it out; Heading, Link, Form and the others render their own elements",
    "focusable": "leave it out; controls can be focused, and attrs takes 'tabindex'",
    "focus_order": "leave it out; the order is that of the tree, and attrs takes 'tabindex'",
    "leading_icon": "put an Icon before it in a Row",
    "trailing_icon": "put an Icon after it in a Row",
    "field_variant": "leave it out, and use style=Style(…)",
    "size": "leave it out, and use style=Style(…)",
    "color_scheme": "leave it out, and use style=Style(…)",
    "elevation": "leave it out, and use style=Style(shadow=Shadow(…))",
    "padding_step": "leave it out, and use style=Style(padding=…)",
    "radius_step": "leave it out, and use style=Style(radius=…)",
    "gap_step": "leave it out, and use style=Style(gap=…)",
    "validators": "check the values in on_submit, and show what is wrong by error=",
    "on_validate": "check the values in on_submit, and show what is wrong by error=",
}
"""Props of the peers that change nothing here, and what to do instead."""


class LackingError(PropError):
    """A prop of the peers that can't be honoured, found where the widget is made."""

    def __str__(self) -> str:
        return f"{self.what}: {self.hint}. {POINTER}"


def word(value: Any) -> Any:
    """Return an enum's value, anything else as it is."""
    return value.value if isinstance(value, Enum) else value


def settle(owner: str, own: dict[str, Any], **defaults: str) -> dict[str, Any]:
    """Take the peers' props out of *own* where they ask for nothing, and return it.

    None asks for nothing, and so does what *defaults* says (the peers' own default).
    Raises ``LackingError`` for what would have to be honoured.
    """
    for name in [n for n in own if n in _PROPS]:
        if name in ("size", "color_scheme") and name not in defaults:
            continue  # the widget has a prop of this name
        value = word(own.pop(name))
        if value is None or value == [] or (isinstance(value, str) and value == defaults.get(name)):
            continue
        raise LackingError(f"{owner}.{name} is {_short(value)}, which has no effect", _PROPS[name])
    return own


def choice(owner: str, prop: str, value: Any, words: Mapping[str, str]) -> str:
    """Return our word for the peers' *value*; ours are taken too."""
    # The peers' enums are strings too, so that one look-up does for most.
    if isinstance(value, str):
        known = words.get(value)
        if known is not None:
            return known
        if value in words.values():
            return str(value)
    raise LackingError(
        f"{owner}.{prop} is {_short(word(value))}",
        f"there is {', '.join(dict.fromkeys(words.values()))}",
    )


def missing_name(module: str, name: str, names: Iterable[str]) -> str:
    """What to say of a name that *module* lacks, while there are *names*."""
    why = _WHY.get(name) or _WHY_MODULE.get(f"{module}.{name}")
    if why is None:
        near = _near(name, names)
        why = f"the nearest is {near!r}" if near else "nothing comes near it"
    return f"cannot import {name!r} from {module!r}: tempestweb_wasm has none; {why}. {POINTER}"


def missing_module(module: str, plain: str, modules: Iterable[str]) -> str:
    """What to say of a module (*plain* in the catalog) that is not among *modules*."""
    why = next((w for m, w in _WHY_MODULE.items() if f"{plain}.".startswith(f"{m}.")), None)
    if why is None:
        near = _near(plain, modules)
        why = f"the nearest is {near!r}" if near else f"there is {module.partition('.')[0]!r}"
    return f"no module named {module!r}: tempestweb_wasm has none; {why}. {POINTER}"


def _near(name: str, names: Iterable[str]) -> str | None:
    known = list(names)
    if _INSTEAD.get(name) in known:
        return _INSTEAD[name]
    exact = difflib.get_close_matches(name, known, n=1)
    if exact:
        return exact[0]
    lower = {k.lower(): k for k in known}
    found = difflib.get_close_matches(name.lower(), lower, n=1)
    return lower[found[0]] if found else None


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
