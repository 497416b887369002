"""The HTML pages of a site."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

from tempestweb_wasm.build.apps import AppFolder
from tempestweb_wasm.build.assets import Assets
from tempestweb_wasm.build.manifest import Icons
from tempestweb_wasm.build.policy import content_policy
from tempestweb_wasm.build.precache import VERSION_PLACE
from tempestweb_wasm.build.prerender import View

_TEMPLATES = Path(__file__).parent / "templates"


def app_page(
    app: AppFolder,
    assets: Assets,
    icons: Icons,
    *,
    up: str,
    here: str = "./",
    dev: bool,
    offline: bool,
    view: View | None = None,
) -> str:
    """Return the page of *app*; *up* leads from it to the site's root (``./`` or ``../``).

    *here* is its own folder. Both are absolute paths for a page that stands under others, too.

    With a *view* it shows that until Python is up, and how far the start is above it.
    """
    config = app.settings.app
    linked = {"client": assets.client, "boot": assets.boot, "gate": assets.gate}
    hashes = {name: assets.integrity[path] for name, path in linked.items()}
    linked["style"], style = assets.style_sheet(view.page.css if view else "")
    hashes["style"] = style.integrity
    boot_settings = _boot(app, up=up, here=here, dev=dev, offline=offline)
    return _fill(
        "page.html",
        {**_view_parts(view, assets, up), "worker": _worker_part(app, assets, up)},
        lang=config.lang,
        title=app.title,
        short_name=config.short_name or app.title,
        description=app.description,
        theme_color=config.theme_color,
        theme_color_dark=config.theme_color_dark,
        manifest=f"{here}manifest.webmanifest",
        icon=up + icons.icon,
        icon_type=icons.icon_type,
        touch_icon=up + icons.touch,
        policy=content_policy([config.hosts]),
        **{name: up + path for name, path in linked.items()},
        **{f"{name}_hash": integrity for name, integrity in hashes.items()},
        settings=json.dumps(boot_settings, separators=(",", ":"), ensure_ascii=False),
    )


def _boot(app: AppFolder, *, up: str, here: str, dev: bool, offline: bool) -> dict[str, Any]:
    """Return what the page's script is told, in the terms of ``js/boot.js``."""
    config = app.settings.app
    boot: dict[str, Any] = {
        "runtime": f"{up}_tempest/",
        "app": f"{up}apps/{app.name}/",
        "page": here,
        "dev": dev,
        "sw": f"{up}sw.js" if offline else None,
    }
    if offline:
        boot["version"] = VERSION_PLACE
        if config.update != "offer":
            boot["update"] = config.update
    if config.offer_install:
        boot["install"] = f"Install {config.short_name or app.title} on this device?"
    if dev:
        boot["events"] = f"{up}_tempest/dev/events"
    return boot


def _view_parts(view: View | None, assets: Assets, up: str) -> dict[str, str]:
    """Return the HTML of what a page shows and needs before Python is up."""
    if view is None:
        return {"early": "", "view": "", "frame": "", "over": ""}
    # It hears what the visitor does from the first paint on, and no paint waits for more.
    early = (
        f'<script type="module" async blocking="render" src="{up}{assets.early}" '
        f'integrity="{assets.integrity[assets.early]}"></script>\n'
    )
    # Nothing in it can end the script, whatever the app's texts are.
    frame = view.frame.replace("<", "\\u003c")
    block = f'<script type="application/json" data-tempest-frame>{frame}</script>\n'
    return {"early": early, "view": f"{view.page.html}\n", "frame": block, "over": " tw-boot-over"}


def _worker_part(app: AppFolder, assets: Assets, up: str) -> str:
    """Return the HTML that says where the file of Python is, and so where Python runs.

    As a worker it is begun before all else. Where the page itself imports it, it is there by then,
    and held to its hash.
    """
    address = up + assets.worker
    if app.settings.app.runtime == "main":
        integrity = assets.integrity[assets.worker]
        return f'<link rel="modulepreload" href="{address}" integrity="{integrity}">\n'
    return f'<link rel="tempest-worker" href="{address}">\n'


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


def _fill(name: str, markup: Mapping[str, str], **values: str) -> str:
    safe = {key: html.escape(value) for key, value in values.items()}
    return _template(name).substitute(safe, **markup)


def _template(name: str) -> Template:
    return Template((_TEMPLATES / name).read_text("utf-8"))


def offline_page(assets: Assets) -> str:
    """Return what the service worker shows for an address that it has not, without a network."""
    name = Path(assets.page_css).name
    return _fill(
        "offline.html",
        {},
        policy=content_policy(),
        page_css=f"./{name}",
        page_css_hash=assets.integrity[assets.page_css],
    )
