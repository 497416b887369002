"""The page's garbage collector: quiet while events are answered, at work afterwards."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from weakref import ref

import pytest

from tempestweb_wasm.browser import garbage
from tempestweb_wasm.browser.garbage import LIMIT, WORTH, Garbage


class Ring:
    """Something that only the collector can free."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    threshold = gc.get_threshold()
    yield
    gc.set_threshold(*threshold)
    gc.unfreeze()


async def until_free(ring: ref[Ring]) -> None:
    while ring() is not None:
        await asyncio.sleep(0.01)


async def test_what_a_busy_event_left_is_collected_once_it_is_quiet() -> None:
    collector = Garbage()
    ring = ref(Ring())
    kept = [[n] for n in range(WORTH * 2)]
    assert ring() is not None
    collector.event()
    assert ring() is not None
    async with asyncio.timeout(10):
        await until_free(ring)
    assert kept


async def test_each_event_puts_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "QUIET", 0.05)
    collector = Garbage()
    loop = asyncio.get_running_loop()
    ring = ref(Ring())
    kept = [[n] for n in range(WORTH * 2)]
    ends = loop.time() + 0.3
    while loop.time() < ends:
        collector.event()
        await asyncio.sleep(0)
    assert ring() is not None
    async with asyncio.timeout(10):
        await until_free(ring)
    assert kept


def test_python_does_not_collect_while_a_table_is_made() -> None:
    Garbage()
    assert gc.get_threshold()[0] == LIMIT
