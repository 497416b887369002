"""Style: everything about how a widget looks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeAlias

from tempestweb_wasm.errors import StyleError
from tempestweb_wasm.style import _fields as f
from tempestweb_wasm.style._checks import checked
from tempestweb_wasm.style._intern import CACHE_SIZE, Interned, lowered
from tempestweb_wasm.style.box import SideBorder
from tempestweb_wasm.style.css import rules

STATES = ("hover", "focus", "active", "disabled")
"""The fields that hold a style for a state of the widget."""

_OTHER_NAMES = {"flex_wrap": "wrap"}
_DOWN = {"top": "start", "bottom": "end"}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SYMBOLS = f"{_LETTERS}0123456789"
_NAME_LENGTH = 7

if TYPE_CHECKING:
    State: TypeAlias = "Style"
else:

    def _state(value: Any) -> Style:
        style = Style(**value) if isinstance(value, Mapping) else value
        if not isinstance(style, Style):
            raise ValueError("expected a Style(…)")
        nested = next((name for name in STATES if getattr(style, name) is not None), None)
        if nested is not None:
            raise ValueError(f"a state's style can't hold another state ({nested})")
        return style

    State = checked(_state)


class Style(Interned, frozen=True):
    """How a widget looks. Frozen; equal styles are one object, so keep none, write them out.

    ``Style(gap=8, padding=(8, 16), background="#336699", hover=Style(opacity=0.8))``

    Numbers are px; text has a CSS unit (``"50%"``, ``"1.5rem"``, ``"calc(100% - 8px)"``).
    Colours are a :class:`Color`, ``"#rrggbb"`` or a CSS name. ``hover`` applies where the
    device can hover, ``focus`` when the keyboard (or typing) gave the focus, ``disabled``
    also under ``aria-disabled``. Bad values raise :class:`~tempestweb_wasm.errors.StyleError`.
    """

    direction: f.Direction | None = None
    wrap: f.Wrap | None = None
    justify: f.Justify | None = None
    align: f.Align | None = None
    align_self: f.AlignSelf | None = None
    align_content: f.Justify | None = None
    grow: f.Amount | None = None
    shrink: f.Amount | None = None
    basis: f.Size | None = None
    order: f.Whole | None = None
    gap: f.Gap | None = None
    columns: f.Columns | None = None
    min_column_width: f.Breadth | None = None
    stack_align: f.StackAlignment | None = None
    padding: f.Padding | None = None
    margin: f.Margin | None = None
    border: f.Borders | None = None
    radius: f.Radius | None = None
    background: f.Background | None = None
    color: f.Paint | None = None
    opacity: f.Opacity | None = None
    shadow: f.Shadows | None = None
    font_family: f.Fonts | None = None
    font_size: f.Breadth | None = None
    font_weight: f.Weight | None = None
    font_style: f.Slant | None = None
    text_align: f.TextAligned | None = None
    text_decoration: f.Decoration | None = None
    text_transform: f.Case | None = None
    letter_spacing: f.Length | None = None
    line_height: f.LineHeight | None = None
    text_overflow: f.Ending | None = None
    max_lines: f.Lines | None = None
    white_space: f.WhiteSpace | None = None
    width: f.Size | None = None
    height: f.Size | None = None
    min_width: f.Size | None = None
    max_width: f.Most | None = None
    min_height: f.Size | None = None
    max_height: f.Most | None = None
    aspect_ratio: f.Ratio | None = None
    position: f.Positioned | None = None
    top: f.Inset | None = None
    right: f.Inset | None = None
    bottom: f.Inset | None = None
    left: f.Inset | None = None
    z_index: f.Whole | None = None
    overflow: f.Overflowing | None = None
    cursor: f.Cursor | None = None
    transform: f.Transformed | None = None
    transition: f.Transitions | None = None
    hover: State | None = None
    focus: State | None = None
    active: State | None = None
    disabled: State | None = None

    @classmethod
    def _respelled(cls, data: Mapping[str, Any]) -> Mapping[str, Any]:
        if data.get("columns") is not None and data.get("min_column_width") is not None:
            raise StyleError("Style takes columns or min_column_width, not both")
        if _OTHER_NAMES.keys() & data.keys():
            return {_OTHER_NAMES.get(name, name): value for name, value in data.items()}
        return data

    @cached_property
    def name(self) -> str:
        """The CSS class of this style: the same in every process, as short as is safe.

        36 bits of the canonical form's SHA-256: two of 1,000 styles collide in one app of
        100,000.
        """
        text = json.dumps(self.wire, sort_keys=True, separators=(",", ":"))
        value = int.from_bytes(sha256(text.encode()).digest()[:8])
        value, first = divmod(value, len(_LETTERS))
        out = [_LETTERS[first]]
        for _ in range(_NAME_LENGTH - 1):
            value, digit = divmod(value, len(_SYMBOLS))
            out.append(_SYMBOLS[digit])
        return "".join(out)

    def merge(self, other: Style | None) -> Style:
        """Return this style with what *other* sets on top; states are merged one by one."""
        return self if other is None or other is self else _merged(self, other)

    def __or__(self, other: Style | None) -> Style:
        return self.merge(other)

    def __ror__(self, other: None) -> Style:
        return self

    def css(self, selector: str | None = None) -> str:
        """Return the CSS rules of this style, for its class or for *selector*.

        Exactly what the client makes of :attr:`wire`. Empty for a style that sets nothing.
        """
        return rules(f".{self.name}" if selector is None else selector, self.wire)

    def _lower(self) -> Any:
        known: dict[str, Any] = {}
        for name, value in self.given().items():
            if isinstance(value, SideBorder):
                known.update({f"border_{side}": b.wire for side, b in value.given().items()})
            elif name == "columns" and isinstance(value, tuple):
                known["column_widths"] = lowered(value)
            elif name == "stack_align":
                known[name] = _place(value)
            elif name == "transition":
                known[name] = [change for part in value for change in part.wire]
            elif (low := lowered(value)) != {}:
                known[name] = low
        return known


def _place(word: str) -> str:
    """Return what CSS says for a StackAlign: ``top-end`` is ``start end``."""
    down, _, across = word.partition("-")
    return f"{_DOWN.get(down, down)} {across or down}"


@lru_cache(CACHE_SIZE)
def _merged(below: Style, above: Style) -> Style:
    given = below.given()
    for name, value in above.given().items():
        lower = given.get(name)
        given[name] = lower.merge(value) if name in STATES and lower is not None else value
    if above.columns is not None:
        given.pop("min_column_width", None)
    elif above.min_column_width is not None:
        given.pop("columns", None)
    return type(below)(**given)
