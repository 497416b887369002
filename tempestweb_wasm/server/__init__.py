"""The same app on a server: FastAPI, HTML first, WebSocket and SSE, sessions that are kept."""

from __future__ import annotations

from tempestweb_wasm.server.application import ServerApp, create_app
from tempestweb_wasm.server.settings import ServerSettings

__all__ = ["ServerApp", "ServerSettings", "create_app"]
