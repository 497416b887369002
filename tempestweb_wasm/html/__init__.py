"""A tree of widgets as HTML: the elements, classes and references that the browser client makes.

The first paint of a built page is made by this room, and the client then adopts the very
elements (``js/hydrate.js``). Everything from data is escaped, URLs and attribute names are
checked once more, and styles are rules of classes, so that a strict policy has nothing
against the result.
"""

from __future__ import annotations

from tempestweb_wasm.html._page import Page, page_of_frame, render_page, render_to_html

__all__ = ["Page", "page_of_frame", "render_page", "render_to_html"]
