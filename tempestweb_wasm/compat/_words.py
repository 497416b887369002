"""The peers' enums that have no counterpart in ``style``: props take plain words here."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from tempestweb_wasm import tables
from tempestweb_wasm.compat._missing import word


class Variant(StrEnum):
    """How much a button asks for attention."""

    SOLID = "solid"
    OUTLINE = "outline"
    GHOST = "ghost"
    LINK = "link"


class CardVariant(StrEnum):
    """What sets a card off from the page."""

    ELEVATED = "elevated"
    FILLED = "filled"
    OUTLINED = "outlined"


class FieldVariant(StrEnum):
    """How a field is framed; only OUTLINE has an effect here."""

    OUTLINE = "outline"
    FILLED = "filled"
    FLUSHED = "flushed"


class Size(StrEnum):
    """How large a button is; XS is SM here, since touch targets don't get smaller."""

    XS = "xs"
    SM = "sm"
    MD = "md"
    LG = "lg"


class KeyboardType(StrEnum):
    """What is typed into an input."""

    TEXT = "text"
    NUMBER = "number"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    PASSWORD = "password"


class ImageFit(StrEnum):
    """How a picture fills its box."""

    CONTAIN = "contain"
    COVER = "cover"
    FILL = "fill"
    NONE = "none"


SIZES = {"xs": "sm", "sm": "sm", "md": "md", "lg": "lg"}
VARIANTS = {v.value: v.value for v in Variant}
CARD_VARIANTS = {"elevated": "elevated", "filled": "filled", "outlined": "outline"}
COLORS = {
    "primary": "primary",
    "neutral": "neutral",
    "secondary": "neutral",
    "tertiary": "neutral",
    "success": "success",
    "warning": "warning",
    "error": "danger",
    "info": "primary",
}
"""Their families of colours and the nearest of ours."""

SPACING = {"none": 0, "xs": 4, "sm": 8, "md": 16, "lg": 24, "xl": 32, "xxl": 48}
"""Pixels of their steps of spacing."""

_ICONS = {
    "x": "close", "plus": "add", "minus": "remove", "trash": "delete", "done": "check",
    "cancel": "close", "create": "edit", "tune": "filter", "content_copy": "copy",
    "visibility": "eye", "visibility_off": "eye-off", "schedule": "clock",
    "access_time": "clock", "history": "clock", "person": "user", "account_circle": "user",
    "email": "mail", "email_outlined": "mail", "lock_outline": "lock",
    "delete_outline": "delete", "favorite": "heart", "favorite_border": "heart",
    "expand_more": "chevron-down", "expand_less": "chevron-up",
    "navigate_before": "chevron-left", "navigate_next": "chevron-right",
    "arrow_back": "arrow-left", "arrow_forward": "arrow-right", "call": "phone",
    "phone_in_talk": "phone", "event": "calendar", "date_range": "calendar", "grade": "star",
    "info_outline": "info",
}  # fmt: skip
"""Their names of icons, with those of Material, and ours."""


class Icons(StrEnum):
    """Names of icons; the values are ours."""

    EYE = "eye"
    EYE_OFF = "eye-off"
    LOCK = "lock"
    SEARCH = "search"
    X = "close"
    CHECK = "check"
    CHEVRON_DOWN = "chevron-down"
    CHEVRON_UP = "chevron-up"
    CHEVRON_LEFT = "chevron-left"
    CHEVRON_RIGHT = "chevron-right"
    ARROW_LEFT = "arrow-left"
    ARROW_RIGHT = "arrow-right"
    PLUS = "add"
    MINUS = "remove"
    USER = "user"
    MAIL = "mail"
    PHONE = "phone"
    CALENDAR = "calendar"
    CLOCK = "clock"
    TRASH = "delete"
    MENU = "menu"
    HOME = "home"
    SETTINGS = "settings"
    STAR = "star"
    HEART = "heart"
    INFO = "info"


def icon_name(value: Any) -> str:
    """Return our name of the icon that the peers call *value* (``lucide:x``, ``arrow_back``)."""
    name = str(word(value)).rpartition(":")[2]
    ours = tables.load("icons")["icons"]
    if name in ours:
        return name
    return _ICONS.get(name, name.replace("_", "-"))


def icon_names() -> list[str]:
    """Return the names of all icons there are."""
    return sorted(tables.load("icons")["icons"])
