"""A ScrollView that stays at its end, and does not move who has scrolled up in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.wait import WebDriverWait

from tempestweb_wasm import App, Button, Column, ScrollView, Style, Text, Widget
from tempestweb_wasm.server import create_app
from tests.e2e.test_other_browsers import START, display, webkit
from tests.server.running import served

__all__ = ["display", "webkit"]

Run = Callable[[str], Any]

BOX = "document.querySelector('.tw-ScrollView')"
BELOW = f"""Math.round({BOX}.querySelector('.tw-Column').getBoundingClientRect().bottom
    - {BOX}.getBoundingClientRect().bottom)"""
"""Pixels that are hidden below; the padding of the box is seen."""


def make_state() -> list[int]:
    return list(range(40))


def view(app: App[list[int]]) -> Widget:
    def more() -> None:
        # As an app does that keeps the last few of a long talk.
        app.set_state(lambda s: s.extend(range(s[-1] + 1, s[-1] + 4)))
        app.set_state(lambda s: s.pop(0))

    return Column(
        children=[
            Button(label="More", on_click=more),
            ScrollView(
                stick="end",
                style=Style(height=200),
                children=[Column(children=[Text(key=n, content=f"Line {n}") for n in app.state])],
            ),
        ]
    )


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(create_app(make_state, view, title="Log")) as found:
        yield f"http://{found}/"


def reads_on(run: Run, more: Callable[[int], None]) -> None:
    """At the end and further up; *more* brings lines and waits for the one with that number."""
    assert run(BELOW) <= 0
    more(42)
    assert run(BELOW) <= 0
    run(f"{BOX}.scrollBy(0, -300)")
    run("document.querySelectorAll('.tw-ScrollView .tw-Text')[25].id = 'read'")
    top = "Math.round(document.getElementById('read').getBoundingClientRect().top)"
    before = run(top)
    more(45)
    more(48)
    assert run(top) == before
    assert run(BELOW) > 0
    run(f"{BOX}.scrollTo(0, 0)")
    more(51)
    assert run(BELOW) <= 0


def test_it_is_at_its_end_without_any_script(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_text("Line 39", exact=True)).to_be_in_viewport()
    expect(page.get_by_text("Line 20", exact=True)).not_to_be_in_viewport()
    context.close()


def test_it_stays_there_and_leaves_a_reader_where_he_is(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address)

    def more(last: int) -> None:
        page.get_by_role("button", name="More").click()
        page.get_by_text(f"Line {last}", exact=True).wait_for()

    reads_on(page.evaluate, more)
    page.close()


def test_webkit_leaves_a_reader_there_too(webkit: WebDriver, address: str) -> None:
    def run(code: str) -> Any:
        return webkit.execute_script(f"return {code}")

    def more(last: int) -> None:
        run("document.querySelector('button').click()")
        shown = f"document.body.textContent.includes('Line {last}')"
        WebDriverWait(webkit, START).until(lambda _: run(shown))

    webkit.get(address)
    reads_on(run, more)
