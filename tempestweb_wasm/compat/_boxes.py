"""The peers' boxes, pictures and indicators, as subclasses of ours that take their props too."""

from __future__ import annotations

from typing import Any

from tempestweb_wasm import widgets
from tempestweb_wasm.compat._missing import choice, settle, word
from tempestweb_wasm.compat._words import CARD_VARIANTS, SPACING, icon_name
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.style import Border, Color, SideBorder, Style

_CARD = {
    "color_scheme": "neutral",
    "padding_step": "md",
    "radius_step": "md",
    "gap_step": "sm",
}


class ScrollView(widgets.ScrollView):
    """Ours, with ``horizontal``."""

    __slots__ = ()

    def __init__(self, *, horizontal: bool = False, **own: Any) -> None:
        if horizontal:
            own["direction"] = "horizontal"
        super().__init__(**own)


class Grid(widgets.Grid):
    """Ours, with the peers' two columns and a ``gap`` of its own."""

    __slots__ = ()

    def __init__(
        self,
        *,
        columns: int | None = None,
        gap: float | str = 8,
        style: Style | None = None,
        **own: Any,
    ) -> None:
        if columns is None and own.get("min_column_width") is None:
            columns = 2
        super().__init__(
            columns=columns,
            style=Style(gap=_step(gap)).merge(style),
            **settle("Grid", own),
        )


class HStack(widgets.Row):
    """A row with a gap, an alignment and a justification of its own."""

    __slots__ = ()

    def __init__(
        self,
        *,
        gap: float | str = "md",
        align: Any = "center",
        justify: Any = None,
        style: Style | None = None,
        **own: Any,
    ) -> None:
        super().__init__(style=_stack(gap, align, justify, style), **settle("HStack", own))


class VStack(widgets.Column):
    """A column with a gap, an alignment and a justification of its own."""

    __slots__ = ()

    def __init__(
        self,
        *,
        gap: float | str = "md",
        align: Any = None,
        justify: Any = None,
        style: Style | None = None,
        **own: Any,
    ) -> None:
        super().__init__(style=_stack(gap, align, justify, style), **settle("VStack", own))


class Card(widgets.Card):
    """Ours, elevated unless told otherwise."""

    __slots__ = ()

    def __init__(self, *, variant: Any = "elevated", **own: Any) -> None:
        looks: Any = choice("Card", "variant", variant, CARD_VARIANTS)
        super().__init__(variant=looks, **settle("Card", own, **_CARD))


class Surface(Card):
    """A card around one child."""

    __slots__ = ()

    def __init__(self, *, child: Widget | None = None, **own: Any) -> None:
        super().__init__(children=(child,), **own)


class StyledContainer(widgets.Container):
    """A container with a padding of its own."""

    __slots__ = ()

    def __init__(
        self, *, padding: float | str = "md", style: Style | None = None, **own: Any
    ) -> None:
        room = Style(padding=_step(padding)).merge(style)
        super().__init__(style=room, **settle("StyledContainer", own))


class AspectRatio(widgets.Container):
    """A container that keeps the proportion of its sides."""

    __slots__ = ()

    def __init__(self, *, ratio: float, style: Style | None = None, **own: Any) -> None:
        super().__init__(style=Style(aspect_ratio=ratio).merge(style), **own)


class Tooltip(widgets.Container):
    """A container with a ``tooltip``."""

    __slots__ = ()

    def __init__(self, *, message: str, **own: Any) -> None:
        super().__init__(tooltip=message, **settle("Tooltip", own, color_scheme="neutral"))


class Divider(widgets.Divider):
    """Ours, with a ``thickness``."""

    __slots__ = ()

    def __init__(
        self, *, thickness: float | str = 1, style: Style | None = None, **own: Any
    ) -> None:
        if thickness != 1:
            line = Border(width=thickness, color=Color.token("border"))
            style = Style(border=SideBorder(top=line)).merge(style)
        super().__init__(style=style, **settle("Divider", own, color_scheme=""))


class Image(widgets.Image):
    """Ours; it is contained in its box unless told otherwise."""

    __slots__ = ()

    def __init__(self, *, fit: Any = "contain", **own: Any) -> None:
        super().__init__(fit=word(fit), **own)


class Icon(widgets.Icon):
    """Ours, with the peers' names of icons and a size in pixels."""

    __slots__ = ()

    def __init__(
        self, *, name: Any, size: Any = None, style: Style | None = None, **own: Any
    ) -> None:
        if isinstance(size, str):
            own["size"] = size
        super().__init__(name=icon_name(name), style=_square(size, style), **own)


class ProgressBar(widgets.ProgressBar):
    """Ours, with ``indeterminate``."""

    __slots__ = ()

    def __init__(
        self, *, value: float | None = 0.0, indeterminate: bool = False, **own: Any
    ) -> None:
        super().__init__(
            value=None if indeterminate else value,
            **settle("ProgressBar", own, color_scheme="primary"),
        )


class Spinner(widgets.Spinner):
    """Ours, with a size in pixels."""

    __slots__ = ()

    def __init__(self, *, size: Any = None, style: Style | None = None, **own: Any) -> None:
        rest = settle("Spinner", own, color_scheme="primary")
        if isinstance(size, str):
            rest["size"] = size
        super().__init__(style=_square(size, style), **rest)


def _step(value: float | str) -> float | str:
    return SPACING.get(value, value) if isinstance(value, str) else value


def _stack(gap: float | str, align: Any, justify: Any, style: Style | None) -> Style:
    return Style(gap=_step(gap), align=align, justify=justify).merge(style)


def _square(size: Any, style: Style | None) -> Style | None:
    if isinstance(size, str) or size is None:
        return style
    return Style(width=size, height=size).merge(style)
