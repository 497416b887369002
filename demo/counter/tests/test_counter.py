from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tempestweb_wasm.testing import Client

APP = Path(__file__).parents[1] / "app.py"


@pytest.fixture
def client() -> Iterator[Client[Any]]:
    with Client.load(APP) as client:
        yield client


def test_it_counts_up_and_down(client: Client[Any]) -> None:
    assert "Count: 0" in client.texts()

    client.click("inc")
    client.click("inc")
    client.click("dec")

    assert "Count: 1" in client.texts()
    client.click("dec")
    client.click("dec")
    assert "Count: -1" in client.texts()


def test_a_click_sends_the_new_text_and_nothing_else(client: Client[Any]) -> None:
    client.click("inc")

    assert client.frames[-1]["data"] == [{"path": [0], "set_props": {"content": "Count: 1"}}]
