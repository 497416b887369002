# mypy: ignore-errors
"""Components of the shop, as classes with fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from pydantic import Field
from tempest_core.components import Card, HStack
from tempest_core.icons import Icons
from tempest_core.style import CardVariant, Color, FontWeight, Size, Style, Variant
from tempest_core.widgets import Button, Component, IconButton, Spacer, Text, Widget


class Price(Component):
    cents: int
    currency: str = "€"

    def render(self) -> Widget:
        return Text(
            content=f"{self.cents / 100:.2f} {self.currency}",
            style=Style(font_weight=FontWeight.BOLD, color=Color.from_hex("#225522")),
            key=self.child_key("text"),
        )


class Line(Component):
    default_key: ClassVar[str] = "line"

    title: str
    cents: int
    tags: list[str] = []  # noqa: RUF012
    notes: dict[str, str] = Field(default_factory=dict, description="by language")
    on_buy: Callable[[], Any]
    on_drop: Callable[[], Any] | None = None

    def render(self) -> Widget:
        row = [Text(content=self.title), *(Text(content=tag) for tag in self.tags), Spacer()]
        row.append(Price(cents=self.cents))
        row.append(
            Button(
                label="Buy",
                variant=Variant.OUTLINE,
                size=Size.XS,
                color_scheme="secondary",
                on_click=self.on_buy,
                key=self.child_key("buy"),
            )
        )
        if self.on_drop is not None:
            row.append(
                IconButton(icon=Icons.TRASH, on_click=self.on_drop, key=self.child_key("drop"))
            )
        return Card(
            variant=CardVariant.OUTLINED,
            children=[HStack(gap="sm", children=row)],
            key=self.base_key,
        )


class Sale(Line):
    percent: int = 10
