"""What every demo owes everybody: contrast, names, focus, room for fingers, no sideways scrolling."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import building
from tests.e2e.conftest import OpenDemo
from tests.e2e.pages import AppPage, focused

AXE = building.ROOT / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}

REACHABLE = """() => {
  const controls = 'a[href], button, input, select, textarea, [tabindex]';
  const radios = new Set();
  return [...document.querySelectorAll(controls)].filter((el) => {
    if (el.disabled || el.tabIndex < 0 || el.closest('[inert]')) return false;
    // A group of radios is one stop.
    if (el.type === 'radio') {
      if (radios.has(el.name)) return false;
      radios.add(el.name);
    }
    return el.checkVisibility();
  }).length;
}"""

SMALL = """() => {
  const small = [];
  for (const el of document.querySelectorAll('button, input, select, textarea, a[href]')) {
    // A link in a line of text is as high as the line; a label takes the finger for its box.
    const target = el.closest('label') ?? el;
    if (el.localName === 'a' || el.disabled) continue;
    const {width, height} = target.getBoundingClientRect();
    if (Math.round(width) < 44 || Math.round(height) < 44) {
      small.push(`${target.className || target.localName} ${target.textContent} ${width}×${height}`);
    }
  }
  return small;
}"""


def prepare(app: AppPage, name: str) -> None:
    """Bring the demo into the state that has most to look at."""
    if name == "todo":
        for text in ("Buy milk", "Call Ada"):
            app.root.get_by_role("textbox", name="New task").fill(text)
            app.page.keyboard.press("Enter")
        app.root.get_by_role("checkbox", name="Call Ada").check()
        expect(app.text("1 of 2 left")).to_be_visible()
    elif name == "form":
        app.button("Sign up").click()
        expect(app.root.locator("[aria-invalid=true]").first).to_be_visible()


def axe(page: Page) -> list[str]:
    """Return what axe-core finds, one line for each rule."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: "
        + "; ".join(f"{node['html']} — {node['failureSummary']}" for node in rule["nodes"][:3])
        for rule in found["violations"]
    ]


@pytest.mark.parametrize("name", building.DEMOS)
def test_axe_finds_nothing(name: str, open_demo: OpenDemo) -> None:
    # Colours on their way from one to another would be measured half way.
    app, watch = open_demo(name, reduced_motion="reduce")
    prepare(app, name)
    found = {}
    for size in (PHONE, DESKTOP):
        app.page.set_viewport_size(size)  # type: ignore[arg-type]
        for scheme in ("light", "dark"):
            app.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            if violations := axe(app.page):
                found[f"{scheme}, {size['width']} wide"] = violations
    assert found == {}
    assert watch.errors == []


def test_axe_finds_nothing_in_the_list_of_apps(open_demo: OpenDemo, served: Any) -> None:
    app, _ = open_demo("counter")
    app.page.goto(served.url())
    found = {}
    for scheme in ("light", "dark"):
        app.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        if violations := axe(app.page):
            found[scheme] = violations
    assert found == {}


@pytest.mark.parametrize("name", building.DEMOS)
def test_tab_reaches_every_control_and_shows_where_it_is(name: str, open_demo: OpenDemo) -> None:
    app, _ = open_demo(name)
    prepare(app, name)
    page = app.page
    page.evaluate("document.activeElement.blur()")
    count = page.evaluate(REACHABLE)
    page.evaluate("window.stops = new Set()")
    unseen = []
    # One part of a date takes a stop of its own, so there are more stops than controls.
    for _ in range(count * 2 + 6):
        page.keyboard.press("Tab")
        at = focused(page)
        if at["tag"] == "body":
            break
        page.evaluate("window.stops.add(document.activeElement)")
        if not (at["outline"] or at["shadow"] or at["near"]) or not at["inside"]:
            unseen.append(at)
    assert unseen == []
    assert page.evaluate("window.stops.size") == count


@pytest.mark.parametrize("name", building.DEMOS)
def test_nothing_needs_sideways_scrolling_on_a_narrow_screen(
    name: str, open_demo: OpenDemo
) -> None:
    app, _ = open_demo(name, viewport={"width": 320, "height": 640})
    prepare(app, name)
    if name == "table":
        app.button("Create 1,000 rows").click()
        expect(app.text("1,000 rows")).to_be_visible()
    width = app.page.evaluate("document.scrollingElement.scrollWidth")
    assert width <= 320


@pytest.mark.parametrize("name", building.DEMOS)
def test_fingers_have_room(name: str, open_demo: OpenDemo) -> None:
    app, _ = open_demo(name, viewport=PHONE, has_touch=True, is_mobile=True)
    prepare(app, name)
    assert app.page.evaluate(SMALL) == []


def test_who_wants_less_motion_gets_none(open_demo: OpenDemo) -> None:
    app, _ = open_demo("gallery", reduced_motion="reduce")
    moving = app.page.evaluate(
        """() => {
          const long = (text) => text.split(',').some((part) => parseFloat(part) > 0.01);
          return [...document.querySelectorAll('#tempest-app *')].flatMap((el) =>
            [getComputedStyle(el), getComputedStyle(el, '::before')]
              .filter((style) => long(style.transitionDuration)
                || (style.animationName !== 'none' && long(style.animationDuration)))
              .map((style) => `${el.className} ${style.animationName} ${style.transitionDuration}`));
        }"""
    )
    assert moving == []
    assert app.page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_the_default_theme_follows_the_system(open_demo: OpenDemo) -> None:
    app, _ = open_demo("counter", color_scheme="light")
    heading = app.root.get_by_role("heading")
    light = heading.evaluate("el => getComputedStyle(el).color")
    app.page.emulate_media(color_scheme="dark")
    expect(heading).not_to_have_css("color", light)
