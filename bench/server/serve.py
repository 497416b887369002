"""``python -m bench.server.serve NAME PORT WORKERS``: one of the applications under uvicorn."""

from __future__ import annotations

import sys

import uvicorn


def main() -> None:
    """Serve until terminated, as ``tempestweb run --mode server`` would."""
    name, port, workers = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    uvicorn.run(
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


if __name__ == "__main__":
    main()
