"""Each field of Style, a value for it, and what the browser must then compute.

Read by the app in the page and by the test outside.
"""

from __future__ import annotations

from typing import Any

from tempestweb_wasm.style import Border, Gradient, Shadow, SideBorder, Style, Transform, Transition

Case = tuple[Any, dict[str, str]]

_THIN_LINE = "1px solid rgb(1, 2, 3)"

PLAIN: dict[str, Case] = {
    "direction": ("row-reverse", {"display": "flex", "flex-direction": "row-reverse"}),
    "wrap": ("wrap", {"flex-wrap": "wrap"}),
    "justify": ("space-between", {"justify-content": "space-between"}),
    "align": ("end", {"align-items": "end"}),
    "align_self": ("center", {"align-self": "center"}),
    "align_content": ("space-around", {"align-content": "space-around"}),
    "grow": (2, {"flex-grow": "2"}),
    "shrink": (0, {"flex-shrink": "0"}),
    "basis": (37, {"flex-basis": "37px"}),
    "order": (3, {"order": "3"}),
    "gap": ((4, 9), {"row-gap": "4px", "column-gap": "9px"}),
    "padding": ((1, 2, 3, 4), {"padding": "1px 2px 3px 4px"}),
    "margin": ((5, 6, 7, 8), {"margin": "5px 6px 7px 8px"}),
    "border": (
        Border(width=3, style="dashed", color="#102030"),
        {"border-top": "3px dashed rgb(16, 32, 48)", "border-left-width": "3px"},
    ),
    "radius": (11, {"border-top-left-radius": "11px", "border-bottom-right-radius": "11px"}),
    "background": ("#204060", {"background-color": "rgb(32, 64, 96)"}),
    "color": ("#a01020", {"color": "rgb(160, 16, 32)"}),
    "opacity": (0.25, {"opacity": "0.25"}),
    "shadow": (
        Shadow(color="#010203", blur=4, offset_x=1, offset_y=2, spread=3),
        {"box-shadow": "rgb(1, 2, 3) 1px 2px 4px 3px"},
    ),
    "font_family": ("Georgia, serif", {"font-family": "georgia, serif"}),
    "font_size": (23, {"font-size": "23px"}),
    "font_weight": ("bold", {"font-weight": "700"}),
    "font_style": ("italic", {"font-style": "italic"}),
    "text_align": ("center", {"text-align": "center"}),
    "text_decoration": ("line-through", {"text-decoration-line": "line-through"}),
    "text_transform": ("uppercase", {"text-transform": "uppercase"}),
    "letter_spacing": (2, {"letter-spacing": "2px"}),
    "line_height": ("30px", {"line-height": "30px"}),
    "text_overflow": ("ellipsis", {"text-overflow": "ellipsis", "white-space": "nowrap"}),
    "max_lines": (2, {"-webkit-line-clamp": "2", "overflow": "hidden"}),
    "white_space": ("pre-wrap", {"white-space": "pre-wrap"}),
    "width": (123, {"width": "123px"}),
    "height": (45, {"height": "45px"}),
    "min_width": (67, {"min-width": "67px"}),
    "max_width": (234, {"max-width": "234px"}),
    "min_height": (21, {"min-height": "21px"}),
    "max_height": (345, {"max-height": "345px"}),
    "aspect_ratio": ("16/9", {"aspect-ratio": "16 / 9"}),
    "position": ("relative", {"position": "relative"}),
    "z_index": (7, {"z-index": "7"}),
    "overflow": ("hidden", {"overflow": "hidden"}),
    "cursor": ("help", {"cursor": "help"}),
    "transform": (Transform(translate=(3, 4)), {"transform": "matrix(1, 0, 0, 1, 3, 4)"}),
    "transition": (
        Transition(duration_ms=200, properties="opacity", curve="linear", delay_ms=50),
        {
            "transition-property": "opacity",
            "transition-duration": "0.2s",
            "transition-timing-function": "linear",
            "transition-delay": "0.05s",
        },
    ),
}
"""Fields that are read from a box on its own."""

COMPANIONS: dict[str, tuple[Style, dict[str, str]]] = {
    "columns": (Style(columns=3, width=300, gap=0), {"grid-template-columns": "100px 100px 100px"}),
    "min_column_width": (
        Style(min_column_width=140, width=300, gap=0),
        {"grid-template-columns": "150px 150px"},
    ),
    "stack_align": (Style(stack_align="bottom-end"), {"place-items": "end"}),
    "top": (Style(position="relative", top=1), {"top": "1px"}),
    "right": (Style(position="relative", right=2), {"right": "2px"}),
    "bottom": (Style(position="relative", bottom=3), {"bottom": "3px"}),
    "left": (Style(position="relative", left=4), {"left": "4px"}),
    "border-side": (
        Style(border=SideBorder(bottom=Border(color="#010203"))),
        {"border-bottom": _THIN_LINE, "border-top-width": "0px"},
    ),
    "gradient": (
        Style(background=Gradient.linear("#010203", "#040506", direction=90)),
        {"background-image": "linear-gradient(90deg, rgb(1, 2, 3), rgb(4, 5, 6))"},
    ),
    "rotate": (Style(transform=Transform(rotate=90)), {"transform": "matrix(0, 1, -1, 0, 0, 0)"}),
}
"""Fields that show only beside others, and other forms of a value."""

STATES: dict[str, Style] = {
    "hover": Style(opacity=1, hover=Style(opacity=0.5)),
    "focus": Style(opacity=1, focus=Style(opacity=0.5)),
    "active": Style(opacity=1, active=Style(opacity=0.5)),
    "disabled": Style(opacity=1, disabled=Style(opacity=0.5)),
}


def styles() -> dict[str, Style]:
    """Return the style of each box by its name."""
    plain = {name: Style(**{name: value}) for name, (value, _) in PLAIN.items()}
    return {**plain, **{name: style for name, (style, _) in COMPANIONS.items()}}


def expected() -> dict[str, dict[str, str]]:
    """Return what each box must compute."""
    return {name: wanted for name, (_, wanted) in (PLAIN | COMPANIONS).items()}
