"""Where things are: what is committed in ``bench/``, what is made in ``build/bench``."""

from __future__ import annotations

from pathlib import Path

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
APPS = BENCH / "apps"
BUILD = ROOT / "build" / "bench"
NODE_MODULES = BENCH / "node_modules"
PEER_VENV = BENCH / ".venv-peer"
RESULTS = BENCH / "results" / "table.json"
README = ROOT / "README.md"
BENCH_README = BENCH / "README.md"
