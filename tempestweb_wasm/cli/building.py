"""``tempestweb build``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from tempestweb_wasm.build.files import Files
from tempestweb_wasm.build.output import check_target, write_site
from tempestweb_wasm.build.progress import Terminal
from tempestweb_wasm.build.report import published_lines, size_table
from tempestweb_wasm.build.site import Plan, Site, make_plan


def run_build(
    apps: Sequence[Path],
    includes: Sequence[Path],
    *,
    out: Path,
    refresh: bool,
    offline: bool,
    prerender: bool,
    base: str | None,
    console: Console,
) -> None:
    """Build the site of *apps* into *out* and print what its parts weigh."""
    # Before anything long: the folder might not be ours to replace.
    kept = check_target(out)
    progress = Terminal(Console(stderr=True))
    with progress.showing():
        progress.step("Looking at the apps")
        plan = make_plan(apps, includes, progress=progress, refresh=refresh)
        progress.step("Choosing packages")
        site = Site(plan, offline=offline, prerender=prerender, base=base)
        files = site.files()
        for note in site.notes:
            progress.note(note)
        progress.step("Writing the site")
        written = write_site(files, out)
        progress.step("Measuring")
        table = size_table(files)
    console.print(table)
    for line in ["", *_told(plan, files, kept, out)]:
        console.print(line, soft_wrap=True, highlight=False, markup=False)
    console.print(f"\n{written} is ready for any static host.", soft_wrap=True, highlight=False)
    console.print(f"See it with: tempestweb run {out}", soft_wrap=True, highlight=False)


def _told(plan: Plan, files: Files, kept: Sequence[str], out: Path) -> Iterator[str]:
    """Yield what of the user's own is in the site, and what else is in its folder."""
    for app in plan.apps:
        yield from published_lines(files, f"apps/{app.name}/", app.name)
    for include in plan.includes:
        yield from published_lines(files, f"{include.name}/", f"{include.name}/")
    if kept:
        yield f"Kept in {out}, as no build wrote it: {', '.join(kept)}"
