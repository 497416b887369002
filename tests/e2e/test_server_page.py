"""A page that a server made is taken over by its socket: nothing is replaced, nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.building import APPS
from tests.e2e.conftest import Visit, Visitor
from tests.e2e.hosted import SECRET, Hosted
from tests.e2e.live import LivePage
from tests.e2e.test_hydrate import OBSERVE, SAME


@pytest.fixture(scope="module")
def server() -> Iterator[Hosted]:
    with Hosted(APPS / "shown" / "app.py", secret=SECRET) as started:
        yield started


class Shown(LivePage):
    """A page whose scripts wait for :meth:`go`."""

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit.page)
        self.visit = visit
        self._held: list[Route] = []
        self._waits = True
        visit.page.route(re.compile(r"/_tempest/(live|client)"), self._hold)

    def _hold(self, route: Route) -> None:
        if self._waits:
            self._held.append(route)
        else:
            route.continue_()

    def go(self) -> None:
        self._waits = False
        for route in self._held:
            route.continue_()
        self.expect_online()


def show(visitor: Visitor, url: str) -> Shown:
    """Open the page; what listens for the visitor is there, and the client is not."""
    shown = Shown(visitor(locale="en"))
    shown.page.goto(url, wait_until="commit")
    expect(shown.root.locator(".tw-Button").first).to_be_attached()
    shown.page.evaluate(OBSERVE)
    return shown


def test_no_element_is_replaced(visitor: Visitor, server: Hosted) -> None:
    shown = show(visitor, server.url)
    expect(shown.text("Count: 0")).to_be_visible()
    shown.go()
    shown.press("Add")
    expect(shown.text("Count: 1")).to_be_visible()
    assert shown.page.evaluate("changes") == []
    assert shown.page.evaluate(SAME)
    assert shown.visit.watch.errors == []


def test_what_was_typed_stays_with_focus_caret_and_scroll(visitor: Visitor, server: Hosted) -> None:
    shown = show(visitor, server.url)
    free = shown.field("Free")
    free.fill("one two three")
    free.evaluate("(el) => { el.focus(); el.setSelectionRange(4, 7); scrollTo(0, 120); }")
    shown.go()
    assert free.evaluate("(el) => [document.activeElement === el, el.value]") == [
        True,
        "one two three",
    ]
    assert free.evaluate("(el) => [el.selectionStart, el.selectionEnd]") == [4, 7]
    assert shown.page.evaluate("scrollY") == 120


def test_what_was_done_before_the_socket_is_done_once_and_in_order(
    visitor: Visitor, server: Hosted
) -> None:
    shown = show(visitor, server.url)
    shown.press("Add")
    shown.field("Typed").press_sequentially("hi")
    shown.root.get_by_text("Switch").click()
    shown.field("Name").fill("Ada")
    shown.press("Send")
    shown.root.get_by_role("link", name="Follow").click()
    shown.press("Add")
    shown.go()
    # Each keystroke is told, with what the field held when somebody listened.
    shown.expect_log("log add; typed hi; typed hi; switch True; sent Ada; followed; add")
    expect(shown.text("Count: 2")).to_be_visible()
    assert shown.page.evaluate("changes") == []


def test_each_tab_has_a_session_of_its_own(visitor: Visitor, server: Hosted) -> None:
    one = LivePage.at(visitor().page, server.url)
    other = LivePage.at(one.page.context.new_page(), server.url)
    one.press("Add")
    expect(one.text("Count: 1")).to_be_visible()
    other.press("Add")
    other.press("Add")
    expect(other.text("Count: 2")).to_be_visible()
    other.page.close()
    one.press("Add")
    expect(one.text("Count: 2")).to_be_visible()


def test_back_and_forward_lead_to_a_page_that_works(visitor: Visitor, server: Hosted) -> None:
    live = LivePage.at(visitor().page, server.url)
    live.press("Add")
    expect(live.text("Count: 1")).to_be_visible()
    live.page.goto(f"{server.url}health")
    live.page.go_back()
    live.expect_online()
    _adds(live.page, live)
    live.page.go_forward()
    live.page.go_back()
    live.expect_online()
    _adds(live.page, live)


def _adds(page: Page, live: LivePage) -> None:
    text = live.root.get_by_text(re.compile("^Count: "))
    before = int(text.inner_text().removeprefix("Count: "))
    live.press("Add")
    expect(text).to_have_text(f"Count: {before + 1}")


def test_an_expired_token_gives_a_new_session_without_a_word(visitor: Visitor) -> None:
    with Hosted(APPS / "shown" / "app.py", secret=SECRET, adoption="0.01") as server:
        shown = show(visitor, server.url)
        shown.field("Typed").fill("mine")
        shown.press("Add")
        shown.go()
        expect(shown.text("Count: 1")).to_be_visible()
        assert shown.field("Typed").input_value() == "mine"
        shown.expect_log("log typed mine; add")
        assert shown.page.evaluate(SAME)
        assert shown.visit.watch.errors == []


def test_a_fresh_session_opens_on_the_same_query(visitor: Visitor) -> None:
    with Hosted(APPS / "shown" / "app.py", secret=SECRET, adoption="0.01") as server:
        shown = show(visitor, f"{server.url}?stored=x,y")
        shown.go()
        shown.press("Remove y")
        shown.expect_log("log removed y")
        expect(shown.root.get_by_text(re.compile("^row "))).to_have_text(["row x"])


@pytest.mark.parametrize("script", ["client", "live"])
def test_a_script_that_was_altered_on_the_way_does_not_run_and_the_page_says_so(
    script: str, visitor: Visitor, server: Hosted
) -> None:
    def alter(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=f"{answer.text()}\nwindow.altered = true;")

    page = visitor().page
    page.route(re.compile(f"/_tempest/{script}-"), alter)
    page.goto(server.url)
    screen = page.get_by_role("alert")
    expect(screen).to_contain_text(re.compile(rf"{script}-\w+\.js is not the file that was built"))
    expect(screen).to_contain_text("wrong_file")
    # The view that the server wrote stays to be read.
    expect(page.get_by_text("Count: 0")).to_be_visible()
    assert page.evaluate("window.altered") is None
