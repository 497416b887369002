"""Two tabs with one app, and pages that come back from the browser's back/forward cache."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests import tools
from tests.e2e import building
from tests.e2e.conftest import FLAGS, Visitor
from tests.e2e.pages import START, AppPage, wait_until
from tests.e2e.profiles import wait_until_kept
from tests.e2e.server import Server
from tests.e2e.test_persist import READ, count_to, host, newer

__all__ = ["host"]

SCRIPT = building.ROOT / "tests" / "e2e" / "real_tabs.mjs"
TYPE = """(text) => {
  const input = document.querySelector('input');
  input.value = text;
  input.dispatchEvent(new Event('input', {bubbles: true}));
}"""


def stored(page: Page) -> str:
    """Return the one state that is stored."""
    (text,) = [text for _, text in page.evaluate(READ)]
    return str(text)


@pytest.fixture
def tabs(visitor: Visitor, own_served: Server) -> tuple[AppPage, AppPage]:
    """Two pages with one app. Playwright keeps both visible: they are windows side by side."""
    first = AppPage(visitor().page, own_served.url("kept/")).open()
    count_to(first, 1)
    second = AppPage(first.page.context.new_page(), first.url).open()
    expect(second.text("Count: 1")).to_be_visible()
    return first, second


def test_tabs_take_turns_and_one_that_is_discarded_comes_back(
    own_served: Server, tmp_path: Path
) -> None:
    command = [tools.node(), str(SCRIPT), tools.chromium(), str(tmp_path)]
    result = subprocess.run(
        [*command, own_served.url("kept/"), *tools.CHROMIUM_FLAGS],
        cwd=building.ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=START / 500,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    told = json.loads(result.stdout)
    # A tab that is not shown stores nothing: the other one's state is what it has afterwards.
    assert "from behind" not in told["behind"]
    assert told["discarded"] is True


def test_windows_side_by_side_never_write_over_what_is_newer(
    tabs: tuple[AppPage, AppPage],
) -> None:
    first, second = tabs
    # The storage does not say whose turn it is: both believe that it is theirs.
    for tab in tabs:
        tab.page.evaluate("Storage.prototype.getItem = () => null")
    second.button("Add").click()
    expect(second.text("Count: 2")).to_be_visible()
    first.page.evaluate(TYPE, "too late")
    expect(first.text("Count: 2")).to_be_visible()
    assert "too late" not in stored(first.page)
    first.button("Add").click()
    expect(first.text("Count: 3")).to_be_visible()
    second.page.evaluate("dispatchEvent(new Event('focus'))")
    expect(second.text("Count: 3")).to_be_visible()


def test_a_tab_with_an_older_version_leaves_alone_what_a_newer_one_has_stored(
    visitor: Visitor, host: Server
) -> None:
    old = AppPage(visitor().page, host.url("kept/")).open()
    count_to(old, 1)
    newer(
        host,
        ("import App,", "import App, Persist,"),
        ("persist = True", "persist = Persist(version=2, migrate=lambda data, version: data)"),
    )
    new = AppPage(old.page.context.new_page(), old.url).open()
    expect(new.text("Count: 1")).to_be_visible()
    new.button("Add").click()
    expect(new.text("Count: 2")).to_be_visible()
    old.page.evaluate("dispatchEvent(new Event('focus'))")
    note = old.page.get_by_role("status").filter(has_text="newer version")
    expect(note).to_be_visible()
    for number in (2, 3, 4):
        old.button("Add").click()
        expect(old.text(f"Count: {number}")).to_be_visible()
    expect(old.page.get_by_role("alert")).to_have_count(0)
    new.page.evaluate("dispatchEvent(new Event('focus'))")
    new.button("Add").click()
    expect(new.text("Count: 3")).to_be_visible()
    assert json.loads(stored(new.page))["version"] == 2
    note.get_by_role("button", name="Reload").click()
    expect(old.text("Count: 3")).to_be_visible(timeout=START)


def test_back_brings_the_very_page_and_it_goes_on(playwright: Playwright, own_site: Path) -> None:
    # A page that may not be stored at all is not kept either.
    with Server(own_site, headers={"Cache-Control": "no-cache"}) as server:
        launched = playwright.chromium.launch(
            executable_path=tools.chromium(),
            args=list(FLAGS),
            ignore_default_args=["--disable-back-forward-cache"],
        )
        page = launched.new_context().new_page()
        page.add_init_script("addEventListener('pageshow', (e) => { window.kept = e.persisted })")
        app = AppPage(page, server.url("kept/")).open()
        count_to(app, 2)
        wait_until_kept(page)  # a worker that takes over would drop the page from the cache
        page.goto(server.url())
        page.go_back(wait_until="commit")
        wait_until(page, "window.kept")
        expect(app.text("Count: 2")).to_be_visible()
        app.button("Add").click()
        expect(app.text("Count: 3")).to_be_visible()
        # Another tab went on with the state while this page was away.
        page.goto(server.url())
        other = AppPage(page.context.new_page(), app.url).open()
        other.button("Add").click()
        expect(other.text("Count: 4")).to_be_visible()
        page.go_back(wait_until="commit")
        expect(app.text("Count: 4")).to_be_visible(timeout=START)
        app.button("Add").click()
        expect(app.text("Count: 5")).to_be_visible()
        launched.close()
