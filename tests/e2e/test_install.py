"""An app that a system can install: what Chromium itself says of it, and the offer in the page."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.e2e import building
from tests.e2e.conftest import Visitor
from tests.e2e.pages import START, AppPage, expect_works, wait_until
from tests.e2e.profiles import process, wait_until_kept
from tests.e2e.server import Answer, Server

SETTINGS = """
[app]
title = "The shop"
id = "/the-shop"
icon = "logo.png"
background_color = "#00ff00"
offer_install = true
screenshots = ["shot.png"]
shortcuts = [{name = "New", url = "./new"}]
"""
# Draws an icon and says which colours it has at a corner and in its middle.
LOOK = """async (address) => {
  const image = new Image(512, 512);
  image.src = address;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 512;
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0, 512, 512);
  return [[1, 1], [256, 256]].map(([x, y]) => [...context.getImageData(x, y, 1, 1).data]);
}"""

# Notes when the browser's own dialog is asked for, and lets it come.
LISTEN = """
window.prompted = 0;
addEventListener("beforeinstallprompt", (event) => {
  window.asked = event;
  const prompt = event.prompt.bind(event);
  event.prompt = () => {
    prompted++;
    return prompt();
  };
});
"""


def png(width: int, height: int) -> bytes:
    """Return a picture that is red all over."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + b"\xff\0\0" * width) * height
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("shop")
    app = folder / "shop"
    app.mkdir()
    source = (building.APPS / "faults" / "app.py").read_text(encoding="utf-8")
    (app / "app.py").write_text(source, encoding="utf-8")
    (app / "tempestweb.toml").write_text(SETTINGS, encoding="utf-8")
    (app / "logo.png").write_bytes(png(512, 512))
    (app / "shot.png").write_bytes(png(1280, 720))
    with Server(building.build(folder / "site", app / "app.py"), prefix="/deep/") as server:
        yield server


@pytest.fixture
def kept(playwright: Playwright, shop: Server, tmp_path: Path) -> Iterator[Page]:
    """The shop in a browser of its own: a context of a test is a private window, which installs
    nothing."""
    with process(playwright, tmp_path) as context:
        page = context.new_page()
        AppPage(page, shop.url()).open()
        wait_until_kept(page)
        yield page


def test_the_browser_has_nothing_against_installing_it(kept: Page, shop: Server) -> None:
    session = kept.context.new_cdp_session(kept)
    found = session.send("Page.getAppManifest")
    assert found["errors"] == []
    assert json.loads(found["data"])["name"] == "The shop"
    assert session.send("Page.getAppId")["appId"] == f"{shop.origin}/the-shop"
    assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] == []


def test_the_browser_does_say_what_it_has_against_it(
    playwright: Playwright, shop: Server, tmp_path: Path
) -> None:
    manifest = json.loads((shop.folder / "manifest.webmanifest").read_bytes())
    without = json.dumps({**manifest, "icons": []}).encode()
    shop.answers["manifest.webmanifest"] = Answer(200, without, "application/manifest+json")
    try:
        with process(playwright, tmp_path) as context:
            page = context.new_page()
            page.goto(shop.url())
            found = context.new_cdp_session(page).send("Page.getInstallabilityErrors")
            said = [error["errorId"] for error in found["installabilityErrors"]]
            assert "manifest-missing-suitable-icon" in said
    finally:
        shop.answers.clear()


def test_an_app_without_settings_can_be_installed_too(
    playwright: Playwright, served: Server, tmp_path: Path
) -> None:
    with process(playwright, tmp_path) as context:
        page = context.new_page()
        AppPage(page, served.url("counter/")).open()
        session = context.new_cdp_session(page)
        assert session.send("Page.getAppManifest")["errors"] == []
        assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] == []


def test_one_picture_makes_an_icon_that_can_be_cut_to_any_shape(
    visitor: Visitor, shop: Server
) -> None:
    page = visitor().page
    page.goto(shop.url("icons/shop.png"))
    corner, middle = page.evaluate(LOOK, shop.url("icons/shop-maskable.svg"))
    assert corner == [0, 255, 0, 255]
    assert middle == [255, 0, 0, 255]


def test_the_page_offers_to_install_and_hands_the_answer_to_the_browser(
    playwright: Playwright, shop: Server, tmp_path: Path
) -> None:
    with process(playwright, tmp_path) as context:
        page = context.new_page()
        page.add_init_script(LISTEN)
        app = AppPage(page, shop.url()).open()
        offer = page.get_by_role("status").filter(has_text="Install The shop on this device?")
        expect(offer).to_be_visible(timeout=START)
        # The page's words stand for the browser's own hint.
        assert page.evaluate("asked.defaultPrevented") is True
        offer.get_by_role("button", name="Not now").click()
        expect(offer).to_have_count(0)
        expect_works(app)
        app.reload()
        offer.get_by_role("button", name="Install").click(timeout=START)
        expect(offer).to_have_count(0)
        assert page.evaluate("prompted") == 1


def test_an_installed_app_asks_the_browser_to_keep_what_it_stores(kept: Page, shop: Server) -> None:
    # As from the browser's menu.
    session = kept.context.new_cdp_session(kept)
    named = {"manifestId": session.send("Page.getAppId")["appId"]}
    session.send("PWA.install", {**named, "installUrlOrBundleUrl": kept.url})
    session.send("PWA.changeAppUserSettings", {**named, "displayMode": "standalone"})
    # Being installed is not enough: nobody asked yet.
    assert kept.evaluate("navigator.storage.persisted()") is False
    with kept.context.expect_page() as opened:
        session.send("PWA.launch", named)
    app = AppPage(opened.value, shop.url()).wait()
    assert app.page.evaluate("matchMedia('(display-mode: standalone)').matches")
    wait_until(app.page, "navigator.storage.persisted()")
    expect_works(app)


def test_an_address_that_is_not_kept_says_so_without_a_network(
    visitor: Visitor, shop: Server
) -> None:
    page = visitor(service_workers="allow").page
    app = AppPage(page, shop.url()).open()
    wait_until_kept(page)
    app.reload()
    shop.stop()
    try:
        answer = page.goto(shop.url("report/2024.pdf"))
        assert answer is not None
        assert answer.status == 503
        expect(page.get_by_role("heading", name="No connection")).to_be_visible()
        expect(page.get_by_role("main")).to_have_css("max-width", "640px")
        page.get_by_role("link").click()
        app.wait()
        expect(app.text("Count: 0")).to_be_visible()
        # Below an app every other address is the app's.
        page.goto(shop.url("orders/7"))
        app.wait()
    finally:
        shop.start()
