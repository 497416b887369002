"""One of several options."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from tempestweb_wasm.core.events import FocusEvent, Handler, SelectEvent
from tempestweb_wasm.core.widget import Widget, widget

RadioDirection = Literal["vertical", "horizontal"]


@dataclasses.dataclass(frozen=True, slots=True)
class Option:
    """One option: the ``value`` that events carry, the ``label`` that is read.

    ``Option("de", "Germany")``; without a label the value is shown. A plain string in
    ``options`` is both.
    """

    value: str
    label: str | None = None
    disabled: bool = False

    def lower(self) -> dict[str, Any]:
        """The form on the wire: what is set."""
        wire: dict[str, Any] = {"value": self.value}
        if self.label is not None and self.label != self.value:
            wire["label"] = self.label
        if self.disabled:
            wire["disabled"] = True
        return wire


@widget
class RadioGroup(Widget):
    """One of a few options, all in sight; the arrow keys move the choice.

    ::

        RadioGroup(
            label="Size",
            options=["S", "M", Option("L", "Large", disabled=True)],
            value=app.state.size,
            on_change=lambda e: app.set_state(lambda s: s.resize(e.value)),
        )
    """

    options: Sequence[str | Option]
    value: str | None = None
    label: str = ""
    direction: RadioDirection = "vertical"
    required: bool = False
    on_change: Handler[SelectEvent] | None = None

    def problem(self) -> str | None:
        """What is wrong with the props, or None."""
        return _bad_options("RadioGroup", self.options)


@widget
class Dropdown(Widget):
    """One of many options, in a list that opens.

    ``placeholder`` is shown while nothing is chosen; without one the browser shows the
    first option then::

        Dropdown(
            options=[Option("de", "Germany"), Option("pt", "Portugal")],
            value=app.state.country,
            placeholder="Choose a country",
            on_change=lambda e: app.set_state(lambda s: s.move_to(e.value)),
        )
    """

    options: Sequence[str | Option]
    value: str | None = None
    placeholder: str = ""
    required: bool = False
    on_change: Handler[SelectEvent] | None = None
    on_focus: Handler[FocusEvent] | None = None
    on_blur: Handler[FocusEvent] | None = None

    def problem(self) -> str | None:
        """What is wrong with the props, or None."""
        return _bad_options("Dropdown", self.options)


def _bad_options(owner: str, options: Sequence[str | Option]) -> str | None:
    if isinstance(options, (str, Mapping)) or not isinstance(options, Sequence):
        return f"{owner}.options is {options!r}; pass a list of strings or Option(value, label)"
    seen = set()
    for index, option in enumerate(options):
        value = option.value if isinstance(option, Option) else option
        if not isinstance(value, str):
            return f"{owner}.options[{index}] is {option!r}; pass a string or Option(value, label)"
        if not value:
            return f"{owner}.options[{index}] has no value; '' stands for nothing chosen"
        if value in seen:
            return f"{owner}.options has the value {value!r} twice; each needs its own"
        seen.add(value)
    return None
