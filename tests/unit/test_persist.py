"""States that are kept: as typed JSON, with a version, and never in the way of a start."""

from __future__ import annotations

import asyncio
import datetime
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from tempestweb_wasm import Persist
from tempestweb_wasm.core.persist import Keeper, kind_of
from tempestweb_wasm.errors import StateNotReadError, StateNotSavedError

Said = list[dict[str, Any]]


@dataclass
class Item:
    name: str
    due: datetime.date | None = None


@dataclass
class State:
    items: list[Item] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)


def old_names(data: Any, version: int) -> Any:
    assert version == 1
    return {"items": [{"name": name} for name in data]}


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (State, State([Item("a", datetime.date(2026, 11, 21)), Item("b")], {"x"})),
        (dict[str, tuple[int, ...]], {"a": (1, 2)}),
        (list[float], [0.1, 2.0]),
        (int, 7),
    ],
    ids=["dataclasses", "a dict", "a list", "a number"],
)
def test_a_state_comes_back_as_what_it_was(kind: Any, state: Any) -> None:
    keeper = Keeper(kind, Persist())
    assert keeper.state(keeper.text(state)) == state


def test_what_is_stored_is_json_with_a_version() -> None:
    text = Keeper(State, Persist(version=3)).text(State([Item("a")]))
    assert json.loads(text) == {
        "version": 3,
        "state": {"items": [{"name": "a", "due": None}], "tags": []},
    }


def test_an_earlier_version_is_migrated() -> None:
    keeper = Keeper(State, Persist(version=2, migrate=old_names))
    assert keeper.state('{"version":1,"state":["a","b"]}') == State([Item("a"), Item("b")])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no state"),
        ("[]", "no state"),
        ('{"version":1}', "no state"),
        (
            '{"version":9,"state":{}}',
            "version 9 of the state is stored, and this app has version 2",
        ),
        ('{"version":1,"state":{}}', "give Persist a migrate function"),
        ('{"version":2,"state":{"items":4}}', "valid array"),
    ],
)
def test_what_can_not_be_read_says_why(text: str, says: str) -> None:
    with pytest.raises(StateNotReadError, match=says):
        Keeper(State, Persist(version=2)).state(text)


def test_a_migration_that_fails_says_so() -> None:
    def migrate(data: Any, version: int) -> Any:
        raise KeyError("gone")

    with pytest.raises(StateNotReadError, match="KeyError: 'gone'"):
        Keeper(State, Persist(version=2, migrate=migrate)).state('{"version":1,"state":{}}')


@dataclass
class WithGate:
    count: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)


def test_a_type_that_is_no_data_is_refused_with_its_field() -> None:
    with pytest.raises(
        StateNotSavedError, match="WithGate can't be stored because of its field 'ga"
    ):
        Keeper(WithGate, Persist())


def test_a_value_that_its_type_does_not_allow_is_refused() -> None:
    with pytest.raises(StateNotSavedError, match="can't be stored"):
        Keeper(State, Persist()).text(State(items="many"))  # type: ignore[arg-type]


def test_the_type_is_the_one_that_make_state_says() -> None:
    def said() -> dict[str, int]:
        return {}

    def unsaid() -> Any:
        return {}

    assert kind_of(said) == dict[str, int]
    assert kind_of(unsaid) is None
