"""What a request says: where an app is opened, in which language, and from which address."""

from __future__ import annotations

import re
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.types import Scope

from tempestweb_wasm.core.app import Context

_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def root_of(scope: Scope) -> str:
    """Return the path that the app is mounted at, with a slash at its end."""
    return f"{scope.get('root_path', '').rstrip('/')}/"


def below(root: str, path: str) -> str:
    """Return what *path* is below *root*; it starts with a slash."""
    return f"/{path[len(root) :]}" if path.startswith(root) else path


def path_of(scope: Scope) -> str:
    """Return the path of a request below the app's root; it starts with a slash."""
    return below(root_of(scope), scope["path"])


def address_of(scope: Scope) -> str:
    """Return the address that a request came from, as the server saw it; ``""`` for none."""
    client = scope.get("client")
    return "" if client is None else str(client[0])


async def body_of(request: Request, most: int) -> bytes:
    """Return the body of *request*; raises ``HTTPException`` (413) past *most* bytes."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            raise HTTPException(413, f"more than {most} bytes")
    return bytes(body)


def locale_of(accepted: str, fallback: str) -> str:
    """Return the first language of an ``Accept-Language`` header (RFC 9110, 12.5.4).

    Browsers write the one that is liked best first.
    """
    first = accepted.split(",", 1)[0].split(";", 1)[0].strip()
    return first if _TAG.fullmatch(first) else fallback


def context_of(connection: HTTPConnection, *, user: Any, lang: str) -> Context:
    """Return what ``make_state`` gets to know of a page."""
    return Context(
        path=path_of(connection.scope),
        query=dict(connection.query_params),
        locale=locale_of(connection.headers.get("accept-language", ""), lang),
        user=user,
    )
