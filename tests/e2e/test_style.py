"""Every field of Style reaches the screen: the browser's computed style of each is read.

The page runs the client's own ``js/style.js`` from the checkout; requests are answered here,
so that no port and no server is needed.
"""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from tempestweb_wasm.style import (
    STATES,
    Border,
    Color,
    Edge,
    Gradient,
    Shadow,
    SideBorder,
    Style,
    Transform,
    Transition,
)

ROOT = Path(__file__).parent.parent.parent
HOST = "http://style.test"
CASES: list[dict[str, Any]] = json.loads(
    (ROOT / "tests" / "conformance" / "style.json").read_text(encoding="utf-8")
)["cases"]

# Field → its value, the CSS property that is read, and what the browser must say.
FIELDS: dict[str, tuple[Any, str, str]] = {
    "direction": ("row-reverse", "flex-direction", "row-reverse"),
    "wrap": (True, "flex-wrap", "wrap"),
    "justify": ("space-evenly", "justify-content", "space-evenly"),
    "align": ("baseline", "align-items", "baseline"),
    "align_self": ("end", "align-self", "end"),
    "align_content": ("space-around", "align-content", "space-around"),
    "grow": (2, "flex-grow", "2"),
    "shrink": (0, "flex-shrink", "0"),
    "basis": ("25%", "flex-basis", "25%"),
    "order": (-1, "order", "-1"),
    "gap": ((4, "1rem"), "gap", "4px 16px"),
    "columns": ((100, "1fr"), "grid-template-columns", "100px 1fr"),
    "min_column_width": (
        120,
        "grid-template-columns",
        "repeat(auto-fill, minmax(min(120px, 100%), 1fr))",
    ),
    "stack_align": ("bottom-end", "place-items", "end"),
    "padding": (Edge(top=1, right=2, bottom=3, left=4), "padding", "1px 2px 3px 4px"),
    "margin": (-4, "margin", "-4px"),
    "border": (Border(width=2, style="dashed", color="red"), "border", "2px dashed rgb(255, 0, 0)"),
    "radius": ((1, 2, 3, 4), "border-radius", "1px 2px 3px 4px"),
    "background": ("#336699", "background-color", "rgb(51, 102, 153)"),
    "color": ("#33669980", "color", "rgba(51, 102, 153, 0.5)"),
    "opacity": (0.25, "opacity", "0.25"),
    "shadow": (
        [Shadow(offset_y=2, blur=8, color="red"), Shadow(spread=1, inset=True, color="blue")],
        "box-shadow",
        "rgb(255, 0, 0) 0px 2px 8px 0px, rgb(0, 0, 255) 0px 0px 0px 1px inset",
    ),
    "font_family": ("Segoe UI, serif", "font-family", '"Segoe UI", serif'),
    "font_size": ("2rem", "font-size", "32px"),
    "font_weight": ("semibold", "font-weight", "600"),
    "font_style": ("italic", "font-style", "italic"),
    "text_align": ("justify", "text-align", "justify"),
    "text_decoration": ("line-through", "text-decoration-line", "line-through"),
    "text_transform": ("uppercase", "text-transform", "uppercase"),
    "letter_spacing": (1.5, "letter-spacing", "1.5px"),
    "line_height": (2, "line-height", "32px"),
    "text_overflow": ("ellipsis", "text-overflow", "ellipsis"),
    "max_lines": (2, "-webkit-line-clamp", "2"),
    "white_space": ("pre-wrap", "white-space", "pre-wrap"),
    "width": ("calc(50px + 1rem)", "width", "66px"),
    "height": (40, "height", "40px"),
    "min_width": (30, "min-width", "30px"),
    "max_width": ("75%", "max-width", "75%"),
    "min_height": ("2rem", "min-height", "32px"),
    "max_height": ("min(100px, 90px)", "max-height", "90px"),
    "aspect_ratio": ((16, 9), "aspect-ratio", "16 / 9"),
    "position": ("sticky", "position", "sticky"),
    "top": (1, "top", "1px"),
    "right": (2, "right", "2px"),
    "bottom": ("1rem", "bottom", "16px"),
    "left": ("-4px", "left", "-4px"),
    "z_index": (7, "z-index", "7"),
    "overflow": ("scroll", "overflow", "scroll"),
    "cursor": ("grab", "cursor", "grab"),
    "transform": (Transform(translate=(5, 6), scale=2), "transform", "matrix(2, 0, 0, 2, 5, 6)"),
    "transition": (
        Transition(duration_ms=200, curve="linear", delay_ms=50, properties="radius"),
        "transition",
        "border-radius 0.2s linear 0.05s",
    ),
}


def answer(route: Route) -> None:
    path = ROOT / route.request.url.removeprefix(f"{HOST}/")
    if path.is_file():
        kind = mimetypes.guess_type(path.name)[0] or "text/plain"
        route.fulfill(body=path.read_bytes(), content_type=kind)
    else:
        route.fulfill(body="<!doctype html><button>x</button><p>x</p>", content_type="text/html")


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.route("**/*", answer)
    page.goto(f"{HOST}/page")
    yield page
    page.close()


def computed(page: Page, style: Style, prop: str, tag: str = "p") -> str:
    """The computed value of *prop* on an element whose class is *style*."""
    found: str = page.evaluate(
        """async ([name, wire, prop, tag]) => {
            const { StyleSheet } = await import("/js/style.js");
            globalThis.sheet ??= new StyleSheet(document);
            sheet.add({ [name]: wire });
            const element = document.querySelector(tag);
            element.className = name;
            return getComputedStyle(element).getPropertyValue(prop);
        }""",
        [style.name, style.wire, prop, tag],
    )
    return found


def test_no_field_is_left_out() -> None:
    assert {*FIELDS, *STATES} == {*Style.model_fields}


@pytest.mark.parametrize("field", FIELDS)
def test_field(page: Page, field: str) -> None:
    value, prop, expected = FIELDS[field]
    style = Style(**{field: value})
    assert computed(page, Style(), prop) != expected
    assert computed(page, style, prop) == expected


def test_columns_are_equal_where_there_is_a_grid(page: Page) -> None:
    page.add_style_tag(content="p { display: grid; width: 300px }")
    assert computed(page, Style(columns=3), "grid-template-columns") == "100px 100px 100px"
    assert computed(page, Style(min_column_width=140), "grid-template-columns") == "150px 150px"


@pytest.mark.parametrize("side", ["top", "right", "bottom", "left"])
def test_border_of_one_side(page: Page, side: str) -> None:
    border = SideBorder(**{side: Border(width=3, style="double")})
    assert computed(page, Style(border=border), f"border-{side}-width") == "3px"


@pytest.mark.parametrize(
    ("gradient", "expected"),
    [
        (
            Gradient.linear("red", ("blue", 0.5), direction=45),
            "linear-gradient(45deg, rgb(255, 0, 0), rgb(0, 0, 255) 50%)",
        ),
        (
            Gradient.radial("red", "blue", shape="circle", center=(0, 1)),
            "radial-gradient(circle at 0% 100%, rgb(255, 0, 0), rgb(0, 0, 255))",
        ),
    ],
)
def test_gradient(page: Page, gradient: Gradient, expected: str) -> None:
    assert computed(page, Style(background=gradient), "background-image") == expected


def test_tokens_follow_the_theme(page: Page) -> None:
    page.add_style_tag(content=":root { --tw-tint: #336699 }")
    tint = Color.token("tint")
    assert computed(page, Style(color=tint), "color") == "rgb(51, 102, 153)"
    assert computed(page, Style(color=tint.with_alpha(0.5)), "color").endswith("/ 0.5)")


def test_states(page: Page) -> None:
    button = page.locator("button")
    style = Style(
        z_index=1,
        hover=Style(z_index=2),
        focus=Style(z_index=3),
        active=Style(z_index=4),
        disabled=Style(z_index=5),
    )

    def seen() -> str:
        return computed(page, style, "z-index", "button")

    page.mouse.move(0, 0)
    assert seen() == "1"
    button.hover()
    assert seen() == "2"
    page.mouse.down()
    assert seen() == "4"
    page.mouse.up()
    page.keyboard.press("Tab")
    button.focus()
    assert seen() == "3"
    button.evaluate("b => b.setAttribute('aria-disabled', 'true')")
    assert seen() == "5"
    button.evaluate("b => { b.removeAttribute('aria-disabled'); b.disabled = true }")
    assert seen() == "5"


@pytest.mark.parametrize(
    "case", [case for case in CASES if case["css"]], ids=lambda case: str(case["title"])
)
def test_the_browser_understands_every_declaration_of_the_fixture(
    page: Page, case: dict[str, Any]
) -> None:
    refused = page.evaluate(
        """(css) => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(css);
            const rules = [...sheet.cssRules].flatMap((r) => r.media ? [...r.cssRules] : [r]);
            const written = css.match(/(?<=[{;])[a-z-]+(?=:[^;{}]+[;}])/g) ?? [];
            const kept = rules.map((rule) => rule.style);
            return written.filter((prop) => !kept.some((style) => style.getPropertyValue(prop)));
        }""",
        case["css"],
    )
    assert refused == []
