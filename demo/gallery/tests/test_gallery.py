from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tempestweb_wasm import widgets
from tempestweb_wasm.testing import Client

APP = Path(__file__).parents[1] / "app.py"


@pytest.fixture
def client() -> Iterator[Client[Any]]:
    with Client.load(APP) as client:
        yield client


def test_it_shows_every_widget(client: Client[Any]) -> None:
    shown = {f.type for f in client.walk()}

    # A slot shows what a page around it made.
    assert shown == set(widgets.__all__) - {"Option", "Slot"}


def test_a_button_says_what_was_pressed(client: Client[Any]) -> None:
    button = next(f for f in client.walk() if f.props.get("label") == "outline")
    client.send({"kind": "event", "data": {"type": "click", "id": button.node["id"]}})

    assert client.text("said") == "Pressed: outline"


def test_what_was_pressed_goes_to_the_clipboard(client: Client[Any]) -> None:
    client.native("clipboard.write_text")
    client.click("copy")

    assert client.calls[-1].args == {"text": "Nothing pressed yet"}
    assert client.text("told") == "Copied what was pressed last"


def test_a_browser_that_lets_nobody_copy_is_told_of(client: Client[Any]) -> None:
    client.native("clipboard.write_text", error="denied", message="NotAllowedError")
    client.click("copy")

    assert client.text("told") == "Not copied: clipboard.write_text: NotAllowedError"


def test_fields_show_what_they_hold(client: Client[Any]) -> None:
    client.fill("name", "Grace")
    client.fill("heard", "hello")
    client.fill("note", "four")
    client.toggle("ticked")
    client.toggle("switched")
    client.select("size", "Small")
    client.select("city", "lag")
    client.slide("volume", 55)
    client.pick_date("day", "2024-02-29")
    client.pick_files("files", {"a.txt": b"abc", "b.txt": b""})

    assert {"Hello, Grace!", "Heard: hello", "4 of 200 characters", "55 %", "Thursday"} <= set(
        client.texts()
    )
    assert "a.txt: 3 bytes; b.txt: 0 bytes" in client.texts()
    assert client.state.ticked is False
    assert client.state.switched is True
    assert (client.state.size, client.state.city) == ("Small", "lag")


def test_the_form_hands_over_its_values(client: Client[Any]) -> None:
    client.submit("form", {"email": "ada@example.org", "code": "12"})

    assert client.text("sent") == "Sent: ada@example.org"


def test_the_progress_bar_stops_at_its_ends(client: Client[Any]) -> None:
    for _ in range(6):
        client.click("forth")
    assert client.find("bar").props["value"] == 1
    assert client.find("forth").props["disabled"] is True
    client.click("back")
    assert client.find("bar").props["value"] == 0.9
