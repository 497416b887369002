"""One app on a server: its pages, and the connections that take them over."""

from __future__ import annotations

import json
import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from tempestweb_wasm.core.app import AppSource
from tempestweb_wasm.runtime.session import Session
from tempestweb_wasm.server.assets import client_assets
from tempestweb_wasm.server.connection import SocketTransport
from tempestweb_wasm.server.page import Pages, Words
from tempestweb_wasm.server.request import context_of, root_of
from tempestweb_wasm.server.settings import ServerSettings

PROTOCOL = "tempest.v1"


class Host:
    """Serves one app."""

    def __init__(
        self,
        source: AppSource[Any],
        words: Words,
        settings: ServerSettings,
        *,
        dev: bool = False,
    ) -> None:
        self.source = source
        self.settings = settings
        self.assets = client_assets()
        self.words = words
        self._dev = dev
        self._pages = Pages(words, self.assets, settings, dev=dev)

    async def page(self, request: Request) -> Response:
        """Answer with the HTML of the first view."""
        root = root_of(request.scope)
        frames: list[str] = []
        context = context_of(request, user=None, lang=self.words.lang)
        session = Session(self.source, frames.append, context=context, dev=self._dev)
        session.start()
        await session.aclose()
        frame = json.loads(frames[0])
        if frame["kind"] == "error":
            return self._pages.failure(root, frame["message"], frame.get("detail", ""))
        token = None if self.settings.transport == "none" else secrets.token_urlsafe()
        return self._pages.page(frame, root=root, token=token)

    async def socket(self, socket: WebSocket) -> None:
        """Serve one client's socket until it ends."""
        offered = PROTOCOL in socket.scope.get("subprotocols", [])
        await socket.accept(subprotocol=PROTOCOL if offered else None)
        settings = self.settings
        line = SocketTransport(socket, most=settings.outbox, largest=settings.frame)
        context = context_of(socket, user=None, lang=self.words.lang, path="/")
        session = Session(self.source, line.send, context=context, dev=self._dev)
        line.listen(session.receive)
        session.start()
        try:
            await line.run()
        finally:
            await session.aclose()

    async def drain(self) -> None:
        """Let nobody new in, send clients away to come back, and save what they have."""

    async def aclose(self) -> None:
        """End everything."""
