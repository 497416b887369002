"""Apps inside somebody else's page, and an app from a wheel that the page installed by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Visit, Visitor
from tests.e2e.pages import START
from tests.e2e.server import Answer, Server, publish

BUTTON = """() => {
  const style = getComputedStyle(document.querySelector('p > button'));
  return [style.fontFamily, style.borderTopStyle, style.transform, style.color, style.padding];
}"""
LOOKS = """(el) => {
  const style = getComputedStyle(el);
  return [style.fontFamily, style.fontStyle, style.borderTopStyle, style.transform,
    style.letterSpacing, style.textAlign, style.minHeight, style.backgroundColor];
}"""


@pytest.fixture
def lying(site: Path) -> Iterator[Server]:
    with Server(site) as server:
        yield server


@pytest.fixture
def visit(visitor: Visitor) -> Visit:
    return visitor()


def counter(page: Page) -> Locator:
    return page.locator("tempest-app").first


def todo(page: Page) -> Locator:
    return page.locator("tempest-app").last


def open_article(page: Page, server: Server) -> None:
    page.goto(server.url("embed/"))
    expect(counter(page).get_by_role("button", name="+")).to_be_visible(timeout=START)
    expect(todo(page).get_by_role("textbox", name="New task")).to_be_visible(timeout=START)


def test_two_apps_work_side_by_side(visit: Visit, served: Server) -> None:
    page = visit.page
    open_article(page, served)
    counter(page).get_by_role("button", name="+").click()
    expect(counter(page).get_by_text("Count: 1")).to_be_visible()
    todo(page).get_by_role("textbox", name="New task").fill("Read on")
    page.keyboard.press("Enter")
    expect(todo(page).get_by_role("checkbox", name="Read on")).to_be_visible()
    expect(counter(page).get_by_text("Count: 1")).to_be_visible()
    assert visit.watch.errors == []
    assert visit.watch.origins() == {served.origin}


def test_they_share_one_interpreter(visit: Visit, served: Server) -> None:
    open_article(visit.page, served)
    wasm = [url for url in visit.watch.requests if url.endswith(".wasm") and "/pyodide-" in url]
    assert len(wasm) == 1


def test_each_lives_in_an_open_shadow_root(visit: Visit, served: Server) -> None:
    open_article(visit.page, served)
    roots = visit.page.evaluate(
        """[...document.querySelectorAll('tempest-app')].map((el) =>
          [el.shadowRoot.mode, el.shadowRoot.adoptedStyleSheets.length > 0,
           el.shadowRoot.querySelectorAll('style, link, [style]').length])"""
    )
    assert roots == [["open", True, 0], ["open", True, 0]]


def test_the_page_looks_as_without_them(visit: Visit, lying: Server) -> None:
    page = visit.page
    lying.answers["_tempest/boot.js"] = Answer(404)
    page.goto(lying.url("embed/"))
    before = page.evaluate(BUTTON)
    lying.answers.clear()
    open_article(page, lying)
    assert page.evaluate(BUTTON) == before
    assert page.evaluate("document.adoptedStyleSheets.length") == 0
    assert page.evaluate("document.querySelectorAll('style').length") == 0


def test_an_app_looks_as_on_its_own_page(visit: Visit, served: Server) -> None:
    page = visit.page
    open_article(page, served)
    embedded = counter(page).get_by_role("button", name="+").evaluate(LOOKS)
    page.goto(served.url("counter/"))
    alone = page.get_by_role("button", name="+", exact=True)
    expect(alone).to_be_visible(timeout=START)
    assert embedded == alone.evaluate(LOOKS)


def test_one_that_fails_leaves_the_other_alone(visit: Visit, lying: Server) -> None:
    page = visit.page
    lying.answers["apps/todo/app.py"] = Answer(404)
    page.goto(lying.url("embed/"))
    expect(todo(page).get_by_role("alert")).to_contain_text("app.py", timeout=START)
    counter(page).get_by_role("button", name="+").click(timeout=START)
    expect(counter(page).get_by_text("Count: 1")).to_be_visible()
    lying.answers.clear()
    todo(page).get_by_role("alert").get_by_role("button").click()
    expect(todo(page).get_by_role("textbox", name="New task")).to_be_visible(timeout=START)
    expect(counter(page).get_by_text("Count: 1")).to_be_visible()


def test_moving_the_element_does_not_restart_its_app(visit: Visit, served: Server) -> None:
    page = visit.page
    open_article(page, served)
    counter(page).get_by_role("button", name="+").click()
    expect(counter(page).get_by_text("Count: 1")).to_be_visible()
    page.evaluate("document.body.append(document.querySelector('tempest-app'))")
    moved = todo(page)
    expect(moved.get_by_text("Count: 1")).to_be_visible()
    moved.get_by_role("button", name="+").click()
    expect(moved.get_by_text("Count: 2")).to_be_visible()


def test_one_that_is_taken_away_stops_and_starts_anew_when_it_comes_back(
    visit: Visit, served: Server
) -> None:
    page = visit.page
    open_article(page, served)
    counter(page).get_by_role("button", name="+").click()
    expect(counter(page).get_by_text("Count: 1")).to_be_visible()
    page.evaluate("window.taken = document.querySelector('tempest-app'); window.taken.remove()")
    page.evaluate("document.body.append(window.taken)")
    expect(todo(page).get_by_text("Count: 0")).to_be_visible(timeout=START)


def test_one_that_comes_later_uses_the_interpreter_that_is_there(
    visit: Visit, served: Server
) -> None:
    page = visit.page
    open_article(page, served)
    page.evaluate(
        """() => {
          const late = document.createElement('tempest-app');
          late.src = '../apps/counter/app.py';
          document.body.append(late);
        }"""
    )
    late = page.locator("tempest-app").nth(2)
    late.get_by_role("button", name="+").click(timeout=START)
    expect(late.get_by_text("Count: 1")).to_be_visible()
    expect(counter(page).get_by_text("Count: 0")).to_be_visible()


def test_a_worker_that_dies_comes_back_with_every_app(visit: Visit, served: Server) -> None:
    page = visit.page
    open_article(page, served)
    counter(page).get_by_role("button", name="+").click()
    expect(counter(page).get_by_text("Count: 1")).to_be_visible()
    todo(page).get_by_role("textbox", name="New task").fill("Read on")
    page.keyboard.press("Enter")
    expect(todo(page).get_by_role("checkbox", name="Read on")).to_be_visible()
    page.workers[0].evaluate("close()")
    for app in (counter(page), todo(page)):
        expect(app.get_by_role("alert")).to_contain_text("was started again", timeout=START)
    counter(page).get_by_role("button", name="+").click()
    expect(counter(page).get_by_text("Count: 1")).to_be_visible()
    # This one keeps its state.
    expect(todo(page).get_by_role("checkbox", name="Read on")).to_be_visible()
    assert len(page.workers) == 1


KEPT = """<!doctype html><title>Kept</title>
<script type="module" src="./_tempest/boot.js"></script>
<tempest-app src="./apps/kept/app.py"></tempest-app>
<tempest-app src="./apps/kept/app.py"></tempest-app>
<tempest-app src="./apps/kept/app.py?of=its+own"></tempest-app>"""


def test_two_elements_with_one_app_have_one_state_and_it_is_kept(
    visit: Visit, own_site: Path
) -> None:
    with Server(own_site, answers={"": Answer(200, KEPT.encode())}) as host:
        apps = [visit.page.locator("tempest-app").nth(number) for number in range(3)]
        visit.page.goto(host.url())
        for number, app in enumerate((apps[0], apps[1], apps[0], apps[2]), 1):
            app.get_by_role("button", name="Add").click(timeout=START)
            expect(app.get_by_text(f"Count: {number if number < 4 else 1}")).to_be_visible()
        expect(apps[1].get_by_text("Count: 3")).to_be_visible()
        visit.page.reload()
        for app, count in zip(apps, (3, 3, 1), strict=True):
            expect(app.get_by_text(f"Count: {count}")).to_be_visible(timeout=START)
    assert visit.watch.errors == []


def test_one_that_gets_its_address_later_starts_then(visit: Visit, served: Server) -> None:
    page = visit.page
    open_article(page, served)
    page.evaluate(
        """async () => {
          const late = document.createElement('tempest-app');
          late.setAttribute('runtime', '../_tempest');
          document.body.append(late);
          await new Promise(requestAnimationFrame);
          late.src = '../apps/counter/app.py';
        }"""
    )
    late = page.locator("tempest-app").nth(2)
    late.get_by_role("button", name="+").click(timeout=START)
    expect(late.get_by_text("Count: 1")).to_be_visible()
    # Without a slash at its end the folder is the same, and so is the interpreter.
    assert len(page.workers) == 1


def test_a_style_sheet_that_did_not_arrive_is_asked_for_again(visit: Visit, lying: Server) -> None:
    (styles,) = (lying.folder / "_tempest").glob("base-*.css")
    lying.answers[styles.relative_to(lying.folder).as_posix()] = Answer(503, b"busy")
    visit.page.goto(lying.url("embed/"))
    retry = counter(visit.page).get_by_role("alert").get_by_role("button")
    expect(retry).to_be_visible(timeout=START)
    lying.answers.clear()
    retry.click()
    counter(visit.page).get_by_role("button", name="+").click(timeout=START)
    expect(counter(visit.page).get_by_text("Count: 1")).to_be_visible()


def test_a_failing_handler_is_told_inside_its_own_app(visit: Visit, lying: Server) -> None:
    page = visit.page
    source = (lying.folder / "apps" / "counter" / "app.py").read_text(encoding="utf-8")
    broken = source.replace("self.count += step", "raise RuntimeError('no pebbles left')")
    publish(lying, "apps/counter/app.py", broken.encode())
    open_article(page, lying)
    counter(page).get_by_role("button", name="+").click()
    expect(counter(page).get_by_role("alert")).to_be_visible()
    expect(todo(page).get_by_role("alert")).to_have_count(0)


def test_a_page_with_pyodide_installs_the_wheel_and_runs(visit: Visit, served: Server) -> None:
    page = visit.page
    page.goto(served.url("micropip/"))
    app = page.locator("#app")
    expect(app.get_by_role("heading", name="Hello, you!")).to_be_visible(timeout=START)
    app.get_by_role("textbox", name="Your name").press_sequentially("Ada")
    expect(app.get_by_role("heading", name="Hello, Ada!")).to_be_visible()
    app.get_by_role("button", name="Wave").click()
    app.get_by_role("button", name="Wave").click()
    expect(app.get_by_text("Waved 2 times")).to_be_visible()
    assert visit.watch.errors == []
    assert visit.watch.origins() == {served.origin}
