"""The bridge between the page and its apps, in the interpreter of a real page."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.in_page import in_page  # by pytest-pyodide's run_in_pyodide

pytestmark = pytest.mark.driver_timeout(120)

COUNTER = """
from tempestweb_wasm import Button, Column, Text

def make_state():
    return {"count": 0}

def view(app):
    return Column(children=[
        Text(content=f"Count: {app.state['count']}"),
        Button(key="inc", label="+", on_click=lambda: app.set_state(add)),
    ])

def add(state):
    state["count"] += 1
"""

# Each test runs in the page, so that it carries its own app along as text.


@in_page
def test_an_app_is_started_before_its_first_frame_and_answers_events(
    selenium: Any, source: str
) -> None:
    import json
    from pathlib import Path

    from tempestweb_wasm.browser import Bridge

    folder = Path("/apps/counter")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "app.py").write_text(source)
    said: list[tuple[int, dict[str, Any]]] = []
    bridge = Bridge(lambda app, text: said.append((app, json.loads(text))))
    start = {"op": "start", "app": 1, "folder": str(folder), "module": "app", "dev": False}
    bridge.receive(0, json.dumps(start))
    assert said[0] == (0, {"op": "started", "app": 1, "title": ""})
    app, frame = said[1]
    assert (app, frame["kind"], frame["data"][0]["path"]) == (1, "patches", [])
    event = {"kind": "event", "data": {"type": "click", "key": "inc"}, "seq": 1}
    bridge.receive(1, json.dumps(event))
    app, frame = said[2]
    assert (app, frame["ack"]) == (1, 1)
    assert frame["data"][0]["set_props"] == {"content": "Count: 1"}


@in_page
def test_an_app_that_fails_leaves_the_others_alone(selenium: Any, source: str) -> None:
    import json
    from pathlib import Path

    from tempestweb_wasm.browser import Bridge

    texts = {
        "good": source,
        "broken": "from tempestweb_wasm import Text\nimport nothing_of_that_name\n",
        "first": source.replace('f"Count', 'str(1 / 0) + f"Count'),
    }
    said: list[tuple[int, dict[str, Any]]] = []
    bridge = Bridge(lambda app, text: said.append((app, json.loads(text))))
    for number, (name, text) in enumerate(texts.items(), 1):
        folder = Path("/apps") / f"failing_{name}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "app.py").write_text(text)
        start = {"op": "start", "app": number, "folder": str(folder), "module": "app"}
        bridge.receive(0, json.dumps({**start, "dev": name == "first"}))
    host = {m["app"]: m for app, m in said if app == 0}
    assert [host[n]["op"] for n in (1, 2, 3)] == ["started", "failed", "failed"]
    assert host[2]["code"] == "app_import_failed"
    assert "/apps/failing_broken/app.py:2" in host[2]["message"]
    assert "nothing_of_that_name" in host[2]["message"]
    assert "detail" not in host[2]
    assert host[3]["code"] == "view_failed"
    assert 'File "/apps/failing_first/app.py"' in host[3]["detail"]
    assert {app for app, _ in said} == {0, 1}
    event = {"kind": "event", "data": {"type": "click", "key": "inc"}, "seq": 1}
    bridge.receive(2, json.dumps(event))
    bridge.receive(1, json.dumps(event))
    assert said[-1][0] == 1
    assert said[-1][1]["ack"] == 1


@in_page
async def test_stopping_runs_the_apps_own_end_and_closes_its_line(selenium: Any) -> None:
    import asyncio
    import json

    from tempestweb_wasm import App, Button, Widget
    from tempestweb_wasm.browser import Bridge
    from tempestweb_wasm.core.app import AppSource

    ended = asyncio.Event()

    def view(app: App[None]) -> Widget:
        app.on_stop(ended.set)
        return Button(key="b", label="b", on_click=lambda: app.set_state())

    said: list[int] = []
    bridge = Bridge(lambda app, text: said.append(app))
    given = bridge.give(AppSource(make_state=lambda: None, view=view))
    bridge.receive(0, json.dumps({"op": "start", "app": 4, "given": given}))
    bridge.receive(0, json.dumps({"op": "stop", "app": 4}))
    bridge.receive(0, json.dumps({"op": "stop", "app": 4}))
    await asyncio.wait_for(ended.wait(), 5)
    before = list(said)
    event = {"kind": "event", "data": {"type": "click", "key": "b"}, "seq": 1}
    bridge.receive(4, json.dumps(event))
    assert said == before


@in_page
async def test_bytes_of_a_picked_file_come_beside_the_message(selenium: Any) -> None:
    import asyncio
    import json

    from tempestweb_wasm import FilePicker, FileSelectEvent
    from tempestweb_wasm.browser import Bridge
    from tempestweb_wasm.browser.page import page
    from tempestweb_wasm.core.app import AppSource

    got: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    async def picked(event: FileSelectEvent) -> None:
        try:
            got.set_result(await event.files[0].read(2, 5))
        except OSError as error:
            got.set_result(error)

    def post(app: int, text: str) -> None:
        message = json.loads(text)
        if message.get("op") == "read":
            asked.append(message)

    asked: list[dict[str, Any]] = []
    bridge = Bridge(post)
    source = AppSource(
        make_state=lambda: None, view=lambda app: FilePicker(key="f", label="f", on_select=picked)
    )
    start = {"op": "start", "app": 1, "given": bridge.give(source)}
    bridge.receive(0, json.dumps(start))
    files = [{"ref": 9, "name": "a.bin", "size": 10, "type": ""}]
    data = {"type": "change", "key": "f", "payload": {"files": files}}
    bridge.receive(1, json.dumps({"kind": "event", "data": data, "seq": 1}))
    while not asked:
        await asyncio.sleep(0)
    call = asked[0].pop("call")
    assert asked == [{"op": "read", "app": 1, "ref": 9, "start": 2, "end": 5}]
    answer = json.dumps({"op": "bytes", "call": call})
    bridge.receive(0, answer, page().Uint8Array.new([7, 8, 9]))
    assert await got == bytes([7, 8, 9])
    got = asyncio.get_running_loop().create_future()
    bridge.receive(1, json.dumps({"kind": "event", "data": data, "seq": 2}))
    while len(asked) < 2:
        await asyncio.sleep(0)
    bridge.receive(0, json.dumps({"op": "bytes", "call": asked[1]["call"], "error": "it moved"}))
    error = await got
    assert isinstance(error, OSError)
    assert str(error) == "it moved"


@in_page
def test_what_the_host_channel_does_not_know_is_refused(selenium: Any) -> None:
    import pytest

    from tempestweb_wasm.browser import Bridge
    from tempestweb_wasm.errors import FrameError

    with pytest.raises(FrameError, match="'dance'"):
        Bridge(lambda app, text: None).receive(0, '{"op":"dance"}')


@in_page
def test_an_old_pyodide_is_refused_by_its_version(selenium: Any) -> None:
    import pyodide
    import pytest

    from tempestweb_wasm.browser import attach
    from tempestweb_wasm.errors import PyodideVersionError

    good = pyodide.__version__
    pyodide.__version__ = "0.28.3"
    try:
        with pytest.raises(PyodideVersionError, match=r"has Pyodide 0\.28\.3 .* needs 314"):
            attach(lambda app, text: None)
    finally:
        pyodide.__version__ = good


def test_the_page_has_one_proxy_however_many_apps_and_events(selenium: Any) -> None:
    selenium.load_package("tempestweb-wasm")
    # Pyodide keeps one of its own from the first import on.
    selenium.run_js("pyodide.pyimport('sys').destroy()")
    selenium.enable_pyproxy_tracing()
    selenium.run_js(f"const source = {COUNTER!r};" + PROXIES)
    assert selenium.get_num_proxies() == 1
    selenium.disable_pyproxy_tracing()


PROXIES = """
for (const name of ["one", "two"]) {
  pyodide.FS.mkdirTree(`/apps/proxies_${name}`);
  pyodide.FS.writeFile(`/apps/proxies_${name}/app.py`, source);
}
let frames = 0;
const browser = pyodide.pyimport("tempestweb_wasm.browser");
const receive = browser.attach((app, text) => { frames += app > 0; });
browser.destroy();
globalThis.keptReceive = receive;
for (const [app, name] of [[1, "one"], [2, "two"]]) {
  const start = { op: "start", app, folder: `/apps/proxies_${name}`, module: "app" };
  receive(0, JSON.stringify(start));
}
for (let seq = 1; seq <= 50; seq++) {
  const event = { kind: "event", data: { type: "click", key: "inc" }, seq };
  receive(1, JSON.stringify(event));
  receive(2, JSON.stringify(event));
}
if (frames !== 102) throw new Error(`${frames} frames`);
"""


@pytest.fixture
def source() -> str:
    return COUNTER
