"""A page that is left: its last words arrive, and who has gone is shown in no room."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import expect

from tempestweb_wasm import App, Column, Input, Text, Widget, on
from tempestweb_wasm.server import ServerSettings, create_app
from tests.e2e.conftest import Visitor
from tests.e2e.live import LivePage
from tests.server.running import served

LATER = 60_000
"""Milliseconds that are not over when the page goes."""


@dataclass
class Room:
    """An app that shows who is there, and listens late."""

    url: str = ""
    got: list[str] = field(default_factory=list)

    def view(self, app: App[list[str]]) -> Widget:
        @app.on_start
        def enter() -> None:
            people = app.channel("room").presence(str)
            people.watch(lambda now: app.replace([member.data for member in now]))
            people.join(app.context.query["name"])

        return Column(
            children=[
                Text(content=", ".join(app.state), key="people"),
                Input(
                    on_change=on(lambda e: self.got.append(e.value), debounce=LATER),
                    attrs={"aria-label": "Note"},
                ),
            ],
        )


@contextmanager
def room(**settings: Any) -> Iterator[Room]:
    made = Room()
    app = create_app(list, made.view, title="Room", settings=ServerSettings(**settings))
    # No connection is at hand for the last POST, as after some seconds of silence.
    with served(app, timeout_keep_alive=0) as found:
        made.url = f"http://{found}/"
        yield made


@pytest.mark.parametrize("transport", ["ws", "sse"])
@pytest.mark.parametrize("leave", ["goes on", "closes", "reloads"])
def test_what_was_typed_last_arrives_and_nobody_is_shown_who_has_gone(
    visitor: Visitor, transport: str, leave: str
) -> None:
    with room(transport=transport) as here:
        ada = LivePage.at(visitor().page, f"{here.url}?name=Ada")
        bob = LivePage.at(visitor().page, f"{here.url}?name=Bob")
        expect(ada.text("Ada, Bob")).to_be_visible()
        bob.field("Note").fill("do not forget")
        if leave == "goes on":
            bob.page.goto(f"{here.url}health")
        elif leave == "closes":
            bob.page.close(run_before_unload=True)
        else:
            bob.page.reload()
            # Never "Ada, Bob, Bob": it is a session of its own.
            bob.expect_online()
            expect(bob.text("Ada, Bob")).to_be_visible()
            bob.page.close()
        expect(ada.text("Ada")).to_be_visible(timeout=8000)
        assert here.got == ["do not forget"]
