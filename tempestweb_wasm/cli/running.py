"""``tempestweb run``: a site as a static host would serve it, on this machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from tempestweb_wasm.build.files import Content
from tempestweb_wasm.build.output import is_site
from tempestweb_wasm.build.precache import removing_worker
from tempestweb_wasm.build.progress import Terminal
from tempestweb_wasm.build.published import MARKER
from tempestweb_wasm.build.site import Site, make_plan
from tempestweb_wasm.cli.hosting import Server, at_home, run_until_stopped
from tempestweb_wasm.cli.ports import address, open_socket
from tempestweb_wasm.cli.static import Lookup, StaticSite, in_folder, in_mapping
from tempestweb_wasm.errors import RuntimeSetupError
from tempestweb_wasm.server import ServerSettings


def run_site(
    what: Sequence[Path],
    includes: Sequence[Path],
    *,
    host: str,
    port: int,
    base: str,
    offline: bool,
    console: Console,
) -> None:
    """Serve *what*, one built folder or apps, until it is stopped."""
    place = base_of(what) or base_path(base)
    with open_socket(host, port) as bound:
        site = site_of(what, includes, base=place, offline=offline)
        shown = address(host, bound, place)
        console.print(f"Serving on {shown} (stop with Ctrl+C)", highlight=False)
        served = at_home(site, ServerSettings().allowed_hosts, host, bound)
        run_until_stopped(Server(served).serve(sockets=[bound]))


def site_of(
    what: Sequence[Path], includes: Sequence[Path], *, base: str = "/", offline: bool = True
) -> StaticSite:
    """Return the server's app for one built folder, or for apps that are built in memory."""
    if len(what) == 1 and is_site(what[0]):
        if includes:
            raise RuntimeSetupError(
                f"{what[0]} is built already: --include belongs to tempestweb build."
            )
        described = json.loads((what[0] / MARKER).read_bytes())
        lookup = in_folder(what[0])
        served = lookup if offline else _without_worker(lookup)
        return StaticSite(served, described["apps"], base, policy=described["policy"])
    progress = Terminal(Console(stderr=True))
    with progress.showing():
        plan = make_plan(what, includes, progress=progress)
        progress.step("Choosing packages")
        site = Site(plan, offline=offline, prerender=True)
        files = site.files()
        for note in site.notes:
            progress.note(note)
    return StaticSite(in_mapping(files), plan.app_folders(), base, policy=site.policy)


def base_of(what: Sequence[Path]) -> str | None:
    """Return the path that a built folder was built for, if it was for one."""
    if len(what) != 1 or not is_site(what[0]):
        return None
    described = json.loads((what[0] / MARKER).read_bytes())
    base: str | None = described.get("base")
    return base


def _without_worker(lookup: Lookup) -> Lookup:
    def found(path: str) -> Content | None:
        return removing_worker() if path == "sw.js" else lookup(path)

    return found


def base_path(text: str) -> str:
    """Return the path *text* with a slash at either end."""
    trimmed = text.strip("/")
    return f"/{trimmed}/" if trimmed else "/"
