"""``python serve.py PORT WORKERS``: the peer's counter on its own server and environment."""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from tempestweb.server import create_app  # type: ignore[import-not-found]

sys.path.insert(0, str(Path(__file__).resolve().parent / "counter"))
from app import make_state, view  # type: ignore[import-not-found]

app = create_app(make_state, view)

if __name__ == "__main__":
    uvicorn.run(
        app,
        port=int(sys.argv[1]),
        access_log=False,
        log_level="error",
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=1,
        backlog=4096,
    )
