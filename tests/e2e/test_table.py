"""The table demo: each operation of js-framework-benchmark does what it says, and no more."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.changes import summary, take_changes, watch_dom
from tests.e2e.conftest import OpenDemo
from tests.e2e.pages import AppPage, wait_until

MANY = 60_000
REMOVE = '[aria-label^="Remove row"]'
LABELS = f"""() => [...document.querySelectorAll('{REMOVE}')]
  .map((button) => button.parentElement.children[1].textContent)"""
IDS = f"""() => [...document.querySelectorAll('{REMOVE}')]
  .map((button) => Number(button.parentElement.children[0].textContent))"""


def labels(page: Page) -> list[str]:
    found: list[str] = page.evaluate(LABELS)
    return found


def ids(page: Page) -> list[int]:
    found: list[int] = page.evaluate(IDS)
    return found


@pytest.fixture
def table(open_demo: OpenDemo) -> AppPage:
    """The demo with 1,000 rows."""
    app, _ = open_demo("table")
    press(app, "Create 1,000 rows", "1,000 rows")
    return app


def press(app: AppPage, name: str, size: str) -> None:
    app.button(name).click()
    expect(app.text(size)).to_be_visible(timeout=MANY)


def test_create_makes_a_thousand_rows(table: AppPage) -> None:
    assert ids(table.page) == list(range(1, 1001))
    assert all(labels(table.page))


def test_create_again_replaces_them_all(table: AppPage) -> None:
    table.button("Create 1,000 rows").click()
    expect(table.root.get_by_text("1001", exact=True)).to_be_visible()
    assert ids(table.page) == list(range(1001, 2001))


def test_append_leaves_the_rows_before(table: AppPage) -> None:
    before = labels(table.page)
    watch_dom(table.page)
    press(table, "Append 1,000 rows", "2,000 rows")
    assert labels(table.page)[:1000] == before
    assert ids(table.page) == list(range(1, 2001))
    changed = summary(take_changes(table.page))
    assert (changed["added"], changed["removed"]) == (1000, 0)


def test_update_writes_a_hundred_texts(table: AppPage) -> None:
    before = labels(table.page)
    watch_dom(table.page)
    table.button("Update every 10th row").click()
    expect(table.root.get_by_text(f"{before[990]} !!!", exact=True).last).to_be_attached()
    changed = [f"{label} !!!" if index % 10 == 0 else label for index, label in enumerate(before)]
    assert labels(table.page) == changed
    assert summary(take_changes(table.page)) == {
        "texts": 100,
        "attributes": 0,
        "added": 0,
        "removed": 0,
    }


def test_swap_moves_two_rows_and_keeps_the_focus(table: AppPage) -> None:
    row = table.root.get_by_role("button", name="Remove row 2", exact=True)
    row.focus()
    watch_dom(table.page)
    table.button("Swap rows").dispatch_event("click")
    wait_until(table.page, f"({IDS})()[1] === 999")
    assert ids(table.page) == [1, 999, *range(3, 999), 2, 1000]
    changed = summary(take_changes(table.page))
    assert changed["added"] == changed["removed"] <= 2
    assert changed["texts"] == 0
    expect(row).to_be_focused()


def test_select_marks_one_row(table: AppPage) -> None:
    names = labels(table.page)
    watch_dom(table.page)
    rows = table.root.locator(".tw-Row", has=table.page.locator(REMOVE))
    rows.nth(4).get_by_role("button").first.click()
    expect(rows.nth(4)).not_to_have_css("background-color", "rgba(0, 0, 0, 0)")
    rows.nth(6).get_by_role("button").first.click()
    expect(rows.nth(6)).not_to_have_css("background-color", "rgba(0, 0, 0, 0)")
    expect(rows.nth(4)).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    changed = summary(take_changes(table.page))
    assert changed == {"texts": 0, "attributes": 3, "added": 0, "removed": 0}
    assert labels(table.page) == names


def test_remove_takes_one_row_away(table: AppPage) -> None:
    watch_dom(table.page)
    table.button("Remove row 5").click()
    expect(table.text("999 rows")).to_be_visible()
    assert ids(table.page) == [1, 2, 3, 4, *range(6, 1001)]
    changed = summary(take_changes(table.page))
    assert (changed["added"], changed["removed"]) == (0, 1)


def test_clear_leaves_none(table: AppPage) -> None:
    press(table, "Clear", "0 rows")
    assert ids(table.page) == []


def test_ten_thousand_rows_can_be_made_and_used(open_demo: OpenDemo) -> None:
    app, watch = open_demo("table")
    press(app, "Create 10,000 rows", "10,000 rows")
    assert len(ids(app.page)) == 10_000
    app.root.locator(REMOVE).last.click()
    expect(app.text("9,999 rows")).to_be_visible(timeout=MANY)
    assert watch.errors == []
