"""A session as a process holds it: with whom it belongs to, or the mark that it sleeps."""

from __future__ import annotations

import asyncio

from tempestweb_wasm.errors import StateNotSavedError
from tempestweb_wasm.runtime.delivery import Delivery
from tempestweb_wasm.server.owner import Owner


class Kept:
    """A session that this process knows of; *key* is its id."""

    __slots__ = ("id", "loop", "timer")

    def __init__(self, key: str) -> None:
        self.id = key
        self.loop = asyncio.get_running_loop()
        self.timer: asyncio.TimerHandle | None = None

    @property
    def here(self) -> bool:
        """Whether it runs in the loop that runs now; tests may come with one after another."""
        return self.loop is asyncio.get_running_loop()


class Held(Kept):
    """One that runs here; *owner* is whom it belongs to, *path* where it was opened."""

    __slots__ = ("delivery", "gone", "offered", "owner", "path", "unstored")

    def __init__(self, key: str, owner: Owner, path: str, delivery: Delivery) -> None:
        super().__init__(key)
        self.owner = owner
        self.path = path
        self.delivery = delivery
        self.offered = False
        """Whether other workers may adopt it too: the store then knows who was first."""
        self.gone = False
        """Whether it has ended here, or is about to: no line may have it any more."""

        self.unstored = False
        """Whether the store did not take it the last time."""

    @property
    def storable(self) -> bool:
        """Whether its state can be JSON."""
        try:
            self.delivery.stored()
        except StateNotSavedError:
            return False
        return True


class Asleep(Kept):
    """One that waits in the store as its state, put there by this process in *epoch*."""

    __slots__ = ("epoch",)

    def __init__(self, key: str, epoch: int) -> None:
        super().__init__(key)
        self.epoch = epoch
