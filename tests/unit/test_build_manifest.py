"""What makes an app an app of the system: its manifest, and the page's tags for systems."""

from __future__ import annotations

from pathlib import Path

import pytest

from tempestweb_wasm.errors import ConfigError
from tests.unit.test_build_site import Page, make_app, picture, precache, read_json, site

SETTINGS = """
id = "/shop"
theme_color = "#112233"
theme_color_dark = "#445566"
offer_install = true
update = "next-start"
short_name = "Shop"
screenshots = ["shots/wide one.png", "narrow.png"]
shortcuts = [{name = "New order", url = "./orders/new", description = "Begin one"}]
"""


def test_settings_of_the_installed_app_reach_the_manifest(tmp_path: Path) -> None:
    app = make_app(tmp_path / "one", SETTINGS)
    (tmp_path / "one" / "shots").mkdir()
    (tmp_path / "one" / "shots" / "wide one.png").write_bytes(picture(1280, 720))
    (tmp_path / "one" / "narrow.png").write_bytes(picture(400, 800))
    files = site(app, make_app(tmp_path / "two"))
    manifest = read_json(files, "one/manifest.webmanifest")
    assert manifest["id"] == "/shop"
    wide, narrow = manifest["screenshots"]
    assert (wide["sizes"], wide["form_factor"]) == ("1280x720", "wide")
    assert wide["src"] == "../apps/one/shots/wide%20one.png"
    assert (narrow["sizes"], narrow["form_factor"]) == ("400x800", "narrow")
    assert narrow["src"].removeprefix("../") in files
    (shortcut,) = manifest["shortcuts"]
    assert (shortcut["name"], shortcut["url"]) == ("New order", "./orders/new")
    assert shortcut["icons"][0]["src"].removeprefix("../") in files
    boot = Page(files["one/index.html"].read()).boot()
    assert (boot["install"], boot["update"]) == ("Install Shop on this device?", "next-start")
    plain = read_json(files, "two/manifest.webmanifest")
    assert plain.keys().isdisjoint({"id", "screenshots", "shortcuts"})
    assert Page(files["two/index.html"].read()).boot().keys().isdisjoint({"install", "update"})


def test_the_page_has_a_theme_colour_for_light_and_for_dark(tmp_path: Path) -> None:
    files = site(make_app(tmp_path / "one", 'theme_color = "#112233"'))
    colours = {
        attributes["media"]: attributes["content"]
        for tag, attributes in Page(files["index.html"].read()).tags
        if tag == "meta" and attributes.get("name") == "theme-color"
    }
    assert colours == {
        "(prefers-color-scheme: light)": "#112233",
        "(prefers-color-scheme: dark)": "#11141b",
    }


def test_ios_finds_name_and_picture_where_it_looks_for_them(tmp_path: Path) -> None:
    files = site(make_app(tmp_path / "one", 'short_name = "Shop"'))
    tags = Page(files["index.html"].read()).tags
    named = {attributes.get("name"): attributes.get("content") for _, attributes in tags}
    assert named["apple-mobile-web-app-title"] == "Shop"
    assert named["apple-mobile-web-app-capable"] == "yes"
    (icon,) = [tag["href"] for _, tag in tags if tag.get("rel") == "apple-touch-icon"]
    # It takes no SVG.
    assert files[str(icon).removeprefix("./")].read().startswith(b"\x89PNG")


def test_a_screenshot_that_is_not_there_is_named(tmp_path: Path) -> None:
    app = make_app(tmp_path / "one", 'screenshots = ["none.png"]')
    with pytest.raises(ConfigError, match=r"screenshots: there is no such file as 'none\.png'"):
        site(app)


def test_the_page_for_no_network_is_kept(tmp_path: Path) -> None:
    files = site(make_app(tmp_path / "one"))
    assert "_tempest/offline.html" in {path for path, *_ in precache(files)["files"]}
    for _, attributes in Page(files["_tempest/offline.html"].read()).tags:
        address = attributes.get("href")
        if address and address != "../":
            assert f"_tempest/{address.removeprefix('./')}" in files
