"""Apps and other folders that go into a build, and which of their files do."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from tempestweb_wasm.build.config import FILE, Settings, read_settings
from tempestweb_wasm.build.files import Files, copied
from tempestweb_wasm.build.interpreter import Interpreter
from tempestweb_wasm.errors import AppNotFoundError, BuildError

MARKER = "_tempest/build.json"
"""A file that every build has, by which a folder is known to be ours."""

RESERVED = frozenset({"_tempest", "apps", "icons"})
"""Names at the root of a site that no app and no included folder may take."""

MOST_FILES = 5000
"""A folder with more is no app; somebody started one in a home or temporary folder."""

_SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules", "tests"})
_SKIPPED_FILES = ("*.pyc", "*.pyo", "test_*.py", "*_test.py", "conftest.py", FILE, "*~")


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


def app_files(app: AppFolder) -> Files:
    """Return the files of *app* that go into the site, by their path in its folder."""
    exclude = app.settings.app.exclude
    return {
        name: copied(path)
        for name, path in walk(app.folder)
        if not any(fnmatch(name, pattern) for pattern in exclude)
    }


def is_app_path(folder: Path, path: Path) -> bool:
    """Say whether a file at *path* in the app's *folder* could go into the site."""
    parts = path.relative_to(folder).parts
    if any(_skips_folder(part) for part in parts[:-1]) or not parts:
        return False
    above = (folder.joinpath(*parts[:count]) for count in range(1, len(parts)))
    if any((place / MARKER).is_file() for place in above):
        return False
    return not parts[-1].startswith(".") and not _matches(parts[-1])


def walk(folder: Path, *, plain: bool = False) -> Iterator[tuple[str, Path]]:
    """Yield path in *folder* and file, sorted; hidden files, caches and builds left out.

    With *plain* true the folder is no app, and tests mean nothing special in it. Raises
    ``BuildError`` for more than :data:`MOST_FILES`.
    """
    found = []
    for top, folders, names in os.walk(folder):
        here = Path(top)
        folders[:] = [
            name
            for name in folders
            if not _skips_folder(name, plain=plain) and not (here / name / MARKER).is_file()
        ]
        for name in names:
            if name.startswith(".") or (name == FILE if plain else _matches(name)):
                continue
            path = here / name
            if path.is_file():
                found.append((path.relative_to(folder).as_posix(), path))
        if len(found) > MOST_FILES:
            raise BuildError(
                f"{folder} holds more than {MOST_FILES} files, and all would go into the site: "
                "give the app a folder of its own."
            )
    yield from sorted(found)


def check_names(apps: Sequence[AppFolder], includes: Sequence[Path]) -> None:
    """Raise ``BuildError`` when two parts of the site would have the same place."""
    taken: dict[str, Path] = {}
    places = [(app.name, app.file) for app in apps] + [(path.name, path) for path in includes]
    for name, path in places:
        if name in RESERVED:
            raise BuildError(f"{path} can't be called {name!r}, which the build needs: rename it.")
        if name in taken:
            raise BuildError(f"{taken[name]} and {path} are both called {name!r}: rename one.")
        taken[name] = path


def _skips_folder(name: str, *, plain: bool = False) -> bool:
    return name.startswith(".") or name in ({"__pycache__"} if plain else _SKIPPED_FOLDERS)


def _matches(name: str) -> bool:
    return any(fnmatch(name, pattern) for pattern in _SKIPPED_FILES)


def _titled(name: str) -> str:
    words = re.sub(r"[-_.]+", " ", name).strip()
    return words[:1].upper() + words[1:]
