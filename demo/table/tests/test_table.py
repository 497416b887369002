from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tempestweb_wasm.testing import Client

APP = Path(__file__).parents[1] / "app.py"


@pytest.fixture
def client() -> Iterator[Client[Any]]:
    with Client.load(APP) as client:
        client.click("run")
        yield client


def ids(client: Client[Any]) -> list[int]:
    return [int(row["key"]) for row in client.find("lines").node.get("children", [])]


def press(client: Client[Any], row: int, button: int) -> None:
    """Click a row's first button (select) or second (remove)."""
    node = client.find("lines").node["children"][row]["children"][button]
    client.send({"kind": "event", "data": {"type": "click", "id": node["id"]}})


def patches(client: Client[Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.frames[-1]["data"]
    return found


def test_create_makes_a_thousand_new_rows_each_time(client: Client[Any]) -> None:
    first = ids(client)
    client.click("run")

    assert first == list(range(1, 1001))
    assert ids(client) == list(range(1001, 2001))
    assert client.text("size") == "1,000 rows"


def test_create_many_makes_ten_thousand_rows(client: Client[Any]) -> None:
    client.click("runlots")

    assert client.text("size") == "10,000 rows"


def test_append_is_one_insert(client: Client[Any]) -> None:
    client.click("add")

    assert ids(client) == list(range(1, 2001))
    inserts = [patch for patch in patches(client) if "nodes" in patch]
    assert [(patch["index"], len(patch["nodes"])) for patch in inserts] == [(1000, 1000)]


def test_update_touches_every_tenth_row(client: Client[Any]) -> None:
    client.click("update")

    assert len(patches(client)) == 100
    assert all(patch["set_props"]["label"].endswith(" !!!") for patch in patches(client))


def test_select_marks_one_row_and_only_one(client: Client[Any]) -> None:
    press(client, 4, 1)
    press(client, 7, 1)

    rows = client.find("lines").node["children"]
    assert [row["key"] for row in rows if "style" in row] == ["8"]
    assert len(patches(client)) == 2


def test_swap_is_one_small_reorder(client: Client[Any]) -> None:
    client.click("swaprows")

    assert ids(client)[1] == 999
    assert ids(client)[998] == 2
    assert [sorted(patch) for patch in patches(client)] == [["order", "path", "start"]]
    assert len(json.dumps(client.frames[-1], separators=(",", ":"))) <= 4300


def test_swap_leaves_a_short_table_alone(client: Client[Any]) -> None:
    client.click("clear")
    client.click("swaprows")

    assert ids(client) == []


def test_remove_takes_out_one_row(client: Client[Any]) -> None:
    press(client, 4, 2)

    assert ids(client)[:6] == [1, 2, 3, 4, 6, 7]
    assert sum("index" in patch for patch in patches(client)) == 1


def test_clear_empties_the_table(client: Client[Any]) -> None:
    client.click("clear")

    assert ids(client) == []
    assert client.text("size") == "0 rows"
