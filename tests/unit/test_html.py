"""The HTML of a tree: escaped, checked, with the classes and references of the client."""

from __future__ import annotations

import pytest

from tempestweb_wasm import (
    Checkbox,
    Column,
    Dropdown,
    FormField,
    Image,
    Input,
    Link,
    RadioGroup,
    Style,
    Text,
    TextArea,
    component,
    on,
)
from tempestweb_wasm import html as room
from tempestweb_wasm.core.widget import Widget
from tempestweb_wasm.errors import FrameError, UnsafeValueError
from tempestweb_wasm.html import Page, page_of_frame, render_page, render_to_html
from tempestweb_wasm.html._elements import text_of


def test_the_public_names_of_the_room() -> None:
    assert room.__all__ == ["Page", "page_of_frame", "render_page", "render_to_html"]


def test_text_from_data_is_never_markup() -> None:
    made = render_to_html(Text(content="<script>alert(1)</script> & \"'", tooltip='"><b>'))
    assert made == (
        '<span class="tw-Text" title="&quot;&gt;&lt;b&gt;">'
        "&lt;script&gt;alert(1)&lt;/script&gt; &amp; \"'</span>"
    )


def test_what_a_parser_would_change_is_written_so_that_it_stays() -> None:
    assert "a&#13;\nb</span>" in render_to_html(Text(content="a\r\nb"))
    assert ">\n\nx</textarea>" in render_to_html(TextArea(value="\nx"))
    assert "a\ufffdb\ufffd</span>" in render_to_html(Text(content="a\0b\ud800"))
    assert render_to_html(Text(content="\ud83d\ude00")).encode()


def test_a_style_is_a_class_and_its_rules_stand_apart() -> None:
    style = Style(gap=8)
    page = render_page(Column(style=style, children=[Text(content="x", style=style)]))
    assert page == Page(
        f'<div class="tw-Column {style.name}"><span class="tw-Text {style.name}">x</span></div>',
        f".{style.name}{{gap:8px}}",
    )


def test_values_become_the_attributes_that_give_the_same_properties() -> None:
    assert ' value="3 &lt; 4"' in render_to_html(Input(value="3 < 4"))
    assert " checked>" in render_to_html(Checkbox(label="x", checked=True))
    assert "checked" not in render_to_html(Checkbox(label="x", checked=False))
    assert '<option value="b" selected>' in render_to_html(Dropdown(options=["a", "b"], value="b"))
    # Or the browser would show the first option as chosen.
    assert "disabled selected>Pick</option>" in render_to_html(
        Dropdown(options=["a"], placeholder="Pick")
    )
    assert 'value="b" checked' in render_to_html(RadioGroup(options=["a", "b"], value="b"))


def test_a_url_is_checked_and_the_apps_own_files_are_found() -> None:
    with pytest.raises(UnsafeValueError):
        render_to_html(Link(href="javascript:alert(1)", content="x"))
    frame = {"data": [{"path": [], "node": {"type": "Link", "props": {"href": "java\nscript:x"}}}]}
    assert page_of_frame(frame).html == '<a class="tw-Link"></a>'
    assert 'src="../apps/x/assets/a.png"' in render_to_html(
        Image(src="assets/a.png"), home="../apps/x/"
    )
    assert 'src="assets/a.png"' in render_to_html(Image(src="assets/a.png"))


def test_what_the_app_follows_itself_is_marked_for_the_time_before_the_client() -> None:
    held = Link(href="/x", content="x", on_click=on(lambda: None, prevent=True))
    assert " data-prevent>" in render_to_html(held)
    assert "data-prevent" not in render_to_html(Link(href="/x", content="x", on_click=lambda: None))


def test_an_attribute_of_elsewhere_is_left_out() -> None:
    node = {"type": "Text", "props": {"attrs": {"onclick": "x()", "data-a": 1, "style": "x"}}}
    made = page_of_frame({"data": [{"path": [], "node": node}]}).html
    assert made == '<span class="tw-Text" data-a="1"></span>'


def test_a_field_names_its_control_with_ids_of_the_given_prefix() -> None:
    field = FormField(name="n", label="L", hint="H", child=Input())
    made = render_to_html(field, prefix="a-")
    assert '<label for="a-1">L</label>' in made
    assert '<input type="text" class="tw-Input" id="a-1" aria-describedby="a-2" name="n">' in made
    assert '<span class="tw-hint" id="a-2">H</span>' in made


def test_a_component_is_what_it_renders() -> None:
    @component
    def hello(name: str) -> Widget:
        return Text(content=f"Hello {name}")

    assert render_to_html(hello("Ada")) == '<span class="tw-Text">Hello Ada</span>'


def test_rendering_leaves_no_trace_in_the_widget() -> None:
    tree = Column(children=[Input(value="x"), Text(content="y")])
    assert render_to_html(tree) == render_to_html(tree)


@pytest.mark.parametrize("data", [[], [{"path": [0], "node": {"type": "Text"}}], [{"path": []}]])
def test_only_a_first_frame_can_become_a_page(data: list[dict[str, object]]) -> None:
    with pytest.raises(FrameError):
        page_of_frame({"kind": "patches", "data": data})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (1e-6, "0.000001"),
        (1.5e-5, "0.000015"),
        (1e-7, "1e-7"),
        (-2.5e-10, "-2.5e-10"),
        (1e20, "100000000000000000000"),
        (1.5e16, "15000000000000000"),
        (1e21, "1e+21"),
        (True, "true"),
        ([1, None, [2.0]], "1,,2"),
        ({"a": 1}, "[object Object]"),
    ],
)
def test_a_value_is_written_as_javascript_does(value: object, text: str) -> None:
    assert text_of(value) == text
