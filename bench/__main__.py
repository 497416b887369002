"""``make bench``: run the benchmark, keep the results, write the table.

::

    python -m bench                      # all targets, ten rounds, and the measures beside
    python -m bench --slow 4             # the same with the processor slowed four times
    python -m bench --quick              # a look, in two minutes; kept in build/, not here
    python -m bench --steps table        # where the time of ours goes, step by step
    python -m bench --steps table --profile swap    # one operation, function by function
    python -m bench --only-readme        # the table again from the results that are there
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from bench.browser import lab
from bench.building import BUNDLED, PEER, WORKER, build_pages
from bench.measures import measure_beside, profile_of, steps_of
from bench.paths import BENCH_README, BUILD, README, RESULTS
from bench.report import details, steps_table, table, write_readme
from bench.results import BASELINE, OPERATIONS, Results
from bench.rounds import Plan, measure, say
from bench.setup import PEER as PEER_PACKAGE
from bench.setup import BenchError, package_versions
from tempestweb_wasm.errors import TempestError

TARGETS = (*BUNDLED, "table", WORKER, "plain", PEER)
QUICK = tuple(name for name in TARGETS if name != PEER)
SLOWED = tuple(name for name in QUICK if name != WORKER)


def arguments(line: list[str]) -> argparse.Namespace:
    """Read the command *line*."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="3 runs, no peer, no measures")
    parser.add_argument("--runs", type=int, help="counted rounds (10)")
    parser.add_argument("--warmups", type=int, help="rounds before them (2)")
    parser.add_argument("--slow", type=float, default=1, help="slow the processor so many times")
    parser.add_argument("--targets", help=f"of {', '.join(TARGETS)}; {BASELINE} always runs")
    parser.add_argument("--out", type=Path, help=f"the results ({RESULTS.name} in bench/results)")
    parser.add_argument("--measures", choices=("yes", "no", "only"), help="those beside the times")
    parser.add_argument("--steps", choices=("table", "plain"), help="only where its time goes")
    parser.add_argument("--profile", choices=OPERATIONS, help="with --steps: of that operation")
    parser.add_argument("--write-readme", action="store_true", help="put the table into READMEs")
    parser.add_argument("--only-readme", action="store_true", help="only that; nothing is run")
    return parser.parse_args(line)


def chosen(options: argparse.Namespace) -> tuple[str, ...]:
    """Return the targets to run, the baseline among them."""
    if not options.targets:
        # Ten thousand rows on the peer at a quarter of the speed take half a minute, each time.
        if options.slow != 1:
            return SLOWED
        return QUICK if options.quick else TARGETS
    asked = options.targets.split(",")
    if unknown := set(asked) - set(TARGETS):
        raise BenchError(f"no target {', '.join(sorted(unknown))}: there are {', '.join(TARGETS)}.")
    return tuple(name for name in TARGETS if name in asked or name == BASELINE)


def run(options: argparse.Namespace, out: Path) -> Results:
    """Build, measure, and write the results to *out*."""
    targets = chosen(options)
    plan = Plan(
        targets,
        runs=options.runs or (3 if options.quick else 10),
        warmups=(1 if options.quick else 2) if options.warmups is None else options.warmups,
        slowdown=options.slow,
    )
    beside = options.measures or ("no" if options.quick or options.slow != 1 else "yes")
    say("building the pages")
    versions = {**build_pages(targets), **package_versions()}
    versions["tempestweb"] = PEER_PACKAGE.partition("==")[2]
    # A look is not added to the last look.
    results = Results() if options.quick else Results.read(out)
    with lab(BUILD) as browser:
        versions["chromium"] = f"Chromium {browser.browser.version}"
        if beside != "only":
            results.times[f"{options.slow:g}"] = measure(browser, plan, versions)
            results.write(out)
        if beside != "no":
            results.measures = measure_beside(browser, targets, min(plan.runs, 3))
            results.write(out)
    return results


def show_steps(app: str, runs: int, profile: str | None) -> None:
    """Print where the time of *app* goes; nothing is kept."""
    build_pages(())
    with lab(BUILD) as browser:
        if profile is not None:
            print(profile_of(browser, app, profile))
            return
        first, steps = steps_of(browser, app, runs)
    print(f"{steps_table(steps)}\n\nThe first frame has {first:,} bytes.")


def main(line: list[str]) -> int:
    """Run the command; return the exit code."""
    options = arguments(line)
    out = options.out or (BUILD / "quick.json" if options.quick else RESULTS)
    began = time.monotonic()
    try:
        if options.steps:
            show_steps(options.steps, options.runs or 5, options.profile)
            return 0
        results = Results.read(out) if options.only_readme else run(options, out)
    except (BenchError, TempestError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    if options.write_readme or options.only_readme:
        written = [path for path in (README, BENCH_README) if write_readme(path, results)]
        say(f"the table is in {', '.join(path.name for path in written) or 'no README'}")
    print(table(results), details(results), sep="\n\n")
    say(f"{time.monotonic() - began:.0f} s, results in {out.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
