"""How widgets look: ``Style`` and the values it is made of.

All of them are frozen pydantic models of which equal ones are the same object.
"""

from __future__ import annotations

from tempestweb_wasm.style._style import STATES, Style
from tempestweb_wasm.style.box import Border, Corners, Edge, SideBorder
from tempestweb_wasm.style.color import Color
from tempestweb_wasm.style.css import style_to_css
from tempestweb_wasm.style.enums import (
    AlignItems,
    BorderStyle,
    Curve,
    FlexDirection,
    FlexWrap,
    FontStyle,
    FontWeight,
    GradientDirection,
    JustifyContent,
    Overflow,
    Position,
    StackAlign,
    TextAlign,
    TextDecoration,
    TextOverflow,
)
from tempestweb_wasm.style.motion import Transform, Transition
from tempestweb_wasm.style.paint import Gradient, GradientStop, Shadow

__all__ = [
    "STATES",
    "AlignItems",
    "Border",
    "BorderStyle",
    "Color",
    "Corners",
    "Curve",
    "Edge",
    "FlexDirection",
    "FlexWrap",
    "FontStyle",
    "FontWeight",
    "Gradient",
    "GradientDirection",
    "GradientStop",
    "JustifyContent",
    "Overflow",
    "Position",
    "Shadow",
    "SideBorder",
    "StackAlign",
    "Style",
    "TextAlign",
    "TextDecoration",
    "TextOverflow",
    "Transform",
    "Transition",
    "style_to_css",
]
