"""A Slot: an element that a script of the page made comes into the app, alive, and goes back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tempestweb_wasm.client_files import client_file
from tests.e2e.conftest import Visitor
from tests.e2e.pages import START, AppPage
from tests.e2e.server import Answer, Server

# What the page's owner wrote. A frame and a canvas lose what they hold when they are copied or
# taken out; the field has its listener, its text and the focus.
OWN = """<section id="own" class="owners"><iframe srcdoc="<p>frame"></iframe>
<form><input aria-label="Own"><button>Send</button></form></section>"""
HTML = f"""<!doctype html><meta charset="utf-8"><title>Host</title>
<style>.owners {{ color: rgb(1, 2, 3) }}</style><link rel="stylesheet" href="base.css">
<main id="around"><p id="before">Before</p>{OWN}<p id="after">After</p></main>
<div id="app"></div><script type="module" src="page.js"></script>"""
SCRIPT = """
import { Client } from "./client.js";
window.begin = (isShadow) => {
  const target = document.getElementById("app");
  const shadow = isShadow ? target.shadowRoot ?? target.attachShadow({ mode: "open" }) : null;
  const send = (text) => transport.sent.push(JSON.parse(text));
  const transport = { sent: [], send, close() {}, onmessage: null };
  const client = new Client(target, { transport, shadow, dev: true });
  client.start();
  let seq = 0;
  const patch = (...data) =>
    transport.onmessage(JSON.stringify({ kind: "patches", data, seq: ++seq }));
  return { client, transport, patch, show: (node) => patch({ path: [], node }) };
};
const wait = { type: "Text", props: { content: "Wait" } };
window.slot = (element_id, more) =>
  ({ type: "Slot", props: { element_id }, children: [wait], ...more });
window.column = (...children) => ({ type: "Column", id: 1, on: ["keydown", "click"], children });
window.text = (content, key) => ({ type: "Text", key, props: { content } });
window.isReady = true;
"""
# The element itself, its frame's own state and what stands around it.
REMEMBER = """() => {
  window.own = document.getElementById("own");
  own.querySelector("iframe").contentWindow.mine = true;
  own.querySelector("input").value = "typed";
  window.html = own.innerHTML;
  window.heard = 0;
  own.addEventListener("click", () => heard++);
}"""
ALIVE = """() => {
  const now = document.getElementById("own");
  return now === own && now.innerHTML === html && own.querySelector("input").value === "typed"
    && own.querySelector("iframe").contentWindow.mine === true;
}"""
SEEN = """() => {
  const box = own.getBoundingClientRect();
  const app = document.getElementById("app").getBoundingClientRect();
  return box.height > 0 && box.top >= app.top && box.bottom <= app.bottom + 1;
}"""
BACK = "() => [...around.children].map((el) => el.id).join() === 'before,own,after'"


# An extension, a tag manager, a script of the host: it puts its own into a page under our policy.
PUT = """addEventListener("DOMContentLoaded", () => {
  const make = (name, ...inner) => {
    const el = document.createElement(name);
    el.append(...inner);
    return el;
  };
  const field = make("input");
  field.ariaLabel = "Own";
  const section = make("section", make("iframe"), field);
  section.id = "own";
  document.body.append(make("main", section));
})"""


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Server]:
    for name in ("client.js", "base.css"):
        shutil.copy(client_file(name), tmp_path / name)
    (tmp_path / "page.js").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "index.html").write_text(HTML, encoding="utf-8")
    (tmp_path / "favicon.ico").touch()
    with Server(tmp_path) as server:
        yield server


@pytest.fixture(params=[False, True], ids=["page", "shadow"])
def shadow(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def page(visitor: Visitor, host: Server, shadow: bool) -> Page:
    visit = visitor()
    visit.page.goto(host.url())
    visit.page.wait_for_function("window.isReady")
    visit.page.evaluate(REMEMBER)
    visit.page.evaluate("window.before = around.innerHTML")
    visit.page.evaluate("(isShadow) => { window.app = begin(isShadow) }", shadow)
    return visit.page


def alive(page: Page) -> bool:
    """Is it the very element, with all that lives in it, and in sight?"""
    return bool(page.evaluate(ALIVE)) and bool(page.evaluate(SEEN))


def test_the_element_itself_comes_and_lives_through_renders_moves_and_resyncs(page: Page) -> None:
    page.evaluate("app.show(column(text('one', 'a'), slot('own', {key: 's'}), text('two', 'b')))")
    assert alive(page)
    assert page.evaluate("getComputedStyle(own).color") == "rgb(1, 2, 3)"
    assert not page.get_by_text("Wait").is_visible()
    page.evaluate("app.patch({path: [0], set_props: {content: 'ONE'}})")
    page.evaluate("app.patch({path: [], start: 0, order: [1, 2, 0]})")
    assert alive(page)
    page.evaluate("app.patch({path: [], index: 0, nodes: [text('new', 'n')]})")
    assert alive(page)
    # A whole tree, as after a resync or by a new session.
    page.evaluate("app.show(column(text('two', 'b'), text('x', 'x'), slot('own', {key: 's'})))")
    assert alive(page)
    page.evaluate("app.patch({path: [9], set_props: {}})")
    page.evaluate("app.show(column(slot('own', {key: 's'})))")
    assert alive(page)
    assert page.locator("#own").count() == 1


@pytest.mark.parametrize(
    "going",
    [
        "app.patch({path: [], index: 1, count: 1})",
        "app.patch({path: [], index: 0, count: 2})",
        "app.patch({path: [], node: text('all new')})",
        "app.patch({path: [1], node: text('instead')})",
        "app.show(column(text('one')))",
        "app.patch({path: [1], set_props: {element_id: 'other'}})",
        "app.client.stop()",
    ],
)
def test_when_the_slot_goes_it_returns_to_where_it_was(page: Page, going: str) -> None:
    page.evaluate("app.show(column(text('one'), slot('own')))")
    assert page.evaluate(BACK) is False
    page.evaluate(going)
    assert page.evaluate(BACK)
    assert page.evaluate(ALIVE)
    assert page.evaluate("around.innerHTML === before"), "nothing is left behind"


def test_its_events_are_its_own(page: Page) -> None:
    page.evaluate("app.show(column(slot('own')))")
    page.evaluate("window.sends = 0; own.addEventListener('submit', (e) => sends++)")
    page.get_by_label("Own").click()
    page.keyboard.type("x")
    assert page.evaluate("heard") == 1
    assert page.evaluate("app.transport.sent.filter(({kind}) => kind === 'event').length") == 0
    with page.expect_navigation():
        page.get_by_role("button", name="Send").click()


def test_one_that_comes_later_is_taken_then_and_the_child_shown_until_then(page: Page) -> None:
    page.evaluate("own.id = 'elsewhere'")
    page.evaluate("app.show(column(slot('own')))")
    expect(page.get_by_text("Wait")).to_be_visible()
    with page.expect_console_message(lambda said: "no #own: nothing has that id" in said.text):
        pass
    page.evaluate("own.id = 'own'")
    expect(page.get_by_text("Wait")).to_be_hidden()
    assert page.evaluate(SEEN)
    # Its owner takes it away, and something else comes under the id.
    page.evaluate("own.remove()")
    expect(page.get_by_text("Wait")).to_be_visible()
    page.evaluate(
        "own = Object.assign(document.createElement('p'), {id: 'own', textContent: 'New'});"
        "around.append(own)"
    )
    expect(page.get_by_text("Wait")).to_be_hidden()
    assert page.evaluate(SEEN)


def test_what_a_script_puts_in_its_place_stays_there(page: Page) -> None:
    page.evaluate("app.show(column(slot('own'), text('after')))")
    page.evaluate("own.outerHTML = '<p id=own>Other</p>'; own = document.getElementById('own')")
    expect(page.get_by_text("Other")).to_be_visible()
    expect(page.get_by_text("Wait")).to_be_hidden()
    assert page.evaluate(SEEN)
    page.evaluate("app.show(column(text('gone')))")
    assert page.evaluate(BACK)


def test_two_slots_do_not_share_an_element(page: Page) -> None:
    with page.expect_console_message(lambda said: "no #own: another Slot has it" in said.text):
        page.evaluate("app.show(column(slot('own', {key: 'a'}), slot('own', {key: 'b'})))")
    expect(page.get_by_text("Wait")).to_have_count(2)
    expect(page.get_by_text("Wait").locator("visible=true")).to_have_count(1)
    page.evaluate("app.patch({path: [], index: 0, count: 1})")
    expect(page.get_by_text("Wait")).to_be_hidden()
    assert page.evaluate(SEEN)


@pytest.mark.parametrize("id_", ["app", "page", "head", "script", "style", "inside", "boot"])
def test_what_is_no_content_of_the_page_is_not_taken(page: Page, id_: str) -> None:
    page.evaluate("document.body.id = 'page'; document.head.id = 'head'")
    page.evaluate(
        """document.querySelector("script").id = "script";
        document.querySelector("style").id = "style";
        around.insertAdjacentHTML("beforeend", "<div class=tw-root><p id=inside></p></div>"
          + "<div data-tempest-boot><p id=boot></p></div>")"""
    )
    page.evaluate(
        "(id) => { own = document.getElementById(id); window.was = own.parentNode; }", id_
    )
    refused = f"no #{id_}: it is not to be moved"
    with page.expect_console_message(lambda said: refused in said.text):
        page.evaluate("(id) => app.show(column(slot(id)))", id_)
    assert page.evaluate("own.isConnected && own.parentNode === was")
    expect(page.get_by_text("Wait")).to_be_visible()


def expect_lived(page: Page) -> None:
    expect(page.get_by_label("Own")).to_have_value("typed")
    assert page.evaluate("own.querySelector('iframe').contentWindow.mine")


def through_a_life(page: Page, app: Locator) -> None:
    """Use the app around it: it is there, stays alive, goes and comes."""
    expect(page.get_by_text("Not here yet")).to_be_hidden(timeout=START)
    expect(page.get_by_label("Own")).to_be_visible()
    for name in ("Add", "Turn", "Add", "Turn"):
        app.get_by_role("button", name=name).click()
    expect(app.get_by_text("Count: 2")).to_be_visible()
    expect_lived(page)
    app.get_by_role("button", name="Show").click()
    expect(page.locator("main > #own")).to_have_count(1)
    expect_lived(page)
    app.get_by_role("button", name="Show").click()
    expect(page.locator("main > #own")).to_have_count(0)
    expect_lived(page)


def test_an_embedded_app_shows_an_element_of_the_page_around_it(
    visitor: Visitor, own_site: Path
) -> None:
    body = f"""<!doctype html><html lang="en"><title>Page</title><main>{OWN}</main>
    <script type="module" src="_tempest/boot.js"></script>
    <tempest-app src="apps/slots/app.py"></tempest-app>"""
    with Server(own_site, answers={"page.html": Answer(200, body.encode())}) as server:
        page = visitor().page
        page.goto(server.url("page.html"))
        page.evaluate(REMEMBER)
        app = page.locator("tempest-app")
        expect(app.locator(".tw-root > .tw-Column")).to_be_attached(timeout=START)
        through_a_life(page, app)
        assert page.evaluate("own.parentNode.localName") == "tempest-app"
        page.evaluate("document.querySelector('tempest-app').remove()")
        expect(page.locator("main > #own")).to_have_count(1)


def test_a_built_page_gives_its_html_to_the_slot_when_the_client_comes(
    visitor: Visitor, own_served: Server
) -> None:
    visit = visitor()
    page = visit.page
    # An extension, a tag manager, a script of the host: it puts its own into the page.
    page.add_init_script(PUT)
    app = AppPage(page, own_served.url("slots/")).open()
    page.evaluate(REMEMBER)
    through_a_life(page, app.root)
