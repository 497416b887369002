"""The apps that the tests of the server serve."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tempestweb_wasm.loader import load_app
from tempestweb_wasm.server import ServerApp, create_app
from tempestweb_wasm.server.sessions import Sessions
from tests.house.source import ROOT

DEMO: Path = ROOT / "demo" / "counter" / "app.py"


def counter(**options: Any) -> ServerApp:
    """The counter of ``demo/``."""
    source = load_app(DEMO)
    return create_app(source.make_state, source.view, **{"title": "Counter", **options})


def sessions_of(app: ServerApp) -> Sessions:
    """The sessions that *app* holds in this process."""
    assert app._host is not None
    return app._host.sessions
