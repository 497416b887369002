"""The tables in the READMEs, made from the results and put between their markers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from bench.results import OPERATIONS, Measures, Results, Steps, Times

TITLES = {
    "vanilla": "by hand",
    "solid": "Solid {solid-js}",
    "preact": "Preact {preact}",
    "react": "React {react}",
    "table": "**tempestweb-wasm**",
    "worker": "the same, in a worker",
    "plain": "the same, rows built anew",
    "peer": "tempestweb {tempestweb}",
}
"""The columns in their order; a name in braces is replaced by that version."""
WORDS = {
    "create": "create 1,000 rows",
    "replace": "replace 1,000 rows",
    "update": "update every 10th of 1,000",
    "select": "select a row",
    "swap": "swap two rows",
    "remove": "remove a row",
    "create10k": "create 10,000 rows",
    "append": "append 1,000 to 1,000",
    "clear": "clear 1,000 rows",
}


def table(results: Results) -> str:
    """Return the times: medians and ratios, one table for each slowdown."""
    parts = []
    for times in _in_order(results):
        if times.slowdown != 1:
            parts.append(f"With the processor slowed {times.slowdown:g} times:")
        parts += [_times(times), _caption(times)]
    return "\n\n".join(parts)


def _in_order(results: Results) -> list[Times]:
    return sorted(results.times.values(), key=lambda times: times.slowdown)


def _columns(times: Times) -> list[str]:
    return [name for name in TITLES if name in times.total]


def _times(times: Times) -> str:
    targets = _columns(times)
    rows = [
        [WORDS[operation], *(_cell(times, target, operation) for target in targets)]
        for operation in OPERATIONS
    ]
    rows.append(["geometric mean", *(f"**{times.mean(name):.2f}×**" for name in targets)])
    return _grid(["", *(_title(name, times.versions) for name in targets)], rows)


def _title(name: str, versions: dict[str, str]) -> str:
    return TITLES[name].format(**versions)


def _grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    rule = ["---", *("--:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def _cell(times: Times, target: str, operation: str) -> str:
    text = milliseconds(times.median(target, operation))
    if target == "vanilla":
        return text
    return f"{text} · {times.ratio(target, operation):.2f}×"


def milliseconds(value: float) -> str:
    """Return *value* with as many digits as mean something."""
    if value < 10:
        return f"{value:.2f}"
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def _caption(times: Times) -> str:
    machine = times.machine
    runs = min(len(values) for one in times.total.values() for values in one.values())
    return (
        f"Milliseconds from the click to layout done, medians of {runs} runs and the ratio to "
        f"hand-written JS; {times.versions['chromium']}, Pyodide {times.versions['pyodide']}, "
        f"{machine.processor}, {machine.cores} cores, {machine.memory_gb} GB, {machine.system}, "
        f"{times.made[:10]}."
    )


def details(results: Results) -> str:
    """Return what does not fit the front page: how the runs spread, and the measures beside."""
    parts = []
    for times in _in_order(results):
        slow = "" if times.slowdown == 1 else f", slowed {times.slowdown:g} times"
        parts += [f"The 90th percentiles{slow}, in milliseconds:", _p90(times)]
    if results.measures is not None:
        parts += _measures(results.measures)
    return "\n\n".join(parts)


def _p90(times: Times) -> str:
    targets = _columns(times)
    rows = [
        [WORDS[operation], *(milliseconds(times.p90(target, operation)) for target in targets)]
        for operation in OPERATIONS
    ]
    return _grid(["", *(_title(name, times.versions) for name in targets)], rows)


def _measures(measures: Measures) -> list[str]:
    parts = []
    for app, steps in measures.steps.items():
        first = measures.first_frame[app]
        parts.append(
            f"`apps/{app}.py`: bytes of each frame (the first one has {first:,}), and where the "
            "milliseconds go:"
        )
        parts.append(steps_table(steps))
    parts += ["Memory after garbage was collected, in MB:", _memory(measures)]
    parts += ["Milliseconds by number of rows:", _growth(measures)]
    live, made = measures.proxies["live"], measures.proxies["made"]
    parts.append(
        f"Live proxies on a page, less those of a page with Pyodide alone: {live}; made by 100 "
        f"events: {made}."
    )
    return parts


def steps_table(steps: dict[str, Steps]) -> str:
    """Return what each operation's frame weighs and where its time goes."""
    names = ("handler", "view", "diff", "encode", "apply", "layout", "garbage")
    rows = [
        [WORDS[name], f"{one.bytes:,}", *(milliseconds(getattr(one, part)) for part in names)]
        for name, one in steps.items()
    ]
    return _grid(["", "bytes", *names], rows)


def _memory(measures: Measures) -> str:
    rows = []
    for name, memory in measures.memory.items():
        last = max(memory.cycles)
        heaps = (memory.empty, memory.rows, memory.cycles[min(memory.cycles)], memory.cycles[last])
        wasm = [f"{heap.wasm / 1e6:.1f}" if heap.wasm else "" for heap in heaps[-1:]]
        rows.append([name, *(f"{heap.js / 1e6:.2f}" for heap in heaps), str(last), *wasm])
    head = ["", "empty", "1,000 rows", "after 10 cycles", "after the last", "cycles", "Python"]
    return _grid(head, rows)


def _growth(measures: Measures) -> str:
    counts = sorted(next(iter(measures.growth.values())))
    rows = []
    for name, times in measures.growth.items():
        cells = [f"{milliseconds(times[n])} ({1000 * times[n] / n:.0f} µs a row)" for n in counts]
        rows.append([name, *cells, milliseconds(measures.one_of_10k[name])])
    return _grid(["", *(f"create {n:,}" for n in counts), "one row of 10,000"], rows)


BLOCKS = {"table": table, "details": details}
"""What stands between ``<!-- bench:NAME -->`` and ``<!-- /bench:NAME -->``."""


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- bench:{name} -->)(.*?)(<!-- /bench:{name} -->)", re.DOTALL)


def blocks_in(text: str) -> dict[str, str]:
    """Return what *text* has between the markers, by their names."""
    found = {name: _pattern(name).search(text) for name in BLOCKS}
    return {name: match[2].strip() for name, match in found.items() if match is not None}


def write_readme(path: Path, results: Results) -> bool:
    """Bring the tables in the file at *path* up to date; say whether it has any."""
    text = path.read_text(encoding="utf-8")
    names = blocks_in(text)
    for name in names:
        begin, _, end = _pattern(name).split(text)[1:4]
        before, after = text.split(begin)[0], text.split(end)[1]
        text = f"{before}{begin}\n\n{BLOCKS[name](results)}\n\n{end}{after}"
    path.write_text(text, encoding="utf-8")
    return bool(names)
