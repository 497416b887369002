"""Opening a WebSocket, as strings: the subprotocol that carries what a browser can't put
into headers, and the close codes.

One text frame of a socket is one frame of ``docs/wire.md``.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from tempestweb_wasm.errors import OpeningError
from tempestweb_wasm.transports.opening import Opening, read_opening

PROTOCOL = "tempest.v1"
"""The subprotocol that a server selects for a client that opens with more than an address."""

DONE = 1000
AWAY = 1001
UNSUPPORTED = 1003
REFUSED = 1008
TOO_BIG = 1009
FAILED = 1011
RESTARTING = 1012
LATER = 1013
"""Close codes of RFC 6455 and IANA's registry; ``docs/server.md`` says what a client does."""


def protocols(opening: Opening) -> list[str]:
    """Return the subprotocols that a client asks for: ours, and *opening* beside it."""
    return [PROTOCOL, base64.urlsafe_b64encode(opening.text().encode()).decode().rstrip("=")]


def opening_in(protocols: Sequence[str]) -> Opening | None:
    """Return what a client asks for by its subprotocols, None without ours.

    The item after ``tempest.v1`` is base64url without padding (RFC 4648, section 5) of a
    JSON object; without one the opening is empty. Raises ``OpeningError``.
    """
    if PROTOCOL not in protocols:
        return None
    others = [item for item in protocols if item != PROTOCOL]
    if not others:
        return Opening()
    if len(others) > 1:
        raise OpeningError(f"{len(others)} items beside {PROTOCOL}: one is allowed")
    item = others[0]
    try:
        text = base64.b64decode(item + "=" * (-len(item) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise OpeningError(f"the item beside {PROTOCOL} is no base64url: {error}") from None
    return read_opening(text)
