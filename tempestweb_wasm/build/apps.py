"""Apps and other folders that go into a build."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tempestweb_wasm.build.config import Settings, read_settings
from tempestweb_wasm.build.interpreter import Interpreter
from tempestweb_wasm.build.published import Rules, rules_of
from tempestweb_wasm.errors import AppNotFoundError, BuildError

_FOLDERS = ("_tempest", "apps", "icons")
_FILES = ("index.html", "404.html", "sw.js", "manifest.webmanifest", "_headers", "_redirects")
RESERVED = frozenset({*_FOLDERS, *_FILES})
"""Names at the root of a site that no app and no included folder may take."""


@dataclass(frozen=True)
class AppFolder:
    """One app: its name in the site, its file, and its settings."""

    name: str
    file: Path
    settings: Settings

    @property
    def folder(self) -> Path:
        """The folder that is the app."""
        return self.file.parent

    @property
    def rules(self) -> Rules:
        """What of its folder is published."""
        return rules_of(self.folder, self.settings)

    @property
    def module(self) -> str:
        """The module in the folder that has ``make_state`` and ``view``."""
        return self.file.stem

    @property
    def title(self) -> str:
        """The title that its settings give, else one made of its name."""
        return self.settings.app.title or _titled(self.name)

    @property
    def description(self) -> str:
        """What its settings say of it, else the first line of its docstring, else its title."""
        return self.settings.app.description or _first_line(self.file) or self.title


def _first_line(file: Path) -> str:
    try:
        doc = ast.get_docstring(ast.parse(file.read_bytes()))
    except (SyntaxError, ValueError):
        return ""  # importing it will say so, with the line
    return (doc or "").partition("\n")[0].strip()


def find_app(path: Path, interpreter: Interpreter | None) -> AppFolder:
    """Return the app at *path*: its file, or a folder that holds ``app.py``.

    Without an *interpreter* its ``requires-python`` is not looked at. Raises
    ``AppNotFoundError``, and ``ConfigError`` for settings that can't be understood.
    """
    file = app_file(path)
    name = file.parent.name if file.stem == "app" else file.stem
    slug = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "app"
    return AppFolder(slug, file, read_settings(file, interpreter))


def app_file(path: Path) -> Path:
    """Return the absolute path of the app's file; raises ``AppNotFoundError``."""
    full = path.expanduser().resolve()
    if full.is_dir():
        if not (full / "app.py").is_file():
            raise AppNotFoundError(
                f"the folder {path} holds no app.py: name the app's file, or make an app "
                "with tempestweb new."
            )
        return full / "app.py"
    if not full.is_file():
        raise AppNotFoundError(f"there is no file {path}: name the app's file, such as app.py.")
    if full.suffix != ".py":
        raise AppNotFoundError(f"{path} is not a Python file: name the app's file, such as app.py.")
    return full


def check_names(apps: Sequence[AppFolder], includes: Sequence[Path]) -> None:
    """Raise ``BuildError`` when two parts of the site would have the same place."""
    taken: dict[str, Path] = {}
    places = [(app.name, app.file) for app in apps] + [(path.name, path) for path in includes]
    for name, path in places:
        # Where upper and lower case are one, so are such names.
        low = name.lower()
        if low in RESERVED:
            raise BuildError(f"{path} can't be called {name!r}, which the build needs: rename it.")
        if low in taken:
            raise BuildError(f"{taken[low]} and {path} are both called {name!r}: rename one.")
        taken[low] = path


def _titled(name: str) -> str:
    words = re.sub(r"[-_.]+", " ", name).strip()
    return words[:1].upper() + words[1:]
