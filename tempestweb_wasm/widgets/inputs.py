"""Fields that the user types into or switches.

Each has a name for assistive technology by its own ``label``, by a ``FormField`` around
it, or by ``semantics=Semantics(label=…)``.
"""

from __future__ import annotations

from typing import Literal, get_args

from tempestweb_wasm.core.events import (
    FocusEvent,
    Handler,
    KeyEvent,
    TextChangeEvent,
    ToggleEvent,
)
from tempestweb_wasm.core.widget import Widget, widget

InputType = Literal["text", "email", "password", "number", "search", "tel", "url"]

_INPUT_TYPES = frozenset(get_args(InputType))


@widget
class Input(Widget):
    """One line of text.

    ``on_change`` hears every keystroke, ``on_commit`` the end (Enter, or leaving the
    field), ``on_submit`` Enter alone; without it, Enter submits the form around the
    input. ``pattern`` is a JavaScript regular expression that the form checks. What the
    user types wins over a ``value`` that comes late::

        Input(
            value=app.state.name,
            placeholder="Your name",
            on_change=lambda e: app.set_state(lambda s: s.rename(e.value)),
        )
        Input(type="search", on_change=on(search, debounce=200))
    """

    value: str | None = None
    type: InputType = "text"
    placeholder: str = ""
    max_length: int | None = None
    min_length: int | None = None
    pattern: str | None = None
    required: bool = False
    read_only: bool = False
    autocomplete: str | None = None
    autofocus: bool = False
    on_change: Handler[TextChangeEvent] | None = None
    on_commit: Handler[TextChangeEvent] | None = None
    on_submit: Handler[TextChangeEvent] | None = None
    on_focus: Handler[FocusEvent] | None = None
    on_blur: Handler[FocusEvent] | None = None
    on_key: Handler[KeyEvent] | None = None

    def problem(self) -> str | None:
        """What is wrong with or between the props, or None."""
        if self.type not in _INPUT_TYPES:
            types = ", ".join(sorted(_INPUT_TYPES))
            return f"Input.type is {self.type!r}; there are {types}, and widgets for the rest"
        return _bad_lengths("Input", self.min_length, self.max_length)


@widget
class TextArea(Widget):
    """Several lines of text; ``rows`` is the height it starts with.

    ::

        TextArea(value=app.state.note, rows=6, on_commit=lambda e: store(e.value))
    """

    value: str | None = None
    placeholder: str = ""
    rows: int = 3
    max_length: int | None = None
    required: bool = False
    read_only: bool = False
    autofocus: bool = False
    on_change: Handler[TextChangeEvent] | None = None
    on_commit: Handler[TextChangeEvent] | None = None
    on_focus: Handler[FocusEvent] | None = None
    on_blur: Handler[FocusEvent] | None = None
    on_key: Handler[KeyEvent] | None = None

    def problem(self) -> str | None:
        """What is wrong with the props, or None."""
        if self.rows < 1:
            return f"TextArea.rows is {self.rows}; it has at least 1"
        return _bad_lengths("TextArea", None, self.max_length)


@widget
class Checkbox(Widget):
    """A box that is ticked or not, with its label; clicking the label ticks it too.

    ::

        Checkbox(
            label="Send me the newsletter",
            checked=app.state.newsletter,
            on_change=lambda e: app.set_state(lambda s: s.subscribe(e.checked)),
        )
    """

    label: str = ""
    checked: bool | None = None
    required: bool = False
    on_change: Handler[ToggleEvent] | None = None
    on_focus: Handler[FocusEvent] | None = None
    on_blur: Handler[FocusEvent] | None = None


@widget
class Switch(Widget):
    """A setting that is on or off and takes effect at once.

    ::

        Switch(label="Notifications", checked=True, on_change=lambda e: store(e.checked))
    """

    label: str = ""
    checked: bool | None = None
    required: bool = False
    on_change: Handler[ToggleEvent] | None = None
    on_focus: Handler[FocusEvent] | None = None
    on_blur: Handler[FocusEvent] | None = None


def _bad_lengths(owner: str, least: int | None, most: int | None) -> str | None:
    for name, value in (("min_length", least), ("max_length", most)):
        if value is not None and value < 0:
            return f"{owner}.{name} is {value}; a length is 0 or more"
    if least is not None and most is not None and least > most:
        return f"{owner}.min_length is {least}, above max_length {most}; swap them"
    return None
