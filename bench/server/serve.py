"""``python -m bench.server.serve NAME PORT WORKERS``: one of the applications under uvicorn."""

from __future__ import annotations

import socket
import sys

import uvicorn
from uvicorn.supervisors import Multiprocess


def main() -> None:
    """Serve until terminated, as ``tempestweb run --mode server`` would."""
    name, port, workers = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    config = uvicorn.Config(
        f"bench.server.apps:{name}",
        factory=True,
        port=port,
        workers=workers,
        access_log=False,
        log_level="error",
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=1,
        backlog=4096,
    )
    server = uvicorn.Server(config)
    with config.bind_socket() as bound:
        # Sockets that uvicorn binds for several workers come without: 40 ms for each answer.
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if workers > 1:
            Multiprocess(config, [bound]).run()
        else:
            server.run(sockets=[bound])


if __name__ == "__main__":
    main()
