"""Chromium with one tab per target, and what can be asked of a tab."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench.setup import BenchError
from scripts import find_tools
from tests.e2e.server import Server
from tests.tools import CHROMIUM_FLAGS

START = 120_000
"""Milliseconds that a target may take until its buttons are there."""

# An isolated page has a clock of 5 µs; others are given 100 µs, which is half a select.
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
FLAGS = (
    *CHROMIUM_FLAGS,
    "--disable-backgrounding-occluded-windows",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--enable-precise-memory-info",
    # Garbage is collected before each click, and V8 throws code away that it finds unused at a
    # few collections: it would compile again what it had compiled, in the middle of a run.
    "--js-flags=--expose-gc --no-flush-bytecode",
    # One process per tab, whatever the machine's memory makes Chromium think.
    "--site-per-process",
)

Times = dict[str, dict[str, float]]
"""By operation: ``total`` and ``script`` in milliseconds."""


class Tab:
    """The page of one target."""

    def __init__(self, name: str, page: Page, url: str, wait: str) -> None:
        self.name = name
        self.page = page
        self.errors: list[str] = []
        self._rate = 1.0
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(url)
        page.get_by_text(wait, exact=True).wait_for(timeout=START)

    def close(self) -> None:
        """Close the tab, and its process with it."""
        self.page.close()

    def front(self) -> None:
        """Show the tab; a hidden one draws no frames."""
        self.page.bring_to_front()

    def round(self, operations: Sequence[str], slowdown: float = 1) -> Times:
        """Do the *operations*, each from an empty table and checked; return their times.

        The processor is *slowdown* times slower while the clock runs, and only then.
        """
        times: Times = {}
        for operation in operations:
            self._ask("operation => bench.prepare(operation)", operation)
            self._slow(slowdown)
            times[operation] = self._ask("operation => bench.perform(operation)", operation)
            self._slow(1)
            self._ask("() => bench.check()")
        return times

    def act(self, *actions: str) -> None:
        """Do *actions*, untimed but checked."""
        self._ask("actions => bench.act(actions)", actions)

    def evaluate(self, script: str, argument: Any = None) -> Any:
        """Evaluate *script* in the page."""
        return self._ask(script, argument)

    def heap(self) -> dict[str, int]:
        """Collect garbage and return the bytes of the JS heap and the number of DOM nodes."""
        self._ask("() => bench.rest()")
        # What one collection frees may hold what the next one frees.
        for _ in range(2):
            self._cdp.send("HeapProfiler.collectGarbage")
        used = self._cdp.send("Runtime.getHeapUsage")["usedSize"]
        return {"js": int(used), "nodes": self._cdp.send("Memory.getDOMCounters")["nodes"]}

    def _slow(self, rate: float) -> None:
        if rate != self._rate:
            self._cdp.send("Emulation.setCPUThrottlingRate", {"rate": rate})
            self._rate = rate

    def _ask(self, script: str, argument: Any = None) -> Any:
        try:
            return self.page.evaluate(script, argument)
        except Exception as error:
            raise BenchError(f"{self.name}: {error}\n" + "\n".join(self.errors)) from error


class Lab:
    """A browser and a server for the built pages."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self.browser = browser
        self._server = server
        self._context = browser.new_context(viewport={"width": 1280, "height": 900})

    def open(self, name: str, query: str = "", *, script: str = "") -> Tab:
        """Open the page of the target *name*; *script* runs in it before anything else."""
        page = self._context.new_page()
        if script:
            page.add_init_script(script)
        # A name of its own for each target makes it a site, and so a process, of its own.
        port = self._server.origin.rpartition(":")[2]
        return Tab(name, page, f"http://{name}.localhost:{port}/{name}/{query}", "Clear")


@contextmanager
def lab(folder: Path) -> Iterator[Lab]:
    """Serve *folder* and start Chromium."""
    chromium = find_tools.chromium()
    if chromium is None:
        raise BenchError("Chromium is missing: run make setup.")
    with Server(folder, headers=HEADERS) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS])
        try:
            yield Lab(browser, server)
        finally:
            browser.close()
