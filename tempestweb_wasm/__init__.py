"""tempestweb-wasm: one ``view(app) -> Widget`` over plain state, in the page or on a server.

The names here are all that an app needs. ``run`` (start an app in a page that has
Pyodide) and the types of channels are loaded when they are first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tempestweb_wasm.core.app import App, Context
from tempestweb_wasm.core.component import Component, For, component
from tempestweb_wasm.core.events import (
    DateChangeEvent,
    FileSelectEvent,
    FocusEvent,
    KeyEvent,
    PickedFile,
    SelectEvent,
    SlideEvent,
    SubmitEvent,
    TapEvent,
    TextChangeEvent,
    ToggleEvent,
    on,
)
from tempestweb_wasm.core.persist import Persist
from tempestweb_wasm.core.widget import Semantics, Widget, widget
from tempestweb_wasm.style import (
    Border,
    Color,
    Corners,
    Edge,
    Gradient,
    GradientStop,
    Shadow,
    SideBorder,
    Style,
    Transform,
    Transition,
)
from tempestweb_wasm.widgets import (
    Button,
    Card,
    Checkbox,
    Column,
    Container,
    DatePicker,
    Divider,
    Dropdown,
    FilePicker,
    Form,
    FormField,
    Grid,
    Heading,
    Icon,
    IconButton,
    Image,
    Input,
    Link,
    Option,
    ProgressBar,
    RadioGroup,
    Row,
    ScrollView,
    Slider,
    Slot,
    Spacer,
    Spinner,
    Stack,
    Switch,
    Text,
    TextArea,
    Wrap,
)

if TYPE_CHECKING:
    from tempestweb_wasm.browser import run
    from tempestweb_wasm.core.channel import Channel, Member, Presence

__version__ = "0.1.0"

__all__ = [
    "App",
    "Border",
    "Button",
    "Card",
    "Channel",
    "Checkbox",
    "Color",
    "Column",
    "Component",
    "Container",
    "Context",
    "Corners",
    "DateChangeEvent",
    "DatePicker",
    "Divider",
    "Dropdown",
    "Edge",
    "FilePicker",
    "FileSelectEvent",
    "FocusEvent",
    "For",
    "Form",
    "FormField",
    "Gradient",
    "GradientStop",
    "Grid",
    "Heading",
    "Icon",
    "IconButton",
    "Image",
    "Input",
    "KeyEvent",
    "Link",
    "Member",
    "Option",
    "Persist",
    "PickedFile",
    "Presence",
    "ProgressBar",
    "RadioGroup",
    "Row",
    "ScrollView",
    "SelectEvent",
    "Semantics",
    "Shadow",
    "SideBorder",
    "SlideEvent",
    "Slider",
    "Slot",
    "Spacer",
    "Spinner",
    "Stack",
    "Style",
    "SubmitEvent",
    "Switch",
    "TapEvent",
    "Text",
    "TextArea",
    "TextChangeEvent",
    "ToggleEvent",
    "Transform",
    "Transition",
    "Widget",
    "Wrap",
    "__version__",
    "component",
    "on",
    "run",
    "widget",
]


def __getattr__(name: str) -> Any:
    if name == "run":
        from tempestweb_wasm.browser import run

        return run
    if name in {"Channel", "Member", "Presence"}:
        from tempestweb_wasm.core import channel

        return getattr(channel, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
