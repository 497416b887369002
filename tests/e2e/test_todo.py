"""The to-do demo: by mouse, and by keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenDemo
from tests.e2e.pages import AppPage


def field(app: AppPage) -> Locator:
    return app.root.get_by_role("textbox", name="New task")


def tasks(app: AppPage) -> Locator:
    return app.root.get_by_role("checkbox")


def add(app: AppPage, *texts: str) -> None:
    for text in texts:
        field(app).fill(text)
        field(app).press("Enter")
        expect(app.root.get_by_role("checkbox", name=text, exact=True)).to_be_visible()


def test_enter_adds_a_task_and_empties_the_field(open_demo: OpenDemo) -> None:
    app, watch = open_demo("todo")
    expect(field(app)).to_be_focused()
    field(app).press_sequentially("Buy milk")
    field(app).press("Enter")
    expect(tasks(app)).to_have_count(1)
    expect(field(app)).to_have_value("")
    expect(field(app)).to_be_focused()
    field(app).press_sequentially("Call Ada")
    app.button("Add").click()
    expect(tasks(app)).to_have_count(2)
    expect(app.text("2 of 2 left")).to_be_visible()
    assert watch.errors == []


def test_an_empty_task_is_not_added(open_demo: OpenDemo) -> None:
    app, _ = open_demo("todo")
    field(app).press_sequentially("   ")
    field(app).press("Enter")
    expect(field(app)).to_have_value("")
    expect(tasks(app)).to_have_count(0)


def test_a_click_ticks_once(open_demo: OpenDemo) -> None:
    app, _ = open_demo("todo")
    add(app, "Buy milk", "Call Ada")
    box = app.root.get_by_role("checkbox", name="Buy milk")
    box.click()
    expect(app.text("1 of 2 left")).to_be_visible()
    expect(box).to_be_checked()
    app.text("Buy milk").click()
    expect(app.text("2 of 2 left")).to_be_visible()
    expect(box).not_to_be_checked()


def test_a_task_is_edited_in_its_place(open_demo: OpenDemo) -> None:
    app, watch = open_demo("todo")
    add(app, "Buy milk", "Call Ada")
    app.button("Edit Buy milk").click()
    editor = app.root.get_by_role("textbox", name="Task", exact=True)
    expect(editor).to_be_focused()
    expect(editor).to_have_value("Buy milk")
    editor.fill("Buy bread")
    editor.press("Enter")
    expect(editor).to_have_count(0)
    expect(tasks(app).first).to_have_accessible_name("Buy bread")
    app.button("Edit Buy bread").click()
    editor.fill("Nonsense")
    editor.press("Escape")
    expect(editor).to_have_count(0)
    expect(tasks(app).first).to_have_accessible_name("Buy bread")
    assert watch.errors == []


def test_leaving_the_editor_keeps_the_text(open_demo: OpenDemo) -> None:
    app, _ = open_demo("todo")
    add(app, "Buy milk")
    app.button("Edit Buy milk").click()
    editor = app.root.get_by_role("textbox", name="Task", exact=True)
    editor.fill("Buy bread")
    field(app).click()
    expect(editor).to_have_count(0)
    expect(tasks(app).first).to_have_accessible_name("Buy bread")


def test_the_right_task_is_deleted(open_demo: OpenDemo) -> None:
    app, _ = open_demo("todo")
    add(app, "One", "Two", "Three")
    app.button("Delete Two").click()
    expect(tasks(app)).to_have_count(2)
    expect(tasks(app).first).to_have_accessible_name("One")
    expect(tasks(app).last).to_have_accessible_name("Three")
    expect(app.text("2 of 2 left")).to_be_visible()


def test_the_filter_shows_what_is_open_or_done(open_demo: OpenDemo) -> None:
    app, _ = open_demo("todo")
    add(app, "One", "Two", "Three")
    app.root.get_by_role("checkbox", name="Two").check()
    app.root.get_by_role("radio", name="Open").check()
    expect(tasks(app)).to_have_count(2)
    app.root.get_by_role("radio", name="Done").check()
    expect(tasks(app)).to_have_count(1)
    expect(tasks(app)).to_have_accessible_name("Two")
    expect(tasks(app)).to_be_checked()
    app.root.get_by_role("radio", name="All").check()
    expect(tasks(app)).to_have_count(3)
    app.button("Clear completed").click()
    expect(tasks(app)).to_have_count(2)
    expect(app.button("Clear completed")).to_be_disabled()


def tab_to(app: AppPage, target: Locator) -> None:
    """Press Tab until *target* has the focus; the page has fewer than 30 stops."""
    for _ in range(30):
        if target.evaluate("el => el.matches(':focus')"):
            return
        app.page.keyboard.press("Tab")
    expect(target).to_be_focused()


def test_all_of_it_works_by_keyboard(open_demo: OpenDemo) -> None:
    app, watch = open_demo("todo")
    keyboard = app.page.keyboard
    expect(field(app)).to_be_focused()
    keyboard.type("One")
    keyboard.press("Enter")
    # Python empties the field: what is typed before goes on from "One".
    expect(field(app)).to_have_value("")
    keyboard.type("Two")
    keyboard.press("Enter")
    expect(tasks(app)).to_have_count(2)
    tab_to(app, app.root.get_by_role("radio", name="All"))
    keyboard.press("ArrowRight")
    expect(app.root.get_by_role("radio", name="Open")).to_be_checked()
    keyboard.press("Tab")
    keyboard.press("Space")
    # Ticked, it no longer belongs to what is shown.
    expect(tasks(app)).to_have_count(1)
    tab_to(app, app.button("Edit Two"))
    keyboard.press("Enter")
    expect(app.root.get_by_role("textbox", name="Task", exact=True)).to_be_focused()
    keyboard.press("Control+a")
    keyboard.type("Three")
    keyboard.press("Enter")
    expect(tasks(app)).to_have_accessible_name("Three")
    tab_to(app, app.button("Delete Three"))
    keyboard.press("Enter")
    expect(tasks(app)).to_have_count(0)
    expect(app.text("0 of 1 left")).to_be_visible()
    assert watch.errors == []
