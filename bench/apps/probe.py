"""The table with a stopwatch and scales inside: says how long each step in Python took.

Never among the timed targets. It wraps the steps where the session looks them up, so that
what it measures is the code that runs, and leaves its numbers in the page's global
``benchProbe`` as JSON after each event. ``?app=plain`` shows the rows built anew.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable
from importlib import import_module
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
            deliver(transport, text)
            self.tell()

        WasmTransport.send = weighed  # type: ignore[method-assign, assignment]
        WasmTransport.deliver = told  # type: ignore[method-assign, assignment]

    def tell(self) -> None:
        """Leave the numbers where the page finds them."""
        gc.collect()
        told = {
            "ms": {name: seconds * 1000 for name, seconds in self.seconds.items()},
            "bytes": self.bytes,
            "objects": len(gc.get_objects()),
            "wasm": import_module("pyodide_js")._module.HEAP8.length,
        }
        page: Any = import_module("js")
        page.benchProbe = json.dumps(told)


PROBE = Probe()
PROBE.install()


def view(app: App[Table]) -> Widget:
    shown: Widget = PROBE.timed("view", VIEWS[app.context.query.get("app", "table")])(app)
    return shown
