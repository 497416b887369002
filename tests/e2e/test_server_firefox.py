"""The server mode in Firefox, over WebSocket and over server-sent events."""

from __future__ import annotations

import json
import subprocess
from contextlib import ExitStack

from tempestweb_wasm.loader import load_app
from tempestweb_wasm.server import ServerSettings, create_app
from tests import tools
from tests.e2e.building import APPS, ROOT, demo
from tests.server.running import served

SCRIPT = ROOT / "tests" / "e2e" / "firefox_server.mjs"
TIMEOUT = 240


def test_the_counter_the_chat_and_native_calls_work_in_firefox() -> None:
    program = tools.firefox()
    with ExitStack() as stack:
        addresses = []
        for transport in ("ws", "sse"):
            for path in (demo("counter"), demo("chat"), APPS / "native" / "app.py"):
                source = load_app(path)
                settings = ServerSettings(transport=transport)
                app = create_app(source.make_state, source.view, title="Seen", settings=settings)
                addresses.append(f"http://{stack.enter_context(served(app))}/")
        result = subprocess.run(
            [tools.node(), str(SCRIPT), program, *addresses],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT,
        )
    assert result.returncode == 0, result.stdout + result.stderr
    told = json.loads(result.stdout)
    assert "firefox" in told["browser"].lower()
    assert told["errors"] == []
