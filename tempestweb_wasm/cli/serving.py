"""``tempestweb run|dev --mode server``: an app on a server, on this machine."""

from __future__ import annotations

import asyncio
import socket
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send
from watchfiles import awatch

from tempestweb_wasm.build.apps import AppFolder, find_app
from tempestweb_wasm.build.config import FILE
from tempestweb_wasm.cli.events import Events
from tempestweb_wasm.cli.hosting import Server, at_home, run_until_stopped
from tempestweb_wasm.cli.ports import address, open_socket
from tempestweb_wasm.core import check
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.errors import RuntimeSetupError, TempestError
from tempestweb_wasm.loader import load_app
from tempestweb_wasm.server import ServerApp, ServerSettings, create_app

EVENTS = "/_tempest/dev/events"
"""Where pages listen for reloads."""


def the_app(apps: Sequence[Path], includes: Sequence[Path]) -> AppFolder:
    """Return the one app that a server serves; raises ``RuntimeSetupError`` for others."""
    if len(apps) != 1 or includes:
        raise RuntimeSetupError(
            "--mode server serves one app and no included folders: to serve several, mount what "
            "create_app returns in a FastAPI application of your own."
        )
    return find_app(apps[0], None)


def app_at(folder: AppFolder, *, dev: bool = False) -> ServerApp:
    """Return the application that serves the app in *folder*, imported anew.

    Raises ``LoadError``.
    """
    source = load_app(folder.file, fresh=True)
    config = folder.settings.app
    settings = ServerSettings(hosts=config.hosts)
    if dev:
        # After an edit nobody waits for clients that hang on.
        settings = settings.model_copy(update={"drain": 1.0})
    return create_app(
        source.make_state,
        source.view,
        title=folder.title,
        lang=config.lang,
        description=folder.description,
        routes=config.routes,
        assets=folder.rules,
        persist=source.persist,
        settings=settings,
        dev=dev,
    )


def run_server(folder: AppFolder, *, host: str, port: int, base: str, console: Console) -> None:
    """Serve the app in *folder* under the path *base* until it is stopped."""
    with open_socket(host, port) as bound:
        app = app_at(folder)
        shown = address(host, bound, base)
        console.print(f"Serving on {shown} (stop with Ctrl+C)", highlight=False)
        run_until_stopped(_run(app, base, host, bound))


async def _run(app: ServerApp, base: str, host: str, bound: socket.socket) -> None:
    server = _server(app, base, host, bound)
    try:
        await server.serve(sockets=[bound])
    finally:
        if not server.force_exit:
            await app.aclose()


def _server(app: ServerApp, base: str, host: str, bound: socket.socket) -> Server:
    # uvicorn's own root_path is for proxies that take the prefix off.
    based = app if base == "/" else Starlette(routes=[Mount(base.rstrip("/"), app)])
    served = at_home(based, app.settings.allowed_hosts, host, bound)
    settings = app.settings
    return Server(
        served,
        draining=app.drain,
        lifespan="on",
        timeout_graceful_shutdown=max(1, round(settings.drain)),
        ws_max_size=settings.frame,
        # Behind an answer that takes a slow phone half a minute waits the answer to a ping.
        ws_ping_timeout=60,
        ws_per_message_deflate=False,
    )


def run_server_dev(folder: AppFolder, *, host: str, port: int, console: Console) -> None:
    """Serve the app in *folder*; an edit reloads it and its pages."""
    check.install()
    with open_socket(host, port) as bound:
        shown = address(host, bound)
        console.print(f"Serving on {shown} (stop with Ctrl+C)", highlight=False)
        run_until_stopped(_run_dev(DevHost(folder, console), host, bound))


async def _run_dev(dev: DevHost, host: str, bound: socket.socket) -> None:
    stop = asyncio.Event()

    def stopping() -> None:
        stop.set()
        dev.events.close()

    watching = asyncio.create_task(dev.watch(stop))
    try:
        served = at_home(dev, dev.app.settings.allowed_hosts, host, bound)
        await Server(served, stopping, draining=dev.drain).serve(sockets=[bound])
    finally:
        stopping()
        await watching


class DevHost:
    """Serves an app as it was when its files were last looked at."""

    def __init__(self, folder: AppFolder, console: Console) -> None:
        self._folder = folder
        self._console = console
        self._build = uuid.uuid4().hex
        self.events = Events()
        try:
            self.app = app_at(folder, dev=True)
        except TempestError as error:
            self._say(error)
            self.app = _failing(folder, error)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and Request(scope).url.path == EVENTS:
            response = self.events.response({"type": "hello", "build": self._build})
            await response(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def drain(self) -> None:
        """End what the app serves now."""
        await self.app.drain()

    async def watch(self, stop: asyncio.Event) -> None:
        """Look at the app again whenever something changes in its folder."""
        folder = self._folder.folder
        async for changes in awatch(
            folder, watch_filter=None, debounce=200, step=30, stop_event=stop
        ):
            await self.changed(Path(name) for _, name in changes)

    async def changed(self, paths: Iterable[Path]) -> None:
        """Load the app anew if *paths* concern it, and tell the pages."""
        top = self._folder.folder
        names = sorted(
            path.name
            for path in set(paths)
            if path == top / FILE or (path.is_relative_to(top) and self._is_part(path))
        )
        if not names:
            return
        try:
            folder = find_app(self._folder.file, None)
            app = app_at(folder, dev=True)
        except (TempestError, OSError) as error:
            # OSError: a file that an editor was just replacing. The next look finds it.
            self.events.send({"type": "error", "code": self._say(error), "message": str(error)})
            return
        old, self.app, self._build = self.app, app, uuid.uuid4().hex
        self.events.send({"type": "reload", "build": self._build, "changed": names})
        self._console.print(f"{', '.join(names)} changed, pages reload", highlight=False)
        await old.drain()

    def _is_part(self, path: Path) -> bool:
        rules = self._folder.rules
        return rules.allows(path.relative_to(rules.folder).as_posix())

    def _say(self, error: TempestError | OSError) -> str:
        """Print *error* and return its code."""
        code = error.code if isinstance(error, TempestError) else TempestError.code
        self._console.print(f"error[{code}]: {error}", markup=False, highlight=False)
        return code


def _failing(folder: AppFolder, error: TempestError) -> ServerApp:
    """Return an application whose pages say why the app can't be loaded."""

    def make_state() -> None:
        raise error

    def view(app: object) -> Widget:
        raise error

    return create_app(make_state, view, title=folder.title, dev=True)
