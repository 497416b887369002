"""What a client posts to a worker that has not its stream, on its way to the one that has."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from tempestweb_wasm.core.channel import Subscription
from tempestweb_wasm.server.owner import Record
from tempestweb_wasm.server.services import Services
from tempestweb_wasm.server.signing import Signing

log = logging.getLogger("tempestweb_wasm")

PATIENCE = 5.0
"""Seconds that a new stream waits until it is sure to hear what others forward."""


class Forwarding:
    """Carries bodies of POSTs between workers, over the broker and signed."""

    def __init__(self, services: Services, signing: Signing) -> None:
        self._services = services
        self._signing = signing

    async def offer(self, session: str, visitor: str, body: str, count: int) -> bool:
        """Hand *body*, which is *count* frames, to whoever has the stream of *session*; False if
        *visitor* has no such.

        Raises ``ServiceError``. Nobody may have it by now: the client then hears no answer,
        and opens its stream anew.
        """
        broker = self._services.broker
        if broker is None:
            return False
        record = Record.read(self._signing.opened(await self._services.store.load(session)))
        if record is None or record.visitor != visitor:
            return False
        text = json.dumps([visitor, count, body], ensure_ascii=False)
        await broker.publish(_line(session), self._signing.sealed(text))
        return True

    async def listen(
        self,
        session: str,
        visitor: str,
        deliver: Callable[[str, int], None],
        lost: Callable[[], None],
    ) -> Subscription | None:
        """Call *deliver* with what other workers hand on and how many frames it is, *lost* when
        some of it was lost."""
        broker = self._services.broker
        if broker is None:
            return None

        def gap(missed: int | None) -> None:
            lost()

        heard = broker.subscribe(_line(session), partial(self._heard, visitor, deliver), gap)
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await heard.ready()
        return heard

    def _heard(self, visitor: str, deliver: Callable[[str, int], None], sealed: str) -> None:
        text = self._signing.opened(sealed)
        if text is None:
            log.warning("something that was not signed here was published for a stream")
            return
        theirs, count, body = json.loads(text)
        if theirs == visitor:
            deliver(body, count)


def _line(session: str) -> str:
    return f"line:{session}"
