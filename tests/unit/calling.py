"""An app that calls the browser, and its page, for the tests of native calls."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tempestweb_wasm import App, Button, Column, Text, Widget, native
from tempestweb_wasm.runtime.session import Session

from .harness import Harness

Work = Callable[[App[Any]], Any]


@dataclass
class State:
    said: list[str] = field(default_factory=list)


def app_of(work: Work) -> Callable[[App[State]], Widget]:
    """An app with one button, which notes what *work* gives or raises."""

    def view(app: App[State]) -> Widget:
        async def go() -> None:
            try:
                said = repr(await work(app))
            except native.NativeError as error:
                said = f"{error.code}: {error}"
            app.set_state(lambda s: s.said.append(said))

        return Column(
            children=[Button(key="go", label="Go", on_click=go), Text(content=str(app.state.said))]
        )

    return view


class Page:
    """A session with what its page sees of calls."""

    def __init__(self, work: Work) -> None:
        self.harness = Harness(app_of(work), State)
        self.harness.session.start()
        self.harness.event("go")

    @property
    def session(self) -> Session[Any]:
        return self.harness.session

    def asked(self, kind: str = "native_call") -> list[dict[str, Any]]:
        return [frame for frame in self.harness.frames if frame["kind"] == kind]

    def says(self, frame: dict[str, Any]) -> None:
        self.session.receive(json.dumps(frame))

    async def result(self) -> str:
        app = self.session.app
        assert app is not None
        await self.harness.until(lambda: app.state.said)
        said: str = app.state.said[-1]
        return said
