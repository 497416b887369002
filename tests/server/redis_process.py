"""A real Redis on a free port, that tests kill and start again."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.tools import redis_server


def free_port() -> int:
    """Return a port that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RedisProcess:
    """A server that forgets everything when it ends, unless :meth:`snapshot` was called."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and return when it answers."""
        command = [redis_server(), "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--save", "", "--appendonly", "no", "--dir", str(self._folder)]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 20
        while not self.answers():
            assert self._process.poll() is None, "redis-server did not start"
            assert time.monotonic() < deadline, "redis-server does not answer"
            time.sleep(0.01)

    def kill(self) -> None:
        """End it at once, as a crash does. Harmless twice."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def snapshot(self) -> None:
        """Write what it holds to the disk: the next start reads that."""
        self.ask("SAVE")

    def ask(self, *command: str) -> str:
        """Send one command and return the raw start of its answer."""
        lines = [f"*{len(command)}", *(f"${len(part)}\r\n{part}" for part in command)]
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
            line.sendall(("\r\n".join(lines) + "\r\n").encode())
            return line.recv(65536).decode()

    def answers(self) -> bool:
        """Whether it takes commands."""
        try:
            return self.ask("PING").startswith("+PONG")
        except OSError:
            return False


@contextmanager
def running_redis(folder: Path) -> Iterator[RedisProcess]:
    """Start a Redis and end it."""
    redis = RedisProcess(folder)
    redis.start()
    try:
        yield redis
    finally:
        redis.kill()
