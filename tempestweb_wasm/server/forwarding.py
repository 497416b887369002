"""What a client posts to a worker that has not its session, on its way to the one that has."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from tempestweb_wasm.core.channel import Subscription
from tempestweb_wasm.errors import ServiceError
from tempestweb_wasm.server.owner import Record
from tempestweb_wasm.server.services import Services
from tempestweb_wasm.server.signing import Signing

log = logging.getLogger("tempestweb_wasm")

PATIENCE = 2.0
"""Seconds to wait until it is sure that what others forward is heard."""


class Forwarding:
    """Carries bodies of POSTs between workers, over the broker and signed."""

    def __init__(self, services: Services, signing: Signing) -> None:
        self._services = services
        self._signing = signing

    async def offer(self, what: str, session: str, visitor: str, posted: dict[str, Any]) -> bool:
        """Hand *posted* (JSON) to whoever listens for *what* of *session*; False if *visitor* has
        no such session.

        Raises ``ServiceError``. Nobody may listen by now: the client then hears no answer, and
        does what it does when a line says nothing.
        """
        broker = self._services.broker
        if broker is None:
            return False
        record = Record.read(self._signing.opened(await self._services.store.load(session)))
        if record is None or record.visitor != visitor:
            return False
        text = json.dumps([visitor, posted], ensure_ascii=False)
        await broker.publish(f"{what}:{session}", self._signing.sealed(text))
        return True

    async def listen(
        self,
        what: str,
        session: str,
        visitor: str,
        deliver: Callable[[dict[str, Any]], None],
        lost: Callable[[], None],
    ) -> Subscription | None:
        """Call *deliver* with what other workers hand on, *lost* when some of it was lost."""
        broker = self._services.broker
        if broker is None:
            return None

        def gap(missed: int | None) -> None:
            lost()

        heard = broker.subscribe(f"{what}:{session}", partial(self._heard, visitor, deliver), gap)
        try:
            # Without an answer it is still heard once the broker is back.
            with suppress(TimeoutError, ServiceError):
                async with asyncio.timeout(PATIENCE):
                    await heard.ready()
        except BaseException:
            heard.cancel()
            raise
        return heard

    def _heard(self, visitor: str, deliver: Callable[[dict[str, Any]], None], sealed: str) -> None:
        text = self._signing.opened(sealed)
        if text is None:
            log.warning("something that was not signed here was published for a session")
            return
        theirs, posted = json.loads(text)
        if theirs == visitor:
            deliver(posted)
