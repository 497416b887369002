"""Which names a server answers to.

A page of another site can have its own name lead to this server's address (DNS rebinding). The
browser then takes both for one origin, and the ``Origin`` is that of the ``Host``: only the name
tells them apart. An address in the place of a name can't be led elsewhere.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from tempestweb_wasm.server.page import NOSNIFF
from tempestweb_wasm.server.websocket import refuse
from tempestweb_wasm.transports.websocket import REFUSED

LOOPBACK = ("localhost", "*.localhost")
"""Names that lead to the machine itself, everywhere (RFC 6761, 6.3)."""


class KnownHosts:
    """Passes on to *app* what is meant for one of *names*, or for an address.

    ``"*.example.org"`` stands for every name below that, ``"*"`` for all there are.
    Requests are refused with 421, sockets are closed with 1008.
    """

    def __init__(self, app: ASGIApp, names: Sequence[str]) -> None:
        self._app = app
        self._all = "*" in names
        self._names = frozenset(name.lower() for name in names if not name.startswith("*."))
        self._below = tuple(name[1:].lower() for name in names if name.startswith("*."))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        host = Headers(scope=scope).get("host", "") if "headers" in scope else ""
        if self._all or not host or self._knows(host):
            await self._app(scope, receive, send)
            return
        told = f"not a name of this server: {host!r}. If it is one: TEMPEST_ALLOWED_HOSTS='[\"…\"]'"
        if scope["type"] == "websocket":
            await refuse(WebSocket(scope, receive, send), REFUSED, told)
        else:
            await PlainTextResponse(told, 421, NOSNIFF)(scope, receive, send)

    def _knows(self, host: str) -> bool:
        try:
            name = (urlsplit(f"//{host}").hostname or "").removesuffix(".")
            return (
                name in self._names
                or name.endswith(self._below)
                or bool(ipaddress.ip_address(name))
            )
        except ValueError:  # neither a name that we know nor an address
            return False


def is_loopback(address: str) -> bool:
    """Whether *address* is of this machine alone."""
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback
