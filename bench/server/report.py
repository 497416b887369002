"""The results as a table in ``docs/performance.md``."""

from __future__ import annotations

import json
import re
from statistics import median
from typing import Any

from bench.paths import BENCH, ROOT

RESULTS = BENCH / "results" / "server.json"
DOCS = ROOT / "docs" / "performance.md"
_PLACE = re.compile(r"(<!-- bench:server -->\n).*?(<!-- /bench:server -->)", re.DOTALL)
TITLES = {"ours": "**tempestweb-wasm**", "echo": "bare echo", "peer": "tempestweb 0.141.1"}


def write_docs() -> None:
    """Put the table of the results into the docs."""
    text = DOCS.read_text(encoding="utf-8")
    made = table(json.loads(RESULTS.read_text(encoding="utf-8")))
    DOCS.write_text(_PLACE.sub(lambda m: f"{m[1]}\n{made}\n\n{m[2]}", text), encoding="utf-8")


def table(found: dict[str, Any]) -> str:
    """Return the results as Markdown."""
    targets = {name: found["targets"][name] for name in TITLES if name in found["targets"]}
    many = found["connections"]
    lines = [
        f"|  | target | {' | '.join(TITLES[name] for name in targets)} |",
        f"| --- | --: |{' --: |' * len(targets)}",
        _row("a session that nobody is connected to", "50 KB", targets, found),
        _line("a connection, its session included", "100 KB", targets, _connection),
        _line("frame of a click", "120 B", targets, lambda t: f"{t['paced']['frame_bytes']} B"),
        _line(f"{many:,} clients clicking once a second: p50", "", targets, _paced("p50")),
        _line("… p99", "2 ms", targets, _paced("p99")),
        _line("events a second, one worker", "", targets, lambda t: _rate(t["flat_out"])),
        _line("events a second, two workers", "", targets, lambda t: _rate(t.get("two_workers"))),
        _line("first HTML", "20 ms", targets, lambda t: _middle(t.get("first_html_ms"))),
        _line("resume after a lost line", "50 ms", targets, lambda t: _middle(t.get("resume_ms"))),
        _line("memory after 2 and after 10 waves", "flat", targets, _waves),
    ]
    machine = found["machine"]
    made = (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, "
        f"{machine['system']}, {found['made']}; clients and server on the one machine. "
        "In brackets: the clients' share of the processor time that both took."
    )
    return "\n".join([*lines, "", made])


def _row(name: str, target: str, targets: dict[str, Any], found: dict[str, Any]) -> str:
    cells = [_kb(found["session_bytes"]) if key == "ours" else "" for key in targets]
    return f"| {name} | {target} | {' | '.join(cells)} |"


def _line(name: str, target: str, targets: dict[str, Any], cell: Any) -> str:
    return f"| {name} | {target} | {' | '.join(cell(t) or '' for t in targets.values())} |"


def _kb(count: float) -> str:
    return f"{count / 1000:.1f} KB"


def _connection(found: dict[str, Any]) -> str:
    return _kb(found["connection"]["bytes"])


def _paced(point: str) -> Any:
    return lambda found: f"{found['paced']['times'][point]:.2f} ms"


def _rate(found: dict[str, Any] | None) -> str:
    if found is None:
        return ""
    share = found["processor"] / (found["processor"] + found["server_processor"])
    return f"{found['answers'] / found['seconds']:,.0f} ({share:.0%})"


def _middle(times: list[float] | None) -> str:
    return "" if times is None else f"{median(times):.1f} ms"


def _waves(found: dict[str, Any]) -> str:
    sizes = found.get("waves")
    return "" if sizes is None else f"{sizes[1] / 1e6:.1f}, {sizes[-1] / 1e6:.1f} MB"
