"""How much and how often: buckets that fill with time."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

BURST = 10
"""Seconds' worth that may come at once."""

MOST_ADDRESSES = 10_000


class Bucket:
    """Lets *rate* things a second pass on average, and :data:`BURST` seconds' worth at once."""

    __slots__ = ("_clock", "_left", "_rate", "_then")

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._left = rate * BURST
        self._then = clock()

    def take(self, count: int = 1) -> float:
        """Take *count* out and return how many seconds whoever asked should wait, often 0."""
        now = self._clock()
        self._left = min(self._rate * BURST, self._left + (now - self._then) * self._rate)
        self._then = now
        self._left -= count
        return 0.0 if self._left >= 0 else -self._left / self._rate

    def give_back(self, count: int = 1) -> None:
        """Put *count* back: what they were taken for was refused."""
        self._left += count


class Addresses:
    """A bucket for each address; those that came least lately are forgotten."""

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def allows(self, address: str) -> bool:
        """Say whether *address* may open one thing more now; ``""`` always may."""
        if not address:
            return True
        bucket = self._buckets.get(address)
        if bucket is None:
            bucket = self._buckets[address] = Bucket(self._rate, self._clock)
            if len(self._buckets) > MOST_ADDRESSES:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(address)
        if bucket.take() > 0:
            bucket.give_back()
            return False
        return True
