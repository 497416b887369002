"""How a session moves between two workers that both live: who wants it asks who has it."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from tempestweb_wasm.channels import Broker
from tempestweb_wasm.core.channel import Subscription
from tempestweb_wasm.errors import ServiceError
from tempestweb_wasm.server.services import Services
from tempestweb_wasm.server.signing import Signing

log = logging.getLogger("tempestweb_wasm")

SILENCE = 1.0
"""Seconds after which a worker that says nothing counts as dead."""

PATIENCE = 6.0
"""Seconds that one which has answered may take to end the session and to store it."""

_GIVE, _HERE, _DONE = "give", "here", "done"

# Before what is signed here: nothing else that is signed passes for it.
_OURS = "handover "


class Handover:
    """Asks other workers for their sessions, and hears what they ask, over the broker and signed.

    *give_up* ends a session of this process (its id, and the last epoch that may be ended) and
    returns when it is stored. *doubt* is called when such questions may have been lost. *run*
    starts a task.
    """

    def __init__(
        self,
        services: Services,
        signing: Signing,
        give_up: Callable[[str, int], Awaitable[None]],
        doubt: Callable[[], None],
        run: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        self.node = secrets.token_urlsafe(12)
        """This process, in the records of the sessions that it holds."""
        self._services = services
        self._signing = signing
        self._give_up = give_up
        self._doubt = doubt
        self._run = run
        self._heard: tuple[Broker, Subscription] | None = None
        self._questions: dict[str, _Question] = {}

    def listen(self) -> tuple[Broker, Subscription] | None:
        """Hear what is asked from now on; None where nobody could ask."""
        broker = self._services.broker if self._services.shared else None
        if broker is None:
            return None
        if self._heard is None or self._heard[0] is not broker:
            self._heard = broker, broker.subscribe(_line(self.node), self._take, self._gap)
        return self._heard

    async def ask(self, node: str, session: str, epoch: int) -> bool:
        """Ask *node* to give up *session*, which it holds in *epoch* as far as is known here.

        False where it gave no answer: it is dead, as far as anybody can tell.
        """
        listening = self.listen()
        if listening is None or node in {"", self.node}:
            return False
        broker, heard = listening
        number, question = secrets.token_hex(8), _Question()
        self._questions[number] = question
        try:
            async with asyncio.timeout(SILENCE):
                await heard.ready()
                await self._say(broker, node, [_GIVE, number, self.node, session, epoch])
                await question.here.wait()
            async with asyncio.timeout(PATIENCE):
                await question.done.wait()
        except (TimeoutError, ServiceError) as error:
            log.warning(
                "the worker that had a session does not give it up (%s): it goes on as after a "
                "crash, without what that worker had not stored",
                str(error) or "no answer",
            )
            return False
        finally:
            del self._questions[number]
        return True

    def _gap(self, missed: int | None) -> None:
        self._doubt()

    def _take(self, sealed: str) -> None:
        text = self._signing.opened(sealed)
        if text is None or not text.startswith(_OURS):
            log.warning("something that was not signed for it was published for this process")
            return
        what, number, *rest = json.loads(text.removeprefix(_OURS))
        question = self._questions.get(number)
        if what == _GIVE:
            self._run(self._give(number, *rest))
        elif question is not None:
            question.here.set()
            if what == _DONE:
                question.done.set()

    async def _give(self, number: str, back: str, session: str, epoch: int) -> None:
        try:
            await self._answer(back, _HERE, number)
            await self._give_up(session, epoch)
            await self._answer(back, _DONE, number)
        except ServiceError as error:
            # Whoever asked hears nothing and goes on by itself.
            log.error("another worker asked for a session and could not be answered: %s", error)

    async def _answer(self, back: str, what: str, number: str) -> None:
        listening = self.listen()
        if listening is not None:
            await self._say(listening[0], back, [what, number])

    async def _say(self, broker: Broker, node: str, what: list[Any]) -> None:
        text = self._signing.sealed(_OURS + json.dumps(what))
        await broker.publish(_line(node), text)


class _Question:
    """What was asked of another worker."""

    def __init__(self) -> None:
        self.here = asyncio.Event()
        self.done = asyncio.Event()


def _line(node: str) -> str:
    return f"node:{node}"
