"""What was measured of opening, as tables."""

from __future__ import annotations

import re
from typing import Any

from bench.paths import BENCH_README

TITLES = {
    "ours": "**tempestweb-wasm**",
    "stock": "bare `loadPyodide`",
    "peer": "tempestweb 0.141.1",
}
LINES = {
    "paint": "first contentful paint",
    "answered": "a click on “+” is answered",
    "pause": "longest pause of the page",
}
VISITS = {"first": "first visit", "later": "later visit"}
CONDITIONS = {
    "chromium": "Chromium:",
    "slow": "Chromium, the page's processor slowed four times:",
    "line": "Chromium, a line of 1.1 MB a second, each answer 0.15 seconds late:",
    "firefox": "Firefox:",
}
_THREADS = {"page": "the page", "worker": "its worker", "service": "the service worker"}


def table(results: dict[str, Any]) -> str:
    """Return the results as the README shows them."""
    parts = []
    for condition, words in CONDITIONS.items():
        if (found := results["conditions"].get(condition)) is None:
            continue
        lines = [words, "", "| | " + " | ".join(TITLES.values()) + " |"]
        lines.append("| --- |" + " --: |" * len(TITLES))
        for visit, when in VISITS.items():
            for line, what in LINES.items():
                cells = [_cell(found["medians"][name][visit].get(line)) for name in TITLES]
                lines.append(f"| {when}: {what} | " + " | ".join(cells) + " |")
        parts.append("\n".join(lines))
        rounds = found["runs"]
        parts.append(f"Milliseconds from the start of the page, medians of {rounds} rounds.")
    if "trace" in results:
        parts.append(_work(results["trace"]))
    return "\n\n".join(parts)


def write_readme(results: dict[str, Any]) -> None:
    """Put the table between its markers."""
    text = BENCH_README.read_text(encoding="utf-8")
    block = f"<!-- bench:opening -->\n\n{table(results)}\n\n<!-- /bench:opening -->"
    pattern = re.compile(r"<!-- bench:opening -->.*<!-- /bench:opening -->", re.DOTALL)
    BENCH_README.write_text(pattern.sub(lambda _: block, text), encoding="utf-8")


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"


def _work(trace: dict[str, dict[str, dict[str, float]]]) -> str:
    lines = [
        "Where the processor's time goes in one of our visits, from a trace (milliseconds):",
        "",
    ]
    columns = [(visit, thread) for visit in VISITS for thread in _THREADS]
    heads = [f"{VISITS[visit]}: {_THREADS[thread]}" for visit, thread in columns]
    lines += ["| | " + " | ".join(heads) + " |", "| --- |" + " --: |" * len(columns)]
    kinds = list(dict.fromkeys(kind for found in trace.values() for kind in found["worker"]))
    for kind in kinds:
        cells = [_cell(trace[visit][thread].get(kind)) for visit, thread in columns]
        lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
