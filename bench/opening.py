"""``make bench-open``: from the start of a page to an answered click, side by side.

Each visit is a browser process of its own on a persistent profile. A first visit begins with an
empty profile; the later ones find what it left. For ours the host is gone by then.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from bench.machine import this_machine
from bench.opening_host import Host
from bench.paths import BENCH, BENCH_README, BUILD, ROOT
from bench.setup import BenchError, install_peer, run
from scripts import find_tools
from tempestweb_wasm.build.output import write_site
from tempestweb_wasm.build.python import stock_files
from tempestweb_wasm.build.site import Site, make_plan
from tests.tools import CHROMIUM_FLAGS

RESULTS = BENCH / "results" / "opening.json"
FOLDER = BUILD / "opening"
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

_STOCK = """<!doctype html><html lang="en"><meta charset="utf-8"><title>stock</title>
<p>Loading</p><script type="module">
import { loadPyodide } from "./pyodide/pyodide.mjs";
const python = await loadPyodide({ indexURL: "./pyodide/" });
document.body.dataset.answer = python.runPython("str(6 * 7)");
</script></html>
"""
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
    if (plus && !found.clicked) {
      found.clicked = performance.now();
      plus.click();
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
    """What every visit of a run has in common."""

    playwright: Playwright
    slow: float

    def visit(self, host: Host, profile: Path, *, settle: bool) -> dict[str, Any]:
        """Open the page in a new process and return its times in milliseconds."""
        context = self.playwright.chromium.launch_persistent_context(
            profile, executable_path=find_tools.chromium(), args=list(CHROMIUM_FLAGS)
        )
        try:
            return self._measured(context, context.pages[0], host, settle)
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


def build() -> None:
    """Make the three pages."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    site = Site(make_plan([ROOT / "demo" / "counter" / "app.py"]))
    write_site(site.files(), FOLDER / "ours")
    stock = stock_files(site.plan.interpreter, site.resolution)
    command = str(install_peer().parent / "tempestweb")
    line = [command, "build", "--mode", "wasm", "--path", str(BENCH / "peers" / "counter")]
    run([*line, "--out", str(FOLDER / "peer")], "the peer's counter can't be built")
    for name in ("stock", "peer"):
        (FOLDER / name / "pyodide").mkdir(parents=True, exist_ok=True)
        for file, content in stock.items():
            (FOLDER / name / "pyodide" / file).write_bytes(content.read())
    (FOLDER / "stock" / "index.html").write_text(_STOCK, encoding="utf-8")
    bootstrap = FOLDER / "peer" / "bootstrap.js"
    text, count = re.subn(
        r'const PYODIDE_BASE = "[^"]*";',
        'const PYODIDE_BASE = "./pyodide/";',
        bootstrap.read_text(encoding="utf-8"),
    )
    if count != 1:
        raise BenchError("the peer's bootstrap.js names no PYODIDE_BASE: has its version changed?")
    bootstrap.write_text(text, encoding="utf-8")


def one_round(bench: Bench, target: str) -> dict[str, dict[str, Any]]:
    """Return the times of a first and of a later visit."""
    host = Host(FOLDER / target).start()
    profile = Path(tempfile.mkdtemp(prefix="opening-"))
    ours = target == "ours"
    try:
        first = bench.visit(host, profile, settle=ours)
        # The visit in between is the one after which code caches are full, for all of them.
        bench.visit(host, profile, settle=False)
        if ours:
            host.stop()
        return {"first": first, "later": bench.visit(host, profile, settle=False)}
    finally:
        host.stop()
        shutil.rmtree(profile, ignore_errors=True)


def measure(runs: int, slow: float) -> dict[str, Any]:
    """Take *runs* rounds in turn; return the medians by target and visit."""
    times: dict[str, list[dict[str, dict[str, Any]]]] = {name: [] for name in TITLES}
    with sync_playwright() as playwright:
        bench = Bench(playwright, slow)
        for number in range(runs):
            for target, rounds in times.items():
                rounds.append(one_round(bench, target))
                shown = {visit: round(rounds[-1][visit]["answered"]) for visit in VISITS}
                print(f"{number + 1}/{runs} {target}: {shown}", file=sys.stderr, flush=True)
    return {
        target: {
            visit: {
                line: median([one[visit][line] for one in rounds if one[visit][line] is not None])
                for line in LINES
            }
            for visit in VISITS
        }
        for target, rounds in times.items()
    }


def table(results: dict[str, Any]) -> str:
    """Return the results as the README shows them."""
    parts = []
    for slow, found in sorted(results["slow"].items(), key=lambda pair: float(pair[0])):
        if float(slow) != 1:
            parts.append(f"With the page's processor slowed {float(slow):g} times:")
        lines = ["| | " + " | ".join(TITLES.values()) + " |", "| --- |" + " --: |" * len(TITLES)]
        for visit, words in VISITS.items():
            for line, what in LINES.items():
                cells = [f"{found['medians'][name][visit][line]:,.0f}" for name in TITLES]
                lines.append(f"| {words}: {what} | " + " | ".join(cells) + " |")
        parts.append("\n".join(lines))
        parts.append(f"Milliseconds from the start of the page, medians of {found['runs']} rounds.")
    return "\n\n".join(parts)


def write_readme(results: dict[str, Any]) -> None:
    """Put the table between its markers."""
    text = BENCH_README.read_text(encoding="utf-8")
    block = f"<!-- bench:opening -->\n\n{table(results)}\n\n<!-- /bench:opening -->"
    pattern = re.compile(r"<!-- bench:opening -->.*<!-- /bench:opening -->", re.DOTALL)
    BENCH_README.write_text(pattern.sub(lambda _: block, text), encoding="utf-8")


def main(line: list[str]) -> int:
    """Run what *line* says."""
    parser = argparse.ArgumentParser(prog="bench.opening", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="rounds (5)")
    parser.add_argument("--slow", type=float, default=1, help="slow the processor so many times")
    parser.add_argument("--write-readme", action="store_true", help="put the table into the README")
    options = parser.parse_args(line)
    build()
    medians = measure(options.runs, options.slow)
    results = json.loads(RESULTS.read_bytes()) if RESULTS.is_file() else {"slow": {}}
    results["machine"] = this_machine().model_dump()
    results["slow"][f"{options.slow:g}"] = {"runs": options.runs, "medians": medians}
    RESULTS.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(table(results))
    if options.write_readme:
        write_readme(results)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
