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
        for text in ("Milk", "Bread", "Tea"):
            client.fill("new", text)
            client.press("new", "Enter")
        yield client


def tasks(client: Client[Any]) -> list[str]:
    return [f.props["label"] for f in client.walk() if f.type == "Checkbox"]


def test_enter_or_the_button_adds_a_task_and_empties_the_field(client: Client[Any]) -> None:
    client.fill("new", "  Jam ")
    client.click("add")

    assert tasks(client) == ["Milk", "Bread", "Tea", "Jam"]
    assert "value" not in client.find("new").props


def test_blanks_alone_are_no_task(client: Client[Any]) -> None:
    client.fill("new", "   ")
    client.click("add")

    assert tasks(client) == ["Milk", "Bread", "Tea"]


def test_ticking_counts_and_filters(client: Client[Any]) -> None:
    client.click("done-2")
    assert client.text("left") == "2 of 3 left"

    client.select("show", "open")
    assert tasks(client) == ["Milk", "Tea"]
    client.select("show", "done")
    assert tasks(client) == ["Bread"]
    client.click("done-2")
    assert tasks(client) == []
    client.select("show", "all")
    assert tasks(client) == ["Milk", "Bread", "Tea"]


def test_a_task_is_edited_in_place(client: Client[Any]) -> None:
    client.click("edit-2")
    client.fill("text-2", "Rye bread")

    assert tasks(client) == ["Milk", "Rye bread", "Tea"]
    assert not client.has("text-2")


@pytest.mark.parametrize("key", ["Escape", "Enter"])
def test_escape_and_enter_end_editing_and_keep_the_text(client: Client[Any], key: str) -> None:
    client.click("edit-2")
    client.press("text-2", key)

    assert tasks(client) == ["Milk", "Bread", "Tea"]


def test_an_emptied_task_keeps_its_text(client: Client[Any]) -> None:
    client.click("edit-1")
    client.fill("text-1", " ")

    assert tasks(client) == ["Milk", "Bread", "Tea"]


def test_deleting_takes_one_away_and_leaves_the_others_alone(client: Client[Any]) -> None:
    client.click("delete-2")

    assert tasks(client) == ["Milk", "Tea"]
    kinds = [sorted(patch) for patch in client.frames[-1]["data"]]
    assert ["index", "path"] in kinds
    assert not any("node" in patch for patch in client.frames[-1]["data"])


def test_completed_tasks_are_cleared_together(client: Client[Any]) -> None:
    assert client.find("clear").props["disabled"] is True
    client.click("done-1")
    client.click("done-3")
    client.click("clear")

    assert tasks(client) == ["Bread"]
    assert client.text("left") == "1 of 1 left"


def test_a_new_task_never_takes_the_key_of_a_deleted_one(client: Client[Any]) -> None:
    client.click("delete-3")
    client.fill("new", "Jam")
    client.click("add")

    assert client.has("done-4")
