"""What is measured, as ASGI applications: our counter, and a bare echo on the same stack."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from bench.paths import ROOT
from tempestweb_wasm.loader import load_app
from tempestweb_wasm.server import ServerApp, ServerSettings, create_app

MANY = 1_000_000
"""All clients of a run come from one address: its limits are no part of what is measured."""


def ours() -> ServerApp:
    """Return ``demo/counter``."""
    source = load_app(ROOT / "demo" / "counter" / "app.py")
    settings = ServerSettings(opens=MANY, connections=MANY, pages=MANY, events=MANY)
    return create_app(source.make_state, source.view, title="Counter", settings=settings)


def echo() -> Starlette:
    """Return an application that sends back what it gets."""

    async def answer(socket: WebSocket) -> None:
        await socket.accept()
        async for text in socket.iter_text():
            await socket.send_text(text)

    return Starlette(routes=[WebSocketRoute("/ws", answer)])
