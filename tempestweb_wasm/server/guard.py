"""Who may come in: the app's own dependencies, the origin, and how often."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.params import Depends as Dependency
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import Message, Scope

from tempestweb_wasm.server.owner import identity
from tempestweb_wasm.server.request import root_of
from tempestweb_wasm.transports.websocket import FAILED, LATER, REFUSED, TOO_BIG

_ADMITTED = "tempest.admitted"

log = logging.getLogger("tempestweb_wasm")


@dataclass(frozen=True, slots=True)
class Place:
    """The page that a line is of: its path below the app's root, and its query, encoded."""

    path: str = "/"
    query: bytes = b""


@dataclass(frozen=True, slots=True)
class Admission:
    """What the dependencies said: the user, and the headers without which they would not have
    let a page in."""

    user: Any = None
    inherits: tuple[str, ...] = ()


class Guard:
    """Runs the app's dependencies for a page, a socket and a stream alike.

    *user* is a FastAPI dependency whose value is the user, *dependencies* are further ones.
    """

    def __init__(
        self,
        user: Callable[..., Any] | None,
        dependencies: Sequence[Dependency],
        provider: Any = None,
    ) -> None:
        self._route: APIRoute | None = None
        if user is None and not dependencies:
            return

        who_it_is = Depends(user or _nobody)

        async def admitted(request: Request, who: Any = who_it_is) -> Response:
            request.scope[_ADMITTED] = Admission(who, tuple(sorted(request.scope[_ADMITTED].found)))
            return Response()

        self._route = _NotingRoute(
            "/",
            admitted,
            dependencies=list(dependencies),
            # So that an application's dependency_overrides reach these too.
            dependency_overrides_provider=provider,
        )

    async def admit_page(self, request: Request) -> Admission:
        """Return who asks for a page, and what let them in that its line may lack; raises
        ``HTTPException`` when they may not come in.

        Where the dependencies found headers that a browser does not put on a line by itself,
        they are asked once more without them.
        """
        admission = await self._ask(request.scope)
        if admission.inherits:
            kept = [
                (name, value)
                for name, value in request.scope["headers"]
                if name.decode("latin-1") not in admission.inherits
            ]
            if await self._lets_in({**request.scope, "headers": kept}, identity(admission.user)):
                return replace(admission, inherits=())
        return admission

    async def _lets_in(self, scope: Scope, user: str) -> bool:
        try:
            return identity((await self._ask(scope)).user) == user
        except Exception as error:  # noqa: BLE001 - a dependency that misses something raises what it likes
            log.debug("a page is let in by what its line may lack: %s", error)
            return False

    async def admit(self, line: HTTPConnection, place: Place) -> Admission:
        """Return who *line* is from, which is that of the page at *place*; raises
        ``HTTPException`` when they may not come in.

        The dependencies see a GET of that page, with the line's own headers and cookies.
        """
        scheme = line.scope.get("scheme", "http")
        path = root_of(line.scope).rstrip("/") + place.path
        scope = {
            **line.scope,
            "scheme": {"ws": "http", "wss": "https"}.get(scheme, scheme),
            "path": path,
            "raw_path": quote(path).encode(),
            "query_string": place.query,
        }
        return replace(await self._ask(scope), inherits=())

    async def _ask(self, scope: Scope) -> Admission:
        if self._route is None:
            return Admission()
        asked = {
            **scope,
            "type": "http",
            "method": "GET",
            "path_params": {},
            # So that what a dependency raises comes back to us.
            "starlette.exception_handlers": ({}, {}),
            _ADMITTED: None,
        }
        try:
            await self._route.app(asked, _nothing, _nowhere)
        except RequestValidationError as error:
            missing = sorted({str(fault["loc"][-1]) for fault in error.errors()})
            raise HTTPException(422, f"missing or wrong: {', '.join(missing)}") from error
        admission = asked[_ADMITTED]
        if not isinstance(admission, Admission):
            raise HTTPException(403)
        return admission


class _NotingRoute(APIRoute):
    """Notes which headers a dependency asked for and found."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        handler = super().get_route_handler()

        async def noting(request: Request) -> Response:
            noted = _Noted(request)
            request.scope[_ADMITTED] = noted
            return await handler(noted)

        return noting


class _Noted(Request):
    """A request that knows which of its headers were found by asking."""

    def __init__(self, request: Request) -> None:
        super().__init__(request.scope, request.receive)
        self.found: set[str] = set()
        self._headers = _NotingHeaders(self)


class _NotingHeaders(Headers):
    def __init__(self, request: _Noted) -> None:
        super().__init__(raw=list(request.scope["headers"]))
        self._request = request

    def __getitem__(self, key: str) -> str:
        value = super().__getitem__(key)
        self._note(key)
        return value

    def getlist(self, key: str) -> list[str]:
        values = super().getlist(key)
        if values:
            self._note(key)
        return values

    def _note(self, key: str) -> None:
        if key.lower() not in _ON_EVERY_LINE:
            self._request.found.add(key.lower())


_ON_EVERY_LINE = frozenset(
    {
        *("cookie", "host", "user-agent", "origin", "accept-encoding", "accept-language"),
        *("cache-control", "connection", "content-length", "content-type", "pragma", "upgrade"),
        # What proxies add.
        *("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port"),
        *("x-forwarded-proto", "x-real-ip", "x-request-id", "traceparent", "tracestate"),
    }
)
"""Headers that come with a socket too: a page that was let in by one needs no word for it."""


def check_origin(connection: HTTPConnection, allowed: Sequence[str]) -> None:
    """Raise ``HTTPException`` (403) unless *connection* comes from a page of this host.

    Browsers always say the origin on sockets and POSTs. Whoever says none is no browser,
    and must not come with a browser's cookies. On a GET of their own host they say none
    (Fetch, "append a request Origin header"), but most say which site asks.
    """
    headers = connection.headers
    origin = headers.get("origin")
    if origin is None:
        if connection.scope.get("method") == "GET":
            known = headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
        else:
            known = "cookie" not in headers
        if not known:
            raise HTTPException(403, "no Origin: say which page asks, or send no cookies")
        return
    if origin in allowed:
        return
    said = urlsplit(origin)
    # A proxy in front may speak https where this server hears http: the origin's scheme counts.
    host = _with_port(headers.get("host", ""), said.scheme)
    if said.scheme not in {"http", "https"} or _with_port(said.netloc, said.scheme) != host:
        raise HTTPException(403, "another origin: list it in the setting origins")


def _with_port(host: str, scheme: str) -> str:
    lowered = host.lower()
    has_port = lowered.rpartition(":")[2].isdigit() and not lowered.endswith("]")
    return lowered if has_port else f"{lowered}:{443 if scheme == 'https' else 80}"


def close_code(error: HTTPException) -> int:
    """Return the close code that says to a client what *error* says to others."""
    status = error.status_code
    if status in {429, 503}:
        return LATER
    if status == 413:
        return TOO_BIG
    return REFUSED if status < 500 else FAILED


def _nobody() -> None:
    return None


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _nowhere(message: Message) -> None:
    """What the guard's own route answers is for nobody."""
