"""Words: plain, as headings, as links."""

from __future__ import annotations

from typing import Literal, get_args

from tempestweb_wasm.core.events import FocusEvent, Handler, TapEvent
from tempestweb_wasm.core.widget import Widget, widget

HeadingLevel = Literal[1, 2, 3, 4, 5, 6]

_LEVELS = frozenset(get_args(HeadingLevel))


@widget
class Text(Widget):
    """A piece of text. It is never read as HTML; line breaks in it are kept.

    ::

        Text(content=f"Count: {app.state.count}")
    """

    content: str


@widget
class Heading(Widget):
    """A heading, ``level`` 1 (the page's title) to 6; it renders ``h1`` to ``h6``.

    Levels are the outline that screen readers move by, so skip none; looks are for
    ``style``::

        Heading(content="Settings", level=2)
    """

    content: str
    level: HeadingLevel = 1

    def problem(self) -> str | None:
        """What is wrong with the props, or None."""
        if self.level in _LEVELS:
            return None
        return f"Heading.level is {self.level!r}; headings have the levels 1 to 6"


@widget
class Link(Widget):
    """A link, with text or with a widget in it.

    ``href`` is checked: relative, or http, https, mailto, tel, sms, blob. ``external`` opens it in
    a new tab. With ``on(handler, prevent=True)`` the handler runs and the page stays.
    What only does something and leads nowhere is ``Button(variant="link")``. ::

        Link(content="Documentation", href="https://example.org/docs", external=True)
        Link(href="#top", child=Icon(name="arrow-up", label="To the top"))
    """

    href: str
    content: str = ""
    child: Widget | None = None
    external: bool = False
    on_click: Handler[TapEvent] | None = None
    on_focus: Handler[FocusEvent] | None = None
    on_blur: Handler[FocusEvent] | None = None

    def problem(self) -> str | None:
        """What is wrong between the props, or None."""
        if not self.href:
            return "Link.href is empty; for an action use Button(variant='link')"
        if self.content and self.child is not None:
            return "Link has both content and child; give it one of them"
        return None
