"""A trace of Chromium's, summed up: what kept which thread busy until the page answered."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

CATEGORIES = (
    "devtools.timeline,v8,v8.wasm,toplevel,blink.user_timing,loading,disabled-by-default-v8.compile"
)
_THREADS = {
    "CrRendererMain": "page",
    "DedicatedWorker thread": "worker",
    "ServiceWorker thread": "service",
}
# The first that is in an event's name says what it was.
_KINDS = {
    "wasm.CompileLazy": "compiling wasm",
    "ValidateFunctions": "compiling wasm",
    "wasm.OnBytesReceived": "compiling wasm",
    "wasm.FinishStreaming": "compiling wasm",
    "wasm.Deserialize": "compiling wasm",
    "wasm.SyncInstantiate": "linking wasm",
    "V8.CompileCode": "compiling scripts",
    "v8.compileModule": "compiling scripts",
    "DoDigest": "hashing",
    "DecompressionStream": "unpacking",
    "MinorGC": "garbage",
    "MajorGC": "garbage",
}
_ALL, _REST, _LONGEST = "all", "everything else", "longest task"


def flags(file: Path, seconds: int) -> list[str]:
    """Return what Chromium is to be told so that it leaves a trace in *file*."""
    return [
        f"--trace-startup={CATEGORIES}",
        f"--trace-startup-file={file}",
        f"--trace-startup-duration={seconds}",
        "--trace-startup-format=json",
    ]


def summary(file: Path, answered: float) -> dict[str, dict[str, float]]:
    """Return by thread the processor's milliseconds by kind, up to *answered* (milliseconds)."""
    events: list[dict[str, Any]] = json.loads(file.read_bytes())["traceEvents"]
    (start, pid), *_ = [
        (event["ts"], event["pid"])
        for event in events
        if event["name"] == "navigationStart" and "http://127" in str(event.get("args"))
    ]
    threads = {
        (event["pid"], event["tid"]): _THREADS[event["args"]["name"]]
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] in _THREADS
    }
    # Of the many pages of a browser it is this one's.
    threads = {key: name for key, name in threads.items() if name != "page" or key[0] == pid}
    found: dict[str, dict[str, float]] = {name: defaultdict(float) for name in _THREADS.values()}
    ends: dict[tuple[int, int], float] = {}
    tasks: dict[tuple[int, int], float] = {}
    for event in sorted(events, key=lambda event: event.get("ts", 0)):
        thread = (event["pid"], event["tid"])
        inside = start <= event.get("ts", 0) <= start + 1000 * answered
        if event["ph"] != "X" or thread not in threads or not inside:
            continue
        spent = event.get("tdur", 0) / 1000
        times = found[threads[thread]]
        # A task is what lies in nothing else, whatever the thread calls it.
        if event["ts"] >= tasks.get(thread, 0):
            times[_ALL] += spent
            times[_LONGEST] = max(times[_LONGEST], event.get("dur", 0) / 1000)
            tasks[thread] = event["ts"] + event.get("dur", 0)
        kind = next((kind for part, kind in _KINDS.items() if part in event["name"]), None)
        # One within another is counted once.
        if kind and event["ts"] >= ends.get(thread, 0):
            times[kind] += spent
            ends[thread] = event["ts"] + event.get("dur", 0)
    return {name: _whole(times) for name, times in found.items()}


def _whole(times: dict[str, float]) -> dict[str, float]:
    kinds = list(dict.fromkeys(_KINDS.values()))
    known = {kind: round(times[kind], 1) for kind in kinds}
    rest = times[_ALL] - sum(known.values())
    longest = round(times[_LONGEST], 1)
    return {_ALL: round(times[_ALL], 1), **known, _REST: round(rest, 1), _LONGEST: longest}
