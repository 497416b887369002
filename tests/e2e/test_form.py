"""The form demo: every kind of field, its check, and what arrives."""

from __future__ import annotations

import re

from playwright.sync_api import FilePayload, Locator, expect

from tests.e2e.conftest import OpenDemo
from tests.e2e.pages import AppPage


def box(app: AppPage, name: str) -> Locator:
    return app.root.get_by_label(name, exact=True)


def fill_what_is_needed(app: AppPage) -> None:
    box(app, "Name").fill("Ada Lovelace")
    box(app, "Email").fill("ada@example.org")
    box(app, "Password").fill("analytical")
    box(app, "Country").select_option("Germany")
    app.root.get_by_role("checkbox", name="I accept the terms").check()


def test_the_values_of_all_fields_arrive(open_demo: OpenDemo) -> None:
    app, watch = open_demo("form")
    fill_what_is_needed(app)
    box(app, "Birthday").fill("1985-12-10")
    app.root.get_by_role("radio", name="Team").check()
    box(app, "Seats").fill("12")
    box(app, "About you").fill("I like\nnumbers")
    app.root.get_by_role("switch", name="Send me the newsletter").check()
    picture = FilePayload(name="ada.png", mimeType="image/png", buffer=b"x" * 1234)
    app.root.locator("input[type=file]").set_input_files(files=[picture])
    app.button("Sign up").click()
    expect(app.root.get_by_role("heading", name="Welcome, Ada Lovelace!")).to_be_visible()
    result = app.root.get_by_role("status")
    for line in (
        "Email: ada@example.org",
        "Birthday: 1985-12-10",
        "Country: Germany",
        "Plan: Team, 12 seats",
        "Photo: ada.png, 1,234 bytes",
        "Newsletter: yes",
    ):
        expect(result).to_contain_text(line)
    assert watch.errors == []


def test_enter_in_a_field_submits_the_form(open_demo: OpenDemo) -> None:
    app, _ = open_demo("form")
    fill_what_is_needed(app)
    box(app, "Email").press("Enter")
    expect(app.root.get_by_role("heading", name="Welcome, Ada Lovelace!")).to_be_visible()
    # The form's own way would have left the page.
    assert app.page.url.rstrip("?") == app.url


def test_enter_in_a_text_area_is_a_line(open_demo: OpenDemo) -> None:
    app, _ = open_demo("form")
    box(app, "About you").press_sequentially("one\ntwo")
    expect(box(app, "About you")).to_have_value("one\ntwo")
    expect(app.root.get_by_role("heading", name="Sign up")).to_be_visible()


def test_what_is_wrong_is_announced_at_its_field(open_demo: OpenDemo) -> None:
    app, _ = open_demo("form")
    box(app, "Name").fill("Ada")
    box(app, "Email").fill("nobody")
    app.button("Sign up").click()
    email = box(app, "Email")
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(email).to_have_accessible_description(re.compile("An email address has an @ in it"))
    message = app.root.get_by_role("alert").filter(has_text="An email address has an @")
    expect(message).to_be_visible()
    for name in ("Password", "Country"):
        expect(box(app, name)).to_have_attribute("aria-invalid", "true")
    expect(box(app, "Name")).not_to_have_attribute("aria-invalid", "true")
    # Nothing that was typed is lost.
    expect(box(app, "Name")).to_have_value("Ada")
    expect(email).to_have_value("nobody")


def test_an_error_goes_when_it_is_mended(open_demo: OpenDemo) -> None:
    app, _ = open_demo("form")
    app.button("Sign up").click()
    expect(box(app, "Name")).to_have_attribute("aria-invalid", "true")
    box(app, "Name").fill("Ada")
    app.button("Sign up").click()
    expect(box(app, "Name")).not_to_have_attribute("aria-invalid", "true")
    expect(box(app, "Email")).to_have_attribute("aria-invalid", "true")


def test_fields_say_what_they_are(open_demo: OpenDemo) -> None:
    app, _ = open_demo("form")
    expect(box(app, "Email")).to_have_attribute("type", "email")
    expect(box(app, "Email")).to_have_accessible_description(re.compile("once a month"))
    expect(box(app, "Password")).to_have_attribute("autocomplete", "new-password")
    expect(app.root.locator("[required], [aria-required=true]")).to_have_count(4)
    expect(box(app, "Birthday")).not_to_have_attribute("aria-required", "true")
    expect(box(app, "Seats")).to_have_role("slider")
    expect(app.root.get_by_role("radiogroup", name="Plan")).to_be_visible()


def test_a_slider_moves_by_keyboard_and_python_hears_each_step(open_demo: OpenDemo) -> None:
    app, _ = open_demo("form")
    box(app, "Seats").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft"):
        app.page.keyboard.press(key)
    expect(app.text("7 people")).to_be_visible()
    app.page.keyboard.press("Home")
    expect(app.text("1 person")).to_be_visible()
    expect(box(app, "Seats")).to_have_value("1")


def test_radios_move_by_arrow_keys(open_demo: OpenDemo) -> None:
    app, _ = open_demo("form")
    app.root.get_by_role("radio", name="Free").focus()
    app.page.keyboard.press("ArrowDown")
    expect(app.root.get_by_role("radio", name="Team")).to_be_checked()
    expect(app.root.get_by_role("radio", name="Team")).to_be_focused()


def test_a_second_form_starts_empty(open_demo: OpenDemo) -> None:
    app, _ = open_demo("form")
    fill_what_is_needed(app)
    app.button("Sign up").click()
    app.button("Sign up somebody else").click()
    expect(box(app, "Name")).to_have_value("")
    expect(app.root.get_by_role("checkbox", name="I accept the terms")).not_to_be_checked()
