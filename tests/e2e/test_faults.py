"""An error never ends the app silently: production says so and goes on, or shows why not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visitor
from tests.e2e.pages import START, AppPage
from tests.e2e.server import PACKAGE, STDLIB, WASM, Answer, Server, file_of, name_of

ERROR_PAGE = Answer(200, b"<!doctype html><title>Sorry</title><h1>We will be back soon</h1>")
GONE = Answer(404, b"gone")


@pytest.fixture
def lying(own_site: Path) -> Iterator[Server]:
    """A host of its own, to be told what to get wrong."""
    with Server(own_site) as server:
        yield server


def test_a_failing_handler_is_told_and_the_app_goes_on(
    visitor: Visitor, own_served: Server
) -> None:
    visit = visitor()
    app = AppPage(visit.page, own_served.url("faults/")).open()
    app.button("Fail").click()
    notice = visit.page.get_by_role("alert")
    expect(notice).to_be_visible()
    expect(notice).not_to_contain_text("RuntimeError")
    assert any("handler_failed" in line for line in visit.watch.errors)
    app.button("Add").click()
    expect(app.text("Count: 1")).to_be_visible()
    notice.get_by_role("button").click()
    expect(notice).to_have_count(0)
    app.button("Add").click()
    expect(app.text("Count: 2")).to_be_visible()


def test_a_notice_covers_nothing_that_the_user_is_doing(
    visitor: Visitor, own_served: Server
) -> None:
    app = AppPage(visitor().page, own_served.url("faults/")).open()
    app.button("Fail").focus()
    app.page.keyboard.press("Enter")
    expect(app.page.get_by_role("alert")).to_be_visible()
    expect(app.button("Fail")).to_be_focused()


def test_a_failing_view_leaves_the_last_good_tree(visitor: Visitor, own_served: Server) -> None:
    app = AppPage(visitor().page, own_served.url("faults/")).open()
    app.button("Add").click()
    app.button("Spoil").click()
    expect(app.page.get_by_role("alert")).to_be_visible()
    expect(app.text("Count: 1")).to_be_visible()


def expect_failure(page: Page, *, says: str | None = None) -> None:
    """The page shows that the app can't run, and a way to try again; it is never blank."""
    screen = page.get_by_role("alert")
    expect(screen).to_be_visible(timeout=START)
    expect(screen.get_by_role("heading")).to_be_visible()
    expect(screen.get_by_role("button")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    if says is not None:
        expect(screen).to_contain_text(says)


def test_a_failing_first_view_shows_why_there_is_no_app(
    visitor: Visitor, own_served: Server
) -> None:
    visit = visitor()
    visit.page.goto(own_served.url("firstview/"))
    expect_failure(visit.page)
    assert any(
        "the first view gave up" in line or "view_failed" in line for line in visit.watch.errors
    )


@pytest.mark.parametrize(
    ("path", "answer"), [("apps/faults/app.py", GONE), ("apps/faults/_tempest.json", ERROR_PAGE)]
)
def test_a_missing_file_of_the_app_is_named_and_can_be_tried_again(
    path: str, answer: Answer, visitor: Visitor, lying: Server
) -> None:
    app = AppPage(visitor().page, lying.url("faults/"))
    lying.answers[path] = answer
    app.page.goto(app.url)
    expect_failure(app.page, says=Path(path).name)
    lying.answers.clear()
    app.page.get_by_role("alert").get_by_role("button").click()
    app.wait()
    app.button("Add").click()
    expect(app.text("Count: 1")).to_be_visible()


@pytest.mark.parametrize(
    ("path", "answer"),
    [(WASM, ERROR_PAGE), (WASM, GONE), (STDLIB, ERROR_PAGE), (STDLIB, GONE)],
    ids=["wasm, error page", "wasm, 404", "stdlib, error page", "stdlib, 404"],
)
def test_an_interpreter_that_does_not_arrive_is_not_waited_for_for_ever(
    path: str, answer: Answer, visitor: Visitor, lying: Server
) -> None:
    app = AppPage(visitor().page, lying.url("faults/"))
    lying.answers[name_of(lying, path)] = answer
    app.page.goto(app.url)
    expect_failure(app.page, says=file_of(lying, path).name)


def test_a_wheel_that_the_host_changed_is_refused(visitor: Visitor, lying: Server) -> None:
    package = file_of(lying, PACKAGE)
    lying.answers[name_of(lying, PACKAGE)] = Answer(
        200, package.read_bytes() + b"\n", "application/octet-stream"
    )
    page = visitor().page
    page.goto(lying.url("faults/"))
    expect_failure(page, says="tempestweb")
