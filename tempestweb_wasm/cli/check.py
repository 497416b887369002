"""``tempestweb check``: what can be known of an app without a browser."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from typing import Any

from tempestweb_wasm.build.apps import AppFolder, find_app
from tempestweb_wasm.errors import AppImportError, TempestError
from tempestweb_wasm.testing import Client


def check_app(path: Path) -> list[str]:
    """Return what is wrong with the app at *path*, one message each; empty when nothing is.

    Its settings are read, it is imported by this Python, ``make_state`` is called and the
    first view rendered.
    """
    try:
        app = find_app(path, None)
        client: Client[Any] = Client.load(app.file, errors="keep")
    except AppImportError as error:
        return [f"{error}{_hint(app, error)}"]
    except TempestError as error:
        return [str(error)]
    with client:
        return [_told(path, frame) for frame in client.errors]


def _told(path: Path, frame: dict[str, Any]) -> str:
    detail = str(frame.get("detail") or "").strip()
    text = f"{path}: {frame['message']}"
    return f"{text}\n{detail}" if detail else text


def is_checkable(app: AppFolder) -> bool:
    """Say whether this Python has the packages that *app* declares for the page."""
    return not _absent(app)


def _hint(app: AppFolder, error: AppImportError) -> str:
    absent = _absent(app)
    if not absent or not isinstance(error.__cause__, ModuleNotFoundError):
        return ""
    return f" (The page has {', '.join(absent)}; to check here, install it into this Python too.)"


def _absent(app: AppFolder) -> list[str]:
    found = []
    for requirement in app.settings.requirements:
        try:
            metadata.distribution(requirement.name)
        except metadata.PackageNotFoundError:
            found.append(requirement.name)
    return found
