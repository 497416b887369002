"""The line between Python in a page and the client in the same page.

Strings only, through two functions that the page's bridge has; so the same line serves
when Python runs in a worker. It imports neither ``js`` nor ``pyodide``.
"""

from __future__ import annotations

from collections.abc import Callable


class WasmTransport:
    """One app's line: *post* is ``(app number, frame) -> None`` into the page."""

    def __init__(self, app: int, post: Callable[[int, str], object]) -> None:
        self._app = app
        self._post: Callable[[int, str], object] | None = post
        self._receive: Callable[[str], None] | None = None

    def send(self, text: str) -> None:
        """Post one frame to the client."""
        if self._post is not None:
            self._post(self._app, text)

    def listen(self, receive: Callable[[str], None]) -> None:
        """Call *receive* with each frame of the client."""
        self._receive = receive

    def deliver(self, text: str) -> None:
        """Hand on a frame that the bridge got for this app."""
        if self._receive is not None and self._post is not None:
            self._receive(text)

    def close(self) -> None:
        """Let go of both ends."""
        self._post = None
        self._receive = None
