"""The apps that the tests of the server serve."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI

from tempestweb_wasm.loader import load_app
from tempestweb_wasm.server import create_app
from tests.house.source import ROOT

DEMO: Path = ROOT / "demo" / "counter" / "app.py"


def counter(**options: Any) -> FastAPI:
    """The counter of ``demo/``."""
    source = load_app(DEMO)
    return create_app(source.make_state, source.view, **{"title": "Counter", **options})
