from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tempestweb_wasm.channels import MemoryBroker
from tempestweb_wasm.testing import Client

APP = Path(__file__).parents[1] / "app.py"


@pytest.fixture
def two() -> Iterator[tuple[Client[Any], Client[Any]]]:
    """Ada and Bob, in two processes at one broker."""
    broker = MemoryBroker()
    with ExitStack() as stack:
        ada, bob = (stack.enter_context(Client.load(APP, broker=broker)) for _ in range(2))
        enter(ada, "Ada")
        enter(bob, "Bob")
        yield ada, bob


def enter(client: Client[Any], name: str) -> None:
    client.fill("name", name)
    client.click("join")


def say(client: Client[Any], text: str) -> None:
    client.fill("message", text)
    client.press("message", "Enter")


def here(client: Client[Any], people: str) -> None:
    client.wait_for(lambda: client.text("people") == people)


def test_who_comes_in_is_seen_by_all(two: tuple[Client[Any], Client[Any]]) -> None:
    ada, bob = two
    # Each runs only while it is asked: they take turns to hear each other.
    ada.wait_for(lambda: True)
    bob.wait_for(lambda: True)
    here(ada, "Ada, Bob")
    here(bob, "Ada, Bob")


def test_what_one_says_both_see_and_each_knows_its_own(
    two: tuple[Client[Any], Client[Any]],
) -> None:
    ada, bob = two
    say(ada, " hello ")
    bob.wait_for(lambda: "hello" in bob.texts())
    ada.wait_for(lambda: "hello" in ada.texts())
    assert bob.text("1") == "Ada hello"
    assert ada.text("1") == "hello"
    assert ada.find("message").props.get("value", "") == ""


def test_nothing_is_sent_of_an_empty_message(two: tuple[Client[Any], Client[Any]]) -> None:
    ada, bob = two
    say(ada, "   ")
    say(ada, "there")
    bob.wait_for(lambda: "there" in bob.texts())
    assert bob.text("1") == "Ada there"


def test_who_leaves_is_seen_no_more(two: tuple[Client[Any], Client[Any]]) -> None:
    ada, bob = two
    ada.wait_for(lambda: True)
    here(bob, "Ada, Bob")
    ada.click("leave")
    ada.wait_for(lambda: ada.has("name"))
    here(bob, "Bob")


def test_a_name_is_needed_to_come_in() -> None:
    with Client.load(APP) as client:
        enter(client, "   ")
        assert client.has("name")
        assert client.text("people") == "Nobody is here"
