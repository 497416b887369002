"""What a stop of the process allows to the sessions that it ends."""

from __future__ import annotations

import asyncio

SAVES = 16
"""So many sessions are stored at once where many end."""

FOR_CLIENTS, FOR_HOOKS, FOR_STORE = 0.5, 0.75, 0.9
"""The parts of a stop's time after which clients that do not leave, hooks of the app and a
store are not waited for any more. The rest is for letting go of connections."""


class Stopping:
    """Whether the process is to stop, and by when; before that all may take its time."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """It goes on, or starts again."""
        self.begun = False
        self.saving = asyncio.Semaphore(SAVES)
        """Around each save of a session that ends."""
        self._began = self._within = 0.0

    def begin(self, within: float) -> None:
        """It stops, in *within* seconds from now at most. Harmless twice: the first counts."""
        if not self.begun:
            self.begun = True
            self._began, self._within = asyncio.get_running_loop().time(), within

    def until(self, part: float) -> float | None:
        """When *part* of the time is over, in the time of the loop; None if it does not stop."""
        return self._began + part * self._within if self.begun else None
