"""Names for the words that style fields take, for those who prefer them to strings.

``Style(direction=FlexDirection.ROW)`` and ``Style(direction="row")`` are the same
object: a member is the word itself.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


class FlexDirection(StrEnum):
    """Which way children follow each other."""

    ROW = "row"
    COLUMN = "column"
    ROW_REVERSE = "row-reverse"
    COLUMN_REVERSE = "column-reverse"


class FlexWrap(StrEnum):
    """Whether children that don't fit go on in another line."""

    NOWRAP = "nowrap"
    WRAP = "wrap"
    WRAP_REVERSE = "wrap-reverse"


class JustifyContent(StrEnum):
    """How free space is shared out along the direction."""

    START = "start"
    END = "end"
    CENTER = "center"
    STRETCH = "stretch"
    SPACE_BETWEEN = "space-between"
    SPACE_AROUND = "space-around"
    SPACE_EVENLY = "space-evenly"


class AlignItems(StrEnum):
    """Where children stand across the direction."""

    START = "start"
    END = "end"
    CENTER = "center"
    STRETCH = "stretch"
    BASELINE = "baseline"


class StackAlign(StrEnum):
    """Where the layers of a Stack stand."""

    TOP_START = "top-start"
    TOP_CENTER = "top-center"
    TOP_END = "top-end"
    CENTER_START = "center-start"
    CENTER = "center"
    CENTER_END = "center-end"
    BOTTOM_START = "bottom-start"
    BOTTOM_CENTER = "bottom-center"
    BOTTOM_END = "bottom-end"


class TextAlign(StrEnum):
    """Where the lines of a text stand."""

    START = "start"
    END = "end"
    LEFT = "left"
    RIGHT = "right"
    CENTER = "center"
    JUSTIFY = "justify"


class TextDecoration(StrEnum):
    """A line drawn with a text."""

    NONE = "none"
    UNDERLINE = "underline"
    OVERLINE = "overline"
    LINE_THROUGH = "line-through"


class TextOverflow(StrEnum):
    """How a single line that is too long ends."""

    CLIP = "clip"
    ELLIPSIS = "ellipsis"


class FontStyle(StrEnum):
    """Upright or slanted."""

    NORMAL = "normal"
    ITALIC = "italic"
    OBLIQUE = "oblique"


class FontWeight(IntEnum):
    """How heavy letters are."""

    THIN = 100
    EXTRALIGHT = 200
    LIGHT = 300
    NORMAL = 400
    MEDIUM = 500
    SEMIBOLD = 600
    BOLD = 700
    EXTRABOLD = 800
    BLACK = 900


class Position(StrEnum):
    """How ``top``, ``right``, ``bottom`` and ``left`` are meant."""

    STATIC = "static"
    RELATIVE = "relative"
    ABSOLUTE = "absolute"
    FIXED = "fixed"
    STICKY = "sticky"


class Overflow(StrEnum):
    """What happens to content that does not fit."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    CLIP = "clip"
    SCROLL = "scroll"
    AUTO = "auto"


class BorderStyle(StrEnum):
    """How a border is drawn."""

    NONE = "none"
    SOLID = "solid"
    DASHED = "dashed"
    DOTTED = "dotted"
    DOUBLE = "double"
    GROOVE = "groove"
    RIDGE = "ridge"
    INSET = "inset"
    OUTSET = "outset"


class GradientDirection(StrEnum):
    """From which side to which a linear gradient runs."""

    TOP_BOTTOM = "top-bottom"
    BOTTOM_TOP = "bottom-top"
    LEFT_RIGHT = "left-right"
    RIGHT_LEFT = "right-left"


class Curve(StrEnum):
    """How a transition speeds up and slows down."""

    LINEAR = "linear"
    EASE = "ease"
    EASE_IN = "ease-in"
    EASE_OUT = "ease-out"
    EASE_IN_OUT = "ease-in-out"
    STEP_START = "step-start"
    STEP_END = "step-end"
    BOUNCE = "bounce"
    ELASTIC = "elastic"
