"""The gallery: every widget is there, and answers."""

from __future__ import annotations

import re

from playwright.sync_api import FilePayload, expect

from tempestweb_wasm import tables
from tests.e2e.conftest import OpenDemo

# A slot shows what a page around the app made; the gallery has none around it.
WIDGETS = sorted(set(tables.load("widgets")) - {"$comment", "Slot"})


def test_every_widget_is_on_the_screen(open_demo: OpenDemo) -> None:
    app, watch = open_demo("gallery")
    hidden = []
    for name in WIDGETS:
        boxes = app.root.locator(f".tw-{name}").evaluate_all(
            "all => all.map((el) => el.getBoundingClientRect()).map((b) => [b.width, b.height])"
        )
        # A spacer is nothing but room; the others have a height, and all have a width.
        if not any(width > 0 and (height > 0 or name == "Spacer") for width, height in boxes):
            hidden.append(name)
    assert hidden == []
    assert watch.errors == []


def test_widgets_are_the_elements_that_they_should_be(open_demo: OpenDemo) -> None:
    app, _ = open_demo("gallery")
    tags = app.page.evaluate(
        """names => Object.fromEntries(names.map((name) => [
          name, document.querySelector(`.tw-${name}`).localName]))""",
        ["Button", "IconButton", "Link", "Form", "Image", "Divider", "ProgressBar", "Dropdown"],
    )
    assert tags == {
        "Button": "button",
        "IconButton": "button",
        "Link": "a",
        "Form": "form",
        "Image": "img",
        "Divider": "hr",
        "ProgressBar": "progress",
        "Dropdown": "select",
    }
    for level in range(1, 7):
        expect(app.root.get_by_role("heading", level=level).first).to_be_visible()


def test_buttons_answer(open_demo: OpenDemo) -> None:
    app, _ = open_demo("gallery")
    app.button("outline").click()
    expect(app.text("Pressed: outline")).to_be_visible()
    app.button("Edit").press("Enter")
    expect(app.text("Pressed: the pencil")).to_be_visible()
    app.button("danger").press("Space")
    expect(app.text("Pressed: danger")).to_be_visible()
    expect(app.button("Disabled")).to_be_disabled()


def test_fields_answer(open_demo: OpenDemo) -> None:
    app, watch = open_demo("gallery")
    root = app.root
    root.get_by_label("Input", exact=True).fill("Grace")
    expect(app.text("Hello, Grace!")).to_be_visible()
    root.get_by_label("Text area").fill("12345")
    expect(app.text("5 of 200 characters")).to_be_visible()
    root.get_by_role("checkbox", name="Checkbox").uncheck()
    root.get_by_role("switch", name="Switch").check()
    root.get_by_role("radio", name="Small").check()
    expect(root.get_by_role("radio", name=re.compile("Large"))).to_be_disabled()
    root.get_by_label("Dropdown").select_option("Lagos")
    expect(root.get_by_label("Dropdown")).to_have_value("lag")
    root.get_by_label("Slider").press("ArrowUp")
    expect(app.text("31 %")).to_be_visible()
    root.get_by_label("Date picker").fill("2024-02-29")
    expect(app.text("Thursday")).to_be_visible()
    expect(root.get_by_role("checkbox", name="Checkbox")).not_to_be_checked()
    expect(root.get_by_role("switch", name="Switch")).to_be_checked()
    expect(root.get_by_role("radio", name="Small")).to_be_checked()
    assert watch.errors == []


def test_a_pause_in_typing_is_waited_for(open_demo: OpenDemo) -> None:
    app, _ = open_demo("gallery")
    box = app.root.get_by_label("Input that waits for a pause")
    hints = app.page.evaluate_handle(
        """() => {
          const seen = [];
          new MutationObserver(() => {
            const hint = [...document.querySelectorAll('.tw-hint')]
              .map((el) => el.textContent).find((text) => text.startsWith('Heard: '));
            if (hint && seen.at(-1) !== hint) seen.push(hint);
          }).observe(document.querySelector('#tempest-app'),
            {subtree: true, childList: true, characterData: true});
          return seen;
        }"""
    )
    box.press_sequentially("tempest")
    expect(app.text("Heard: tempest")).to_be_visible()
    assert hints.json_value() == ["Heard: tempest"]


def test_picked_files_are_read(open_demo: OpenDemo) -> None:
    app, watch = open_demo("gallery")
    app.root.locator("input[type=file]").set_input_files(
        [
            FilePayload(name="a.txt", mimeType="text/plain", buffer=b"hello"),
            FilePayload(name="b.bin", mimeType="", buffer=bytes(2_000_000)),
        ]
    )
    expect(app.text("a.txt: 5 bytes; b.bin: 2,000,000 bytes")).to_be_visible()
    assert watch.errors == []


def test_the_browser_checks_a_form_that_asks_for_it(open_demo: OpenDemo) -> None:
    app, _ = open_demo("gallery")
    email = app.root.get_by_label("Email")
    app.button("Send").click()
    expect(email).to_be_focused()
    assert email.evaluate("el => el.validity.valueMissing")
    email.fill("ada@example.org")
    email.press("Enter")
    expect(app.text("Sent: ada@example.org")).to_be_visible()


def test_a_link_inside_the_page_leads_there(open_demo: OpenDemo) -> None:
    app, _ = open_demo("gallery")
    app.root.get_by_role("link", name="Down to the fields").click()
    expect(app.root.locator("#fields")).to_be_in_viewport()
    app.button("outline").click()
    expect(app.text("Pressed: outline")).to_be_visible()
    outside = app.root.get_by_role("link", name=re.compile("To another site"))
    expect(outside).to_have_attribute("target", "_blank")
    expect(outside).to_have_attribute("rel", re.compile("noopener"))


def test_progress_goes_back_and_its_button_ends_with_it(open_demo: OpenDemo) -> None:
    app, _ = open_demo("gallery")
    less = app.button("Less")
    less.click()
    less.click()
    bar = app.root.get_by_role("progressbar", name="Progress")
    expect(bar).to_have_attribute("value", "0.2")
    less.click()
    less.click()
    expect(less).to_be_disabled()


def test_it_asks_the_browser(open_demo: OpenDemo) -> None:
    app, watch = open_demo("gallery", permissions=["clipboard-read", "clipboard-write"])
    app.button("outline").click()
    app.button("Copy").click()
    expect(app.text("Copied what was pressed last")).to_be_visible()
    assert app.page.evaluate("navigator.clipboard.readText()") == "Pressed: outline"
    app.button("To the top").click()
    expect(app.root.get_by_role("heading", name="Gallery", exact=True)).to_be_in_viewport()
    assert watch.errors == []
