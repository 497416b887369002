"""What every demo owes everybody: contrast, names, focus, room for fingers, no sideways scroll."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, FloatRect, Page, ViewportSize, expect

from tests.e2e import building
from tests.e2e.conftest import OpenDemo, Visit, Visitor, new_visit, record
from tests.e2e.pages import AppPage, focused
from tests.e2e.server import Server

AXE = building.ROOT / "node_modules" / "axe-core" / "axe.min.js"
PHONE = ViewportSize(width=390, height=844)
DESKTOP = ViewportSize(width=1280, height=800)
NARROW = ViewportSize(width=320, height=640)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

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

FROM_THE_TOP = """() => {
  window.stops = new Map();
  // Where Tab goes on from is where the focus was last.
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute('tabindex');
}"""

NOTE = """(seen) => {
  const el = document.activeElement;
  window.stops.set(el, seen || window.stops.get(el) === true);
}"""

MOVING = """() => document.getAnimations().flatMap((animation) => {
  const moved = animation.effect.getKeyframes().flatMap(Object.keys);
  const harmless = ['offset', 'computedOffset', 'easing', 'composite', 'opacity'];
  return moved.filter((name) => !harmless.includes(name));
})"""

SMALL = """() => {
  const small = [];
  for (const el of document.querySelectorAll('button, input, select, textarea, a[href]')) {
    // A link in a line of text is as high as the line; a label takes the finger for its box.
    const target = el.closest('label') ?? el;
    if (el.localName === 'a' || el.disabled) continue;
    const {width, height} = target.getBoundingClientRect();
    if (Math.round(width) < 44 || Math.round(height) < 44) {
      const what = target.className || target.localName;
      small.push(`${what} ${target.textContent} ${width}×${height}`);
    }
  }
  return small;
}"""


COLOURS = """async (png) => {
  const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  return new Set(new Uint32Array(data.buffer)).size;
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
    elif name == "chat":
        app.root.get_by_role("textbox", name="Your name").fill("Ada")
        app.button("Come in").click()
        for text in ("Hello", "Is anybody there?"):
            app.root.get_by_role("textbox", name="Message").fill(text)
            app.page.keyboard.press("Enter")
            expect(app.text(text)).to_be_visible()


def axe(page: Page, within: str = "html") -> list[str]:
    """Return what axe-core finds in the elements *within*, one line for each rule."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(
        "within => axe.run({include: [within]}, {resultTypes: ['violations']})", within
    )
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: "
        + "; ".join(f"{node['html']} — {node['failureSummary']}" for node in rule["nodes"][:3])
        for rule in found["violations"]
    ]


@dataclass
class Look:
    """A demo to look at: tests may change its window, nothing in it."""

    name: str
    app: AppPage
    visit: Visit


@pytest.fixture(scope="module", params=building.DEMOS)
def look(request: pytest.FixtureRequest, browser: Browser, served: Server) -> Iterator[Look]:
    name: str = request.param
    # Colours on their way from one to another would be measured half way.
    visit = new_visit(browser, reduced_motion="reduce", has_touch=True)
    failed = request.session.testsfailed
    app = AppPage(visit.page, served.url(f"{name}/")).open()
    prepare(app, name)
    yield Look(name, app, visit)
    if request.session.testsfailed > failed:
        record(f"looks {name}", visit)
    visit.context.close()


def test_axe_finds_nothing(look: Look) -> None:
    page = look.app.page
    found = {}
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            if violations := axe(page):
                found[f"{scheme}, {size['width']} wide"] = violations
    assert found == {}
    assert look.visit.watch.errors == []


def test_nothing_needs_sideways_scrolling_on_a_narrow_screen(look: Look) -> None:
    look.app.page.set_viewport_size(NARROW)
    assert look.app.page.evaluate("document.scrollingElement.scrollWidth") <= NARROW["width"]


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_fingers_have_room(look: Look, size: ViewportSize) -> None:
    look.app.page.set_viewport_size(size)
    assert look.app.page.evaluate(SMALL) == []


def test_tab_reaches_every_control_and_shows_where_it_is(look: Look) -> None:
    page = look.app.page
    page.set_viewport_size(DESKTOP)
    page.evaluate(FROM_THE_TOP)
    count = page.evaluate(REACHABLE)
    # The parts of a date are stops of one control, and more of them than there are controls.
    for _ in range(count * 2 + 8):
        page.keyboard.press("Tab")
        at = focused(page)
        if at["tag"] == "body":
            break
        seen = at["inside"] and (at["outline"] or at["shadow"] or at["near"])
        page.evaluate(NOTE, seen)
    stops = page.evaluate("[...window.stops].map(([el, seen]) => [el.outerHTML, seen])")
    assert [html for html, seen in stops if not seen] == []
    assert len(stops) == count


def test_axe_finds_nothing_in_the_list_of_apps(visitor: Visitor, served: Server) -> None:
    page = visitor().page
    page.goto(served.url())
    found = {}
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        if violations := axe(page):
            found[scheme] = violations
    assert found == {}


def test_rows_of_the_table_are_as_good_and_as_narrow(open_demo: OpenDemo) -> None:
    app, _ = open_demo("table", reduced_motion="reduce", viewport=NARROW)
    app.button("Create 1,000 rows").click()
    expect(app.text("1,000 rows")).to_be_visible()
    assert app.page.evaluate("document.scrollingElement.scrollWidth") <= NARROW["width"]
    assert app.page.evaluate(SMALL) == []
    # All rows are alike, and axe takes its time.
    assert axe(app.page, ".tw-Row:nth-child(-n+3)") == []


def test_who_wants_less_motion_gets_none(open_demo: OpenDemo) -> None:
    app, _ = open_demo("gallery", reduced_motion="reduce")
    # What says that it is busy may still fade; nothing turns, slides or grows.
    assert app.page.evaluate(MOVING) == []
    app.button("outline").hover()
    assert app.page.evaluate(MOVING) == []
    app.page.emulate_media(reduced_motion="no-preference")
    assert app.page.evaluate(MOVING) != []
    app.page.emulate_media(reduced_motion="reduce")
    assert app.page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_the_default_theme_follows_the_system(open_demo: OpenDemo) -> None:
    app, _ = open_demo("counter", color_scheme="light")
    heading = app.root.get_by_role("heading")
    light = heading.evaluate("el => getComputedStyle(el).color")
    app.page.emulate_media(color_scheme="dark")
    expect(heading).not_to_have_css("color", light)


# What shows a control's state, by where it is in the control: left, top, width, height, in pixels
# from its left upper corner, or from the right one if negative.
DRAWN = {
    "the arrow of a select": ("select", (-34, 8, 28, 28)),
    "the thumb of a slider, above its track": ("input[type=range]", (2, 14, 400, 2)),
    "how far a bar of progress is": ("progress[value]", (4, 4, 2000, 2)),
}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_with_the_systems_own_colours_nothing_that_shows_a_state_vanishes(
    open_demo: OpenDemo, visitor: Visitor, scheme: Literal["light", "dark"]
) -> None:
    app, _ = open_demo(
        "gallery", forced_colors="active", color_scheme=scheme, reduced_motion="reduce"
    )
    reader = visitor().page
    for name, (selector, (left, top, width, height)) in DRAWN.items():
        control = app.root.locator(selector).first
        control.scroll_into_view_if_needed()
        box = control.bounding_box()
        assert box is not None
        x = box["x"] + (left if left >= 0 else box["width"] + left)
        width = min(width, int(box["x"] + box["width"] - x))
        clip = FloatRect(x=x, y=box["y"] + top, width=width, height=height)
        png = base64.b64encode(app.page.screenshot(clip=clip)).decode()
        assert reader.evaluate(COLOURS, png) > 1, name
    # Its target is larger than it looks by borders that are not painted: here all are.
    expect(app.button("Small")).to_have_css("border-width", "1px")
    spinner = app.root.locator(".tw-Spinner").first
    sides = "el => { const s = getComputedStyle(el); return [s.borderTopColor, s.borderLeftColor] }"
    top_side, left_side = spinner.evaluate(sides)
    assert top_side != left_side
