"""``tempestweb new``: the folder of a small app that works."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tempestweb_wasm.errors import BuildError

_APP = '''"""A counter: the smallest app that shows how the parts fit."""

from dataclasses import dataclass

from tempestweb_wasm import App, Button, Column, Heading, Row, Text, Widget


@dataclass
class State:
    count: int = 0


def make_state() -> State:
    return State()


def view(app: App[State]) -> Widget:
    def add(step: int) -> None:
        def change(state: State) -> None:
            state.count += step

        app.set_state(change)

    return Column(
        key="page",
        children=[
            Heading(content={title}, level=1),
            Text(key="count", content=f"Count: {{app.state.count}}"),
            Row(
                key="buttons",
                children=[
                    Button(key="dec", label="Less", on_click=lambda: add(-1)),
                    Button(key="inc", label="More", on_click=lambda: add(1)),
                ],
            ),
        ],
    )
'''

_TEST = '''"""Runs the app in plain Python, as a browser would see it: python -m pytest."""

from pathlib import Path

from tempestweb_wasm.testing import Client


def test_a_click_counts() -> None:
    with Client.load(Path(__file__).parent / "app.py") as client:
        client.click("inc")
        assert "Count: 1" in client.texts()
'''

_SETTINGS = """[app]
title = {title}
description = "An app written in Python that runs in the browser."
# Packages that the app imports, such as "python-dateutil>=2.9".
packages = []
"""


def make_app(folder: Path) -> Path:
    """Write a new app into *folder*, which must be new or empty, and return its path.

    Raises ``BuildError`` when there is something already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BuildError(f"{folder} exists and is not empty: name a folder that is new.")
    name = folder.resolve().name
    words = re.sub(r"[-_.]+", " ", name).strip() or "App"
    # A JSON string is a Python and a TOML string as well.
    title = json.dumps(words[:1].upper() + words[1:])
    files = {
        "app.py": _APP.format(title=title),
        "test_app.py": _TEST,
        "tempestweb.toml": _SETTINGS.format(title=title),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in files.items():
            (folder / file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise BuildError(f"the app can't be written to {folder}: {error}") from error
    return folder
