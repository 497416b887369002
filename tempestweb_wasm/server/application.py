"""``create_app``: an app's pages and connections as one FastAPI application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from fastapi import FastAPI
from fastapi.params import Depends as Dependency
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from tempestweb_wasm.build.config import read_folder_settings
from tempestweb_wasm.build.published import Rules
from tempestweb_wasm.channels import Broker
from tempestweb_wasm.core.app import App, AppSource
from tempestweb_wasm.core.persist import Persist
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.server.endpoints import add_routes
from tempestweb_wasm.server.files import serve_files
from tempestweb_wasm.server.guard import Guard
from tempestweb_wasm.server.host import Host
from tempestweb_wasm.server.known_hosts import KnownHosts
from tempestweb_wasm.server.page import Words
from tempestweb_wasm.server.request import path_of
from tempestweb_wasm.server.routes import Routes
from tempestweb_wasm.server.settings import ServerSettings
from tempestweb_wasm.server.store import SessionStore
from tempestweb_wasm.server.websocket import refuse
from tempestweb_wasm.transports.websocket import REFUSED

S = TypeVar("S")


def create_app(
    make_state: Callable[..., S],
    view: Callable[[App[S]], Widget],
    *,
    title: str = "",
    lang: str = "en",
    description: str = "",
    routes: Sequence[str] = (),
    assets: Path | Rules | None = None,
    persist: Persist | None = None,
    user: Callable[..., Any] | None = None,
    dependencies: Sequence[Dependency] = (),
    settings: ServerSettings | None = None,
    store: SessionStore | str | None = None,
    broker: Broker | str | None = None,
    dev: bool = False,
) -> ServerApp:
    """Return a FastAPI application that serves the app of *make_state* and *view*.

    ``GET /`` and each path that *routes* names (``"/orders/{id}"``) is a page: HTML of the
    first view, which the client takes over by ``/ws`` or ``/sse``. Pages are served where no
    other route of the application answers, so routes that are added to it win. *assets* is the
    app's folder of that name; of what is in it visitors get what a build would publish, by
    the settings in ``tempestweb.toml`` beside it (or by the rules that stand in its place).

    *user* is a FastAPI dependency: what it returns is ``context.user``, and its
    ``HTTPException`` (401, 403) keeps a visitor out. *dependencies* (``Depends(…)``) only
    keep out. Both are asked for pages, sockets and streams alike, before anything is made.

    *broker* (``"redis://…"``) carries the messages of channels to other processes; *store*
    keeps detached sessions, there too unless it is given. Both go before the settings. With
    *dev* pages show errors with their tracebacks. ::

        app = create_app(make_state, view, title="Counter")   # uvicorn module:app
    """
    source = AppSource(make_state=make_state, view=view, title=title, persist=persist)
    words = Words(title=title or source.name, lang=lang, description=description)
    settings = settings or ServerSettings()
    app = ServerApp(words.title, settings)
    pages = Routes(routes)
    guard = Guard(user, dependencies, provider=app)
    host = Host(source, words, settings, guard, pages, store=store, broker=broker, dev=dev)
    app.serve(host)
    if settings.allowed_hosts:
        app.add_middleware(KnownHosts, names=settings.allowed_hosts)
    add_routes(app, host)
    serve_files(app, host.assets.files, _rules(assets))
    app.router.default = _Pages(host, pages, app.router.default)
    return app


def _rules(assets: Path | Rules | None) -> tuple[Path, Rules] | None:
    if assets is None:
        return None
    if isinstance(assets, Rules):
        return assets.folder / "assets", assets
    settings = read_folder_settings(assets.absolute().parent).app
    folder = assets.resolve()
    return folder, Rules(
        folder, _below(assets.name, settings.exclude), _below(assets.name, settings.publish)
    )


def _below(folder: str, patterns: Sequence[str]) -> tuple[str, ...]:
    """Return what *patterns* for the folder above mean in *folder*, which was named itself."""
    clean = [pattern.removeprefix("./").removeprefix("/") for pattern in patterns]
    return tuple(
        pattern.removeprefix(f"{folder}/")
        for pattern in clean
        if "/" not in pattern.rstrip("/") or pattern.startswith((f"{folder}/", "*"))
    )


class ServerApp(FastAPI):
    """A FastAPI application that serves an app; made by :func:`create_app`.

    What it needs starts at the first request. It ends with the application's lifespan; a
    mounted application has none, so whoever mounts it calls :meth:`aclose` at the end.
    """

    def __init__(self, title: str, settings: ServerSettings) -> None:
        super().__init__(
            title=title, docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan
        )
        self.settings = settings
        """The settings that it was made with."""
        self._host: Host | None = None

    def serve(self, host: Host) -> None:
        """Take *host*, which does the work; :func:`create_app` calls it once."""
        self._host = host

    def open(self) -> None:
        """Let visitors in again, after :meth:`aclose`."""
        if self._host is not None:
            self._host.open()

    async def drain(self) -> None:
        """Tell clients to come back later, and save their sessions; nobody new is let in.

        Returns when all have left, or after ``settings.drain`` seconds.
        """
        if self._host is not None:
            await self._host.drain()

    async def aclose(self) -> None:
        """End all sessions and let go of store and broker. Harmless twice."""
        if self._host is not None:
            await self._host.aclose()


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    if not isinstance(app, ServerApp):
        raise TypeError(f"this is the lifespan of a ServerApp, not of a {type(app).__name__}")
    app.open()
    try:
        yield
    finally:
        await app.aclose()


class _Pages:
    """Answers where no route did: with a page, or by saying that there is none."""

    def __init__(self, host: Host, routes: Routes, missing: ASGIApp) -> None:
        self._host = host
        self._routes = routes
        self._missing = missing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await refuse(WebSocket(scope, receive, send), REFUSED, "there is no socket here")
            return
        if path_of(scope) not in self._routes:
            await self._missing(scope, receive, send)
            return
        if scope["method"] not in {"GET", "HEAD"}:
            refused = PlainTextResponse("only GET and HEAD", 405, {"Allow": "GET, HEAD"})
            await refused(scope, receive, send)
            return
        response = await self._host.page(Request(scope, receive))
        await response(scope, receive, send)
