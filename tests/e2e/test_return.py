"""Who comes back to a page that shows its first view before Python is up: nothing is lost."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visitor
from tests.e2e.pages import START, AppPage
from tests.e2e.server import Answer
from tests.e2e.test_hydrate import OBSERVE, SAME, Held, Show, host, show
from tests.e2e.test_persist import count_to
from tests.e2e.test_snapshot import KEPT, restores

__all__ = ["host", "show"]


def reload_held(page: Page) -> None:
    """Reload the page up to its first view; Python waits until the host stops holding it."""
    page.reload(wait_until="commit")
    expect(page.locator("script[data-tempest-frame]")).to_have_count(0)
    page.evaluate(OBSERVE)


def test_a_stored_state_comes_under_the_first_view_and_takes_what_was_done_meanwhile(
    visitor: Visitor, host: Held
) -> None:
    visit = visitor()
    app = AppPage(visit.page, host.url("kept/")).open()
    draft = app.page.get_by_placeholder("Draft")
    draft.fill("Ada")
    count_to(app, 2)
    go = host.hold(r"\.wasm")
    reload_held(app.page)
    # What the build rendered knows nothing of what is stored here.
    expect(app.text("Count: 0")).to_be_visible()
    app.button("Add").click()
    go()
    app.wait()
    expect(app.text("Count: 3")).to_be_visible(timeout=START)
    expect(app.text("Names: Ada, Ada, Ada")).to_be_visible()
    expect(draft).to_have_value("Ada")
    assert app.page.evaluate(SAME)
    assert app.page.evaluate("changes") == []
    app.reload()
    expect(app.text("Count: 3")).to_be_visible()
    assert visit.watch.errors == []


def test_what_is_typed_before_python_wins_over_what_was_stored(
    visitor: Visitor, host: Held
) -> None:
    app = AppPage(visitor().page, host.url("kept/")).open()
    draft = app.page.get_by_placeholder("Draft")
    draft.fill("Ada")
    count_to(app, 1)
    go = host.hold(r"\.wasm")
    reload_held(app.page)
    draft.fill("Grace")
    app.button("Add").click()
    go()
    app.wait()
    expect(app.text("Names: Ada, Grace")).to_be_visible(timeout=START)
    expect(draft).to_have_value("Grace")
    app.reload()
    expect(app.text("Names: Ada, Grace")).to_be_visible()
    expect(draft).to_have_value("Grace")


def test_a_restored_snapshot_adopts_the_first_view_and_takes_what_was_done_meanwhile(
    visitor: Visitor, host: Held
) -> None:
    visit = visitor()
    page = visit.page
    app = AppPage(page, host.url("shown/")).open()
    assert page.evaluate(KEPT)
    go = host.hold(r"\.wasm")
    reload_held(page)
    app.button("Add").click()
    typed = app.root.get_by_label("Typed", exact=True)
    typed.fill("hi")
    go()
    app.wait()
    expect(app.text("log add; typed hi")).to_be_visible(timeout=START)
    expect(app.text("Count: 1")).to_be_visible()
    expect(typed).to_have_value("hi")
    assert restores(visit) == 1
    assert page.evaluate(SAME)
    assert page.evaluate("changes") == []
    assert visit.watch.errors == []


def test_what_was_typed_is_still_there_after_a_start_that_failed(show: Show, host: Held) -> None:
    host.answers["apps/shown/app.py"] = Answer(404)
    shown = show()
    typed, free = shown.field("Typed"), shown.field("Free")
    typed.fill("precious")
    free.fill("and more")
    shown.root.get_by_text("Switch").click()
    shown.press("Add")
    shown.go()
    again = shown.page.get_by_role("alert").get_by_role("button", name="Try again")
    expect(again).to_be_visible(timeout=START)
    host.answers.clear()
    again.click()
    # It is filled in again, and the app hears of it; what was only pressed is not done.
    shown.expect_log("typed precious; switch True")
    expect(typed).to_have_value("precious")
    expect(free).to_have_value("and more")
    expect(shown.root.get_by_role("switch")).to_be_checked()
    expect(shown.root.get_by_text("Count: 0")).to_be_visible()
    # Once: a later visit is a new one.
    shown.page.reload()
    shown.expect_log("")
