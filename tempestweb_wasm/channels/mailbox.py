"""One handler's queue: what it does slowly holds up nobody else."""

from __future__ import annotations

import inspect
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from tempestweb_wasm.core.app import App
from tempestweb_wasm.errors import StateError

log = logging.getLogger("tempestweb_wasm")

MOST = 256
"""So many messages wait for a handler; then the oldest is lost."""


def required(function: Callable[..., Any]) -> int:
    """How many positional arguments *function* can't do without."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:
        return 0  # a builtin that does not tell
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(p.kind in positional and p.default is p.empty for p in parameters)


Asked = Callable[..., Coroutine[Any, Any, None]]


def asked(function: Callable[..., Any]) -> Asked:
    """Return what calls *function* with as many arguments as it asks for, and waits for its end.

    Its signature is read once: that takes longer than most handlers.
    """
    count = required(function)

    async def call(*arguments: Any) -> None:
        result = function(*arguments[:count])
        if inspect.isawaitable(result):
            await result

    return call


class Mailbox:
    """Hands what is put in to *handle*, one after the other, in a task of the app's.

    *lost* is called instead where something is missing, with its number or None. No task
    waits while the mailbox is empty.
    """

    def __init__(
        self,
        app: App[Any],
        name: str,
        handle: Callable[[Any], Any],
        lost: Callable[[int | None], Any],
    ) -> None:
        self._app = app
        self._name = name
        self._handle = handle
        self._lost = lost
        self._waiting: deque[Any] = deque()
        self._dropped: int | None = 0
        self._running = False
        self._closed = False

    def put(self, item: Any) -> None:
        """Put *item* at the end; the oldest goes when there are too many."""
        if self._closed:
            return
        if len(self._waiting) == MOST:
            self._waiting.popleft()
            self.gap(1)
        self._waiting.append(item)
        self._wake()

    def gap(self, missed: int | None) -> None:
        """Note that *missed* items are lost: told before the next one is handed out."""
        both_known = missed is not None and self._dropped is not None
        self._dropped = (self._dropped or 0) + (missed or 0) if both_known else None
        self._wake()

    def close(self) -> None:
        """Forget what waits, and take nothing more."""
        self._closed = True
        self._waiting.clear()

    def _wake(self) -> None:
        if self._running or self._closed:
            return
        try:
            self._app.spawn(self._run(), name=self._name)
        except StateError:
            # The app has stopped; its channels are closed next.
            log.debug("%s: nobody is there to hear", self._name)
            return
        self._running = True

    async def _run(self) -> None:
        try:
            while not self._closed:
                if self._dropped != 0:
                    missed, self._dropped = self._dropped, 0
                    await self._lost(missed)
                elif self._waiting:
                    await self._handle(self._waiting.popleft())
                else:
                    return
        finally:
            self._running = False
