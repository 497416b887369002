"""Fields whose values are picked: a number on a scale, a date, files."""

from __future__ import annotations

import re
from datetime import date, datetime

from tempestweb_wasm.core.events import (
    DateChangeEvent,
    FileSelectEvent,
    FocusEvent,
    Handler,
    SlideEvent,
)
from tempestweb_wasm.core.widget import Widget, widget

_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@widget
class Slider(Widget):
    """A number between ``min_value`` and ``max_value``.

    ``on_change`` hears every step of a drag, ``on_commit`` where it ends. With
    ``value=None`` it starts in the middle::

        Slider(
            value=app.state.volume,
            semantics=Semantics(label="Volume"),
            on_change=lambda e: app.set_state(lambda s: s.set_volume(e.value)),
        )
    """

    value: float | None = None
    min_value: float = 0
    max_value: float = 100
    step: float = 1
    on_change: Handler[SlideEvent] | None = None
    on_commit: Handler[SlideEvent] | None = None
    on_focus: Handler[FocusEvent] | None = None
    on_blur: Handler[FocusEvent] | None = None

    def problem(self) -> str | None:
        """What is wrong between the props, or None."""
        low, high = self.min_value, self.max_value
        if low > high:
            return f"Slider.min_value is {low}, above max_value {high}; swap them"
        if self.step <= 0:
            return f"Slider.step is {self.step}; a step is above 0"
        if self.value is not None and (self.value < low or self.value > high):
            return f"Slider.value is {self.value}, outside {low} to {high}; pass one inside"
        return None


@widget
class DatePicker(Widget):
    """A date, as ``datetime.date`` or as ``"yyyy-mm-dd"``; empty is None or ``""``.

    ``DateChangeEvent`` has it as both: ``e.value`` and ``e.date``::

        DatePicker(
            value=app.state.birthday,
            max_date="2030-12-31",
            on_change=lambda e: app.set_state(lambda s: s.born(e.date)),
        )
    """

    value: str | date | None = None
    min_date: str | date | None = None
    max_date: str | date | None = None
    required: bool = False
    on_change: Handler[DateChangeEvent] | None = None
    on_focus: Handler[FocusEvent] | None = None
    on_blur: Handler[FocusEvent] | None = None

    def problem(self) -> str | None:
        """What is wrong with or between the props, or None."""
        for name in ("value", "min_date", "max_date"):
            fault = _bad_date(getattr(self, name))
            if fault:
                return f"DatePicker.{name} is {getattr(self, name)!r}; {fault}"
        if self.min_date and self.max_date and str(self.min_date) > str(self.max_date):
            return f"DatePicker.min_date {self.min_date} is after max_date {self.max_date}"
        return None


@widget
class FilePicker(Widget):
    """Lets the user pick a file, or several with ``multiple``.

    ``accept`` is a list as in HTML: ``"image/*,.pdf"``. The files' bytes stay in the browser
    until the handler reads them::

        async def load(event):
            for file in event.files:
                print(file.name, len(await file.read()))

        FilePicker(label="Add photos", accept="image/*", multiple=True, on_select=load)
    """

    label: str = "Choose file"
    accept: str | None = None
    multiple: bool = False
    required: bool = False
    on_select: Handler[FileSelectEvent] | None = None


def _bad_date(value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return "pass its date alone: .date()"
    if isinstance(value, date) or _is_iso_date(str(value)):
        return None
    return "write dates as yyyy-mm-dd, or pass a datetime.date"


def _is_iso_date(text: str) -> bool:
    # Python also takes "20240131" and "2024-W05-3", which a date input does not.
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
