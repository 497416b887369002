"""What the room is asked for: the HTML and the CSS of a tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from tempestweb_wasm.core.mount import Tree
from tempestweb_wasm.core.reconcile import reconcile
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.errors import FrameError
from tempestweb_wasm.html._build import Builder
from tempestweb_wasm.html._elements import markup
from tempestweb_wasm.style import style_to_css

PREFIX = "tw-"
"""What ids start with; the client's own have letters of chance in them and never meet these."""


class Page(NamedTuple):
    """The HTML of a tree, and the rules of every style that it uses."""

    html: str
    css: str


def render_to_html(widget: Widget, *, home: str = "", prefix: str = PREFIX) -> str:
    """Return the HTML of *widget* and all in it: one element, as the client would build it.

    *home* is the address of the app's files, with a slash at its end; pictures and links to
    ``assets/…`` stand there. Elements that refer to each other have ids that start with
    *prefix*: give each tree its own where several come into one page. The classes of styles
    are named in it, their rules are not: :func:`render_page` has both.

    Raises ``WidgetError``, as a first render does. ::

        render_to_html(Text(content="1 < 2"))
        # <span class="tw-Text">1 &lt; 2</span>
    """
    return render_page(widget, home=home, prefix=prefix).html


def render_page(widget: Widget, *, home: str = "", prefix: str = PREFIX) -> Page:
    """Return the HTML of *widget* as :func:`render_to_html` does, and its CSS.

    The CSS holds the rules of the styles alone; the looks of the widgets are in
    ``base.css`` and ``theme.css``.
    """
    change = reconcile(Tree(), widget)
    return _page(change.patches[0]["node"], change.styles, home, prefix)


def page_of_frame(frame: Mapping[str, Any], *, home: str = "", prefix: str = PREFIX) -> Page:
    """Return the HTML and CSS of a session's first frame, which is one Replace of the root.

    Raises ``FrameError`` for any other frame.
    """
    patches = frame.get("data") or [{}]
    if len(patches) != 1 or patches[0].get("path") != [] or "node" not in patches[0]:
        raise FrameError("only a frame that replaces the root can become a page")
    return _page(patches[0]["node"], frame.get("styles", {}), home, prefix)


def _page(node: Mapping[str, Any], styles: Mapping[str, Any], home: str, prefix: str) -> Page:
    css = "".join(style_to_css(name, style) for name, style in styles.items())
    return Page(markup(Builder(home, prefix).build(node)), css)
