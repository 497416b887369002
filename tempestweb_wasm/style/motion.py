"""What moves: Transform and Transition."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tempestweb_wasm.style._checks import checked, length, number, pair, several, word
from tempestweb_wasm.style._intern import Interned, lowered
from tempestweb_wasm.style._table import css_property
from tempestweb_wasm.style.enums import Curve
from tempestweb_wasm.style.words import CurveWord

_PROPERTY = re.compile(r"[a-z]+(?:-[a-z]+)*")
_time = number(0, 600_000)
_control = number(-100, 100)
_curve_word = word(*Curve)
_OVERSHOOTING = {"bounce": (0.34, 1.56, 0.64, 1), "elastic": (0.68, -0.6, 0.32, 1.6)}
"""Curves that CSS has no word for: one past the end and back, and past both ends."""


def _curve(value: Any) -> str | tuple[float, float, float, float]:
    if isinstance(value, str):
        return _curve_word(value)  # type: ignore[no-any-return]
    if isinstance(value, (tuple, list)) and len(value) == 4:
        x1, y1, x2, y2 = map(_control, value)
        if 0 <= x1 <= 1 and 0 <= x2 <= 1:
            return x1, y1, x2, y2
    raise ValueError("expected a curve's name or (x1, y1, x2, y2) with x from 0 to 1")


def _property(value: Any) -> str:
    if isinstance(value, str) and (value == "all" or css_property(value)):
        return value
    css = value.replace("_", "-") if isinstance(value, str) else ""
    if _PROPERTY.fullmatch(css):
        return css
    raise ValueError("expected 'all', a field of Style or a CSS property")


_properties = several(_property, 16, "fields of Style")

if TYPE_CHECKING:
    Time = float
    Easing = CurveWord | tuple[float, float, float, float]
    Properties = str | Sequence[str]
    Lengths = float | str | tuple[float | str, float | str]
    Angle = float
    Angles = float | tuple[float, float]
    Factors = float | tuple[float, float]
else:
    Time = checked(_time)
    Easing = checked(_curve)
    Properties = checked(_properties)
    Lengths = checked(pair(length(), "a distance or two (x, y)"))
    Angle = checked(number())
    Angles = checked(pair(number(), "degrees or two of them (x, y)"))
    Factors = checked(pair(number(), "a factor or two (x, y)"))


class Transition(Interned, frozen=True):
    """How a change of style is shown: ``Transition(duration_ms=200, properties="background")``.

    ``properties`` are fields of Style (or CSS properties), all unless told otherwise.
    People who asked their system for less motion see none (the client's base sheet).
    """

    duration_ms: Time
    curve: Easing = "ease-in-out"
    delay_ms: Time = 0
    properties: Properties = ("all",)

    def _lower(self) -> Any:
        curve: Any = self.curve
        points = curve if isinstance(curve, tuple) else _OVERSHOOTING.get(curve)
        if points is not None:
            curve = f"cubic-bezier({','.join(str(lowered(part)) for part in points)})"
        return [
            {
                "property": css_property(name) or name,
                "duration": lowered(self.duration_ms),
                "curve": curve,
                "delay": lowered(self.delay_ms),
            }
            for name in self.properties
        ]


TransitionLike = Transition | float | Sequence[Transition]
"""What is taken for transitions: one, several, or the milliseconds for all properties."""


def _transition(value: Any) -> Transition:
    if isinstance(value, Transition):
        return value
    if isinstance(value, Mapping):
        return Transition(**value)
    return Transition(duration_ms=value)


to_transitions = several(_transition, 16, "Transition(…)")
"""Return what ``Style.transition`` keeps: a tuple of transitions."""


class Transform(Interned, frozen=True):
    """Moves, turns, grows and slants a box without moving its neighbours, in this order.

    ``translate`` and ``scale`` take one value for both axes or ``(x, y)``; angles are
    degrees; ``skew`` slants along ``(x, y)``.
    """

    translate: Lengths | None = None
    rotate: Angle | None = None
    scale: Factors | None = None
    skew: Angles | None = None


TransformLike = Transform
"""What is taken for a transform."""


def to_transform(value: Any) -> Transform:
    """Return the transform that *value* stands for."""
    if isinstance(value, Transform):
        return value
    if isinstance(value, Mapping):
        return Transform(**value)
    raise ValueError("expected a Transform(…), for example Transform(rotate=45)")
