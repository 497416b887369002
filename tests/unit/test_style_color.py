"""Color: every spelling, and the arithmetic."""

from __future__ import annotations

import pytest

from tempestweb_wasm.errors import StyleError
from tempestweb_wasm.style import Color, Style


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        ("#369", "#336699"),
        ("#3698", "#33669988"),
        ("#336699", "#336699"),
        ("#33669980", "#33669980"),
        ("#336699FF", "#336699"),
        (" Teal ", "#008080"),
        ("transparent", "#00000000"),
        ("currentColor", "currentcolor"),
        ("rgb(51, 102, 153)", "#336699"),
        ("rgb(20% 40% 60%)", "#336699"),
        ("rgba(51,102,153,.5)", "#33669980"),
        ("rgb(51 102 153 / 50%)", "#33669980"),
        ("hsl(210, 50%, 40%)", "#336699"),
        ("hsl(210deg 50% 40% / 0.5)", "#33669980"),
        ("var(--tw-on-surface)", "var(--tw-on-surface)"),
        (
            "color-mix(in srgb,var(--tw-primary) 12.5%,transparent)",
            "color-mix(in srgb,var(--tw-primary) 12.5%,transparent)",
        ),
    ],
)
def test_spellings(text: str, wire: str) -> None:
    assert Color.parse(text).wire == wire
    assert Color.parse(text) is Color.parse(text.upper() if text[0] == "#" else text)
    assert Color.parse(wire).wire == wire


@pytest.mark.parametrize(
    "text",
    ["", "#", "#12", "#ggg", "rgb(1,2)", "rgb(1,2,3,4,5)", "rgb(a,b,c)", "rgb(1..2,3,4)", "hsl()",
     "rgb(300,0,0)", "hsl(0,200%,0%)", "var(--x)", "teal;", "url(x)", "#3366\n99"],
)  # fmt: skip
def test_what_is_no_colour(text: str) -> None:
    with pytest.raises(StyleError):
        Color.parse(text)


def test_constructors_agree() -> None:
    blue = Color.from_hex("#336699")
    assert Color.rgb(51, 102, 153) is blue
    assert Color.rgba(51, 102, 153) is blue
    assert Color(r=51, g=102, b=153) is blue
    assert Color.hsl(210, 50, 40) is blue
    assert Color.hsl(-150, 50, 40) is blue
    assert Color.named("RebeccaPurple").to_hex() == "#663399"


def test_tokens_follow_the_theme() -> None:
    token = Color.token("on_surface")
    assert token.wire == "var(--tw-on-surface)"
    assert token.with_alpha(0.5).wire == "color-mix(in srgb,var(--tw-on-surface) 50%,transparent)"
    half = Color.current().with_alpha(0.5)
    assert Style(color=half).css(".a") == (
        ".a{color:color-mix(in srgb,currentcolor 50%,transparent)}"
    )
    with pytest.raises(StyleError, match="only the browser knows the token 'on-surface'"):
        token.to_hex()
    with pytest.raises(StyleError, match="only the browser knows"):
        Color.named("red").blend(token, 0.5)
    for bad in ("", "a b", "a)", "-a", "ä"):
        with pytest.raises(StyleError, match=r"Color\.theme"):
            Color.token(bad)


def test_alpha() -> None:
    assert Color.named("red").with_alpha(0.5).to_hex() == "#ff000080"
    assert Color.named("red").with_alpha(0.5).with_alpha(1) is Color.named("red")
    with pytest.raises(StyleError, match=r"Color\.a: 2 is not accepted"):
        Color.named("red").with_alpha(2)


def test_blend() -> None:
    black, white = Color.named("black"), Color.named("white")
    assert black.blend(white, 0) is black
    assert black.blend(white, 1) is white
    assert black.blend("white", 0.5).to_hex() == "#808080"
    assert black.blend((255, 255, 255, 0), 0.5).a == 0.5
    with pytest.raises(StyleError, match="from 0 to 1"):
        black.blend(white, 2)
