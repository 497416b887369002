"""``<tempest-app>`` as a page's author uses it: its attributes, its events, its manners."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Visit, Visitor
from tests.e2e.pages import START, wait_until
from tests.e2e.server import Answer, Server

HEAD = """<!doctype html><html lang="en"><title>Page</title>
<script>
window.told = [];
for (const name of ["tempest-ready", "tempest-error"]) {
  addEventListener(name, (event) => told.push([name, event.target.id, event.detail.code]));
}
</script>
<script type="module" src="_tempest/boot.js"></script>
"""
FAULTS = "apps/faults/app.py"

OpenPage = Callable[[str], Visit]


@pytest.fixture
def host(own_site: Path) -> Iterator[Server]:
    """A host of its own, whose page each test writes."""
    with Server(own_site) as server:
        yield server


@pytest.fixture
def show(visitor: Visitor, host: Server) -> OpenPage:
    def open_page(body: str) -> Visit:
        host.answers["page.html"] = Answer(200, (HEAD + body).encode())
        visit = visitor(locale="pt-BR")
        visit.page.goto(host.url("page.html"))
        return visit

    return open_page


def embedded(name: str, app: str = FAULTS, inside: str = "", more: str = "") -> str:
    return f'<tempest-app id="{name}" src="{app}" {more}>{inside}</tempest-app>'


def ready(page: Page, name: str) -> Locator:
    element = page.locator(f"#{name}")
    expect(element.locator(".tw-root > [class^='tw-']").first).to_be_attached(timeout=START)
    return element


def test_what_stands_inside_is_shown_until_the_app_is_ready(show: OpenPage) -> None:
    page = show(embedded("one", inside="<p>Please wait</p>")).page
    expect(page.get_by_text("Please wait")).to_be_visible()
    expect(page.locator("#one")).to_have_attribute("aria-busy", "true")
    ready(page, "one")
    expect(page.get_by_text("Please wait")).to_be_hidden()
    assert page.locator("#one").get_attribute("aria-busy") is None
    assert page.evaluate("told") == [["tempest-ready", "one", None]]


def test_another_src_is_another_app(show: OpenPage) -> None:
    page = show(embedded("one")).page
    one = ready(page, "one")
    page.evaluate("one.src = 'apps/context/app.py?b=2&a=1'")
    expect(one.get_by_text("query a=1&b=2")).to_be_visible()
    expect(one.get_by_text("path /", exact=True)).to_be_visible()
    expect(one.get_by_text("locale pt-BR")).to_be_visible()
    expect(one.get_by_role("button", name="Add")).to_have_count(0)


def test_one_that_fails_says_so_in_its_own_place_and_can_be_tried_again(
    show: OpenPage, host: Server
) -> None:
    host.answers["apps/styles/app.py"] = Answer(503, b"busy")
    page = show(embedded("good") + embedded("bad", "apps/styles/app.py")).page
    good, bad = ready(page, "good"), page.locator("#bad")
    screen = bad.get_by_role("alert")
    expect(screen).to_contain_text("503", timeout=START)
    expect(page.get_by_role("alert")).to_have_count(1)
    good.get_by_role("button", name="Add").click()
    expect(good.get_by_text("Count: 1")).to_be_visible()
    assert ["tempest-error", "bad", "http_503"] in page.evaluate("told")
    host.answers.pop("apps/styles/app.py")
    screen.get_by_role("button").click()
    ready(page, "bad")
    expect(screen).to_have_count(0)
    wait_until(page, "told.some(([name, id]) => name === 'tempest-ready' && id === 'bad')")


def test_a_first_view_that_fails_is_this_elements_alone(show: OpenPage) -> None:
    page = show(embedded("bad", "apps/firstview/app.py") + embedded("good")).page
    ready(page, "good")
    expect(page.locator("#bad").get_by_role("alert")).to_be_visible()
    assert ["tempest-error", "bad", "view_failed"] in page.evaluate("told")


def test_without_a_theme_an_app_has_structure_and_the_pages_looks(show: OpenPage) -> None:
    style = "<style>* { letter-spacing: 3px } body { font-size: 30px; text-align: right }</style>"
    page = show(style + embedded("plain", more="theme=none") + embedded("dressed")).page
    look = """(element) => {
      const style = getComputedStyle(element);
      return [style.display, style.letterSpacing, style.textAlign, style.fontSize];
    }"""
    plain = ready(page, "plain").locator(".tw-Column").first
    dressed = ready(page, "dressed").locator(".tw-Column").first
    assert plain.evaluate(look) == ["flex", "3px", "right", "30px"]
    assert dressed.evaluate(look) == ["flex", "normal", "start", "16px"]
    assert page.evaluate("document.adoptedStyleSheets.length") == 0


@pytest.mark.parametrize("fallback", [None, "index.html"])
def test_a_file_that_no_build_has_seen_is_an_app_too(
    show: OpenPage, host: Server, fallback: str | None
) -> None:
    host.fallback = fallback
    source = (host.folder / "apps/context/app.py").read_bytes()
    host.answers["loose/hello.py"] = Answer(200, source, "text/x-python")
    page = show(embedded("one", "loose/hello.py?x=1")).page
    expect(page.locator("#one").get_by_text("query x=1")).to_be_visible(timeout=START)


def test_an_embedded_app_does_not_take_the_focus_from_the_page(
    visitor: Visitor, served: Server
) -> None:
    page = visitor().page
    page.goto(served.url("embed/"))
    todo = page.locator("tempest-app").nth(1)
    expect(todo.get_by_role("textbox").first).to_be_attached(timeout=START)
    assert page.evaluate("document.activeElement === document.body")
    assert page.evaluate("scrollY") == 0


def test_the_pages_own_app_knows_its_query_and_language(visitor: Visitor, host: Server) -> None:
    page = visitor(locale="de-AT").page
    page.goto(host.url("context/?q=1&q=2&r=a%20b"))
    expect(page.get_by_text("query q=2&r=a b")).to_be_visible(timeout=START)
    expect(page.get_by_text("locale de-AT")).to_be_visible()
    expect(page.get_by_text("path /", exact=True)).to_be_visible()
