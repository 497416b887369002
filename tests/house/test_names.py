"""The public names: what they are is decided here, not by accident."""

from __future__ import annotations

import dataclasses
import inspect
import tomllib

import pytest

import tempestweb_wasm
from tempestweb_wasm.core.widget import Widget
from tests.house.source import ROOT

APP = ["App", "Component", "Context", "For", "Persist", "component", "on", "run", "widget"]
STYLE = [
    *("Border", "Color", "Corners", "Edge", "Gradient", "GradientStop", "Shadow", "SideBorder"),
    *("Style", "Transform", "Transition"),
]
EVENTS = [
    *("DateChangeEvent", "FileSelectEvent", "FocusEvent", "KeyEvent", "PickedFile"),
    *("SelectEvent", "SlideEvent", "SubmitEvent", "TapEvent", "TextChangeEvent", "ToggleEvent"),
]
WIDGETS = [
    *("Button", "Card", "Checkbox", "Column", "Container", "DatePicker", "Divider", "Dropdown"),
    *("FilePicker", "Form", "FormField", "Grid", "Heading", "Icon", "IconButton", "Image", "Input"),
    *("Link", "ProgressBar", "RadioGroup", "Row", "ScrollView", "Slider", "Slot", "Spacer"),
    *("Spinner", "Stack", "Switch", "Text", "TextArea", "Wrap"),
]
CHANNELS = ["Channel", "Member", "Presence"]
WIDGET_PARTS = ["Option", "Semantics", "Widget"]


def test_the_public_names_are_these() -> None:
    expected = [*APP, *CHANNELS, *STYLE, *EVENTS, *WIDGETS, *WIDGET_PARTS, "__version__"]
    assert sorted(tempestweb_wasm.__all__) == sorted(expected)


def test_the_public_names_are_sorted() -> None:
    assert list(tempestweb_wasm.__all__) == sorted(tempestweb_wasm.__all__)


def test_dir_shows_every_public_name() -> None:
    assert set(tempestweb_wasm.__all__) <= set(dir(tempestweb_wasm))


@pytest.mark.parametrize(
    "name", sorted({*APP, *CHANNELS, *STYLE, *EVENTS, *WIDGETS, *WIDGET_PARTS})
)
def test_a_public_name_exists_and_is_documented(name: str) -> None:
    assert inspect.getdoc(getattr(tempestweb_wasm, name))


@pytest.mark.parametrize("name", WIDGETS)
def test_a_widget_is_slotted_keyword_only_and_shown_in_its_docstring(name: str) -> None:
    cls = getattr(tempestweb_wasm, name)
    assert issubclass(cls, Widget)
    assert "__dict__" not in dir(cls(**_needed(cls)))
    assert all(field.kw_only for field in dataclasses.fields(cls))
    assert f"{name}(" in (inspect.getdoc(cls) or ""), "an example"


def _needed(cls: type[Widget]) -> dict[str, object]:
    """Return a value for each field that has no default."""
    return {
        field.name: "x"
        for field in dataclasses.fields(cls)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    }


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Buton"):
        _ = tempestweb_wasm.Buton


def test_the_version_is_the_one_of_the_distribution() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert tempestweb_wasm.__version__ == project["version"]
