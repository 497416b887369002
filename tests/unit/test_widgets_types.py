"""What type checkers say of an app's use of widgets: mypy is run on a small file."""

from __future__ import annotations

import re
from pathlib import Path

from mypy import api

ROOT = Path(__file__).parents[2]

SNIPPET = """
from functools import partial

from tempestweb_wasm.core.events import KeyEvent, TapEvent, TextChangeEvent, on
from tempestweb_wasm.widgets import Button, Column, Heading, Input, Option, RadioGroup, Text


class Model:
    def plain(self) -> None: ...
    def typed(self, event: TextChangeEvent) -> None: ...
    def other(self, event: KeyEvent) -> None: ...


async def later() -> None: ...
async def later_event(event: TextChangeEvent) -> None: ...
def add(number: int) -> None: ...
def add_event(number: int, event: TextChangeEvent) -> None: ...


model = Model()
names: list[str] = []
Input(on_change=lambda: names.append("a"))
Input(on_change=lambda e: names.append(e.value))
for number in range(3):
    Input(on_change=lambda n=number: add(n))
    Input(on_change=lambda e, n=number: add_event(n, e))
Input(on_change=model.plain)
Input(on_change=model.typed)
Input(on_change=later)
Input(on_change=later_event)
Input(on_change=partial(add, 3))
Input(on_change=partial(add_event, 3))
Input(on_change=on(lambda: names.append("a")))
Input(on_change=on(lambda e: names.append(e.value), debounce=200))
Input(on_change=on(model.plain))
Input(on_change=on(model.typed))
Input(on_change=on(later_event, throttle=50))
Column(children=[Text(content="a"), None, Button(label="b")])
RadioGroup(options=["a", Option("b")])
Text(contents="a")  # error: contents
Text(content=3)  # error: content
Text("a")  # error: Missing
Text()  # error: content
Button(label="a", variant="filled")  # error: variant
Heading(content="a", level=7)  # error: level
Column(children=["a"])  # error: List item 0
Input(on_change=model.other)  # error: on_change
Input(on_change=on(model.other))  # error: Argument 1 to "on"
Input(on_change=later())  # error: on_change
Input(on_change=on(model.typed, debounce="200"))  # error: debounce
RadioGroup(options=[3])  # error: List item 0
Text(content="a", style={"gap": 8})  # error: style
"""


def test_mypy_takes_what_works_and_reports_each_mistake(tmp_path: Path) -> None:
    snippet = tmp_path / "snippet.py"
    snippet.write_text(SNIPPET, encoding="utf-8")
    out, err, _code = api.run(
        [
            "--strict",
            "--follow-imports=silent",
            "--no-pretty",
            f"--config-file={ROOT / 'pyproject.toml'}",
            f"--cache-dir={tmp_path / 'cache'}",
            str(snippet),
        ]
    )

    assert not err
    wanted = {
        number: line.partition("# error: ")[2]
        for number, line in enumerate(SNIPPET.splitlines(), 1)
        if "# error: " in line
    }
    reports = re.findall(r"^.*snippet\.py:(\d+): error: (.*)$", out, re.MULTILINE)
    found = {int(number): message for number, message in reports}
    assert sorted(found) == sorted(wanted), out
    assert [n for n, part in wanted.items() if part not in found[n]] == [], out
