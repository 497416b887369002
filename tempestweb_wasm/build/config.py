"""What an app says about itself: ``tempestweb.toml`` beside it, or a PEP 723 block in it.

::

    # /// script
    # dependencies = ["python-dateutil"]
    # [tool.tempestweb]
    # title = "Counter"
    # ///

``tempestweb.toml`` has the same keys in its table ``[app]`` and wins over the block;
packages of both are added up.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tempestweb_wasm.build.interpreter import Interpreter
from tempestweb_wasm.errors import ConfigError

FILE = "tempestweb.toml"

PROVIDED = frozenset({"tempestweb-wasm", "tempestweb", "tempest-core"})
"""Packages that a build always answers with this library, whatever an app asks for."""

_COLOUR = r"^#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"
# The block's form is given by PEP 723: comment lines between two markers.
_BLOCK = re.compile(r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$")

Colour = Annotated[str, Field(pattern=_COLOUR)]


# What a policy takes as a source: no blank, comma, semicolon or quote could follow a host.
_SOURCE = (
    r"^(?:https?|wss?)://(?:\*\.)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::\d+)?(?:/[\w.~%/+-]*)?$"
)

Sources = list[Annotated[str, Field(pattern=_SOURCE)]]


class Hosts(BaseModel):
    """Other hosts that an app needs, by what it takes from them: the page's policy names them.

    Each is a scheme and a host (``"https://api.example.com"``), with ``*.`` for all hosts
    below a domain, and a path where only a part of a host is meant.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    connect: Sources = []
    """For requests and sockets: APIs, ``wss://`` servers."""
    images: Sources = []
    media: Sources = []
    """For sound and video."""
    fonts: Sources = []
    frames: Sources = []


class Shortcut(BaseModel):
    """A place in an app that its icon leads to."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: Annotated[str, Field(min_length=1, max_length=60)]
    url: Annotated[str, Field(pattern=r"^\./")]
    """Below the app: ``"./orders/new"``."""
    description: str | None = None


class AppConfig(BaseModel):
    """The settings of one app; every one is optional."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    title: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """What the browser's tab and the installed app are called; else the folder's name."""
    short_name: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    """A name for below an icon; else the title."""
    description: str | None = None
    lang: Annotated[str, Field(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")] = "en"
    """The language of the page (BCP 47), which screen readers speak."""
    theme_color: Colour = "#3d5afe"
    theme_color_dark: Colour = "#11141b"
    """The same for visitors who prefer dark pages."""
    background_color: Colour = "#ffffff"
    icon: str | None = None
    """A PNG of at least 512 × 512 inside the folder that takes the place of our icons."""
    id: Annotated[str, Field(min_length=1)] | None = None
    """Which app this is to systems that have it; else its address, which can't change then."""
    shortcuts: list[Shortcut] = []
    """``[{name = "New order", url = "./orders/new"}]``, for the icon's menu."""
    screenshots: list[str] = []
    """PNGs in the folder that systems show before they install the app."""
    offer_install: bool = False
    """The page offers to install the app, where the browser lets it."""
    prerender: bool = True
    """Show the first view before Python is up: it is rendered while building."""
    update: Literal["offer", "next-start"] = "offer"
    """A new version is offered to the visitor, or taken when the app is opened next."""
    packages: list[str] = []
    """Requirements (``"numpy>=2"``) or paths of wheels (``"./wheels/my.whl"``)."""
    runtime: Literal["worker", "main"] = "worker"
    """Where Python runs: in a worker, or on the page's own thread."""
    keep: list[str] = []
    """Modules of the standard library (``"sqlite3"``) that the app imports by a name made at
    run time, and parts of packages (``"pydantic.v1"``); ``"*"`` leaves nothing out."""
    snapshot: bool = True
    """Whether later visits restore the memory of a first start, which is kept in the browser."""
    exclude: list[str] = []
    """Patterns of files and folders in the folder that are not published (``"notes"``,
    ``"data/*.csv"``); one without ``/`` means that name in every folder."""
    publish: list[str] = []
    """Patterns of what is published although its name speaks against it (``"words.db"``)."""
    routes: list[Annotated[str, Field(pattern=r"^/[^?#]*$")]] = []
    """Paths that are pages beside ``/`` on a server: ``"/orders/{id}"``."""
    hosts: Hosts = Hosts()
    """``{connect = ["https://api.example.com"]}``; a page may ask no other host but its own."""


_TABLES = {"hosts": Hosts.model_fields, "shortcuts": Shortcut.model_fields}


@dataclass(frozen=True)
class Settings:
    """The settings of one app with its packages sorted out."""

    app: AppConfig
    requirements: tuple[Requirement, ...] = ()
    wheels: tuple[Path, ...] = ()
    sources: tuple[Path, ...] = field(default=())
    """The files that the settings were read from."""


@dataclass(frozen=True)
class _Text:
    """A piece of TOML, where it stands and by how many lines it is moved in its file."""

    path: Path
    text: str
    offset: int

    def parse(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"at line (\d+)", str(error))
            last = self.text.count("\n") + 1
            line = (int(found[1]) if found else last) + self.offset
            reason = re.sub(r" \(at .*\)$", "", str(error))
            raise ConfigError(f"{self.path}:{line}: this is not valid TOML: {reason}") from error

    def line_of(self, table: str, key: str) -> int:
        """Return the line on which *key* stands in *table*, else that of the table."""
        current, best = "", 1
        for number, line in enumerate(self.text.splitlines(), 1):
            header = re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line)
            if header:
                current = header[1].replace('"', "")
                best = number if current == table else best
            name = re.match(r"\s*[\"']?([\w.-]+)[\"']?\s*=", line)
            if name and name[1] == key and current == table:
                return number + self.offset
        return best + self.offset


def read_settings(app_file: Path, interpreter: Interpreter | None) -> Settings:
    """Read the settings of the app in *app_file*.

    Raises ``ConfigError``, which names the file and the line.
    """
    block = _script_block(app_file)
    values: dict[str, Any] = {}
    packages: list[tuple[str, str]] = []
    sources = []
    if block is not None:
        table = block.parse()
        sources.append(app_file)
        _check_python(block, table, interpreter)
        own = table.get("tool", {}).get("tempestweb", {})
        values.update(_validated(block, "tool.tempestweb", own))
        listed = _strings(block, "", "dependencies", table.get("dependencies", []))
        at = f"{app_file}:{block.line_of('', 'dependencies')}"
        packages += [(text, at) for text in listed]
        packages += [(text, str(app_file)) for text in values.pop("packages", [])]
    text = _toml(app_file.parent)
    if text is not None:
        sources.append(text.path)
        values.update(_settings_file(text))
        at = f"{text.path}:{text.line_of('app', 'packages')}"
        packages += [(entry, at) for entry in values.pop("packages", [])]
    requirements, wheels = _sorted_out(packages, app_file.parent)
    return Settings(AppConfig(**values), requirements, wheels, tuple(sources))


def read_folder_settings(folder: Path) -> Settings:
    """Read ``tempestweb.toml`` in a *folder* that holds no app but needs packages or a title."""
    text = _toml(folder)
    if text is None:
        return Settings(AppConfig())
    values = _settings_file(text)
    at = f"{text.path}:{text.line_of('app', 'packages')}"
    packages = [(entry, at) for entry in values.pop("packages", [])]
    requirements, wheels = _sorted_out(packages, folder)
    return Settings(AppConfig(**values), requirements, wheels, (text.path,))


def _settings_file(text: _Text) -> dict[str, Any]:
    table = text.parse()
    for key in sorted(table.keys() - {"app"}):
        line = text.line_of(key, "") if isinstance(table[key], dict) else text.line_of("", key)
        raise ConfigError(
            f"{text.path}:{line}: unknown setting {key!r}: settings stand in the table [app]."
        )
    return _validated(text, "app", table.get("app", {}))


def _toml(folder: Path) -> _Text | None:
    path = folder / FILE
    if not path.is_file():
        return None
    return _Text(path, _read(path), 0)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text: {error}") from error


def _script_block(app_file: Path) -> _Text | None:
    text = _read(app_file)
    found = [match for match in _BLOCK.finditer(text) if match["type"] == "script"]
    if len(found) > 1:
        line = text.count("\n", 0, found[1].start()) + 1
        raise ConfigError(f"{app_file}:{line}: a second script block: PEP 723 allows one.")
    if not found:
        return None
    lines = found[0]["content"].splitlines()
    content = "\n".join(line[2:] if line.startswith("# ") else line[1:] for line in lines)
    return _Text(app_file, content, text.count("\n", 0, found[0].start("content")))


def _check_python(text: _Text, table: dict[str, Any], interpreter: Interpreter | None) -> None:
    wanted = table.get("requires-python")
    if wanted is None or interpreter is None:
        return
    line = text.line_of("", "requires-python")
    try:
        fits = SpecifierSet(wanted).contains(interpreter.python)
    except (InvalidSpecifier, TypeError) as error:
        raise ConfigError(f"{text.path}:{line}: requires-python: {error}") from error
    if not fits:
        raise ConfigError(
            f"{text.path}:{line}: the app requires Python {wanted} and the interpreter in the "
            f"page is {interpreter.python}."
        )


def _strings(text: _Text, table: str, key: str, value: Any) -> list[str]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value
    line = text.line_of(table, key)
    raise ConfigError(f"{text.path}:{line}: {key} must be a list of strings, not {value!r}.")


def _validated(text: _Text, table: str, values: Any) -> dict[str, Any]:
    if not isinstance(values, dict):
        line = text.line_of("", table)
        raise ConfigError(f"{text.path}:{line}: {table} must be a table, not {values!r}.")
    try:
        AppConfig.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        names = [part for part in first["loc"] if isinstance(part, str)]
        key = ".".join(names)
        where = f"{text.path}:{text.line_of(table, names[0])}"
        if first["type"] == "extra_forbidden":
            known = AppConfig.model_fields if len(names) == 1 else _TABLES.get(names[0], {})
            near = difflib.get_close_matches(names[-1], known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise ConfigError(f"{where}: unknown setting {key!r}.{hint}") from error
        raise ConfigError(f"{where}: {key} = {first['input']!r}: {first['msg']}.") from error
    return dict(values)


def _sorted_out(
    packages: list[tuple[str, str]], folder: Path
) -> tuple[tuple[Requirement, ...], tuple[Path, ...]]:
    requirements, wheels = [], []
    for text, where in packages:
        if text.endswith(".whl") and "://" not in text and " @ " not in text:
            path = (folder / text).resolve()
            if not path.is_file():
                raise ConfigError(f"{where}: there is no wheel {path}.")
            wheels.append(path)
            continue
        try:
            requirement = Requirement(text)
        except InvalidRequirement as error:
            raise ConfigError(
                f"{where}: {text!r} is not a requirement ('numpy>=2') nor the path of a "
                f"wheel: {error}"
            ) from error
        if canonicalize_name(requirement.name) not in PROVIDED:
            requirements.append(requirement)
    return tuple(requirements), tuple(wheels)
