"""js/keeping.js on the browser's own storage, with what Python says to it said here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e import building
from tests.e2e.conftest import Visitor
from tests.e2e.pages import wait_until
from tests.e2e.server import Answer, Server

OPEN = """async () => {
  const open = IDBFactory.prototype.open;
  IDBFactory.prototype.open = function (...args) {
    const request = open.apply(this, args);
    request.addEventListener('success', () => { window.database = request.result; });
    return request;
  };
  const [{Keeping}, {Store}] = await Promise.all([import('/keeping.js'), import('/store.js')]);
  window.told = [];
  window.ended = new Set();
  const keeping = new Keeping((message) => told.push(message), (app) => !ended.has(app));
  window.hear = (op, app, more) => keeping.hear({op, app, ...more}, 'key');
  window.save = (app, text) => hear('save', app, {text});
  window.stored = () => Store.read('key');
  window.left = () => localStorage.getItem('tempestweb left key');
  window.show = (state) => {
    Object.defineProperty(document, 'visibilityState', {value: state, configurable: true});
    document.dispatchEvent(new Event('visibilitychange'));
  };
}"""
LOADED = "told.some((message) => message.op === 'stored' && message.app === %d)"


@pytest.fixture
def host() -> Iterator[Server]:
    page = Answer(200, b"<!doctype html><title>Modules</title>")
    with Server(building.ROOT / "js", answers={"": page}) as server:
        yield server


@pytest.fixture
def page(visitor: Visitor, host: Server) -> Page:
    return opened(visitor().page, host)


def opened(page: Page, host: Server) -> Page:
    """Go to a page on which app 1 has asked for its state."""
    page.goto(host.url())
    page.evaluate(OPEN)
    load(page, 1)
    return page


def load(page: Page, app: int) -> dict[str, Any]:
    """Let *app* ask for what is stored; return the answer."""
    page.evaluate("(app) => { told.length = 0; hear('load', app); }", app)
    wait_until(page, LOADED % app)
    (answer,) = page.evaluate("told.splice(0)")
    return dict(answer)


def save(page: Page, app: int, text: str) -> None:
    """Let *app* say *text*, and wait until that is what the next page would find."""
    page.evaluate("([app, text]) => save(app, text)", [app, text])
    wait_until_stored(page, text)


def wait_until_stored(page: Page, text: str) -> None:
    wait_until(page, f"(async () => await stored() === '{text}' && left() === null)()")


def test_what_a_hidden_page_left_is_gone_once_something_later_is_stored(page: Page) -> None:
    page.evaluate(
        """() => {
          save(1, 'first');    // is being written
          save(1, 'second');   // waits for its turn
          show('hidden');      // the second is left for the next page
          save(1, 'third');    // takes the place of the second, which is never written
        }"""
    )
    wait_until_stored(page, "third")
    page.evaluate("show('visible')")
    save(page, 1, "fourth")
    assert page.evaluate("told.filter((message) => message.op === 'stored')") == []


def test_what_a_hidden_page_left_is_the_last_it_heard(page: Page, host: Server) -> None:
    page.evaluate("() => { save(1, 'first'); show('hidden'); save(1, 'second'); }")
    page.evaluate("window.last = left()")
    assert page.evaluate("last") in {None, "second"}  # None: it is written already
    assert load(opened(page.context.new_page(), host), 2)["text"] == "second"


def test_a_database_that_the_browser_closed_is_opened_again(page: Page) -> None:
    save(page, 1, "first")
    page.evaluate("database.close()")
    save(page, 1, "second")
    assert page.evaluate("told.filter((message) => message.op === 'not_saved')") == []


def newer_in_another_tab(page: Page, host: Server) -> None:
    """Let another tab store, and show this one again."""
    other = opened(page.context.new_page(), host)
    save(other, 1, "newer")
    page.evaluate("() => { told.length = 0; show('visible'); }")
    wait_until(page, LOADED % 1)


def test_an_app_that_can_not_read_what_is_newer_stores_nothing_more(
    page: Page, host: Server
) -> None:
    newer_in_another_tab(page, host)
    page.evaluate("hear('outdated', 1)")
    stored = """async () => {
      save(1, 'older');
      show('hidden');
      return [await stored(), left(), told.map((message) => message.op)];
    }"""
    assert page.evaluate(stored) == ["newer", None, ["stored"]]


def test_what_an_app_says_before_it_has_taken_what_is_newer_is_older(
    page: Page, host: Server
) -> None:
    newer_in_another_tab(page, host)
    page.evaluate("save(1, 'older')")
    assert page.evaluate("stored()") == "newer"
    page.evaluate("hear('taken', 1)")
    save(page, 1, "newest")


def test_two_elements_with_one_app_have_one_state(page: Page) -> None:
    assert load(page, 2)["text"] is None
    save(page, 1, "of the first")
    told = page.evaluate("told.splice(0)")
    assert told == [{"op": "stored", "app": 2, "text": "of the first"}]
    page.evaluate("hear('taken', 2)")
    save(page, 2, "of the second")
    assert page.evaluate("told") == [{"op": "stored", "app": 1, "text": "of the second"}]


def test_what_an_app_stored_at_its_end_is_what_its_successor_gets(page: Page) -> None:
    page.evaluate("() => { ended.add(1); save(1, 'last words'); }")
    assert load(page, 2)["text"] == "last words"
    save(page, 2, "more")
    assert page.evaluate("told") == []
