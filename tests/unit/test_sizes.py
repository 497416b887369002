"""What frames may weigh: the numbers that docs/wire.md promises, in bytes of UTF-8."""

from __future__ import annotations

from tempestweb_wasm.core.app import App
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.style import Edge, Style
from tempestweb_wasm.widgets import Button, Column, Row, Text

from .harness import Harness, counter, run


def _rows(app: App[dict[str, bool]]) -> Widget:
    """1,000 keyed rows of a text and two buttons, with styles; two of them swapped on demand."""
    numbers = list(range(1000))
    if app.state.get("swapped"):
        numbers[1], numbers[998] = numbers[998], numbers[1]
    row = Style(gap=8, padding=Edge.all(4))
    return Column(
        children=[
            Button(
                label="swap",
                key="swap",
                on_click=lambda: app.set_state(lambda s: s.update(swapped=True)),
            ),
            *(
                Row(
                    key=n,
                    style=row,
                    children=[
                        Text(content=str(n)),
                        Button(label=f"pretty red table {n}", on_click=lambda: None),
                        Button(label="x", on_click=lambda: None),
                    ],
                )
                for n in numbers
            ),
        ]
    )


def test_a_counter_of_five_widgets() -> None:
    async def test() -> None:
        h = Harness(counter)
        h.session.start()
        assert len(h.sent[0].encode()) <= 700
        h.event("inc", ack=1)
        assert len(h.sent[1].encode()) <= 120

    run(test)


def test_a_thousand_rows_and_a_swap() -> None:
    async def test() -> None:
        h = Harness(_rows)
        h.session.start()
        assert len(h.sent[0].encode()) <= 270_000
        h.event("swap")
        (patch,) = h.frames[1]["data"]
        assert len(patch["order"]) == 998
        assert len(h.sent[1].encode()) <= 4_200

    run(test)
