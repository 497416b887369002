"""``make bench-open``: from the start of a page to an answered click, side by side.

Each visit is a browser process of its own on a persistent profile. A first visit begins with an
empty profile; the later ones find what it left. For ours the host is gone by then.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from bench import opening_trace
from bench.machine import this_machine
from bench.opening_host import Host, Line
from bench.opening_pages import FOLDER, build
from bench.opening_report import LINES, TITLES, VISITS, table, write_readme
from bench.paths import BENCH
from bench.setup import BenchError
from scripts import find_tools
from tests.tools import CHROMIUM_FLAGS, firefox, node

RESULTS = BENCH / "results" / "opening.json"
SLOWED = 4
"""How many times the page's thread is slowed."""
RATE, LATE = 1_100_000, 0.15
"""Of the slow line: bytes a second, and seconds until an answer."""
STAYS = 4
"""Seconds that a visitor stays who comes again: browsers keep machine code of wasm only then."""
TRACED = 12
"""Seconds; a trace is summed up to the answer."""

# Clicks as soon as there is something to click, and looks at every change from then on.
WATCH = """
globalThis.opening = new Promise((done) => {
  const found = { pause: 0 };
  let last = performance.now();
  const tick = () => {
    const now = performance.now();
    found.pause = Math.max(found.pause, now - last);
    last = now;
    setTimeout(tick);
  };
  tick();
  const look = () => {
    const plus = [...document.querySelectorAll("button")].find(
      (button) => button.textContent.trim() === "+");
    if (plus && !found.seen) {
      found.seen = true;
      // Nobody clicks on what is not painted.
      requestAnimationFrame(() => plus.click());
    }
    const answered = document.body?.dataset.answer || /Count: 1/.test(document.body?.textContent);
    if (!answered || found.answered) return;
    found.answered = performance.now();
    // Its paint may be reported a little later.
    setTimeout(() => {
      found.paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null;
      done(found);
    }, 300);
  };
  new MutationObserver(look).observe(document, {
    attributes: true, characterData: true, childList: true, subtree: true });
});
"""
# What a first visit leaves behind: the site's files and the snapshot.
SETTLED = """async () => {
  const until = performance.now() + 20000;
  const kept = async (start) => (await caches.keys()).find((name) => name.startsWith(start));
  const filled = async (name) => name && (await (await caches.open(name)).keys()).length > 0;
  while (performance.now() < until) {
    const worker = await navigator.serviceWorker.getRegistration();
    if (worker?.active && await filled(await kept("tempestweb-snapshot "))) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}"""


@dataclass(frozen=True)
class Bench:
    """Chromium, and what all visits of a run have in common."""

    playwright: Playwright
    slow: float = 1

    def visit(
        self, host: Host, profile: Path, *, settle: bool = False, trace: Path | None = None
    ) -> dict[str, Any]:
        """Open the page in a new process and return its times in milliseconds."""
        flags = opening_trace.flags(trace, TRACED) if trace else []
        context = self.playwright.chromium.launch_persistent_context(
            profile, executable_path=find_tools.chromium(), args=[*CHROMIUM_FLAGS, *flags]
        )
        try:
            found = self._measured(context, context.pages[0], host, settle)
            if trace:
                context.pages[0].wait_for_timeout(TRACED * 1000)
            return found
        finally:
            context.close()

    def _measured(
        self, context: BrowserContext, page: Page, host: Host, settle: bool
    ) -> dict[str, Any]:
        if self.slow != 1:
            session = context.new_cdp_session(page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": self.slow})
        page.add_init_script(WATCH)
        page.goto(host.url, wait_until="commit")
        found: dict[str, Any] = page.evaluate("() => opening")
        if settle and not page.evaluate(SETTLED):
            raise BenchError("the first visit left nothing behind for the next one")
        return found

    def stay(self, host: Host, profile: Path) -> None:
        """Be there for a while, with nothing measured."""
        context = self.playwright.chromium.launch_persistent_context(
            profile, executable_path=find_tools.chromium(), args=list(CHROMIUM_FLAGS)
        )
        try:
            page = context.pages[0]
            page.add_init_script(WATCH)
            page.goto(host.url, wait_until="commit")
            page.evaluate("() => opening")
            page.wait_for_timeout(STAYS * 1000)
        finally:
            context.close()


class Firefox:
    """The same by puppeteer: Playwright can't drive a Firefox of the system's."""

    def visit(
        self, host: Host, profile: Path, *, settle: bool = False, stay: float = 0
    ) -> dict[str, Any]:
        """Open the page in a new process and return its times in milliseconds."""
        request = {
            "executable": firefox(),
            "profile": str(profile),
            "url": host.url,
            "watch": WATCH,
            "settled": SETTLED if settle else None,
            "stay": stay * 1000,
        }
        done = subprocess.run(
            [node(), str(BENCH / "opening_firefox.mjs")],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise BenchError(f"Firefox could not open the page: {done.stderr.strip()[-500:]}")
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def stay(self, host: Host, profile: Path) -> None:
        """Be there for a while, with nothing measured."""
        self.visit(host, profile, stay=STAYS)


def one_round(
    bench: Bench | Firefox, target: str, line: Line | None = None
) -> dict[str, dict[str, Any]]:
    """Return the times of a first and of a later visit."""
    host = Host(FOLDER / target, line).start()
    profile = Path(tempfile.mkdtemp(prefix="opening-"))
    ours = target == "ours"
    try:
        first = bench.visit(host, profile, settle=ours)
        # The visit in between is the one after which code caches are full, for all of them.
        bench.stay(host, profile)
        if ours:
            host.stop()
        return {"first": first, "later": bench.visit(host, profile)}
    finally:
        host.stop()
        shutil.rmtree(profile, ignore_errors=True)


def trace(bench: Bench) -> dict[str, Any]:
    """Return what kept which thread busy in a first and in a later visit of ours."""
    with tempfile.TemporaryDirectory(prefix="opening-") as name:
        folder = Path(name)
        host = Host(FOLDER / "ours").start()
        try:
            found = {}
            for visit in VISITS:
                file = folder / f"{visit}.json"
                times = bench.visit(host, folder / "profile", settle=True, trace=file)
                found[visit] = opening_trace.summary(file, times["answered"])
                if visit == "first":
                    bench.stay(host, folder / "profile")
                    host.stop()
            return found
        finally:
            host.stop()


def measure(bench: Bench | Firefox, runs: int, line: Line | None = None) -> dict[str, Any]:
    """Take *runs* rounds in turn; return the medians by target and visit."""
    times: dict[str, list[dict[str, dict[str, Any]]]] = {name: [] for name in TITLES}
    for number in range(runs):
        for target, rounds in times.items():
            rounds.append(one_round(bench, target, line))
            shown = {visit: round(rounds[-1][visit]["answered"]) for visit in VISITS}
            print(f"{number + 1}/{runs} {target}: {shown}", file=sys.stderr, flush=True)
    return {
        target: {
            visit: {
                what: median([one[visit][what] for one in rounds if one[visit][what] is not None])
                for what in LINES
            }
            for visit in VISITS
        }
        for target, rounds in times.items()
    }


def main(line: list[str]) -> int:
    """Run what *line* says."""
    parser = argparse.ArgumentParser(prog="bench.opening", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="rounds (5)")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--slow", action="store_true", help=f"the page's thread {SLOWED} times slower")
    how.add_argument("--line", action="store_true", help="a slow line to the host")
    how.add_argument("--firefox", action="store_true", help="in Firefox")
    how.add_argument("--trace", action="store_true", help="no times: where they go, for ours")
    parser.add_argument(
        "--write-readme", action="store_true", help="put the tables into the README"
    )
    options = parser.parse_args(line)
    build()
    results = json.loads(RESULTS.read_bytes()) if RESULTS.is_file() else {"conditions": {}}
    results["machine"] = this_machine().model_dump()
    with sync_playwright() as playwright:
        bench = Bench(playwright, SLOWED if options.slow else 1)
        if options.trace:
            results["trace"] = trace(bench)
        else:
            asked = [name for name in ("slow", "line", "firefox") if getattr(options, name)]
            condition = asked[0] if asked else "chromium"
            slow_line = Line(RATE, LATE) if options.line else None
            medians = measure(Firefox() if options.firefox else bench, options.runs, slow_line)
            results["conditions"][condition] = {"runs": options.runs, "medians": medians}
    RESULTS.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    # The tables are those of the file, the order of its lines included.
    results = json.loads(RESULTS.read_bytes())
    print(table(results))
    if options.write_readme:
        write_readme(results)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
