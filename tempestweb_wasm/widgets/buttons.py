"""What is pressed."""

from __future__ import annotations

from typing import Literal

from tempestweb_wasm.core.events import FocusEvent, Handler, KeyEvent, TapEvent
from tempestweb_wasm.core.widget import Widget, widget
from tempestweb_wasm.widgets.media import unknown_icon

ButtonVariant = Literal["solid", "outline", "ghost", "link"]
ButtonType = Literal["button", "submit", "reset"]
ColorScheme = Literal["primary", "neutral", "success", "warning", "danger"]
Size = Literal["sm", "md", "lg"]


@widget
class Button(Widget):
    """A button with a label.

    ``variant`` says how much it asks for attention, ``color_scheme`` what it means;
    ``type="submit"`` submits the form around it::

        Button(label="Save", on_click=save)
        Button(label="Delete all", variant="outline", color_scheme="danger", on_click=clear)
    """

    label: str
    variant: ButtonVariant = "solid"
    size: Size = "md"
    color_scheme: ColorScheme = "primary"
    type: ButtonType = "button"
    on_click: Handler[TapEvent] | None = None
    on_focus: Handler[FocusEvent] | None = None
    on_blur: Handler[FocusEvent] | None = None
    on_key: Handler[KeyEvent] | None = None


@widget
class IconButton(Widget):
    """A button with an icon; ``label`` is its name for those who don't see it.

    The icons are those of :class:`Icon`::

        IconButton(icon="delete", label="Delete row 3", tooltip="Delete", on_click=delete)
    """

    icon: str
    label: str
    variant: ButtonVariant = "ghost"
    size: Size = "md"
    color_scheme: ColorScheme = "neutral"
    type: ButtonType = "button"
    on_click: Handler[TapEvent] | None = None
    on_focus: Handler[FocusEvent] | None = None
    on_blur: Handler[FocusEvent] | None = None
    on_key: Handler[KeyEvent] | None = None

    def problem(self) -> str | None:
        """What is wrong with the props, or None."""
        if not self.label:
            return "IconButton.label is empty; say what it does, screen readers read it out"
        return unknown_icon("IconButton.icon", self.icon)
