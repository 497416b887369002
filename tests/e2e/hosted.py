"""An app on a server of its own process, started by the real command, killed and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.e2e.building import ROOT, command

SECRET = "a secret for tests only"
"""The same for a server that is started again: what it signed stays good."""

START = 60
"""Seconds that a server may take to start on a busy machine."""


class Hosted:
    """*app* under ``tempestweb run --mode server``; *settings* are ``TEMPEST_…`` variables."""

    def __init__(self, app: Path, **settings: str) -> None:
        self._app = app
        self._env = {f"TEMPEST_{name.upper()}": value for name, value in settings.items()}
        self._process: subprocess.Popen[bytes] | None = None
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  closed with the object
        self.port = _free_port()

    def __enter__(self) -> Hosted:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._said.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self, **settings: str) -> Hosted:
        """Start it, on the port that it had; with other *settings* if there are any."""
        self._env |= {f"TEMPEST_{name.upper()}": value for name, value in settings.items()}
        line = command("run", "--mode", "server", self._app, "--port", str(self.port))
        self._process = subprocess.Popen(
            line, cwd=ROOT, env={**os.environ, **self._env}, stdout=self._said, stderr=self._said
        )
        end = time.monotonic() + START
        while not self._answers():
            assert self._process.poll() is None, self.said()
            assert time.monotonic() < end, self.said()
            time.sleep(0.05)
        return self

    def kill(self) -> None:
        """End it at once, as a crash does. Harmless twice."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, as a deployment does, and wait until it has."""
        self._end(signal.SIGTERM)

    def said(self) -> str:
        """Return what it wrote."""
        self._said.seek(0)
        return self._said.read().decode(errors="replace")

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def _answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
