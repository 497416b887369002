"""A place for what other scripts of the page made."""

from __future__ import annotations

from tempestweb_wasm.core.widget import Widget, widget


@widget
class Slot(Widget):
    """A place that an element of the page fills: a map, a chart, a player, a sign-in button.

    ``element_id`` is the id of an element that the page's own HTML or scripts made, outside of
    the app, now or later. The very element comes here, with all that lives in it; nothing in it
    is changed, rendering passes it by, and when the Slot goes it returns to where it was.
    Until it is there, ``child`` is shown::

        Slot(
            element_id="chart",
            style=Style(height=320),
            child=Text(content="The chart is loading…"),
        )
    """

    element_id: str
    child: Widget | None = None

    def problem(self) -> str | None:
        """What is wrong with the props, or None."""
        if self.element_id:
            return None
        return f"Slot.element_id is {self.element_id!r}; give the id of an element of the page"
