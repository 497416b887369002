"""Who may come in: the app's own dependencies, the origin, and how often."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.params import Depends as Dependency
from fastapi.routing import APIRoute
from starlette.datastructures import Headers, QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import Message

from tempestweb_wasm.transports.websocket import FAILED, LATER, REFUSED, TOO_BIG

_ADMITTED = "tempest.admitted"


@dataclass(frozen=True, slots=True)
class Admission:
    """What the dependencies said: the user, and whether a header or the query counted."""

    user: Any = None
    inherits: bool = False


class Guard:
    """Runs the app's dependencies for a page, a socket and a stream alike.

    *user* is a FastAPI dependency whose value is the user, *dependencies* are further ones.
    On a socket they see a GET request with the socket's own headers, cookies and query.
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
            request.scope[_ADMITTED] = Admission(who, request.scope[_ADMITTED].noted)
            return Response()

        self._route = _NotingRoute(
            "/",
            admitted,
            dependencies=list(dependencies),
            # So that an application's dependency_overrides reach these too.
            dependency_overrides_provider=provider,
        )

    async def admit(self, connection: HTTPConnection) -> Admission:
        """Return who *connection* is from; raises ``HTTPException`` when they may not come in."""
        if self._route is None:
            return Admission()
        scope = {
            **connection.scope,
            "type": "http",
            "method": "GET",
            "path_params": {},
            # So that what a dependency raises comes back to us.
            "starlette.exception_handlers": ({}, {}),
            _ADMITTED: None,
        }
        try:
            await self._route.app(scope, _nothing, _nowhere)
        except RequestValidationError as error:
            missing = sorted({str(fault["loc"][-1]) for fault in error.errors()})
            raise HTTPException(422, f"missing or wrong: {', '.join(missing)}") from error
        admission = scope[_ADMITTED]
        if not isinstance(admission, Admission):
            raise HTTPException(403)
        return admission


class _NotingRoute(APIRoute):
    """Notes whether a dependency found what it asked for in the headers or the query."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        handler = super().get_route_handler()

        async def noting(request: Request) -> Response:
            noted = _Noted(request)
            request.scope[_ADMITTED] = noted
            return await handler(noted)

        return noting


class _Noted(Request):
    """A request that knows whether something in its headers or query was found by asking."""

    def __init__(self, request: Request) -> None:
        super().__init__(request.scope, request.receive)
        self.noted = False
        self._headers = _NotingHeaders(self)
        self._query_params = _NotingQuery(self)


class _NotingHeaders(Headers):
    def __init__(self, request: _Noted) -> None:
        super().__init__(raw=list(request.scope["headers"]))
        self._request = request

    def __getitem__(self, key: str) -> str:
        value = super().__getitem__(key)
        self._request.noted |= key.lower() not in _OF_EVERY_REQUEST
        return value

    def getlist(self, key: str) -> list[str]:
        values = super().getlist(key)
        self._request.noted |= bool(values) and key.lower() not in _OF_EVERY_REQUEST
        return values


class _NotingQuery(QueryParams):
    def __init__(self, request: _Noted) -> None:
        super().__init__(request.scope["query_string"])
        self._request = request

    def __getitem__(self, key: Any) -> str:
        value: str = super().__getitem__(key)
        self._request.noted = True
        return value

    def getlist(self, key: Any) -> list[str]:
        values = super().getlist(key)
        self._request.noted |= bool(values)
        return values


_OF_EVERY_REQUEST = frozenset({"cookie", "content-type", "content-length", "host", "user-agent"})
"""Headers that a browser sends by itself on a socket too, or that say nothing of a person."""


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
