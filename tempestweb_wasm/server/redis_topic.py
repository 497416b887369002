"""One channel in Redis as a subscriber sees it: what its numbers say was lost."""

from __future__ import annotations

import asyncio
from typing import Protocol

from tempestweb_wasm.channels.broker import Deliver, Gap


class Listener(Protocol):
    """Who hears a topic."""

    @property
    def deliver(self) -> Deliver:
        """Takes a text."""

    @property
    def gap(self) -> Gap:
        """Hears that some were lost."""


class Topic:
    """A channel's listeners, and the last number that was seen.

    ``live`` is set while what is published is sure to arrive.
    """

    def __init__(self) -> None:
        self.heard: list[Listener] = []
        self.live = asyncio.Event()
        self._epoch: str | None = None
        self._number = 0
        self._was_cut_off = False

    def cut_off(self) -> None:
        """The connection is gone: texts may be lost from now on."""
        self.live.clear()
        self._was_cut_off = True

    def doubt(self) -> None:
        """Redis is another process than before: no number says what was lost."""
        if self._epoch is not None:
            self._epoch = ""

    def take(self, data: str) -> None:
        """Take ``<epoch> <number>``, a mark, or the same with a line end and a text."""
        head, is_message, text = data.partition("\n")
        epoch, _, digits = head.partition(" ")
        number = int(digits)
        if self._epoch == epoch:
            lost = number - self._number - bool(is_message)
            if lost:
                # A counter that went back was restored from an older copy.
                self._tell(lost if lost > 0 else None)
        elif self._epoch is not None and self._was_cut_off:
            self._tell(None)
        self._epoch, self._number = epoch, number
        self._was_cut_off = False
        if is_message:
            for listener in tuple(self.heard):
                listener.deliver(text)
        else:
            self.live.set()

    def _tell(self, lost: int | None) -> None:
        for listener in tuple(self.heard):
            listener.gap(lost)
