"""Where sessions wait that no process holds: their state as text, and tokens used once.

A store keeps text under a name for a time; it knows nothing of what the text says. What
is put in is signed by who puts it there, if it has to be.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class SessionStore(Protocol):
    """What every store can do. Sessions and once-only values are kept apart.

    All times are seconds. Each call raises ``StoreError`` where the store can't be reached.
    """

    async def save(
        self, session: str, text: str, ttl: float, *, epoch: int, claim: bool = False
    ) -> bool:
        """Keep *text* for *session* (an id), in place of what was kept, for *ttl* seconds.

        False, and nothing is stored, where a later epoch is kept already: another worker has
        taken the session over, and whoever asks has an old copy that must end.

        With *claim* the same epoch is refused as well. A worker that resumes a session claims
        it with the epoch after the stored one; of two that try at once one gets False, and
        loads again.
        """

    async def load(self, session: str) -> str | None:
        """Return what is kept for *session*, None where nothing is (any more)."""

    async def delete(self, session: str, *, epoch: int) -> None:
        """Forget *session*, unless a later epoch than *epoch* is kept: another worker has it.

        No fault where there is none.
        """

    async def put(self, name: str, text: str, ttl: float) -> None:
        """Keep *text* under *name* for *ttl* seconds, to be taken once."""

    async def take(self, name: str) -> str | None:
        """Return what was put under *name* and forget it, in one step; None where nothing is."""

    async def aclose(self) -> None:
        """Let go of what the store holds. Harmless twice."""


class MemoryStore:
    """A store inside this process: what it keeps ends with it, and no other worker sees it.

    At most *sessions* sessions and *tokens* once-only values are kept, and of each kind
    *most_bytes* of text; past that the oldest go first. *clock* tells seconds.
    """

    def __init__(
        self,
        *,
        sessions: int = 1000,
        tokens: int = 1000,
        most_bytes: int = 64 * 2**20,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sessions = _Shelf(sessions, most_bytes, clock)
        self._tokens = _Shelf(tokens, most_bytes, clock)

    async def save(
        self, session: str, text: str, ttl: float, *, epoch: int, claim: bool = False
    ) -> bool:
        """Keep a session; see :class:`SessionStore`."""
        kept = self._sessions.get(session)
        if kept is not None and (kept.epoch > epoch or (claim and kept.epoch == epoch)):
            return False
        self._sessions.put(session, text, ttl, epoch)
        return True

    async def load(self, session: str) -> str | None:
        """Return a session's text."""
        kept = self._sessions.get(session)
        return None if kept is None else kept.text

    async def delete(self, session: str, *, epoch: int) -> None:
        """Forget a session."""
        kept = self._sessions.get(session)
        if kept is not None and kept.epoch <= epoch:
            self._sessions.drop(session)

    async def put(self, name: str, text: str, ttl: float) -> None:
        """Keep a text to be taken once."""
        self._tokens.put(name, text, ttl, 0)

    async def take(self, name: str) -> str | None:
        """Return what was put under *name*, the first time."""
        kept = self._tokens.get(name)
        self._tokens.drop(name)
        return None if kept is None else kept.text

    async def aclose(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True, slots=True)
class _Kept:
    text: str
    until: float
    epoch: int

    @property
    def size(self) -> int:
        # Four bytes a character is what Python needs at most: no text is encoded to be counted.
        return 4 * len(self.text) if not self.text.isascii() else len(self.text)


class _Shelf:
    """Texts by name, the one put last at the end."""

    def __init__(self, most: int, most_bytes: int, clock: Callable[[], float]) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._clock = clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._bytes = 0

    def get(self, name: str) -> _Kept | None:
        kept = self._kept.get(name)
        if kept is not None and kept.until <= self._clock():
            self.drop(name)
            return None
        return kept

    def put(self, name: str, text: str, ttl: float, epoch: int) -> None:
        self.drop(name)
        now = self._clock()
        self._kept[name] = kept = _Kept(text, now + ttl, epoch)
        self._bytes += kept.size
        # What is over goes where it is met: at the old end, where it gathers.
        while self._kept and (self._full() or next(iter(self._kept.values())).until <= now):
            self.drop(next(iter(self._kept)))

    def drop(self, name: str) -> None:
        kept = self._kept.pop(name, None)
        if kept is not None:
            self._bytes -= kept.size

    def _full(self) -> bool:
        return len(self._kept) > self._most or self._bytes > self._most_bytes
