"""What is measured beside the times: frames, steps in Python, memory, proxies, growth."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bench.browser import Lab, Tab
from bench.results import OPERATIONS, Heap, Measures, Memory, Steps
from bench.rounds import now, say
from bench.stats import median

WARM = 4
CYCLES = 50
CHECKPOINTS = (10, 20, 30, 40, 50)
"""Cycles after which the heap is looked at; the first ten fill what is kept on purpose."""

# Pyodide registers each proxy that it makes, and takes it off the list when it is destroyed.
COUNT_PROXIES = """
globalThis.proxies = { live: 0, made: 0 };
globalThis.FinalizationRegistry = class extends FinalizationRegistry {
  constructor(callback) {
    super((held) => {
      globalThis.proxies.live -= 1;
      callback(held);
    });
  }
  register(...entry) {
    globalThis.proxies.live += 1;
    globalThis.proxies.made += 1;
    super.register(...entry);
  }
  unregister(token) {
    const was = super.unregister(token);
    if (was) globalThis.proxies.live -= 1;
    return was;
  }
};
"""
BARE = """async () => {
  const { loadPyodide } = await import("../pyodide/pyodide.mjs");
  globalThis.kept = await loadPyodide({ indexURL: "../pyodide/" });
  await globalThis.kept.loadPackage("tempestweb-wasm");
  globalThis.kept.pyimport("json").destroy();
}"""


def measure_beside(lab: Lab, targets: Sequence[str], runs: int) -> Measures:
    """Take every measure that is no race; *runs* is how often those with a clock repeat."""
    apps = [name for name in ("table", "plain") if name in targets]
    steps, first = {}, {}
    for app in apps:
        say(f"steps of {app}")
        first[app], steps[app] = steps_of(lab, app, runs)
    growth, one = {}, {}
    for target in targets:
        say(f"growth of {target}")
        growth[target], one[target] = _growth(lab, target, 1 if target == "peer" else runs)
    memory = {}
    for target in targets:
        say(f"memory of {target}")
        memory[target] = _memory(lab, target, CYCLES if target != "peer" else CHECKPOINTS[0])
    return Measures(
        made=now(),
        first_frame=first,
        steps=steps,
        memory=memory,
        proxies=_proxies(lab),
        growth=growth,
        one_of_10k=one,
    )


def steps_of(lab: Lab, app: str, runs: int) -> tuple[int, dict[str, Steps]]:
    """The first frame's bytes, and every operation taken apart."""
    tab = lab.open("probe", f"?app={app}")
    tab.front()
    first = _probe(tab)["bytes"]
    tab.round(OPERATIONS)
    found: dict[str, list[Steps]] = {operation: [] for operation in OPERATIONS}
    for _ in range(runs):
        for operation in OPERATIONS:
            times = tab.round([operation])[operation]
            found[operation].append(_one(times, _probe(tab)))
    tab.close()
    return first, {operation: _middle(many) for operation, many in found.items()}


def profile_of(lab: Lab, app: str, operation: str) -> str:
    """Return where the time of one *operation* goes in Python, function by function."""
    tab = lab.open("probe", f"?app={app}&profile=yes")
    tab.front()
    tab.round([operation] * 3)
    text = str(_probe(tab)["profile"])
    tab.close()
    return text


def _one(times: dict[str, float], probe: dict[str, Any]) -> Steps:
    ms = probe["ms"]
    parts = {name: ms.get(name, 0.0) for name in ("view", "diff", "encode", "apply")}
    return Steps(
        bytes=probe["bytes"],
        handler=ms["python"] - sum(parts.values()),
        layout=times["total"] - times["script"],
        garbage=ms.get("gc", 0.0),
        **parts,
    )


def _middle(many: Sequence[Steps]) -> Steps:
    names = ("handler", "view", "diff", "encode", "apply", "layout", "garbage")
    middle = {name: round(median([getattr(one, name) for one in many]), 3) for name in names}
    return Steps(bytes=many[-1].bytes, **middle)


def _growth(lab: Lab, target: str, runs: int) -> tuple[dict[int, float], float]:
    """Milliseconds by number of rows created, and for one changed row of 10,000."""
    tab = lab.open(target)
    tab.front()
    # The small ones are done in a moment, and need more of it until the engines are warm.
    small = ["create100", "create"] * WARM
    tab.round(small)
    times = [tab.round([operation])[operation]["total"] for operation in small * runs]
    large = [tab.round(["create10k", "one10k"]) for _ in range(runs)]
    tab.close()
    found = {
        100: times[0::2],
        1_000: times[1::2],
        10_000: [one["create10k"]["total"] for one in large],
    }
    one = median([one["one10k"]["total"] for one in large])
    return {rows: round(median(many), 3) for rows, many in found.items()}, round(one, 3)


def _memory(lab: Lab, target: str, cycles: int) -> Memory:
    ours = target in ("table", "plain")
    tab = lab.open("probe", f"?app={target}&collect=yes") if ours else lab.open(target)
    tab.front()
    tab.act("run", "clear")
    empty = _heap(tab, ours)
    tab.act("run")
    rows = _heap(tab, ours)
    tab.act("clear")
    found = {}
    for cycle in range(1, cycles + 1):
        tab.act("run", "clear")
        if cycle in CHECKPOINTS:
            found[cycle] = _heap(tab, ours)
    tab.close()
    return Memory(empty=empty, rows=rows, cycles=found)


def _heap(tab: Tab, ours: bool) -> Heap:
    heap = tab.heap()
    if not ours:
        return Heap(js=heap["js"], nodes=heap["nodes"])
    probe = _probe(tab)
    return Heap(js=heap["js"], nodes=heap["nodes"], wasm=probe["wasm"], objects=probe["objects"])


def _proxies(lab: Lab) -> dict[str, int]:
    """The proxies on a page of ours, and how many of them 100 events made."""
    bare = lab.open("vanilla", script=COUNT_PROXIES)
    bare.evaluate(BARE)
    tab = lab.open("table", script=COUNT_PROXIES)
    tab.front()
    tab.act("few")
    before = _counted(tab)
    tab.act(*["select2", "select5"] * 50)
    after = _counted(tab)
    found = {
        "live": after["live"] - _counted(bare)["live"],
        "made": after["made"] - before["made"],
    }
    for one in (bare, tab):
        one.close()
    return found


def _counted(tab: Tab) -> dict[str, int]:
    tab.front()
    tab.heap()
    counted: dict[str, int] = tab.evaluate("() => ({...proxies})")
    return counted


def _probe(tab: Tab) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(tab.evaluate("() => benchProbe"))
    return told
