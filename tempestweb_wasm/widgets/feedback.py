"""How far something is, or that it goes on."""

from __future__ import annotations

from typing import Literal

from tempestweb_wasm.core.widget import Widget, widget

SpinnerSize = Literal["sm", "md", "lg"]


@widget
class ProgressBar(Widget):
    """How much is done: ``value`` from 0 to 1, or None while nobody knows.

    ``label`` names it for screen readers::

        ProgressBar(value=0.4, label="Upload")
    """

    value: float | None = None
    label: str = ""

    def problem(self) -> str | None:
        """What is wrong with the props, or None."""
        if self.value is None or 0 <= self.value <= 1:
            return None
        return f"ProgressBar.value is {self.value}; it goes from 0 to 1, or is None"


@widget
class Spinner(Widget):
    """Turns while something goes on; ``label`` is what screen readers say.

    ::

        Spinner(label="Loading messages", size="sm")
    """

    label: str = "Loading"
    size: SpinnerSize = "md"
