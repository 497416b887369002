"""The table with a stopwatch and scales inside: says how long each step in Python took.

Never among the timed targets. It wraps the steps where the session looks them up, so that
what it measures is the code that runs, and leaves its numbers in the page's global
``benchProbe`` as JSON after each event. ``?app=plain`` shows the rows built anew, with
``&profile=yes`` each event runs under ``cProfile``, which makes everything slower, with
``&collect=yes`` garbage is collected after each event, as no app would.
"""

from __future__ import annotations

import gc
import io
import json
from collections.abc import Callable
from cProfile import Profile
from importlib import import_module
from pstats import Stats
from time import perf_counter
from typing import Any

from tempestweb_wasm import App, Widget
from tempestweb_wasm.runtime import serialize, session
from tempestweb_wasm.transports.wasm import WasmTransport

from . import plain, table
from .state import Table, make_state

__all__ = ["make_state", "view"]

VIEWS = {"plain": plain.view, "table": table.view}


class Probe:
    """Seconds per step and bytes sent, since the last event began."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.bytes = 0
        self.heard = False
        self.profiling = False
        self.profile = ""
        self.collecting = False
        self.began = 0.0

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return *function* with its time added up under *name*."""

        def run(*args: Any) -> Any:
            began = perf_counter()
            try:
                return function(*args)
            finally:
                self.seconds[name] = self.seconds.get(name, 0.0) + perf_counter() - began

        return run

    def install(self) -> None:
        """Wrap the steps; once, before the app starts."""
        gc.callbacks.append(self.on_garbage)
        vars(session)["reconcile"] = self.timed("diff", vars(session)["reconcile"])
        vars(serialize)["encode"] = self.timed("encode", serialize.encode)
        send = self.timed("apply", WasmTransport.send)
        deliver = self.timed("python", WasmTransport.deliver)

        def weighed(transport: WasmTransport, text: str) -> None:
            self.bytes += len(text.encode())
            send(transport, text)
            if not self.heard:
                self.tell()  # the first frame, which no event asked for

        def told(transport: WasmTransport, text: str) -> None:
            self.seconds = {}
            self.bytes = 0
            self.heard = True
            if self.profiling:
                self.profiled(lambda: deliver(transport, text))
            else:
                deliver(transport, text)
            self.tell()

        WasmTransport.send = weighed  # type: ignore[method-assign, assignment]
        WasmTransport.deliver = told  # type: ignore[method-assign, assignment]

    def on_garbage(self, phase: str, _: dict[str, int]) -> None:
        """Add up what Python's garbage collector takes; it is in other steps' times, too."""
        if phase == "start":
            self.began = perf_counter()
        else:
            self.seconds["gc"] = self.seconds.get("gc", 0.0) + perf_counter() - self.began

    def profiled(self, function: Callable[[], Any]) -> None:
        """Run *function* and keep where its time went."""
        profile = Profile()
        profile.runcall(function)
        text = io.StringIO()
        Stats(profile, stream=text).strip_dirs().sort_stats("tottime").print_stats(25)
        self.profile = text.getvalue()

    def tell(self) -> None:
        """Leave the numbers where the page finds them."""
        ms = {name: seconds * 1000 for name, seconds in self.seconds.items()}
        if self.collecting:
            gc.collect()
        told = {
            "ms": ms,
            "bytes": self.bytes,
            "profile": self.profile,
            "objects": len(gc.get_objects()),
            "wasm": import_module("pyodide_js")._module.HEAP8.length,
        }
        page: Any = import_module("js")
        page.benchProbe = json.dumps(told)


PROBE = Probe()
PROBE.install()


def view(app: App[Table]) -> Widget:
    PROBE.profiling = "profile" in app.context.query
    PROBE.collecting = "collect" in app.context.query
    shown: Widget = PROBE.timed("view", VIEWS[app.context.query.get("app", "table")])(app)
    return shown
