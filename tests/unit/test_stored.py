"""A session as a store holds it, and the frames that wait until it does."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass, field
from typing import Any

import pytest

from tempestweb_wasm.core.app import App, AppSource, Context
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.errors import StateNotReadError, StateNotSavedError, StoreError
from tempestweb_wasm.runtime import saving
from tempestweb_wasm.runtime.delivery import Delivery
from tempestweb_wasm.runtime.session import Session
from tempestweb_wasm.runtime.stored import SessionKeeper, StoredSession
from tempestweb_wasm.testing import virtual
from tempestweb_wasm.transports.memory import MemoryTransport
from tempestweb_wasm.widgets import Button


@dataclass
class Count:
    n: int = 0
    tags: set[str] = field(default_factory=set)


def make_state() -> Count:
    return Count()


def view(app: App[Any]) -> Widget:
    def add() -> None:
        app.set_state(lambda s: setattr(s, "n", s.n + 1))

    return Button(key="add", label=str(app.state.n), on_click=add)


SOURCE: AppSource[Any] = AppSource(make_state=make_state, view=view)
CLICK = {"kind": "event", "data": {"type": "click", "key": "add"}}


class Store:
    """Keeps what is saved once :attr:`open` is set."""

    def __init__(self) -> None:
        self.saved: list[StoredSession] = []
        self.open = asyncio.Event()
        self.open.set()
        self.fails: Exception | None = None
        self.stale = False

    async def save(self, stored: StoredSession) -> bool:
        await self.open.wait()
        if self.fails is not None:
            raise self.fails
        self.saved.append(stored)
        return not self.stale


def started(store: Store, source: AppSource[Any] = SOURCE) -> tuple[Delivery, MemoryTransport]:
    delivery = Delivery(save=store.save, keeper=SessionKeeper(source))
    delivery.bind(Session(source, delivery.send))
    delivery.session.start()
    line = MemoryTransport()
    delivery.attach(line, applied=0)
    return delivery, line


def click(line: MemoryTransport, seq: int) -> None:
    line.deliver(json.dumps({**CLICK, "seq": seq}))


def test_a_session_comes_back_as_it_was_stored() -> None:
    context = Context(path="/a", query={"x": "ä"}, locale="de", user="ann")
    stored = StoredSession(
        state='{"version":1,"state":{"n":"ü"}}', epoch=3, acked=7, final=True, context=context
    )
    again = StoredSession.read(stored.text(), user="ann")
    assert again.context == context
    assert json.loads(again.state) == json.loads(stored.state)
    assert (again.epoch, again.acked, again.final) == (3, 7, True)
    assert "ann" not in stored.text()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version":2}', '{"version":1,"epoch":"x"}'])
def test_what_is_no_session_can_not_be_read(text: str) -> None:
    with pytest.raises(StateNotReadError):
        StoredSession.read(text)


def test_after_a_crash_what_was_sent_does_not_run_again() -> None:
    assert StoredSession(state="{}", acked=5).acked_after(8) == 8
    assert StoredSession(state="{}", acked=5).acked_after(2) == 5
    assert StoredSession(state="{}", acked=5, final=True).acked_after(8) == 5


def test_a_state_is_written_and_read_by_its_type() -> None:
    async def test() -> None:
        keeper = SessionKeeper(SOURCE)
        delivery = Delivery(keeper=keeper)
        delivery.bind(Session(SOURCE, delivery.send))
        delivery.session.resume(Count(n=4, tags={"a"}), acked=9)
        stored = delivery.stored(final=True)
        assert (stored.acked, stored.final) == (9, True)
        assert SessionKeeper(SOURCE).state(stored) == Count(n=4, tags={"a"})

    virtual.run(test())


def test_a_resumed_session_never_makes_a_state_and_does_not_run_old_events() -> None:
    def never() -> Count:
        raise AssertionError("make_state was called")

    async def test() -> None:
        delivery = Delivery(epoch=2, acked=9)
        source: AppSource[Any] = AppSource(make_state=never, view=view)
        delivery.bind(Session(source, delivery.send))
        delivery.session.resume(Count(n=4), acked=9)
        line = MemoryTransport()
        delivery.attach(line, applied=0)
        first = json.loads(line.sent[0])
        assert first["data"][0]["node"]["props"] == {"label": "4"}
        assert (first["seq"], first["ack"]) == (1, 9)
        click(line, 9)
        click(line, 10)
        assert delivery.session.app.state.n == 5  # type: ignore[union-attr]

    virtual.run(test())


def test_the_frame_that_answers_an_event_waits_for_the_store() -> None:
    async def test() -> None:
        store = Store()
        delivery, line = started(store)
        await asyncio.sleep(2)
        store.open.clear()
        before = len(store.saved)
        click(line, 1)
        click(line, 2)
        await asyncio.sleep(1)
        assert (len(line.sent), delivery.acked, len(store.saved)) == (1, 0, before)
        store.open.set()
        await asyncio.sleep(0.1)
        assert [json.loads(text)["ack"] for text in line.sent[1:]] == [1, 2]
        last = store.saved[-1]
        assert (last.acked, json.loads(last.state)["state"]["n"]) == (2, 2)
        assert delivery.acked == 2

    virtual.run(test())


def test_one_that_comes_back_gets_no_frame_that_is_not_stored() -> None:
    async def test() -> None:
        store = Store()
        delivery, first = started(store)
        await asyncio.sleep(2)
        store.open.clear()
        click(first, 1)
        await asyncio.sleep(0.1)
        second = MemoryTransport()
        delivery.attach(second, applied=1)
        assert second.sent == []
        store.open.set()
        await asyncio.sleep(0.1)
        assert [json.loads(text)["ack"] for text in second.sent] == [1]

    virtual.run(test())


def test_changes_that_answer_nothing_go_out_at_once_and_are_stored_together() -> None:
    async def test() -> None:
        store = Store()
        delivery, line = started(store)
        await asyncio.sleep(2)
        before = len(store.saved)
        app = delivery.session.app
        assert app is not None
        for n in range(5):
            app.set_state(lambda s, n=n: setattr(s, "n", n + 1))  # type: ignore[misc]
            await asyncio.sleep(0.01)
        assert len(line.sent) == 6
        await asyncio.sleep(2)
        assert len(store.saved) == before + 1
        assert json.loads(store.saved[-1].state)["state"]["n"] == 5

    virtual.run(test())


def test_a_store_that_fails_is_told_of_and_the_session_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING, logger="tempestweb_wasm")

    async def test() -> None:
        store = Store()
        _, line = started(store)
        store.fails = StoreError("the store is gone")
        click(line, 1)
        await asyncio.sleep(0.1)
        assert json.loads(line.sent[-1])["ack"] == 1
        assert "the store is gone" in caplog.text
        store.fails = None
        store.open.clear()  # one that never answers
        click(line, 2)
        await asyncio.sleep(saving.SAVE_WITHIN + 1)
        assert json.loads(line.sent[-1])["ack"] == 2

    virtual.run(test())


def test_what_could_not_be_stored_is_stored_when_the_store_is_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def test() -> None:
        store = Store()
        _, line = started(store)
        await asyncio.sleep(2)
        store.fails = StoreError("the store is gone")
        for seq in (1, 2, 3):
            click(line, seq)
            await asyncio.sleep(100)
        assert json.loads(line.sent[-1])["ack"] == 3
        assert caplog.text.count("StoreError") == 1, "an outage is one line of the log"
        store.fails = None
        await asyncio.sleep(saving.LONGEST)
        last = store.saved[-1]
        assert (last.acked, json.loads(last.state)["state"]["n"]) == (3, 3)
        before = len(store.saved)
        await asyncio.sleep(100)
        assert len(store.saved) == before, "once is enough"

    virtual.run(test())


def test_a_copy_that_another_worker_took_over_lets_nothing_out() -> None:
    async def test() -> None:
        store = Store()
        delivery, line = started(store)
        store.stale = True
        click(line, 1)
        await asyncio.sleep(0.1)
        assert (len(line.sent), line.closed, delivery.line) == (1, True, None)

    virtual.run(test())


def test_a_state_that_is_no_data_is_told_of_once_and_lives_in_memory(
    caplog: pytest.LogCaptureFixture,
) -> None:
    @dataclass
    class Held:
        n: int = 0
        lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    caplog.set_level(logging.WARNING, logger="tempestweb_wasm")

    async def test() -> None:
        store = Store()
        source: AppSource[Any] = AppSource(make_state=lambda: Held(), view=view)
        delivery, line = started(store, source)
        click(line, 1)
        click(line, 2)
        await asyncio.sleep(2)
        assert json.loads(line.sent[-1])["ack"] == 2
        assert caplog.text.count("its field 'lock'") == 1
        with pytest.raises(StateNotSavedError):
            delivery.stored()

    virtual.run(test())


def test_the_end_of_a_session_ends_what_saves_it() -> None:
    async def test() -> None:
        store = Store()
        delivery, line = started(store)
        store.open.clear()
        click(line, 1)
        await asyncio.sleep(0.1)
        await delivery.aclose()
        assert store.saved == []
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        assert tasks == set()

    virtual.run(test())
