"""The words that style fields take, as types: an editor offers them, mypy checks them.

Where there is an enum of the same words, its members are taken too.
"""

from __future__ import annotations

from typing import Literal

from tempestweb_wasm.style import enums

DirectionWord = Literal["row", "column", "row-reverse", "column-reverse"] | enums.FlexDirection
WrapWord = Literal["nowrap", "wrap", "wrap-reverse"] | enums.FlexWrap | bool
JustifyWord = (
    Literal["start", "end", "center", "stretch", "space-between", "space-around", "space-evenly"]
    | enums.JustifyContent
)
AlignWord = Literal["start", "end", "center", "stretch", "baseline"] | enums.AlignItems
AlignSelfWord = AlignWord | Literal["auto"]
StackWord = (
    Literal[
        "top-start", "top-center", "top-end",
        "center-start", "center", "center-end",
        "bottom-start", "bottom-center", "bottom-end",
    ]
    | enums.StackAlign
)  # fmt: skip
TextAlignWord = Literal["start", "end", "left", "right", "center", "justify"] | enums.TextAlign
DecorationWord = Literal["none", "underline", "overline", "line-through"] | enums.TextDecoration
TransformWord = Literal["none", "uppercase", "lowercase", "capitalize"]
TextOverflowWord = Literal["clip", "ellipsis"] | enums.TextOverflow
FontStyleWord = Literal["normal", "italic", "oblique"] | enums.FontStyle
WeightWord = Literal[
    "thin", "extralight", "light", "normal", "medium", "semibold", "bold", "extrabold", "black"
]
PositionWord = Literal["static", "relative", "absolute", "fixed", "sticky"] | enums.Position
OverflowWord = Literal["visible", "hidden", "clip", "scroll", "auto"] | enums.Overflow
WhiteSpaceWord = Literal["normal", "nowrap", "pre", "pre-wrap", "pre-line", "break-spaces"]
BorderStyleWord = (
    Literal["none", "solid", "dashed", "dotted", "double", "groove", "ridge", "inset", "outset"]
    | enums.BorderStyle
)
GradientWord = Literal["top-bottom", "bottom-top", "left-right", "right-left"]
CurveWord = (
    Literal[
        "linear", "ease", "ease-in", "ease-out", "ease-in-out", "step-start", "step-end",
        "bounce", "elastic",
    ]
    | enums.Curve
)  # fmt: skip
CursorWord = Literal[
    "auto", "default", "none", "context-menu", "help", "pointer", "progress", "wait", "cell",
    "crosshair", "text", "vertical-text", "alias", "copy", "move", "no-drop", "not-allowed",
    "grab", "grabbing", "all-scroll", "col-resize", "row-resize", "n-resize", "e-resize",
    "s-resize", "w-resize", "ne-resize", "nw-resize", "se-resize", "sw-resize", "ew-resize",
    "ns-resize", "nesw-resize", "nwse-resize", "zoom-in", "zoom-out",
]  # fmt: skip
