"""``tempestweb dev``: serves apps as they are on the disk and reloads the pages on an edit."""

from __future__ import annotations

import ast
import asyncio
import socket
import sys
import time
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from starlette.requests import Request
from starlette.types import Receive, Scope, Send
from watchfiles import awatch

from tempestweb_wasm.build.apps import find_app
from tempestweb_wasm.build.config import FILE
from tempestweb_wasm.build.files import Content, Files
from tempestweb_wasm.build.prerender import NoView
from tempestweb_wasm.build.progress import Progress, Silent, Terminal
from tempestweb_wasm.build.published import Rules
from tempestweb_wasm.build.site import Plan, Site, make_plan
from tempestweb_wasm.cli.check import is_checkable
from tempestweb_wasm.cli.events import Events
from tempestweb_wasm.cli.hosting import Server, at_home, run_until_stopped
from tempestweb_wasm.cli.ports import address, open_socket
from tempestweb_wasm.cli.static import StaticSite
from tempestweb_wasm.errors import TempestError
from tempestweb_wasm.server import ServerSettings

EVENTS = "/_tempest/dev/events"
"""Where pages listen for reloads."""


def run_dev(
    apps: Sequence[Path], includes: Sequence[Path], *, host: str, port: int, console: Console
) -> None:
    """Serve *apps* and reload their pages on every edit, until it is stopped."""
    progress = Terminal(Console(stderr=True))
    with open_socket(host, port) as bound:
        with progress.showing():
            dev = DevServer(apps, includes, console=console, progress=progress)
        shown = address(host, bound)
        console.print(f"Serving on {shown} (stop with Ctrl+C)", highlight=False)
        run_until_stopped(_run(dev, host, bound))


async def _run(dev: DevServer, host: str, bound: socket.socket) -> None:
    stop = asyncio.Event()

    def stopping() -> None:
        stop.set()
        dev.events.close()

    watching = asyncio.create_task(dev.watch(stop))
    rendering = asyncio.create_task(dev.render_views())
    try:
        served = at_home(dev, ServerSettings().allowed_hosts, host, bound)
        await Server(served, stopping).serve(sockets=[bound])
    finally:
        stopping()
        rendering.cancel()
        await watching


class DevServer:
    """What ``dev`` serves: the files as they were when last looked at, and who listens."""

    def __init__(
        self,
        apps: Sequence[Path],
        includes: Sequence[Path],
        *,
        console: Console,
        progress: Progress | None = None,
    ) -> None:
        self._named = apps
        self._included = includes
        self._console = console
        self._progress = progress or Silent()
        self.events = Events()
        self._build = uuid.uuid4().hex
        self._views: list[dict[str, Any]] = []
        self._asked = asyncio.Event()
        self.plan: Plan = make_plan(apps, includes, progress=self._progress)
        self._site = Site(self.plan, dev=True)
        self.files: Files = self._site.files()
        self._noted: list[str] = []
        self._tell_notes()
        self._tell_syntax_errors()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        if request.url.path == EVENTS:
            hello = {"type": "hello", "build": self._build}
            response = self.events.response(hello, *self._views)
            # Not before there is a page to tell.
            self._asked.set()
            await response(scope, receive, send)
            return
        site = StaticSite(self.lookup, self.plan.app_folders(), policy=self._site.policy)
        await site(scope, receive, send)

    def lookup(self, path: str) -> Content | None:
        """Return the file at *path* unless it was removed since the last look."""
        content = self.files.get(path)
        if content is None or content.path is None or content.path.is_file():
            return content
        return None

    @property
    def folders(self) -> list[Path]:
        """The folders whose files make the site."""
        return [rules.folder for rules in self.plan.rules()]

    async def watch(self, stop: asyncio.Event) -> None:
        """Look at the disk whenever something changes there, until *stop* is set."""
        async for changes in awatch(
            *self.folders, watch_filter=None, debounce=200, step=30, stop_event=stop
        ):
            if await self.changed(Path(name) for _, name in changes):
                await self._check()

    def concerns(self, path: Path) -> bool:
        """Say whether a change at *path* can change the site."""
        return any(
            path == rules.folder / FILE
            or (path.is_relative_to(rules.folder) and self._is_published(rules, path))
            for rules in self.plan.rules()
        )

    def _is_published(self, rules: Rules, path: Path) -> bool:
        # A test that an app imports is known by being there.
        return rules.allows(path.relative_to(rules.folder).as_posix()) or any(
            content.path == path for content in self.files.values()
        )

    async def changed(self, paths: Iterable[Path]) -> bool:
        """Look at the disk again if *paths* concern the site, and tell the pages.

        They hear that they must reload, or why the site can't be made anew. True when
        they were told to reload and every module can be parsed.
        """
        relevant = sorted(path for path in set(paths) if self.concerns(path))
        if not relevant:
            return False
        started = time.perf_counter()
        try:
            # New settings may ask for packages, which takes seconds: pages are served meanwhile.
            await asyncio.to_thread(self._look_again)
        except (TempestError, OSError) as error:
            # OSError: a file that an editor was just replacing. The next look finds it.
            code = error.code if isinstance(error, TempestError) else TempestError.code
            self._say(f"error[{code}]: {error}")
            self.events.send({"type": "error", "code": code, "message": str(error)})
            return False
        self._tell_notes()
        self._build = uuid.uuid4().hex
        self._views = []
        names = [path.name for path in relevant]
        self.events.send({"type": "reload", "build": self._build, "changed": names})
        took = (time.perf_counter() - started) * 1000
        self._say(f"{', '.join(names)} changed, pages reload ({took:.0f} ms)")
        return not self._tell_syntax_errors()

    async def render_views(self) -> None:
        """Tell each page what it would be built with, so that it can say where Python differs.

        Pages don't show it: an edit is to be seen at once, and this takes seconds.
        """
        rendered = ""
        while True:
            await self._asked.wait()
            self._asked.clear()
            if rendered != self._build:
                rendered = self._build
                await self._render()

    async def _render(self) -> None:
        build, site, files = self._build, self._site, self.files
        if self.syntax_errors():
            return
        found = await asyncio.to_thread(site.views, files)
        if build != self._build:
            return
        for app, view in found:
            if isinstance(view, NoView):
                self._say(f"{app.file}: {view}")
                continue
            message = {"type": "view", "build": build, "app": app.name, "frame": view.frame}
            self._views.append(message)
            self.events.send(message)

    def _look_again(self) -> None:
        interpreter = self.plan.interpreter
        apps = tuple(find_app(path, interpreter) for path in self._named)
        if apps != self.plan.apps:
            plan = make_plan(
                self._named, self._included, progress=self._progress, interpreter=interpreter
            )
            site = Site(plan, dev=True)
            self.files, self.plan, self._site = site.files(), plan, site
            return
        self.files = self._site.files()

    def _tell_notes(self) -> None:
        """Say what is not published, where that is news."""
        notes = self._site.notes
        for note in notes:
            if note not in self._noted:
                self._say(note)
        self._noted = notes

    def _tell_syntax_errors(self) -> bool:
        errors = self.syntax_errors()
        for line in errors:
            self._say(line)
        return bool(errors)

    def syntax_errors(self) -> list[str]:
        """Return a line for each module of the apps that Python can't parse."""
        found = []
        for name, content in self.files.items():
            path = content.path
            if path is None or path.suffix != ".py" or not name.startswith("apps/"):
                continue
            try:
                ast.parse(path.read_bytes(), str(path))
            except SyntaxError as error:
                found.append(f"{path}:{error.lineno}: {type(error).__name__}: {error.msg}")
            except (OSError, ValueError) as error:
                found.append(f"{path}: {error}")
        return found

    async def _check(self) -> None:
        """Run ``tempestweb check`` in a process of its own and print what it finds."""
        files = [str(app.file) for app in self.plan.apps if is_checkable(app)]
        if not files:
            return
        command = (sys.executable, "-m", "tempestweb_wasm.cli", "check", *files)
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
        )
        try:
            _, said = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
        if process.returncode:
            self._say(said.decode(errors="replace").strip())

    def _say(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False)
