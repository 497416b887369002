"""What the browser can do beside showing the app, in every mode, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.building import APPS, Builds
from tests.e2e.conftest import PLAIN_HOST, Visit, Visitor
from tests.e2e.hosted import SECRET, Hosted
from tests.e2e.live import ANSWER, LivePage
from tests.e2e.pages import START, AppPage, wait_until
from tests.e2e.profiles import wait_until_kept
from tests.e2e.proxy import Proxy
from tests.e2e.server import Answer, Server, boot_with

APP = APPS / "native" / "app.py"
MODES = ["worker", "main", "ws", "sse"]
CLIPBOARD = ["clipboard-read", "clipboard-write"]


class Shown:
    """The app, wherever its Python is."""

    def __init__(self, visit: Visit, url: str, mode: str) -> None:
        self.visit, self.url, self.mode = visit, url, mode
        self.page: Page = visit.page
        self.root = self.page.locator("#tempest-app")

    @property
    def live(self) -> bool:
        return self.mode in ("ws", "sse")

    def open(self) -> Shown:
        self.page.goto(self.url)
        return self.wait()

    def wait(self) -> Shown:
        if self.live:
            LivePage(self.page).expect_online()
        else:
            AppPage(self.page, self.url).wait()
        return self

    def press(self, name: str) -> None:
        self.root.get_by_role("button", name=name, exact=True).click()

    def said(self, text: str | re.Pattern[str]) -> Locator:
        return self.root.get_by_text(text, exact=isinstance(text, str)).last

    def expect(self, text: str | re.Pattern[str]) -> None:
        expect(self.said(text)).to_be_attached(timeout=ANSWER)


Show = Callable[..., Shown]


@pytest.fixture(scope="module")
def hosted() -> Iterator[Hosted]:
    with Hosted(APP, secret=SECRET) as started:
        yield started


@pytest.fixture
def proxy(hosted: Hosted) -> Iterator[Proxy]:
    with Proxy(hosted.port) as between:
        yield between


@pytest.fixture(scope="module")
def built(builds: Builds) -> Path:
    return builds.site(APP, APPS / "mainthread" / "app.py")


@pytest.fixture
def static(built: Path) -> Iterator[Server]:
    with Server(built) as server:
        yield server


@pytest.fixture
def show(visitor: Visitor, static: Server, request: pytest.FixtureRequest) -> Show:
    """Open the app in a mode, with what the visitor allows."""

    def shown(mode: str, *, allowed: list[str] | None = None, **options: Any) -> Shown:
        if mode in ("ws", "sse"):
            between = request.getfixturevalue("proxy")
            between.blocks_sockets = mode == "sse"
            url = between.url
        else:
            if mode == "main":
                boot_with(static, "native", python="main")
            url = static.url("native/")
        visit = visitor(**options)
        if allowed is not None:
            visit.context.grant_permissions(allowed)
        return Shown(visit, url, mode).open()

    return shown


@pytest.mark.parametrize("mode", MODES)
def test_text_goes_to_the_clipboard_and_comes_from_there(show: Show, mode: str) -> None:
    app = show(mode, allowed=CLIPBOARD)
    app.press("Add")
    app.expect("Count: 1")
    app.press("Copy")
    app.expect("Copy: None")
    assert app.page.evaluate("navigator.clipboard.readText()") == "Count: 1"
    app.page.evaluate("navigator.clipboard.writeText('größer')")
    app.press("Paste")
    app.expect("Paste: 'größer'")
    # What the proxy does to a socket the console tells too.
    assert [line for line in app.visit.watch.errors if "WebSocket" not in line] == []


@pytest.mark.parametrize("mode", MODES)
def test_what_is_not_allowed_is_an_error_that_says_so(show: Show, mode: str) -> None:
    app = show(mode, allowed=[])
    for name in ("Paste", "Where"):
        app.press(name)
        app.expect(re.compile(f"^{name}: native_denied "))
    app.press("Notify")
    app.expect(re.compile("^Notify: native_denied .*notifications.request"))
    app.press("Add")
    app.expect("Count: 1")


@pytest.mark.parametrize("mode", MODES)
def test_the_page_does_what_it_is_told_after_showing_what_changed(show: Show, mode: str) -> None:
    app = show(mode)
    app.press("Focus")
    extra = app.page.get_by_placeholder("Extra")
    expect(extra).to_be_focused(timeout=ANSWER)
    app.page.evaluate("scrollTo(0, 0)")
    app.press("Scroll")
    expect(app.root.get_by_text("The end")).to_be_in_viewport(timeout=ANSWER)
    app.page.evaluate("scrollTo(0, 0)")
    app.press("Add")
    app.press("Title")
    expect(app.page).to_have_title("1 things", timeout=ANSWER)
    app.press("Lost")
    wait_for_error(app, 'no widget has the key "nowhere"')


def wait_for_error(app: Shown, text: str) -> None:
    app.press("Add")
    app.expect("Count: 2")
    assert any(text in line for line in app.visit.watch.log), app.visit.watch.log


@pytest.mark.parametrize("mode", MODES)
def test_a_reload_keeps_what_the_app_keeps_and_is_fresh_on_a_server(show: Show, mode: str) -> None:
    app = show(mode)
    app.press("Add")
    app.expect("Count: 1")
    app.page.evaluate("window.before = true")
    app.press("Add")
    with app.page.expect_event("load", timeout=START):
        app.press("Reload")
    app.wait()
    assert app.page.evaluate("window.before") is None
    app.expect("Count: 0" if app.live else "Count: 2")
    app.press("Add")
    app.expect("Count: 1" if app.live else "Count: 3")


def test_a_visitor_who_agrees_is_found(show: Show) -> None:
    where = {"latitude": 48.1, "longitude": 11.6, "accuracy": 20}
    app = show("ws", allowed=["geolocation"], geolocation=where)
    app.press("Where")
    app.expect(re.compile(r"^Where: Position\(latitude=48\.1, longitude=11\.6, accuracy=20\.0"))


def test_what_is_kept_in_the_browser_is_there_after_a_reload_and_has_its_type(show: Show) -> None:
    app = show("ws")
    app.press("Kept")
    app.expect("Kept: None")
    app.press("Keep")
    app.expect("Keep: (Draft(text='so far', words=2), ['draft', 'other'])")
    app.page.reload()
    app.wait()
    app.press("Kept")
    app.expect("Kept: Draft(text='so far', words=2)")
    app.press("Wrong")
    app.expect(re.compile("^Wrong: native_bad_answer storage.get: "))


@pytest.mark.parametrize("mode", ["worker", "ws"])
def test_the_screen_is_followed(show: Show, mode: str) -> None:
    app = show(mode)
    app.press("Screen")
    app.expect(re.compile("^Screen: Screen.*orientation='landscape'.*online=True, visible=True"))
    app.press("Follow")
    app.expect(re.compile(r"^width \d+ dark False online True$"))
    app.page.set_viewport_size({"width": 500, "height": 700})
    app.expect("width 500 dark False online True")
    app.page.emulate_media(color_scheme="dark")
    app.expect("width 500 dark True online True")


def test_notes_are_shown_where_they_are_allowed(show: Show) -> None:
    app = show("worker", allowed=["notifications"])
    app.page.evaluate(
        """() => {
          window.notes = [];
          window.Notification = class extends EventTarget {
            static permission = "granted";
            static requestPermission = async () => "granted";
            constructor(...note) { super(); notes.push(note); }
          };
        }"""
    )
    app.press("Ask")
    app.expect("Ask: 'granted'")
    app.press("Notify")
    app.expect("Notify: None")
    assert app.page.evaluate("notes") == [["Done", {"body": "It is", "tag": "t"}]]


def test_the_device(show: Show) -> None:
    app = show("worker")
    app.press("Vibrate")
    app.expect(re.compile("^Vibrate: (True|False)$"))
    app.page.evaluate("Object.defineProperty(navigator, 'share', {value: async () => {}})")
    app.press("Share")
    app.expect("Share: True")
    app.press("Awake")
    app.expect(re.compile("^Awake: ('kept on'|native_denied wake_lock: NotAllowedError)"))


def test_a_page_without_https_says_so(visitor: Visitor, static: Server) -> None:
    url = static.url("native/").replace("127.0.0.1", PLAIN_HOST)
    app = Shown(visitor(), url, "worker").open()
    for name in ("Copy", "Where"):
        app.press(name)
        app.expect(re.compile(f"^{name}: native_unsupported .*: the page needs https$"))


def test_a_line_that_is_cut_meanwhile(show: Show, proxy: Proxy) -> None:
    app = show("ws", allowed=CLIPBOARD)
    app.page.evaluate(
        """() => {
          window.writes = 0;
          const write = navigator.clipboard.writeText.bind(navigator.clipboard);
          navigator.clipboard.writeText = async (text) => {
            writes++;
            await new Promise((resolve) => addEventListener("go", resolve, { once: true }));
            return write(text);
          };
        }"""
    )
    app.press("Copy")
    wait_until(app.page, "writes === 1")
    proxy.cut()
    app.press("Add")
    app.expect("Count: 1")
    app.page.evaluate("dispatchEvent(new Event('go'))")
    app.expect("Copy: None")
    assert app.page.evaluate("writes") == 1


def test_without_a_network_it_goes_on(visitor: Visitor, static: Server) -> None:
    app = AppPage(visitor(service_workers="allow").page, static.url("native/")).open()
    wait_until_kept(app.page)
    static.stop()
    app.reload()
    app.button("Keep").click()
    expect(app.text("Draft(text='so far'", exact=False)).to_be_visible()


def test_its_script_arrives_as_it_was_built_or_the_call_fails(show: Show, static: Server) -> None:
    (path,) = (static.folder / "_tempest").glob("native-*.js")
    other = path.read_bytes() + b"\nwindow.other = true;"
    static.answers[f"_tempest/{path.name}"] = Answer(200, other, "text/javascript")
    app = show("worker")
    app.press("Kept")
    app.expect(re.compile("^Kept: native_failed storage.get: "))
    assert app.page.evaluate("window.other") is None
    del static.answers[f"_tempest/{path.name}"]
    app.press("Screen")
    app.expect(re.compile("^Screen: Screen"))


GUEST = b"""<!doctype html><title>Theirs</title>
<script type="module" src="_tempest/boot.js"></script>
<tempest-app src="apps/native/app.py"></tempest-app>"""


def test_an_app_in_another_page_has_the_browser_but_not_that_page(
    visitor: Visitor, static: Server
) -> None:
    static.answers["guest.html"] = Answer(200, GUEST)
    page = visitor().page
    page.goto(static.url("guest.html"))
    app = page.locator("tempest-app")
    add, reload = (app.get_by_role("button", name=name, exact=True) for name in ("Add", "Reload"))
    add.click(timeout=START)
    app.get_by_role("button", name="Keep", exact=True).click()
    expect(app.get_by_text("Draft(text='so far'")).to_be_visible(timeout=ANSWER)
    app.get_by_role("button", name="Title", exact=True).click()
    app.get_by_role("button", name="Focus", exact=True).click()
    expect(app.get_by_placeholder("Extra")).to_be_focused()
    assert page.title() == "Theirs"
    page.evaluate("window.before = true")
    add.click()
    expect(app.get_by_text("Count: 2")).to_be_visible()
    reload.click()
    # It keeps its count; what was said too, so that only the element tells a new start.
    expect(app).to_have_attribute("aria-busy", "true", timeout=ANSWER)
    expect(app.get_by_text("Count: 2")).to_be_visible(timeout=START)
    assert page.evaluate("window.before") is True
