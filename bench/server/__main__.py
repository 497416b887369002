"""``make bench-server``: memory, latency, throughput, first HTML and resume of a server.

The clients run in a process of their own on the same machine. ``--short`` is a look: fewer
clients, a second each. Writes ``results/server.json`` and the table in ``docs/performance.md``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.machine import this_machine
from bench.paths import BUILD, ROOT
from bench.server.hosts import Host, serving
from bench.server.report import RESULTS, write_docs
from bench.server.visits import first_html, resumes
from bench.setup import PEER, BenchError

WAVES = 10


def load(host: Host, target: str, connections: int, *options: str) -> dict[str, Any]:
    """Run the clients; what they say, and the processor time of the server beside theirs."""
    line = [sys.executable, "-m", "bench.server.load", target, str(host.port)]
    before = host.processor()
    result = subprocess.run(
        [*line, "--connections", str(connections), *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    if result.returncode != 0:
        raise BenchError(f"the clients of {target} failed:\n{result.stderr}")
    found: dict[str, Any] = json.loads(result.stdout)
    found["server_processor"] = host.processor() - before
    return found


def memory(host: Host, target: str, connections: int) -> dict[str, float]:
    """Bytes for each connection, with its session, while nothing happens."""
    load(host, target, 50, "--idle", "1")
    before = host.resident()
    line = [sys.executable, "-m", "bench.server.load", target, str(host.port)]
    line += ["--connections", str(connections), "--idle", "8"]
    with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE) as clients:
        most = before
        while clients.poll() is None:
            most = max(most, host.resident())
            time.sleep(0.1)
    if clients.returncode != 0:
        raise BenchError(f"the idle clients of {target} failed")
    return {"bytes": (most - before) / connections}


def waves(host: Host, target: str, connections: int) -> list[int]:
    """Resident bytes after each wave of clients that come and leave."""
    found = []
    for _ in range(WAVES):
        load(host, target, connections, "--idle", "0.2")
        found.append(host.resident())
    return found


def measured(target: str, scale: argparse.Namespace) -> dict[str, Any]:
    """Measure one server with one worker."""
    many, seconds = scale.connections, str(scale.seconds)
    with serving(target) as host:
        found: dict[str, Any] = {}
        if target == "ours":
            first_html(host.port, 20)
            found["first_html_ms"] = first_html(host.port, scale.pages)
            found["resume_ms"] = asyncio.run(resumes(host.port, scale.pages))
        found["connection"] = memory(host, target, many)
        found["paced"] = load(host, target, many, "--warm", "2", "--paced", seconds)
        found["flat_out"] = load(host, target, 50, "--warm", "1", "--flat-out", seconds)
        if target == "ours":
            found["waves"] = waves(host, target, many)
    return found


def two_workers(target: str, scale: argparse.Namespace) -> dict[str, Any]:
    """Measure events per second with two workers."""
    with serving(target, workers=2) as host:
        host.rest()  # the second worker may listen later than the first
        return load(host, target, 50, "--warm", "1", "--flat-out", str(scale.seconds))


def session_bytes() -> float:
    """Bytes of one session that nobody is connected to."""
    line = [sys.executable, "-m", "bench.server.sessions"]
    result = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True)
    return float(json.loads(result.stdout)["bytes"])


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="make bench-server")
    parser.add_argument("--targets", default="ours,echo,peer")
    parser.add_argument("--connections", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--short", action="store_true", help="a look; writes build/bench only")
    parser.add_argument(
        "--only-docs", action="store_true", help="the table again, from the results"
    )
    found = parser.parse_args()
    if found.short:
        found.connections, found.seconds, found.pages = 100, 2, 20
    return found


def run(scale: argparse.Namespace) -> dict[str, Any]:
    """Measure all that was asked for."""
    found: dict[str, Any] = {
        "made": datetime.now(UTC).date().isoformat(),
        "machine": this_machine().model_dump(),
        "peer": PEER,
        "connections": scale.connections,
        "session_bytes": session_bytes(),
        "targets": {},
    }
    for target in scale.targets.split(","):
        print(f"{target} …", file=sys.stderr)
        found["targets"][target] = measured(target, scale)
        if target != "peer":
            found["targets"][target]["two_workers"] = two_workers(target, scale)
    return found


def main() -> int:
    """Measure, and write what was found."""
    scale = arguments()
    if not scale.only_docs:
        try:
            found = run(scale)
        except (BenchError, subprocess.TimeoutExpired, OSError) as error:
            print(f"bench-server: {error}", file=sys.stderr)
            return 1
        path: Path = BUILD / "server.json" if scale.short else RESULTS
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    if not scale.short:
        write_docs()
    return 0


if __name__ == "__main__":
    sys.exit(main())
