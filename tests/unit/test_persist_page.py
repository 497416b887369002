"""States that are kept, as the page hears of them: read at a start, stored on a change."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tempestweb_wasm import Persist
from tempestweb_wasm.browser import Bridge
from tempestweb_wasm.browser.keeping import CHEAP, Keeping
from tempestweb_wasm.core import check
from tempestweb_wasm.core.persist import Keeper
from tempestweb_wasm.errors import AppImportError
from tempestweb_wasm.loader import load_app

Said = list[dict[str, Any]]

APP = """
from dataclasses import dataclass
from tempestweb_wasm import Button, Column, Persist, Text

persist = {persist}

@dataclass
class State:
    count: int = 0

def make_state() -> State:
    return State()

def add(state):
    state.count += 1

def view(app):
    return Column(children=[
        Text(content=f"Count: {{100 // (app.state.count + 1)}}"),
        Button(key="b", label="b", on_click=lambda: app.set_state(add)),
    ])
"""


def write(folder: Path, persist: str = "True") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "app.py").write_text(APP.format(persist=persist), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("True", Persist()),
        ("Persist(version=4)", Persist(version=4)),
        ("False", None),
        ("len", None),
    ],
)
def test_an_app_says_that_it_keeps_its_state(
    tmp_path: Path, written: str, wanted: Persist | None
) -> None:
    assert load_app(write(tmp_path / "kept", written)).persist == wanted


def test_anything_else_under_that_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        AppImportError, match=r"persist in .* is 'yes': it must be True or a Persist"
    ):
        load_app(write(tmp_path / "kept", "'yes'"))


class Page:
    """The page's end of the host channel."""

    def __init__(self) -> None:
        self.said: Said = []
        self.frames: Said = []
        self.order: list[int] = []
        self.clicks = 0
        self.bridge = Bridge(self._post)

    def _post(self, app: int, text: str) -> None:
        self.order.append(app)
        (self.frames if app else self.said).append(json.loads(text))

    def tell(self, op: str, **values: Any) -> None:
        self.bridge.receive(0, json.dumps({"op": op, "app": 1, **values}))

    def open(self, folder: Path, **stored: Any) -> None:
        self.tell("start", folder=str(folder), module="app", dev=True)
        assert self.said == [{"op": "load", "app": 1}]
        self.tell("stored", **stored)

    def click(self) -> None:
        data = {"type": "click", "key": "b"}
        self.clicks += 1
        self.bridge.receive(1, json.dumps({"kind": "event", "data": data, "seq": self.clicks}))

    def ops(self, name: str) -> Said:
        return [message for message in self.said if message["op"] == name]


def run(test: Callable[[Page], Any]) -> None:
    async def main() -> None:
        await test(Page())

    try:
        asyncio.run(main())
    finally:
        check.uninstall()  # an app in development puts it on


def test_an_app_opens_with_what_is_stored(tmp_path: Path) -> None:
    async def test(page: Page) -> None:
        page.open(write(tmp_path / "kept"), text='{"version":1,"state":{"count":4}}')
        assert page.said[-1] == {"op": "started", "app": 1, "title": "", "restored": True}
        assert "Count: 20" in json.dumps(page.frames)

    run(test)


def test_a_change_is_stored_before_it_is_shown(tmp_path: Path) -> None:
    async def test(page: Page) -> None:
        page.open(write(tmp_path / "kept"))
        frames = len(page.frames)
        page.click()
        assert page.order[-2:] == [0, 1]
        assert len(page.frames) == frames + 1
        assert page.ops("save")[-1]["text"] == '{"version":1,"state":{"count":1}}'
        page.click()
        assert page.ops("save")[-1]["text"] == '{"version":1,"state":{"count":2}}'

    run(test)


def test_what_another_tab_has_stored_is_shown_and_not_stored_again(tmp_path: Path) -> None:
    async def test(page: Page) -> None:
        page.open(write(tmp_path / "kept"))
        page.click()
        saved = len(page.ops("save"))
        page.tell("stored", text='{"version":1,"state":{"count":9}}')
        # The turn of the loop in which it is rendered, and the one in which it would be stored.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert "Count: 10" in json.dumps(page.frames[-1])
        assert len(page.ops("save")) == saved
        page.click()
        assert page.ops("save")[-1]["text"] == '{"version":1,"state":{"count":10}}'

    run(test)


@pytest.mark.parametrize(
    "newer", ['{"version":2,"state":{"count":9}}', '{"version":1,"state":{"count":"another type"}}']
)
def test_what_another_version_in_another_tab_has_stored_is_told_to_the_page(
    tmp_path: Path, newer: str
) -> None:
    async def test(page: Page) -> None:
        page.open(write(tmp_path / "kept"))
        page.click()
        page.tell("stored", text=newer)
        # The page takes nothing more from it.
        assert page.said[-1] == {"op": "outdated", "app": 1}
        page.click()
        assert "Count: 33" in json.dumps(page.frames[-1])

    run(test)


def test_each_state_of_another_tab_is_answered(tmp_path: Path) -> None:
    async def test(page: Page) -> None:
        page.open(write(tmp_path / "kept"))
        for count in (4, 5):
            page.tell("stored", text=f'{{"version":1,"state":{{"count":{count}}}}}')
        assert page.said[-2:] == [{"op": "taken", "app": 1}] * 2

    run(test)


def test_what_a_later_version_has_stored_stays_and_the_app_starts_without_storing(
    tmp_path: Path,
) -> None:
    async def test(page: Page) -> None:
        page.open(write(tmp_path / "kept"), text='{"version":2,"state":{"count":9}}')
        assert [message["op"] for message in page.said] == ["load", "started", "outdated"]
        page.click()
        assert "Count: 50" in json.dumps(page.frames[-1])
        page.tell("hide")
        assert page.ops("save") == []

    run(test)


class InTurn(Keeper):
    """A keeper of a set that comes out in the other order each time it is read."""

    def state(self, text: str) -> Any:
        return list(reversed(super().state(text)))


def test_a_state_that_reads_in_another_order_is_not_stored_again() -> None:
    async def test() -> None:
        saved: list[str] = []
        state = [1, 2]
        keeping = Keeping(InTurn(list[int], Persist()), lambda: state, saved.append, print)
        state = keeping.taken('{"version":1,"state":[1,2]}')
        keeping.touch()
        keeping.flush()
        assert saved == []

    asyncio.run(test())


class Slow(Keeper):
    """A keeper of a state that takes its time: the time is the case, nothing is waited for."""

    def text(self, state: Any) -> str:
        time.sleep(CHEAP)
        return super().text(state)


def test_a_large_state_is_stored_less_often_and_whole_on_request() -> None:
    async def test() -> None:
        saved: list[str] = []
        state = [0]
        keeping = Keeping(Slow(list[int], Persist()), lambda: state, saved.append, print)
        for state[0] in range(9):
            keeping.touch()
            keeping.before_frame()
        # Three times it shows what it costs.
        assert len(saved) == 3
        keeping.flush()
        assert [json.loads(text)["state"] for text in saved] == [[0], [1], [2], [8]]

    asyncio.run(test())


def test_a_large_state_is_stored_whole_before_the_page_is_told_to_reload(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempestweb_wasm.browser.keeping.Keeper", Slow)

    async def test(page: Page) -> None:
        folder = write(tmp_path / "kept")
        source = (folder / "app.py").read_text("utf-8")
        telling = "on_click=lambda: (app.set_state(add), app.state.count == 9 and reload(app))"
        source = source.replace("on_click=lambda: app.set_state(add)", telling)
        head = "from tempestweb_wasm.native.page import reload\n"
        (folder / "app.py").write_text(head + source, "utf-8")
        page.open(folder)
        for _ in range(9):
            page.click()
        assert page.frames[-1]["commands"] == [{"name": "reload", "args": {}}]
        assert page.ops("save")[-1]["text"] == '{"version":1,"state":{"count":9}}'
        assert len(page.ops("save")) < 9
        assert page.order[-2:] == [0, 1]

    run(test)


def test_stopping_stores_what_is_not_stored_yet(tmp_path: Path) -> None:
    async def test(page: Page) -> None:
        page.open(write(tmp_path / "kept"))
        page.click()
        page.tell("stop")
        assert len(page.ops("save")) == 1

    run(test)


@pytest.mark.parametrize(
    "text", ["nonsense", '{"version":1,"state":[]}', '{"version":1,"state":{"count":-1}}']
)
def test_what_can_not_be_used_is_set_aside_and_the_app_starts(tmp_path: Path, text: str) -> None:
    async def test(page: Page) -> None:
        page.open(write(tmp_path / "kept"), text=text)
        assert [message["op"] for message in page.said] == ["load", "set_aside", "started"]
        assert "Count: 100" in json.dumps(page.frames[0])
        assert page.frames[-1]["code"] == "state_not_read"
        page.click()
        page.tell("hide")
        assert len(page.ops("save")) == 1

    run(test)


def test_a_database_that_fails_leaves_the_app_alone(tmp_path: Path) -> None:
    async def test(page: Page) -> None:
        page.open(write(tmp_path / "kept"), error="no database")
        assert page.said[-1]["op"] == "started"
        for _ in range(2):
            page.click()
            page.tell("hide")
            page.tell("not_saved", error="QuotaExceededError")
        told = [frame for frame in page.frames if frame["kind"] == "error"]
        assert [frame["code"] for frame in told] == ["state_not_saved"]
        assert "QuotaExceededError" in told[0]["message"]

    run(test)


def test_an_app_that_is_stopped_while_it_waits_never_opens(tmp_path: Path) -> None:
    async def test(page: Page) -> None:
        page.tell("start", folder=str(write(tmp_path / "kept")), module="app")
        page.tell("stop")
        page.tell("stored")
        assert page.ops("started") == []

    run(test)
