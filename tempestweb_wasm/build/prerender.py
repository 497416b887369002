"""The first view of each app, rendered while building: what a page shows before Python is up.

``view(make_state())`` runs in the built interpreter under Node, by the same files as in a
page, so that it sees what the page will see. What it comes to is a hint: the page shows it,
and Python's own first view patches what differs.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from tempestweb_wasm.build.cache import cache_folder, fresh_folder
from tempestweb_wasm.build.files import Content, Files
from tempestweb_wasm.build.interpreter import find_tool
from tempestweb_wasm.errors import ToolMissingError
from tempestweb_wasm.html import Page, page_of_frame

START = 120
"""Seconds for the interpreter's start, on a machine that has much else to do."""

PATIENCE = 30
"""Seconds for one app's first view; an app that has none by then is built without."""

_SCRIPT = Path(__file__).parent / "inside" / "prerender.mjs"


@dataclass(frozen=True)
class Wanted:
    """An app to be rendered: its folder in the site, its locale, and the way up from its page."""

    folder: str
    locale: str
    up: str


@dataclass(frozen=True)
class View:
    """A first view: the frame, and what it looks like in a page."""

    page: Page
    frame: str


@dataclass(frozen=True)
class NoView:
    """Why there is no view."""

    code: str
    message: str

    def __str__(self) -> str:
        return (
            f"the first view can't be shown before Python is up: {self.message} ({self.code}). "
            "The app is built without it; prerender = false in its settings does so silently."
        )


def prerender(
    files: Files, worker: str, apps: Sequence[Wanted], *, patience: float = PATIENCE
) -> list[View | NoView]:
    """Return the first view of each of *apps*, which are in *files*, or why there is none.

    *worker* is the path of the file that runs Python. Nothing is raised: an app that needs
    the browser for its first view is built all the same.
    """
    try:
        node = find_tool("node", "to render the first view while building")
    except ToolMissingError as error:
        return [NoView(error.code, str(error))] * len(apps)
    found: list[View | NoView] = []
    with fresh_folder(cache_folder() / "prerender") as folder:
        _lay_out(files, folder)
        while len(found) < len(apps):
            # One that hangs takes the interpreter with it; the others get a new one.
            rest = apps[len(found) :]
            lines, fault = _run(node, folder, worker, rest, patience)
            found += [_read(line, app) for line, app in zip(lines, rest, strict=False)]
            if len(lines) < len(rest):
                found.append(fault)
    return found


def _run(
    node: str, folder: Path, worker: str, apps: Sequence[Wanted], patience: float
) -> tuple[list[str], NoView]:
    """Return the lines that came, one for each app, and why the next did not."""
    request = {"apps": [{"folder": app.folder, "locale": app.locale} for app in apps]}
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            [node, str(_SCRIPT), str(folder), worker],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            encoding="utf-8",
            # The same page wherever it is built.
            env={**os.environ, "TZ": "UTC"},
        ) as process,
    ):
        lines: SimpleQueue[str] = SimpleQueue()
        Thread(target=_listen, args=(process, json.dumps(request), lines), daemon=True).start()
        found: list[str] = []
        try:
            # The first says that Python is there.
            limit: float = START
            while line := lines.get(timeout=limit):
                found.append(line)
                limit = patience
        except Empty:
            process.kill()
            return found[1:], NoView("timed_out", f"it was not there after {limit:g} seconds")
        process.wait()
        said.seek(0)
        last = said.read().decode(errors="replace").strip().splitlines() or ["nothing was said"]
    return found[1:], NoView("prerender_failed", f"the interpreter ended: {last[-1]}")


def _listen(process: subprocess.Popen[str], request: str, lines: SimpleQueue[str]) -> None:
    """Pass on what *process* says, line by line, and an empty one at its end."""
    if process.stdin is not None and process.stdout is not None:
        with suppress(BrokenPipeError), process.stdin:
            process.stdin.write(request)
        for line in process.stdout:
            lines.put(line)
    lines.put("")


def _read(line: str, app: Wanted) -> View | NoView:
    answer: Mapping[str, Any] = json.loads(line)
    if "frame" not in answer:
        return NoView(str(answer["code"]), str(answer["message"]))
    frame = json.loads(answer["frame"])
    # What stands in the page is read by the client alone: no numbers, nothing to acknowledge.
    kept = {name: frame[name] for name in ("kind", "data", "styles") if name in frame}
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    return View(page_of_frame(frame, home=f"{app.up}{app.folder}/"), text)


def _lay_out(files: Files, folder: Path) -> None:
    """Put what Python needs of *files* into *folder*, without copies where that can be."""
    # So that Node takes the client's files for modules.
    (folder / "package.json").write_text('{"type": "module"}')
    for name, content in files.items():
        if name.startswith(("_tempest/", "apps/")):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            _put(path, content)


def _put(path: Path, content: Content) -> None:
    if content.path is None:
        path.write_bytes(content.read())
        return
    try:
        os.link(content.path, path)
    except OSError:
        # Another disk, or a system without links.
        path.write_bytes(content.read())
