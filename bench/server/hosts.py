"""Server processes: started, looked at from outside, ended."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.paths import BENCH, BUILD, ROOT
from bench.setup import BenchError, install_peer

WAIT = 60.0
"""Seconds that a server may take to start."""


class Host:
    """A server with its workers, as the system sees them."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process = process
        self.port = port

    def _pids(self) -> list[int]:
        found = [self._process.pid]
        for pid in found:
            children = Path(f"/proc/{pid}/task/{pid}/children")
            found += [int(child) for child in children.read_text(encoding="ascii").split()]
        return found

    def resident(self) -> int:
        """Bytes in memory, of all its processes."""
        kilobytes = 0
        for pid in self._pids():
            text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
            kilobytes += int(text.split("VmRSS:")[1].split()[0])
        return kilobytes * 1024

    def processor(self) -> float:
        """Seconds of processor time that it took so far."""
        ticks = 0
        for pid in self._pids():
            text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
            ticks += sum(map(int, text.rpartition(")")[2].split()[11:13]))
        return ticks / float(os.sysconf("SC_CLK_TCK"))

    def rest(self) -> None:
        """Wait until it has nothing more to do: all its workers have started."""
        used, before = self.processor(), -1.0
        while used - before > 0.03:
            time.sleep(1)
            used, before = self.processor(), used


@contextmanager
def serving(target: str, workers: int = 1) -> Iterator[Host]:
    """Serve *target* (``ours``, ``echo`` or ``peer``) while the block runs."""
    port = _free_port()
    arguments = [target, str(port), str(workers)]
    if target == "peer":
        command = [str(install_peer()), str(BENCH / "peers" / "serve.py"), *arguments[1:]]
    else:
        command = [sys.executable, "-m", "bench.server.serve", *arguments]
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / f"server-{target}.log").open("wb") as said:
        process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said)
    try:
        _wait(process, port)
        yield Host(process, port)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        if process.poll() is not None:
            raise BenchError(f"the server ended with {process.returncode} before it began")
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise BenchError(f"the server did not listen within {WAIT:g} s")
