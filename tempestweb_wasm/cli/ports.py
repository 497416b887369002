"""Opening the socket of a server, and saying clearly why it can't be opened."""

from __future__ import annotations

import errno
import socket
from contextlib import suppress

from tempestweb_wasm.errors import PortInUseError, RuntimeSetupError


def open_socket(host: str, port: int) -> socket.socket:
    """Return a socket bound to *host* and *port* (0: any that is free).

    Raises ``PortInUseError``, which names a free port, and ``RuntimeSetupError`` when the
    host is unknown or the port not allowed.
    """
    if not 0 <= port <= 65535:
        raise RuntimeSetupError(f"{port} is no port: a port is from 0 to 65535.")
    try:
        return _bind(host, port)
    except socket.gaierror as error:
        raise RuntimeSetupError(f"the host {host!r} is not known here: {error.strerror}") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            free = free_port(host, port)
            raise PortInUseError(
                f"port {port} on {host} is in use by another program: stop it, or use "
                f"--port {free}."
            ) from error
        raise RuntimeSetupError(f"can't listen on {host}:{port}: {error.strerror}") from error


def free_port(host: str, near: int) -> int:
    """Return a port that is free now, close above *near* where there is one."""
    for port in range(near + 1, min(near + 50, 65536)):
        with suppress(OSError), _bind(host, port):
            return port
    with _bind(host, 0) as found:
        return int(found.getsockname()[1])


def _bind(host: str, port: int) -> socket.socket:
    family, kind, proto, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    found = socket.socket(family, kind, proto)
    try:
        # A server that was just stopped must not block its own restart.
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(128)
    except BaseException:
        found.close()
        raise
    return found


def address(host: str, bound: socket.socket, base: str = "/") -> str:
    """Return the address to open in a browser for a socket that was opened for *host*."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)
    if ":" in shown and not shown.startswith("["):
        shown = f"[{shown}]"
    return f"http://{shown}:{bound.getsockname()[1]}{base}"
