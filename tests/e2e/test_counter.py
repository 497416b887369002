"""The counter demo, as it is built."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.changes import take_changes, watch_dom
from tests.e2e.conftest import OpenDemo
from tests.e2e.server import Server


def test_a_click_counts_on_a_page_with_a_title(open_demo: OpenDemo) -> None:
    app, watch = open_demo("counter")
    expect(app.page).to_have_title("Counter")
    expect(app.root.get_by_role("heading", name="Count: 0")).to_be_visible()
    app.button("+").click()
    app.button("+").click()
    app.button("−").click()
    expect(app.root.get_by_role("heading", name="Count: 1")).to_be_visible()
    assert watch.errors == []


def test_a_click_touches_one_text_node_and_nothing_else(open_demo: OpenDemo) -> None:
    app, _ = open_demo("counter")
    # The first click may show the focus; what the app writes is what counts here.
    app.button("+").click()
    expect(app.text("Count: 1")).to_be_visible()
    watch_dom(app.page)
    app.button("+").click()
    expect(app.text("Count: 2")).to_be_visible()
    assert [(change["type"], change["tag"]) for change in take_changes(app.page)] == [
        ("characterData", "h1")
    ]


def test_quick_clicks_are_all_counted(open_demo: OpenDemo) -> None:
    app, _ = open_demo("counter")
    app.button("+").evaluate("button => { for (let i = 0; i < 50; i++) button.click(); }")
    expect(app.text("Count: 50")).to_be_visible()


def test_everything_comes_from_the_own_host(open_demo: OpenDemo, served: Server) -> None:
    app, watch = open_demo("counter")
    app.button("+").click()
    expect(app.text("Count: 1")).to_be_visible()
    assert watch.origins() == {served.origin}


def test_reload_starts_afresh_and_back_and_forward_work(
    open_demo: OpenDemo, served: Server
) -> None:
    app, watch = open_demo("counter")
    app.button("+").click()
    expect(app.text("Count: 1")).to_be_visible()
    app.reload()
    expect(app.text("Count: 0")).to_be_visible()
    app.page.goto(served.url())
    app.page.go_back()
    app.wait()
    app.button("+").click()
    expect(app.text("Count: 1")).to_be_visible()
    app.page.go_forward()
    expect(app.page.get_by_role("link", name=re.compile("^Counter"))).to_be_visible()
    assert watch.errors == []
