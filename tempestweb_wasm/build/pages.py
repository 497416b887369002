"""The HTML pages and web manifests of a site."""

from __future__ import annotations

import html
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from tempestweb_wasm.build.apps import AppFolder
from tempestweb_wasm.build.files import Files, copied
from tempestweb_wasm.build.policy import content_policy
from tempestweb_wasm.client_files import pwa_folder
from tempestweb_wasm.errors import ConfigError

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Assets:
    """Paths from the site's root of what every page refers to."""

    boot: str
    client: str
    worker: str
    base_css: str
    theme_css: str
    page_css: str
    integrity: Mapping[str, str]
    """What scripts and styles must be, by path, as pages say it in ``integrity``."""


@dataclass(frozen=True)
class Icons:
    """The icons of one app: files by path, and which of them is which."""

    files: Files
    icon: str
    icon_type: str
    touch: str
    manifest: tuple[tuple[str, str, str, str], ...]
    """``(path, sizes, type, purpose)`` of each."""


def app_page(
    app: AppFolder, assets: Assets, icons: Icons, *, up: str, dev: bool, offline: bool
) -> str:
    """Return the page of *app*; *up* leads from it to the site's root (``./`` or ``../``)."""
    config = app.settings.app
    linked = {
        "base_css": assets.base_css,
        "theme_css": assets.theme_css,
        "page_css": assets.page_css,
        "client": assets.client,
        "script": assets.boot,
    }
    boot: dict[str, Any] = {
        "runtime": f"{up}_tempest/",
        "app": f"{up}apps/{app.name}/",
        "page": "./",
        "dev": dev,
        "sw": f"{up}sw.js" if offline else None,
    }
    if config.runtime == "main":
        boot["python"] = "main"
    if offline and config.update != "offer":
        boot["update"] = config.update
    if dev:
        boot["events"] = f"{up}_tempest/dev/events"
    return _fill(
        "page.html",
        lang=config.lang,
        title=app.title,
        short_name=config.short_name or app.title,
        description=app.description,
        theme_color=config.theme_color,
        manifest="./manifest.webmanifest",
        icon=up + icons.icon,
        icon_type=icons.icon_type,
        touch_icon=up + icons.touch,
        policy=content_policy([config.hosts]),
        **{name: up + path for name, path in linked.items()},
        **{f"{name}_hash": assets.integrity[path] for name, path in linked.items()},
        boot=json.dumps(boot, separators=(",", ":"), ensure_ascii=False),
    )


def list_page(
    title: str, entries: Sequence[tuple[str, str, str]], assets: Assets, icons: Icons
) -> str:
    """Return the page that lists *entries*: ``(link, name, description)``."""
    items = "\n".join(
        f'<li><a href="{html.escape(link)}">{html.escape(name)}'
        + (f"<small>{html.escape(text)}</small>" if text else "")
        + "</a></li>"
        for link, name, text in entries
    )
    values = {"title": title, "icon": f"./{icons.icon}", "icon_type": icons.icon_type}
    values["page_css"] = f"./{assets.page_css}"
    values["page_css_hash"] = assets.integrity[assets.page_css]
    values["policy"] = content_policy()
    safe = {name: html.escape(value) for name, value in values.items()}
    return _template("list.html").substitute(safe, items=items)


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
    filled["icons"] = [
        {"src": up + path, "sizes": sizes, "type": type_, "purpose": purpose}
        for path, sizes, type_, purpose in icons.manifest
    ]
    return json.dumps(filled, indent=1, ensure_ascii=False) + "\n"


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
    path = (app.folder / name).resolve()
    if not path.is_relative_to(app.folder) or not path.is_file():
        raise ConfigError(f"{app.file}: icon = {name!r}: there is no such file in {app.folder}.")
    width, height = _png_size(path)
    if width != height or width < 512:
        raise ConfigError(
            f"{path} is {width} × {height} pixels: an icon must be square and at least 512 wide."
        )
    place = f"icons/{app.name}.png"
    return Icons(
        files={place: copied(path)},
        icon=place,
        icon_type="image/png",
        touch=place,
        manifest=((place, f"{width}x{height}", "image/png", "any"),),
    )


def _png_size(path: Path) -> tuple[int, int]:
    with path.open("rb") as file:
        head = file.read(24)
    if len(head) < 24 or head[:8] != b"\x89PNG\r\n\x1a\n":
        raise ConfigError(f"{path} is not a PNG picture.")
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def _substituted(value: Any, values: Mapping[str, str]) -> Any:
    return Template(value).substitute(values) if isinstance(value, str) else value


def _fill(name: str, **values: str) -> str:
    safe = {key: html.escape(value) for key, value in values.items()}
    return _template(name).substitute(safe)


def _template(name: str) -> Template:
    return Template((_TEMPLATES / name).read_text("utf-8"))


def page_css() -> Path:
    """Return the style sheet of what is seen before Python is up."""
    return _TEMPLATES / "page.css"
