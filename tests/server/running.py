"""Servers for tests: the command line in a process of its own, uvicorn in this one."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from tempestweb_wasm.cli.ports import open_socket
from tests.house.source import ROOT


class Command:
    """A ``tempestweb`` that serves; ``url`` is where, without a slash at its end."""

    def __init__(
        self, *arguments: str, cwd: Path = ROOT, env: dict[str, str] | None = None
    ) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tempestweb_wasm.cli", *arguments],
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said: list[str] = []
        self.url = self._wait_for_address()

    def _wait_for_address(self) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if found := re.search(r"Serving on (\S+?)/? \(", line):
                return found[1]
        raise AssertionError("".join(self.said))

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it and return its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        rest, _ = self.process.communicate(timeout=30)
        self.said.append(rest)
        return self.process.returncode


@contextmanager
def command(*arguments: str, **options: Any) -> Iterator[Command]:
    """Run a ``tempestweb`` until the block ends."""
    running = Command(*arguments, **options)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
        if running.process.stdout is not None:
            running.process.stdout.close()
        running.process.wait()


@contextmanager
def served(app: ASGIApp, **options: Any) -> Iterator[str]:
    """Serve *app* on a real socket in a thread of its own; yields ``127.0.0.1:PORT``."""
    with open_socket("127.0.0.1", 0) as bound:
        config = uvicorn.Config(
            app, log_level="warning", timeout_graceful_shutdown=2, **{"lifespan": "on", **options}
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(
            target=lambda: asyncio.run(server.serve(sockets=[bound])), daemon=True
        )
        thread.start()
        try:
            yield f"127.0.0.1:{bound.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=30)
