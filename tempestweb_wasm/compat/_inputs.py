"""The peers' fields and buttons, as subclasses of ours that take the peers' props too.

Our own props pass through, so a file may be moved over one call at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tempestweb_wasm import widgets
from tempestweb_wasm.compat._missing import LackingError, choice, settle, word
from tempestweb_wasm.compat._words import COLORS, SIZES, VARIANTS, icon_name
from tempestweb_wasm.core import events
from tempestweb_wasm.core.events import (
    Handler,
    SelectEvent,
    SlideEvent,
    TapEvent,
    TextChangeEvent,
    wants_event,
)
from tempestweb_wasm.style import Shadow, Style

_FIELD = {"field_variant": "outline", "size": "md", "color_scheme": "primary"}
_CONTROL = {"size": "md", "color_scheme": "primary"}
_TYPES = {
    "text": "text",
    # HTML's own number field refuses to say what else was typed, and theirs says it.
    "number": "text",
    "email": "email",
    "phone": "tel",
    "url": "url",
    "password": "password",
}


class Button(widgets.Button):
    """Ours, with ``Variant``, ``Size`` and the peers' colour families."""

    __slots__ = ()

    def __init__(
        self,
        *,
        label: str,
        variant: Any = "solid",
        size: Any = "md",
        color_scheme: Any = "primary",
        **own: Any,
    ) -> None:
        looks: dict[str, Any] = {
            "variant": choice("Button", "variant", variant, VARIANTS),
            "size": choice("Button", "size", size, SIZES),
            "color_scheme": choice("Button", "color_scheme", color_scheme, COLORS),
        }
        super().__init__(label=label, **looks, **settle("Button", own))


class IconButton(widgets.IconButton):
    """Ours, with the peers' names of icons; without a label the icon's name is read out."""

    __slots__ = ()

    def __init__(
        self,
        *,
        icon: Any,
        label: str = "",
        variant: Any = "ghost",
        size: Any = "md",
        color_scheme: Any = "primary",
        **own: Any,
    ) -> None:
        name = icon_name(icon)
        looks: dict[str, Any] = {
            "variant": choice("IconButton", "variant", variant, VARIANTS),
            "size": choice("IconButton", "size", size, SIZES),
            "color_scheme": choice("IconButton", "color_scheme", color_scheme, COLORS),
        }
        super().__init__(
            icon=name,
            label=label or name.replace("-", " "),
            **looks,
            **settle("IconButton", own),
        )


class Input(widgets.Input):
    """Ours, with ``secure`` and ``keyboard``. With ``error=`` it is a FormField that shows it.

    Also with ``error=""``: a field that came and went with its error would lose the focus.
    """

    __slots__ = ()

    def __new__(cls, *, error: str | None = None, **own: Any) -> Any:
        """Return the input, or the field around one."""
        if error is None:
            return super().__new__(cls)
        return widgets.FormField(error=error or None, child=cls(**own))

    def __init__(
        self, *, secure: bool = False, keyboard: Any = None, error: str | None = None, **own: Any
    ) -> None:
        rest = settle("Input", own, **_FIELD)
        kind = "password" if secure else None
        if kind is None and keyboard is not None:
            kind = choice("Input", "keyboard", keyboard, _TYPES)
            if word(keyboard) == "number":
                rest["attrs"] = {"inputmode": "decimal", **(rest.get("attrs") or {})}
        if kind is not None:
            rest["type"] = kind
        super().__init__(**rest)


class TextArea(widgets.TextArea):
    """Ours; the peers' looks of fields have no effect and may only be left as they are."""

    __slots__ = ()

    def __init__(self, **own: Any) -> None:
        super().__init__(**settle("TextArea", own, **_FIELD))


class Checkbox(widgets.Checkbox):
    """Ours; the peers' size and colour may only be left as they are."""

    __slots__ = ()

    def __init__(self, **own: Any) -> None:
        super().__init__(**settle("Checkbox", own, **_CONTROL))


class Switch(widgets.Switch):
    """Ours; the peers' size and colour may only be left as they are."""

    __slots__ = ()

    def __init__(self, **own: Any) -> None:
        super().__init__(**settle("Switch", own, **_CONTROL))


class Slider(widgets.Slider):
    """Ours; without a value it starts at the lowest, as theirs does."""

    __slots__ = ()

    def __init__(
        self,
        *,
        value: float | None = None,
        min_value: float = 0,
        on_change: Handler[SlideEvent] | None = None,
        **own: Any,
    ) -> None:
        super().__init__(
            value=min_value if value is None else value,
            min_value=min_value,
            on_change=on_change,
            **settle("Slider", own, **_CONTROL),
        )


class DatePicker(widgets.DatePicker):
    """Ours; with ``label=`` it is a FormField that has one."""

    __slots__ = ()

    def __new__(cls, *, label: str = "", **own: Any) -> Any:
        """Return the picker, or the field around one."""
        if not label:
            return super().__new__(cls)
        return widgets.FormField(label=label, child=cls(**own))

    def __init__(self, *, label: str = "", **own: Any) -> None:
        super().__init__(**settle("DatePicker", own, **_FIELD))


class Dropdown(widgets.Dropdown):
    """Ours, with ``on_select`` for ``on_change``."""

    __slots__ = ()

    def __init__(
        self,
        *,
        options: Sequence[Any] = (),
        placeholder: str = "Select…",
        on_select: Handler[SelectEvent] | None = None,
        on_change: Handler[SelectEvent] | None = None,
        **own: Any,
    ) -> None:
        super().__init__(
            options=options,
            placeholder=placeholder,
            on_change=_one("Dropdown", on_select, on_change),
            **settle("Dropdown", own, **_FIELD),
        )


class RadioGroup(widgets.RadioGroup):
    """Ours, with ``selected`` and ``on_select``, which count the options."""

    __slots__ = ()

    def __init__(
        self,
        *,
        options: Sequence[Any] = (),
        selected: int | None = None,
        on_select: Callable[[int], Any] | None = None,
        on_change: Handler[SelectEvent] | None = None,
        **own: Any,
    ) -> None:
        if on_select is not None and selected is None and "value" not in own:
            selected = 0
        if selected is not None and 0 <= selected < len(options):
            own["value"] = getattr(options[selected], "value", options[selected])
        chosen = None if on_select is None else _by_index(on_select)
        super().__init__(
            options=options,
            on_change=_one("RadioGroup", chosen, on_change),
            **settle("RadioGroup", own, **_CONTROL),
        )


class FileSelectEvent(events.FileSelectEvent):
    """Ours, with the ``name`` of the first file."""

    @property
    def name(self) -> str | None:
        """The first file's name."""
        return self.files[0].name if self.files else None

    @property
    def uri(self) -> str:
        """There is none: the bytes stay in the browser until they are read."""
        raise LackingError(
            "FileSelectEvent.uri is not known to Python", "await event.files[0].read() instead"
        )


class FilePicker(widgets.FilePicker):
    """Ours; its event also has the first file's ``name``."""

    __slots__ = ()

    def __init__(
        self,
        *,
        value: str = "",
        on_select: Handler[FileSelectEvent] | None = None,
        **own: Any,
    ) -> None:
        # `value` is the name that theirs shows; the browser's own control shows it anyway.
        super().__init__(on_select=_named(on_select), **settle("FilePicker", own, **_FIELD))


class FormField(widgets.FormField):
    """Ours; validators don't run by themselves."""

    __slots__ = ()

    def __init__(self, *, name: str = "", error: str | None = None, **own: Any) -> None:
        super().__init__(name=name, error=error or None, **settle("FormField", own))


class Form(widgets.Form):
    """Ours, with ``fields`` for ``children``."""

    __slots__ = ()

    def __init__(
        self, *, fields: Sequence[Any] = (), children: Sequence[Any] = (), **own: Any
    ) -> None:
        super().__init__(children=[*fields, *children], **settle("Form", own))


def filled_button(label: str, on_click: Handler[TapEvent] | None = None, **own: Any) -> Button:
    """Return a button that stands out most."""
    return Button(label=label, on_click=on_click, **own)


def tonal_button(label: str, on_click: Handler[TapEvent] | None = None, **own: Any) -> Button:
    """Return a filled button in a quieter colour."""
    return Button(label=label, on_click=on_click, color_scheme="neutral", **own)


def elevated_button(label: str, on_click: Handler[TapEvent] | None = None, **own: Any) -> Button:
    """Return a filled button with a shadow."""
    style = Style(shadow=Shadow(blur=4, offset_y=1)).merge(own.pop("style", None))
    return Button(label=label, on_click=on_click, style=style, **own)


def outlined_button(label: str, on_click: Handler[TapEvent] | None = None, **own: Any) -> Button:
    """Return a button with a frame and no filling."""
    return Button(label=label, on_click=on_click, variant="outline", **own)


def text_button(label: str, on_click: Handler[TapEvent] | None = None, **own: Any) -> Button:
    """Return a button that is only its label."""
    return Button(label=label, on_click=on_click, variant="ghost", **own)


TextChangeHandler = Handler[TextChangeEvent]
ToggleHandler = Handler[events.ToggleEvent]
SlideHandler = Handler[SlideEvent]
DateChangeHandler = Handler[events.DateChangeEvent]
FileSelectHandler = Handler[FileSelectEvent]
SelectHandler = Handler[SelectEvent]
SubmitHandler = Handler[events.SubmitEvent]
TapHandler = Handler[TapEvent]
EventHandler = Callable[[], Any]


def _one(owner: str, on_select: Any, on_change: Any) -> Any:
    if on_select is not None and on_change is not None:
        raise LackingError(f"{owner} has both on_select and on_change", "give it one of them")
    return on_change if on_select is None else on_select


def _by_index(on_select: Callable[[int], Any]) -> Handler[SelectEvent]:
    def chosen(event: SelectEvent) -> Any:
        return on_select(event.index)

    return chosen


def _named(on_select: Any) -> Any:
    if not callable(on_select) or not wants_event(on_select):
        return on_select

    def picked(event: events.FileSelectEvent) -> Any:
        return on_select(FileSelectEvent(files=event.files))

    return picked
