"""What a page shows before Python is up, and what is done to it until then."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Visit, Visitor
from tests.e2e.pages import START
from tests.e2e.server import Answer, Server

# Elements of ours that come, go or move; the line that tells how far the start is does go.
OBSERVE = """() => {
  window.changes = [];
  const ours = (node) => node.nodeType === 1 && /^tw-[A-Z]/.test(node.className);
  new MutationObserver((records) => {
    for (const {addedNodes, removedNodes} of records) {
      for (const node of [...addedNodes, ...removedNodes]) {
        if (ours(node)) changes.push(node.outerHTML);
      }
    }
  }).observe(document.getElementById('tempest-app'), {childList: true, subtree: true});
  window.before = [...document.querySelectorAll('#tempest-app [class^="tw-"]')]
    .filter((el) => ours(el));
}"""
# The first event of its kind makes Python build what checks it, on a machine that may be busy.
ANSWER = 20_000
SAME = "before.every((el) => el.isConnected)"


@dataclass
class Held(Server):
    """A host that keeps some files to itself until it is told to let them go."""

    held: dict[str, threading.Event] = field(default_factory=dict)

    def hold(self, pattern: str) -> Callable[[], None]:
        self.held[pattern] = threading.Event()
        return self.held[pattern].set

    def answer(self, target: str) -> Answer:
        for pattern, gate in self.held.items():
            if re.search(pattern, target):
                gate.wait(60)
        return super().answer(target)

    def stop(self) -> None:
        for gate in self.held.values():
            gate.set()
        super().stop()


@dataclass
class Shown:
    """A page whose Python waits for :meth:`go`."""

    visit: Visit
    go_on: Callable[[], None]

    @property
    def page(self) -> Page:
        return self.visit.page

    @property
    def root(self) -> Locator:
        return self.page.locator("#tempest-app")

    def field(self, name: str) -> Locator:
        return self.root.get_by_label(name, exact=True)

    def press(self, name: str) -> None:
        self.root.get_by_role("button", name=name, exact=True).click()

    def go(self) -> None:
        """Let Python start, and wait for it."""
        self.go_on()
        expect(self.root.locator("[data-tempest-loading]")).to_have_count(0, timeout=START)

    def expect_log(self, text: str) -> None:
        expect(self.root.get_by_text(re.compile("^log"))).to_have_text(
            f"log {text}", timeout=ANSWER
        )


@pytest.fixture
def host(own_site: Path) -> Iterator[Held]:
    server = Held(own_site)
    with server:
        yield server


@pytest.fixture
def show(visitor: Visitor, host: Held) -> Callable[..., Shown]:
    """Open the app; its client is there, and its Python is not."""

    def open_it(
        query: str = "", hold: str = r"\.wasm", wait: bool = True, locale: str = "en"
    ) -> Shown:
        go_on = host.hold(hold)
        visit = visitor(locale=locale)
        visit.page.goto(host.url(f"shown/{query}"), wait_until="commit")
        page = visit.page
        expect(page.locator("#tempest-app .tw-Button").first).to_be_attached()
        if wait:
            expect(page.locator("script[data-tempest-frame]")).to_have_count(0)
        page.evaluate(OBSERVE)
        return Shown(visit, go_on)

    return open_it


Show = Callable[..., Shown]


def test_the_first_view_is_there_before_python_and_no_element_is_replaced(show: Show) -> None:
    shown = show()
    expect(shown.root.get_by_text("Count: 0")).to_be_visible()
    expect(shown.root.get_by_role("button", name="Add")).to_be_visible()
    shown.go()
    assert shown.page.evaluate("changes") == []
    assert shown.page.evaluate(SAME)
    shown.press("Add")
    expect(shown.root.get_by_text("Count: 1")).to_be_visible()
    assert shown.page.evaluate(SAME)
    assert shown.visit.watch.errors == []


def test_focus_caret_scroll_and_what_was_typed_stay(show: Show) -> None:
    shown = show()
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
    assert shown.page.evaluate("changes") == []


def test_what_was_done_is_done_once_and_in_order(show: Show) -> None:
    shown = show()
    shown.press("Add")
    shown.field("Typed").press_sequentially("hi")
    shown.root.get_by_text("Switch").click()
    shown.field("Name").fill("Ada")
    shown.press("Send")
    shown.press("Add")
    shown.root.get_by_role("link", name="Follow").click()
    expect(shown.root.get_by_text("Count: 0")).to_be_visible()
    assert shown.root.locator("[data-pressed]").count() == 2
    shown.go()
    shown.expect_log("add; typed h; typed hi; switch True; sent Ada; add; followed")
    expect(shown.root.get_by_text("Count: 2")).to_be_visible()
    expect(shown.root.locator("[data-pressed]")).to_have_count(0)
    assert shown.page.evaluate("changes") == []
    assert shown.page.url.endswith("/shown/")


def test_enter_submits_a_form(show: Show) -> None:
    shown = show()
    shown.field("Name").fill("Ada")
    shown.field("Name").press("Enter")
    shown.go()
    shown.expect_log("sent Ada")


def test_controlled_and_debounced_inputs_come_right(show: Show) -> None:
    shown = show()
    shown.field("Shouted").press_sequentially("quiet")
    shown.field("Late").press_sequentially("slow")
    shown.go()
    expect(shown.field("Shouted")).to_have_value("QUIET")
    expect(shown.field("Late")).to_have_value("slow")
    shown.expect_log("late slow")


def test_a_first_view_that_differs_is_patched_and_the_rest_is_kept(show: Show) -> None:
    shown = show("?stored=x,b,a", locale="de")
    shown.press("Remove b")
    shown.press("Remove c")
    row = shown.root.get_by_text("row b").element_handle()
    shown.field("Typed").fill("mine")
    shown.go()
    expect(shown.root.get_by_text("locale de")).to_be_visible()
    # What was pressed for a row that is no more goes to nobody.
    shown.expect_log("removed b; typed mine")
    expect(shown.root.get_by_text(re.compile("^row"))).to_have_text(["row x", "row a"])
    assert not row.evaluate("(el) => el.isConnected")
    assert shown.field("Typed").input_value() == "mine"


def test_what_is_done_before_the_client_is_there_is_not_lost(show: Show, host: Held) -> None:
    # The scripts wait; what listens for them came before the first paint.
    go_scripts = host.hold(r"/(client|boot)-")
    shown = show(wait=False)
    shown.press("Add")
    shown.root.get_by_text("Switch").click()
    shown.field("Name").fill("Ada")
    shown.field("Name").press("Enter")
    shown.root.get_by_role("link", name="Follow").click()
    shown.press("Add")
    go_scripts()
    shown.go()
    shown.expect_log("add; switch True; sent Ada; followed; add")
    expect(shown.root.get_by_role("switch")).to_be_checked()
    assert shown.page.url.endswith("/shown/")
    assert shown.visit.watch.errors == []


def test_a_script_that_comes_after_the_client_holds_nothing_back(show: Show, host: Held) -> None:
    go_early = host.hold(r"/early-")
    shown = show()
    go_early()
    shown.page.wait_for_load_state("load")
    shown.go()
    shown.field("Name").fill("Ada")
    shown.field("Name").press("Enter")
    shown.expect_log("sent Ada")


def test_a_link_for_another_tab_is_the_browsers(show: Show) -> None:
    shown = show()
    with shown.visit.context.expect_page() as opened:
        shown.root.get_by_role("link", name="Follow").click(modifiers=["ControlOrMeta"])
    assert opened.value.url.endswith("?elsewhere")
    shown.go()
    shown.expect_log("")


def test_a_start_that_fails_says_so_over_what_was_typed(show: Show, host: Held) -> None:
    shown = show("?broken=1")
    shown.field("Typed").fill("precious")
    shown.press("Add")
    shown.go()
    screen = shown.page.get_by_role("alert")
    expect(screen).to_contain_text(
        "What you did here so far has not been carried out", timeout=START
    )
    assert shown.field("Typed").input_value() == "precious"


def test_extensions_and_translation_do_no_harm(show: Show, host: Held) -> None:
    go_scripts = host.hold(r"/(client|boot)-")
    shown = show(wait=False)
    shown.page.evaluate(
        """() => {
          const make = (name, ...inside) => {
            const el = document.createElement(name);
            el.append(...inside);
            return el;
          };
          document.querySelector('.tw-Input').after(make('x-ext'));
          const texts = [...document.querySelectorAll('.tw-Text')];
          texts.find((el) => el.textContent === 'The end')
            .replaceChildren(make('font', make('font', 'Das Ende')));
          document.querySelector('#tempest-app').prepend(make('x-ext'));
        }"""
    )
    go_scripts()
    shown.go()
    expect(shown.root.get_by_text("Das Ende")).to_be_visible()
    shown.press("Add")
    expect(shown.root.get_by_text("Count: 1")).to_be_visible()
    assert shown.page.evaluate("document.querySelectorAll('x-ext').length") == 2
    assert shown.page.evaluate("changes") == []


def test_what_is_missing_is_made_anew(show: Show, host: Held) -> None:
    go_scripts = host.hold(r"/(client|boot)-")
    shown = show(wait=False)
    shown.page.evaluate("document.querySelector('.tw-Row').remove()")
    go_scripts()
    shown.go()
    expect(shown.root.get_by_text(re.compile("^row"))).to_have_text(["row a", "row b", "row c"])
    shown.press("Remove a")
    shown.expect_log("removed a")
