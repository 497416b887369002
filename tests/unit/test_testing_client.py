"""The client for app authors' tests."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tempestweb_wasm import (
    App,
    Button,
    Checkbox,
    Column,
    Dropdown,
    FilePicker,
    FileSelectEvent,
    Form,
    FormField,
    Input,
    SelectEvent,
    Slider,
    SubmitEvent,
    Text,
    TextChangeEvent,
    ToggleEvent,
    Widget,
    on,
)
from tempestweb_wasm.testing import Client


def everything(app: App[dict[str, Any]]) -> Widget:
    def put(name: str, value: object) -> None:
        app.set_state(lambda s: s.update({name: value}))

    async def slow() -> None:
        put("slow", "started")
        await asyncio.sleep(0.01)
        put("slow", "done")

    async def read(event: FileSelectEvent) -> None:
        put("file", await event.files[0].text())

    def boom() -> None:
        raise ValueError("boom")

    def text(e: TextChangeEvent) -> None:
        put("text", e.value)

    def toggle(e: ToggleEvent) -> None:
        put("on", e.checked)

    def pick(e: SelectEvent) -> None:
        put("pick", e.value)

    def submit(e: SubmitEvent) -> None:
        put("form", e.values)

    state = app.state
    return Form(
        key="form",
        on_submit=submit,
        children=[
            Text(content=f"slow: {state.get('slow')}"),
            FormField(
                name="text",
                label="Text",
                child=Input(key="text", value=state.get("text", ""), on_change=on(text)),
            ),
            Input(key="inner", on_submit=text),
            FormField(
                name="on",
                label="On",
                child=Checkbox(key="on", checked=state.get("on", False), on_change=toggle),
            ),
            Dropdown(key="pick", options=["a", "b"], on_change=pick),
            FormField(name="n", label="N", child=Slider(key="n", value=3)),
            FilePicker(key="file", on_select=read),
            Button(key="slow", label="Slow", on_click=slow),
            Button(key="boom", label="Boom", on_click=boom),
            Button(key="off", label="Off", disabled=True, on_click=boom),
            Column(disabled=True, children=[Button(key="in", label="In", on_click=boom)]),
            Button(key="send", label="Send", type="submit"),
        ],
    )


def test_each_action_does_what_a_person_would_cause() -> None:
    with Client(dict, everything) as client:
        client.fill("text", "hello")
        client.toggle("on")
        client.select("pick", "b")
        client.click("slow")
        client.pick_files("file", {"a.txt": b"inside"})
        client.press("text", "Enter")
        assert client.state == {
            "text": "hello",
            "on": True,
            "pick": "b",
            "slow": "done",
            "file": "inside",
            "form": {"text": "hello", "on": True, "n": 3},
        }
        client.slide("n", 5)
        client.click("send")
        assert client.state["form"]["n"] == 5
        assert "slow: done" in client.texts()
        assert [f["kind"] for f in client.frames].count("error") == 0


def test_the_frame_between_two_steps_of_a_handler_is_kept() -> None:
    with Client(dict, everything) as client:
        client.click("slow")
        seen = [p["set_props"]["content"] for f in client.frames[1:] for p in f["data"]]
        assert seen == ["slow: started", "slow: done"]


def test_an_error_of_the_app_is_raised_from_the_action() -> None:
    with Client(dict, everything) as client, pytest.raises(AssertionError, match="boom"):
        client.click("boom")
    with Client(dict, everything, errors="keep") as client:
        client.click("boom")
        assert client.errors[0]["code"] == "handler_failed"


@pytest.mark.parametrize("key", ["off", "in"])
def test_what_is_disabled_cannot_be_used(key: str) -> None:
    with Client(dict, everything) as client, pytest.raises(AssertionError, match="disabled"):
        client.click(key)


def test_a_wrong_key_names_the_keys_there_are() -> None:
    with Client(dict, everything) as client, pytest.raises(AssertionError, match="slow"):
        client.click("slwo")


def test_props_are_checked_as_in_development() -> None:
    wrong: Any = Text
    with pytest.raises(AssertionError, match=r"test_testing_client\.py"):
        Client(dict, lambda app: wrong(content=3))


def test_wait_for_lets_tasks_run() -> None:
    def view(app: App[dict[str, int]]) -> Widget:
        @app.on_start
        def begin() -> None:
            app.every(0.001, lambda: app.set_state(lambda s: s.update(n=s.get("n", 0) + 1)))

        return Text(content=str(app.state.get("n", 0)))

    with Client(dict, view) as client:
        client.wait_for(lambda: client.texts() == ["3"] or int(client.texts()[0]) > 3)
        with pytest.raises(AssertionError, match="still not true"):
            client.wait_for(lambda: False, timeout=0.01)
