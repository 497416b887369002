"""Colours: fixed ones, and tokens of the theme that follow light and dark."""

from __future__ import annotations

import colorsys
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

from tempestweb_wasm.errors import StyleError
from tempestweb_wasm.style._checks import checked, number
from tempestweb_wasm.style._errors import nearest, shown
from tempestweb_wasm.style._intern import Interned, lowered
from tempestweb_wasm.style._names import named_colors

_HEX = re.compile(r"#?([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_CALL = re.compile(r"(rgb|hsl)a?\(([0-9.%, /+-]+|[0-9.]+deg[0-9.%, /+-]+)\)")
_TOKEN = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_WIRE = re.compile(
    r"var\(--tw-([a-z0-9-]+)\)|"
    r"color-mix\(in srgb, ?(?:var\(--tw-([a-z0-9-]+)\)|(currentcolor)) ([0-9.]+)%, ?transparent\)"
)
_CURRENT = "currentcolor"

if TYPE_CHECKING:
    Channel = int
    Alpha = float
    Token = str | None
else:

    def _token(value: Any) -> str | None:
        text = value.lower().replace("_", "-") if isinstance(value, str) else ""
        if value is None or _TOKEN.fullmatch(text):
            return text or None
        raise ValueError("expected a token's name such as 'primary' or 'on-surface'")

    Channel = checked(number(0, 255, whole=True))
    Alpha = checked(number(0, 1))
    Token = checked(_token)


class Color(Interned, frozen=True):
    """A colour: red, green, blue (0–255) and opacity (0–1), or a token of the theme.

    ``Color.from_hex("#336699")``, ``Color.hsl(210, 50, 40)``, ``Color.named("teal")``,
    ``Color.token("primary")``. Wherever a colour is taken, ``"#336699"``, ``"teal"`` and
    ``(51, 102, 153)`` do as well.
    """

    r: Channel = 0
    g: Channel = 0
    b: Channel = 0
    a: Alpha = 1
    theme: Token = None

    @classmethod
    def from_hex(cls, value: str) -> Self:
        """Return the colour ``#rgb``, ``#rgba``, ``#rrggbb`` or ``#rrggbbaa``."""
        found = _HEX.fullmatch(str(value).strip().lower())
        if found is None:
            raise StyleError(
                f"{shown(value)} is no colour: expected '#rgb', '#rrggbb' or with alpha"
            )
        digits = found[1] if len(found[1]) > 4 else "".join(c * 2 for c in found[1])
        r, g, b, *a = bytes.fromhex(digits)
        return cls(r=r, g=g, b=b, a=round(a[0] / 255, 4) if a else 1)

    @classmethod
    def rgb(cls, r: int, g: int, b: int) -> Self:
        """Return an opaque colour of three channels from 0 to 255."""
        return cls(r=r, g=g, b=b)

    @classmethod
    def rgba(cls, r: int, g: int, b: int, a: float = 1) -> Self:
        """Return a colour of three channels from 0 to 255 and an opacity from 0 to 1."""
        return cls(r=r, g=g, b=b, a=a)

    @classmethod
    def hsl(cls, h: float, s: float, l: float, a: float = 1) -> Self:  # noqa: E741
        """Return a colour by hue (degrees), saturation, lightness (0–100) and opacity (0–1)."""
        hue, percent = number(), number(0, 100)
        try:
            parts = (hue(h) % 360 / 360, percent(l) / 100, percent(s) / 100)
        except ValueError as error:
            raise StyleError(f"Color.hsl({h!r}, {s!r}, {l!r}): {error}") from None
        r, g, b = (_half_up(part * 255) for part in colorsys.hls_to_rgb(*parts))
        return cls(r=r, g=g, b=b, a=a)

    @classmethod
    def named(cls, name: str) -> Self:
        """Return the colour that CSS calls *name*, for example ``"rebeccapurple"``."""
        digits = named_colors().get(str(name).strip().lower())
        if digits is None:
            meant = nearest(str(name).lower(), named_colors())
            hint = "" if meant is None else f": did you mean {meant!r}?"
            raise StyleError(f"CSS names no colour {shown(name)}{hint}")
        return cls.from_hex(digits)

    @classmethod
    def token(cls, name: str) -> Self:
        """Return the theme's colour *name*, written as ``var(--tw-name)``.

        It follows light and dark by itself, and an app may set the property anew.
        """
        return cls(theme=name)

    @classmethod
    def current(cls) -> Self:
        """Return the colour of the text around (``currentcolor``)."""
        return cls(theme=_CURRENT)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the colour written as *text*: hex, a CSS name, ``rgb()``, ``hsl()``, a token."""
        short = " ".join(text.lower().split())
        if short.startswith("#"):
            return cls.from_hex(short)
        if short == _CURRENT:
            return cls.current()
        if wire := _WIRE.fullmatch(short):
            return cls(theme=wire[1] or wire[2] or wire[3], a=float(wire[4] or 100) / 100)
        if call := _CALL.fullmatch(short):
            return cls._call(text, call[1], re.split(r"[ ,/]+", call[2].strip()))
        return cls.named(text)

    @classmethod
    def _call(cls, text: str, model: str, parts: list[str]) -> Self:
        try:
            if len(parts) not in (3, 4):
                raise ValueError
            alpha = _share(parts[3], 1) if len(parts) == 4 else 1
            if model == "hsl":
                h, s, lightness = (
                    float(p.removesuffix("deg").removesuffix("%")) for p in parts[:3]
                )
                return cls.hsl(h, s, lightness, alpha)
            r, g, b = (_half_up(_share(p, 255)) for p in parts[:3])
        except ValueError:
            raise StyleError(f"{shown(text)} is no colour") from None
        return cls.rgba(r, g, b, alpha)

    def with_alpha(self, alpha: float) -> Self:
        """Return this colour at the opacity *alpha* (0–1); a token can have one too."""
        return self.model_copy(update={"a": alpha})

    def to_hex(self) -> str:
        """Return ``#rrggbb``, or ``#rrggbbaa`` if it is not opaque."""
        self._fixed("to_hex")
        alpha = _half_up(self.a * 255)
        digits = f"#{self.r:02x}{self.g:02x}{self.b:02x}"
        return digits if alpha == 255 else f"{digits}{alpha:02x}"

    def blend(self, other: ColorLike, t: float) -> Self:
        """Return the colour *t* of the way (0–1) from this one to *other*."""
        end = to_color(other)
        self._fixed("blend")
        end._fixed("blend")
        share = number(0, 1)
        try:
            k = share(t)
        except ValueError as error:
            raise StyleError(f"Color.blend(…, {t!r}): {error}") from None
        r, g, b = (
            _half_up(x + (y - x) * k)
            for x, y in zip((self.r, self.g, self.b), (end.r, end.g, end.b), strict=True)
        )
        return type(self)(r=r, g=g, b=b, a=round(self.a + (end.a - self.a) * k, 4))

    def _fixed(self, what: str) -> None:
        if self.theme is not None:
            raise StyleError(f"Color.{what}: only the browser knows the token {self.theme!r}")

    def _lower(self) -> str:
        if self.theme is None:
            return self.to_hex()
        known = _CURRENT if self.theme == _CURRENT else f"var(--tw-{self.theme})"
        if self.a == 1:
            return known
        return f"color-mix(in srgb,{known} {lowered(float(self.a * 100))}%,transparent)"


ColorLike = Color | str | tuple[int, int, int] | tuple[int, int, int, float]
"""What is taken for a colour: a Color, ``"#336699"``, ``"teal"``, ``(51, 102, 153)``."""


def to_color(value: Any) -> Color:
    """Return the colour that *value* stands for; raises ``StyleError`` or ``ValueError``."""
    if isinstance(value, Color):
        return value
    if isinstance(value, str):
        return _parsed(value)
    if isinstance(value, (tuple, list)) and len(value) in (3, 4):
        return Color.rgba(*value)
    if isinstance(value, dict):
        return Color(**value)
    raise ValueError("expected a Color, '#rrggbb', a colour's CSS name, or (red, green, blue)")


@lru_cache(1024)
def _parsed(text: str) -> Color:
    return Color.parse(text)


def _half_up(value: float) -> int:
    # Python's round() goes to even, CSS and every picture program go up.
    return int(value + 0.5)


def _share(text: str, whole: float) -> float:
    return float(text[:-1]) / 100 * whole if text.endswith("%") else float(text)


if TYPE_CHECKING:
    ColorIn = ColorLike
else:
    ColorIn = checked(to_color)
