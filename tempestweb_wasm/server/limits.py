"""How much and how often: buckets that fill with time."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

BURST = 10
"""Seconds' worth that may come at once."""

MOST_KEYS = 20_000
"""So many buckets of those who came of late are kept."""


class Rates:
    """For each key (a session, an address) *rate* things a second on average, and
    :data:`BURST` seconds' worth at once.

    What a key has spent is known as long as it matters, whatever came and went meanwhile.
    """

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._most = rate * BURST
        self._clock = clock
        # What is left to each key and when that was, the one that came least lately first.
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """So many keys have less than they may have."""
        return len(self._left)

    def take(self, key: str, count: int = 1) -> float:
        """Take *count* of *key*'s and return how many seconds it should wait, often 0."""
        now = self._clock()
        left = self._at(self._left.get(key), now) - count
        self._left[key] = (left, now)
        self._left.move_to_end(key)
        self._forget(now)
        return 0.0 if left >= 0 else -left / self._rate

    def give_back(self, key: str, count: int = 1) -> None:
        """Put *count* back: what they were taken for was refused."""
        left, then = self._left.get(key, (self._most, 0.0))
        self._left[key] = (left + count, then)

    def allows(self, key: str) -> bool:
        """Take one for *key* if it has one left, and say whether it had."""
        if self.take(key) == 0:
            return True
        self.give_back(key)
        return False

    def _at(self, kept: tuple[float, float] | None, now: float) -> float:
        if kept is None:
            return self._most
        left, then = kept
        return min(self._most, left + (now - then) * self._rate)

    def _forget(self, now: float) -> None:
        """Let go of keys that have all of theirs again, where they gather: at the old end."""
        while self._left:
            key = next(iter(self._left))
            if len(self._left) <= MOST_KEYS and self._at(self._left[key], now) < self._most:
                return
            del self._left[key]
