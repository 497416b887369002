"""What fills a box and falls from it: Gradient, GradientStop, Shadow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from tempestweb_wasm.style._checks import checked, length, number, pair, several, word
from tempestweb_wasm.style._intern import Interned, lowered
from tempestweb_wasm.style.color import Color, ColorIn, ColorLike, to_color
from tempestweb_wasm.style.enums import GradientDirection
from tempestweb_wasm.style.words import GradientWord

_DEGREES = {"top-bottom": 180, "bottom-top": 0, "left-right": 90, "right-left": 270}
_degrees = number()
_share = number(0, 1)


def _direction(value: Any) -> float:
    if isinstance(value, str):
        return _DEGREES[word(*GradientDirection)(value)]
    try:
        angle: float = _degrees(value)
    except ValueError:
        raise ValueError(f"expected degrees or {' | '.join(map(repr, _DEGREES))}") from None
    return angle


if TYPE_CHECKING:
    Share = float
    Direction = GradientWord | GradientDirection | float
    Kind = str
    Shape = str
    Center = tuple[float, float]
    Plain = float | str
    Blur = float | str
else:
    Share = checked(_share)
    Direction = checked(_direction)
    Kind = checked(word("linear", "radial"))
    Shape = checked(word("circle", "ellipse"))
    Center = checked(pair(_share, "two numbers from 0 to 1"))
    Plain = checked(length())
    Blur = checked(length(negative=False))


class GradientStop(Interned, frozen=True):
    """A colour and where it stands, from 0 (start) to 1 (end); without a place, evenly."""

    color: ColorIn
    position: Share | None = None

    def _lower(self) -> Any:
        color = lowered(self.color)
        if self.position is None:
            return {"color": color}
        return {"color": color, "at": lowered(float(self.position * 100))}


StopLike = GradientStop | ColorLike | tuple[ColorLike, float]
"""What is taken for a stop: a GradientStop, a colour, or ``(colour, position)``."""


def to_stop(value: Any) -> GradientStop:
    """Return the stop that *value* stands for; raises ``StyleError`` or ``ValueError``."""
    if isinstance(value, GradientStop):
        return value
    if isinstance(value, Mapping) and "color" in value:
        return GradientStop(**value)
    if isinstance(value, (tuple, list)) and len(value) == 2:
        return GradientStop(color=value[0], position=value[1])
    return GradientStop(color=value)


def _stops(value: Any) -> tuple[GradientStop, ...]:
    if not isinstance(value, (tuple, list)) or not 1 <= len(value) <= 32:
        raise ValueError("expected 1 to 32 stops: colours, or (colour, position from 0 to 1)")
    found = tuple(map(to_stop, value))
    # CSS wants two; one colour is a gradient from it to itself.
    return found * 2 if len(found) == 1 else found


if TYPE_CHECKING:
    Stops = Sequence[StopLike]
else:
    Stops = checked(_stops)


class Gradient(Interned, frozen=True):
    """A change from colour to colour: :meth:`linear` in a direction, :meth:`radial` from a point.

    ``Gradient.linear("#336699", "teal", direction=135)``
    """

    stops: Stops
    direction: Direction = 180
    kind: Kind = "linear"
    shape: Shape = "ellipse"
    center: Center = (0.5, 0.5)

    @classmethod
    def linear(
        cls, *stops: StopLike, direction: GradientWord | GradientDirection | float = 180
    ) -> Self:
        """Return a gradient in *direction*: degrees (0 is up, 90 right) or a word."""
        return cls(stops=stops, direction=direction)

    @classmethod
    def radial(
        cls, *stops: StopLike, shape: str = "ellipse", center: tuple[float, float] = (0.5, 0.5)
    ) -> Self:
        """Return a gradient outwards from *center* (shares of width and height)."""
        return cls(stops=stops, kind="radial", shape=shape, center=center)

    def _lower(self) -> Any:
        stops = lowered(self.stops)
        if self.kind == "linear":
            return {"angle": lowered(self.direction), "stops": stops}
        known = {"shape": self.shape, "stops": stops}
        if self.center != (0.5, 0.5):
            known["center"] = [lowered(float(part * 100)) for part in self.center]
        return known


BackgroundLike = ColorLike | Gradient
"""What is taken for a background: a colour or a gradient."""


def to_background(value: Any) -> Color | Gradient:
    """Return what ``Style.background`` keeps; raises ``StyleError`` or ``ValueError``."""
    if isinstance(value, Gradient):
        return value
    if isinstance(value, Mapping) and "stops" in value:
        return Gradient(**value)
    return to_color(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("expected True or False")
    return value


if TYPE_CHECKING:
    Flag = bool
else:
    Flag = checked(_flag)

_SHADE = Color(a=0.25)


class Shadow(Interned, frozen=True):
    """A shadow: its offset, how far it blurs and spreads, px; ``inset`` falls inside."""

    color: ColorIn | None = _SHADE
    blur: Blur = 0
    offset_x: Plain = 0
    offset_y: Plain = 0
    spread: Plain = 0
    inset: Flag = False

    def _lower(self) -> Any:
        known = {
            "x": lowered(self.offset_x),
            "y": lowered(self.offset_y),
            "blur": lowered(self.blur),
            "spread": lowered(self.spread),
        }
        if self.color is not None:
            known["color"] = lowered(self.color)
        if self.inset:
            known["inset"] = "inset"
        return known


ShadowLike = Shadow | Sequence[Shadow]
"""What is taken for shadows: one, or several, the topmost first."""


def _shadow(value: Any) -> Shadow:
    if isinstance(value, Shadow):
        return value
    if isinstance(value, Mapping):
        return Shadow(**value)
    raise ValueError("expected a Shadow(…) or several")


to_shadows = several(_shadow, 16, "Shadow(…)")
"""Return what ``Style.shadow`` keeps: a tuple of shadows."""
