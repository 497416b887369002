"""What each field of Style takes: for type checkers the friendly types, at run time the checks.

A field is read as its kept form (``padding`` is always an Edge) although its type is the
union of what may be written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, get_args

from tempestweb_wasm.style import enums, words
from tempestweb_wasm.style._checks import checked, length, number, several, word
from tempestweb_wasm.style._table import matches
from tempestweb_wasm.style.box import (
    BorderLike,
    CornersLike,
    EdgeLike,
    SideBorder,
    to_borders,
    to_edge,
    to_padding,
    to_radius,
)
from tempestweb_wasm.style.color import ColorIn
from tempestweb_wasm.style.motion import (
    TransformLike,
    TransitionLike,
    to_transform,
    to_transitions,
)
from tempestweb_wasm.style.paint import BackgroundLike, ShadowLike, to_background, to_shadows

WEIGHTS = {member.name.lower(): int(member) for member in enums.FontWeight}

_size = length("size", negative=False)
_breadth = length(negative=False)
_line = number(0)
_ratio = number(0.0001)
_weight = number(1, 1000)
_count = number(1, 1000, whole=True)
_wrap_word = word(*enums.FlexWrap)
_FAMILY = re.compile(r"\s*(?:\"([^\"]*)\"|'([^']*)'|([^\"',]+))\s*(?:,|$)")


def to_gap(value: Any) -> Any:
    """Return one gap, or ``(between rows, between columns)`` if they differ."""
    if not isinstance(value, (tuple, list)):
        return _breadth(value)
    if len(value) != 2:
        raise ValueError("expected one gap, or (between rows, between columns)")
    row, column = map(_breadth, value)
    return row if row == column else (row, column)


def to_wrap(value: Any) -> str:
    """Return the word for *value*; True and False stand for wrap and nowrap."""
    if isinstance(value, bool):
        return "wrap" if value else "nowrap"
    return str(_wrap_word(value))


def to_weight(value: Any) -> float:
    """Return a font weight from 1 to 1000; the usual names stand for hundreds."""
    known = WEIGHTS.get(value) if isinstance(value, str) else None
    try:
        weight: float = _weight(value if known is None else known)
    except ValueError:
        raise ValueError(f"expected 1 to 1000 or {' | '.join(map(repr, WEIGHTS))}") from None
    return weight


def to_line_height(value: Any) -> float | str:
    """Return a factor of the font size (a number) or a length with its unit."""
    if isinstance(value, str):
        if matches("line", value.strip().lower()):
            return value.strip().lower()
        raise ValueError("expected a factor such as 1.5 or a length such as '24px'")
    factor: float = _line(value)
    return factor


def to_ratio(value: Any) -> float | str:
    """Return width over height: a number, ``"16/9"`` or ``(16, 9)``."""
    if isinstance(value, (tuple, list)) and len(value) == 2:
        return f"{_ratio(value[0])}/{_ratio(value[1])}"
    if isinstance(value, str):
        text = "".join(value.lower().split())
        if matches("ratio", text):
            return text
        raise ValueError("expected a number, '16/9' or (16, 9)")
    ratio: float = _ratio(value)
    return ratio


def to_columns(value: Any) -> int | tuple[float | str, ...]:
    """Return the number of equal columns, or the width of each one."""
    if isinstance(value, (tuple, list)):
        return tracks(value)  # type: ignore[no-any-return]
    number_of: int = _count(value)
    return number_of


def _track(value: Any) -> float | str:
    if isinstance(value, str):
        text = "".join(value.lower().split()) if "minmax" in value else value.strip().lower()
        if matches("track", text):
            return text
        raise ValueError("expected px, a length, '1fr', 'auto' or 'minmax(…,…)' for each column")
    width: float | str = _breadth(value)
    return width


tracks = several(_track, 64, "column widths")


def to_fonts(value: Any) -> str:
    """Return font families as CSS text; names that are more than one word are quoted."""
    accepted = "expected names of fonts, for example 'Inter, sans-serif'"
    text = ",".join(value) if isinstance(value, (tuple, list)) else value
    if not isinstance(text, str) or not text.strip():
        raise ValueError(accepted)
    found, at = [], 0
    while at < len(text):
        hit = _FAMILY.match(text, at)
        if hit is None:
            raise ValueError(accepted)
        found.append(_family(hit[1] or hit[2], hit[3]))
        at = hit.end()
    kept = ",".join(found)
    if not matches("fonts", kept):
        raise ValueError(accepted)
    return kept


def _family(quoted: str | None, bare: str | None) -> str:
    name = " ".join((quoted or bare or "").split())
    plain = bare is not None and matches("fonts", name.lower())
    return name.lower() if plain else f'"{name}"'


if TYPE_CHECKING:
    Length = float | str
    Size = float | str
    Most = float | str
    Inset = float | str
    Breadth = float | str
    Amount = float
    Whole = int
    Lines = int
    Opacity = float
    Gap = float | str | tuple[float | str, float | str]
    Columns = int | Sequence[float | str]
    LineHeight = float | str
    Ratio = float | str | tuple[float, float]
    Fonts = str | Sequence[str]
    Weight = int | words.WeightWord
    Padding = EdgeLike
    Margin = EdgeLike
    Borders = BorderLike | SideBorder
    Radius = CornersLike
    Background = BackgroundLike
    Paint = ColorIn
    Shadows = ShadowLike
    Transformed = TransformLike
    Transitions = TransitionLike
    Direction = words.DirectionWord
    Wrap = words.WrapWord
    Justify = words.JustifyWord
    Align = words.AlignWord
    AlignSelf = words.AlignSelfWord
    StackAlignment = words.StackWord
    TextAligned = words.TextAlignWord
    Decoration = words.DecorationWord
    Case = words.TransformWord
    Ending = words.TextOverflowWord
    Slant = words.FontStyleWord
    Positioned = words.PositionWord
    Overflowing = words.OverflowWord
    WhiteSpace = words.WhiteSpaceWord
    Cursor = words.CursorWord
else:
    Length = checked(length())
    Size = checked(_size)
    Most = checked(length("most", negative=False))
    Inset = checked(length("inset"))
    Breadth = checked(_breadth)
    Amount = checked(number(0))
    Whole = checked(number(whole=True))
    Lines = checked(_count)
    Opacity = checked(number(0, 1))
    Gap = checked(to_gap)
    Columns = checked(to_columns)
    LineHeight = checked(to_line_height)
    Ratio = checked(to_ratio)
    Fonts = checked(to_fonts)
    Weight = checked(to_weight)
    Padding = checked(to_padding)
    Margin = checked(to_edge)
    Borders = checked(to_borders)
    Radius = checked(to_radius)
    Background = checked(to_background)
    Paint = ColorIn
    Shadows = checked(to_shadows)
    Transformed = checked(to_transform)
    Transitions = checked(to_transitions)
    Direction = checked(word(*enums.FlexDirection))
    Wrap = checked(to_wrap)
    Justify = checked(word(*enums.JustifyContent))
    Align = checked(word(*enums.AlignItems))
    AlignSelf = checked(word(*enums.AlignItems, "auto"))
    StackAlignment = checked(word(*enums.StackAlign))
    TextAligned = checked(word(*enums.TextAlign))
    Decoration = checked(word(*enums.TextDecoration))
    Case = checked(word(*get_args(words.TransformWord)))
    Ending = checked(word(*enums.TextOverflow))
    Slant = checked(word(*enums.FontStyle))
    Positioned = checked(word(*enums.Position))
    Overflowing = checked(word(*enums.Overflow))
    WhiteSpace = checked(word(*get_args(words.WhiteSpaceWord)))
    Cursor = checked(word(*get_args(words.CursorWord)))
