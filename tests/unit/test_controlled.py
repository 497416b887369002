"""Controls whose value the app sets: what is on the screen is what the state says."""

from __future__ import annotations

from typing import Any

import pytest

from tempestweb_wasm import App, Checkbox, Column, Input, TextChangeEvent, ToggleEvent, Widget

from .harness import Harness, View, run


def typing(handler: Any, value: Any) -> View:
    def view(app: App[dict[str, str]]) -> Widget:
        def change(event: TextChangeEvent) -> None:
            app.set_state(lambda s: handler(s, event.value))

        return Column(children=[Input(key="i", value=value(app.state), on_change=change)])

    return view


def keep(state: dict[str, str], text: str) -> None:
    state["t"] = text


@pytest.mark.parametrize(
    ("handler", "value", "patch"),
    [
        # The app agrees: nothing is echoed.
        (keep, lambda s: s.get("t", ""), []),
        # It refuses: the text goes back.
        (lambda s, t: None, lambda s: "old", [{"path": [0], "set_props": {"value": "old"}}]),
        (lambda s, t: None, lambda s: "", [{"path": [0], "unset_props": ["value"]}]),
        # It changes what was typed.
        (
            lambda s, t: keep(s, t.upper()),
            lambda s: s.get("t", ""),
            [{"path": [0], "set_props": {"value": "AB"}}],
        ),
        # It sets no value: the browser keeps the text.
        (keep, lambda s: None, []),
    ],
)
def test_after_an_event_the_screen_shows_what_the_state_says(
    handler: Any, value: Any, patch: list[Any]
) -> None:
    async def test() -> None:
        h = Harness(typing(handler, value))
        h.session.start()
        h.event("i", "input", {"value": "ab"})
        assert h.frames[1]["data"] == patch

    run(test)


def test_a_resync_shows_what_was_typed() -> None:
    async def test() -> None:
        h = Harness(typing(keep, lambda s: s.get("t", "")))
        h.session.start()
        h.event("i", "input", {"value": "ab"})
        h.session.receive('{"kind":"event","data":{"type":"resync"},"seq":2}')
        assert h.frames[2]["data"][0]["node"]["children"][0]["props"] == {"value": "ab"}

    run(test)


def test_a_toggle_that_is_refused_goes_back() -> None:
    async def test() -> None:
        def view(app: App[Any]) -> Widget:
            def toggle(event: ToggleEvent) -> None:
                app.set_state()

            return Checkbox(key="c", checked=False, label="no", on_change=toggle)

        h = Harness(view)
        h.session.start()
        h.event("c", "change", {"checked": True})
        assert h.frames[1]["data"] == [{"path": [], "unset_props": ["checked"]}]

    run(test)
