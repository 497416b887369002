"""Distances and outlines around a box: Edge, Border, SideBorder, Corners."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

from tempestweb_wasm.style._checks import checked, length, word
from tempestweb_wasm.style._intern import Interned, lowered
from tempestweb_wasm.style.color import ColorIn
from tempestweb_wasm.style.enums import BorderStyle
from tempestweb_wasm.style.words import BorderStyleWord

_inset = length("inset")
_breadth = length(negative=False)

if TYPE_CHECKING:
    EdgeLength = float | str
    Breadth = float | str
    Line = BorderStyleWord
else:
    EdgeLength = checked(_inset)
    Breadth = checked(_breadth)
    Line = checked(word(*BorderStyle))


class Edge(Interned, frozen=True):
    """Four distances: ``Edge.all(8)``, ``Edge.symmetric(vertical=8)``, ``Edge.only(top=8)``.

    Numbers are px; text has a CSS unit (``"1rem"``). A margin may also be ``"auto"``.
    """

    top: EdgeLength = 0
    right: EdgeLength = 0
    bottom: EdgeLength = 0
    left: EdgeLength = 0

    @classmethod
    def all(cls, value: float | str) -> Self:
        """Return the same distance on all four sides."""
        made: Self = _all(cls, value)
        return made

    @classmethod
    def symmetric(cls, *, vertical: float | str = 0, horizontal: float | str = 0) -> Self:
        """Return *vertical* above and below, *horizontal* left and right."""
        return cls(top=vertical, right=horizontal, bottom=vertical, left=horizontal)

    @classmethod
    def only(
        cls,
        *,
        top: float | str = 0,
        right: float | str = 0,
        bottom: float | str = 0,
        left: float | str = 0,
    ) -> Self:
        """Return a distance on the sides that are named, none on the others."""
        return cls(top=top, right=right, bottom=bottom, left=left)

    def _lower(self) -> Any:
        return lowered((self.top, self.right, self.bottom, self.left))


@lru_cache(1024, typed=True)
def _all(cls: type[Any], value: float | str) -> Any:
    return cls(top=value, right=value, bottom=value, left=value)


EdgeLike = Edge | float | str | tuple[float | str, ...]
"""What is taken for four distances: an Edge, one for all sides, or as in CSS
``(vertical, horizontal)``, ``(top, horizontal, bottom)``, ``(top, right, bottom, left)``."""


def to_edge(value: Any) -> Edge:
    """Return the edge that *value* stands for; raises ``StyleError`` or ``ValueError``."""
    if isinstance(value, Edge):
        return value
    if isinstance(value, Mapping):
        return Edge(**value)
    if not isinstance(value, (tuple, list)):
        one = _inset(value)
        return Edge(top=one, right=one, bottom=one, left=one)
    if not 1 <= len(value) <= 4:
        raise ValueError("expected one to four distances: all, (vertical, horizontal), …")
    top = value[0]
    right = value[1] if len(value) > 1 else top
    bottom = value[2] if len(value) > 2 else top
    left = value[3] if len(value) > 3 else right
    return Edge(top=top, right=right, bottom=bottom, left=left)


def to_padding(value: Any) -> Edge:
    """Return *value* as an edge that may be a padding: no ``"auto"``, nothing negative."""
    edge = to_edge(value)
    for side in (edge.top, edge.right, edge.bottom, edge.left):
        _breadth(side)
    return edge


class Border(Interned, frozen=True):
    """A line around a box, one px of the text's colour unless told otherwise."""

    width: Breadth = 1
    color: ColorIn | None = None
    style: Line = "solid"

    def _lower(self) -> Any:
        known = {"width": lowered(self.width), "style": self.style}
        return known if self.color is None else {**known, "color": lowered(self.color)}


BorderLike = Border | float | str
"""What is taken for a border: a Border, or the width of a plain one."""


def to_border(value: Any) -> Border:
    """Return the border that *value* stands for; raises ``StyleError`` or ``ValueError``."""
    if isinstance(value, Border):
        return value
    if isinstance(value, Mapping):
        return Border(**value)
    return Border(width=value)


if TYPE_CHECKING:
    BorderIn = BorderLike
else:
    BorderIn = checked(to_border)


class SideBorder(Interned, frozen=True):
    """A border of its own for each side that is named: ``SideBorder(bottom=1)``."""

    top: BorderIn | None = None
    right: BorderIn | None = None
    bottom: BorderIn | None = None
    left: BorderIn | None = None


def to_borders(value: Any) -> Border | SideBorder:
    """Return what ``Style.border`` keeps; raises ``StyleError`` or ``ValueError``."""
    if isinstance(value, SideBorder):
        return value
    if isinstance(value, Mapping) and value.keys() & SideBorder.model_fields.keys():
        return SideBorder(**value)
    return to_border(value)


class Corners(Interned, frozen=True):
    """How round each corner is: ``Corners.all(8)``, ``Corners(top_left=8, top_right=8)``."""

    top_left: Breadth = 0
    top_right: Breadth = 0
    bottom_right: Breadth = 0
    bottom_left: Breadth = 0

    @classmethod
    def all(cls, value: float | str) -> Self:
        """Return four equal corners."""
        return cls(top_left=value, top_right=value, bottom_right=value, bottom_left=value)

    def _lower(self) -> Any:
        return lowered((self.top_left, self.top_right, self.bottom_right, self.bottom_left))


CornersLike = Corners | float | str | tuple[float | str, float | str, float | str, float | str]
"""What is taken for a radius: one for all corners, or four from the top left, clockwise."""


def to_radius(value: Any) -> Corners | float | str:
    """Return what ``Style.radius`` keeps; raises ``StyleError`` or ``ValueError``."""
    if isinstance(value, Corners):
        return value
    if isinstance(value, Mapping):
        return Corners(**value)
    if isinstance(value, (tuple, list)):
        if len(value) != 4:
            raise ValueError("expected one radius, or four from the top left, clockwise")
        return Corners(**dict(zip(Corners.model_fields, value, strict=True)))
    kept: float | str = _breadth(value)
    return kept
