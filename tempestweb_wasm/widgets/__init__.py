"""The widgets: typed, slotted, keyword-only descriptions of what is on screen."""

from tempestweb_wasm.widgets.buttons import Button, IconButton
from tempestweb_wasm.widgets.choices import Dropdown, Option, RadioGroup
from tempestweb_wasm.widgets.feedback import ProgressBar, Spinner
from tempestweb_wasm.widgets.forms import Form, FormField
from tempestweb_wasm.widgets.inputs import Checkbox, Input, Switch, TextArea
from tempestweb_wasm.widgets.layout import (
    Card,
    Column,
    Container,
    Divider,
    Grid,
    Row,
    ScrollView,
    Spacer,
    Stack,
    Wrap,
)
from tempestweb_wasm.widgets.media import Icon, Image
from tempestweb_wasm.widgets.pickers import DatePicker, FilePicker, Slider
from tempestweb_wasm.widgets.slots import Slot
from tempestweb_wasm.widgets.text import Heading, Link, Text

__all__ = [
    "Button",
    "Card",
    "Checkbox",
    "Column",
    "Container",
    "DatePicker",
    "Divider",
    "Dropdown",
    "FilePicker",
    "Form",
    "FormField",
    "Grid",
    "Heading",
    "Icon",
    "IconButton",
    "Image",
    "Input",
    "Link",
    "Option",
    "ProgressBar",
    "RadioGroup",
    "Row",
    "ScrollView",
    "Slider",
    "Slot",
    "Spacer",
    "Spinner",
    "Stack",
    "Switch",
    "Text",
    "TextArea",
    "Wrap",
]
