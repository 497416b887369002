"""Which names of hosts the commands answer to."""

from __future__ import annotations

import socket
from collections.abc import Sequence

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from tempestweb_wasm.cli.hosting import at_home

LOOPBACK = "127.0.0.1"


def status(name: str, allowed: Sequence[str] = (), address: str = LOOPBACK) -> int:
    with socket.create_server((address, 0)) as bound:
        app = at_home(PlainTextResponse("hi"), allowed, address, bound)
        found: int = TestClient(app).get("/", headers={"host": name}).status_code
        return found


@pytest.mark.parametrize("name", ["localhost:8000", "a.localhost", "127.0.0.1:1", "[::1]:8000"])
def test_this_machines_names_are_answered(name: str) -> None:
    assert status(name) == 200


def test_another_name_that_leads_here_is_not() -> None:
    assert status("evil.example") == 421


def test_names_that_the_settings_have_are() -> None:
    assert status("box.example", ["box.example"]) == 200
    assert status("localhost", ["box.example"]) == 421


def test_what_others_can_reach_answers_to_any_name() -> None:
    assert status("box.example", address="0.0.0.0") == 200
