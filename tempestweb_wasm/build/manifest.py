"""The web manifest of an app and its icons: what makes it an app of the system."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from string import Template
from typing import Any
from urllib.parse import quote

from tempestweb_wasm.build.apps import AppFolder
from tempestweb_wasm.build.config import Shortcut
from tempestweb_wasm.build.files import Files, copied, made
from tempestweb_wasm.client_files import pwa_folder
from tempestweb_wasm.errors import ConfigError


@dataclass(frozen=True)
class Icons:
    """The icons of one app: files by path, and which of them is which."""

    files: Files
    icon: str
    icon_type: str
    touch: str
    manifest: tuple[tuple[str, str, str, str], ...]
    """``(path, sizes, type, purpose)`` of each."""


def manifest(app: AppFolder, icons: Icons, *, up: str) -> str:
    """Return the web manifest of *app*, made from ``pwa/manifest.template.json``."""
    config = app.settings.app
    values = {
        "name": app.title,
        "short_name": config.short_name or app.title,
        "description": app.description,
        "lang": config.lang,
        "theme_color": config.theme_color,
        "background_color": config.background_color,
    }
    template = json.loads((pwa_folder() / "manifest.template.json").read_bytes())
    filled = {key: _substituted(value, values) for key, value in template.items()}
    if config.id is not None:
        filled["id"] = config.id
    filled["icons"] = [
        {"src": up + path, "sizes": sizes, "type": type_, "purpose": purpose}
        for path, sizes, type_, purpose in icons.manifest
    ]
    filled["screenshots"] = [_screenshot(app, shot, up) for shot in config.screenshots]
    filled["shortcuts"] = [_shortcut(app, icons, shortcut, up) for shortcut in config.shortcuts]
    told = {key: value for key, value in filled.items() if value != []}
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def our_icons() -> Icons:
    """Return the icons of an app that brings none."""
    folder = pwa_folder() / "icons"
    names = ("icon.svg", "icon-192.png", "icon-512.png", "maskable-512.png", "touch-180.png")
    return Icons(
        files={f"icons/{name}": copied(folder / name) for name in names},
        icon="icons/icon.svg",
        icon_type="image/svg+xml",
        touch="icons/touch-180.png",
        manifest=(
            ("icons/icon-192.png", "192x192", "image/png", "any"),
            ("icons/icon-512.png", "512x512", "image/png", "any"),
            ("icons/maskable-512.png", "512x512", "image/png", "maskable"),
            ("icons/icon.svg", "any", "image/svg+xml", "any"),
        ),
    )


def icons_of(app: AppFolder) -> Icons:
    """Return the icons of *app*; raises ``ConfigError`` for a picture that won't do."""
    name = app.settings.app.icon
    if name is None:
        return our_icons()
    path = _picture(app, "icon", name)
    width, height = _png_size(path)
    if width != height or width < 512:
        raise ConfigError(
            f"{path} is {width} × {height} pixels: an icon must be square and at least 512 wide."
        )
    place, maskable = f"icons/{app.name}.png", f"icons/{app.name}-maskable.svg"
    masked = _maskable(path.read_bytes(), app.settings.app.background_color)
    return Icons(
        files={place: copied(path), maskable: made(masked)},
        icon=place,
        icon_type="image/png",
        touch=place,
        manifest=(
            (place, f"{width}x{height}", "image/png", "any"),
            (maskable, "any", "image/svg+xml", "maskable"),
        ),
    )


def _maskable(picture: bytes, ground: str) -> str:
    """Return *picture* on a *ground* that reaches every edge, as a system may cut it.

    What it may not cut is the circle of 80 % of the width; a square in there is 56 % wide. The
    picture gets 66 %: few icons have something in their outermost corners.
    """
    data = base64.b64encode(picture).decode()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
        f'<path fill="{ground}" d="M0 0h100v100H0z"/>'
        f'<image x="17" y="17" width="66" height="66" href="data:image/png;base64,{data}"/></svg>\n'
    )


def _screenshot(app: AppFolder, name: str, up: str) -> dict[str, str]:
    width, height = _png_size(_picture(app, "screenshots", name))
    if not app.rules.allows(PurePosixPath(name).as_posix()):
        raise ConfigError(
            f"{app.file}: screenshots: {name!r} is not published, as it is hidden or excluded."
        )
    return {
        "src": f"{up}apps/{app.name}/{quote(PurePosixPath(name).as_posix())}",
        "sizes": f"{width}x{height}",
        "type": "image/png",
        "form_factor": "wide" if width > height else "narrow",
    }


def _shortcut(app: AppFolder, icons: Icons, shortcut: Shortcut, up: str) -> dict[str, Any]:
    described: dict[str, Any] = {"name": shortcut.name, "url": shortcut.url}
    if shortcut.description:
        described["description"] = shortcut.description
    src, sizes, type_, _ = icons.manifest[0]
    return {**described, "icons": [{"src": up + src, "sizes": sizes, "type": type_}]}


def _picture(app: AppFolder, setting: str, name: str) -> Path:
    path = (app.folder / name).resolve()
    if not path.is_relative_to(app.folder) or not path.is_file():
        raise ConfigError(f"{app.file}: {setting}: there is no such file as {name!r} in the app.")
    return path


def _png_size(path: Path) -> tuple[int, int]:
    with path.open("rb") as file:
        head = file.read(24)
    if len(head) < 24 or head[:8] != b"\x89PNG\r\n\x1a\n":
        raise ConfigError(f"{path} is not a PNG picture.")
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def _substituted(value: Any, values: Mapping[str, str]) -> Any:
    return Template(value).substitute(values) if isinstance(value, str) else value
