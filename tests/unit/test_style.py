"""Style and its values: what is accepted, what is kept, and what goes on the wire."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from tempestweb_wasm.errors import StyleError
from tempestweb_wasm.style import (
    Border,
    Color,
    Corners,
    Edge,
    FlexDirection,
    FlexWrap,
    FontWeight,
    Gradient,
    GradientDirection,
    GradientStop,
    JustifyContent,
    Shadow,
    SideBorder,
    Style,
    Transform,
    Transition,
)

ROUND = {"x": 0, "y": 2, "blur": 8, "spread": 0, "color": "#00000040"}

ACCEPTED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"direction": FlexDirection.ROW}, {"direction": "row"}),
    ({"wrap": True}, {"wrap": "wrap"}),
    ({"wrap": False}, {"wrap": "nowrap"}),
    ({"flex_wrap": FlexWrap.WRAP_REVERSE}, {"wrap": "wrap-reverse"}),
    ({"justify": "end", "align": "baseline"}, {"justify": "end", "align": "baseline"}),
    ({"align_self": "auto"}, {"align_self": "auto"}),
    ({"align_content": "start"}, {"align_content": "start"}),
    ({"grow": 1.0, "shrink": 0}, {"grow": 1, "shrink": 0}),
    ({"basis": "50%", "order": -1}, {"basis": "50%", "order": -1}),
    ({"gap": 8}, {"gap": 8}),
    ({"gap": (8, 16)}, {"gap": [8, 16]}),
    ({"gap": [4, 4]}, {"gap": 4}),
    ({"columns": 3}, {"columns": 3}),
    ({"columns": (200, "1FR", "minmax( 10px , 1fr )")},
     {"column_widths": [200, "1fr", "minmax(10px,1fr)"]}),
    ({"min_column_width": "16rem"}, {"min_column_width": "16rem"}),
    ({"stack_align": "bottom-end"}, {"stack_align": "end end"}),
    ({"stack_align": "center-start"}, {"stack_align": "center start"}),
    ({"stack_align": "center"}, {"stack_align": "center center"}),
    ({"padding": 8}, {"padding": [8, 8, 8, 8]}),
    ({"padding": (8, 16)}, {"padding": [8, 16, 8, 16]}),
    ({"padding": (1, 2, 3)}, {"padding": [1, 2, 3, 2]}),
    ({"padding": [1, 2, 3, 4]}, {"padding": [1, 2, 3, 4]}),
    ({"padding": "1rem"}, {"padding": ["1rem"] * 4}),
    ({"padding": {"top": 1}}, {"padding": [1, 0, 0, 0]}),
    ({"margin": (0, "auto")}, {"margin": [0, "auto", 0, "auto"]}),
    ({"margin": -4}, {"margin": [-4, -4, -4, -4]}),
    ({"border": 2}, {"border": {"width": 2, "style": "solid"}}),
    ({"border": Border(color="red")},
     {"border": {"width": 1, "style": "solid", "color": "#ff0000"}}),
    ({"border": SideBorder(bottom=1)}, {"border_bottom": {"width": 1, "style": "solid"}}),
    ({"radius": 8}, {"radius": 8}),
    ({"radius": (8, 8, 0, 0)}, {"radius": [8, 8, 0, 0]}),
    ({"radius": Corners.all("50%")}, {"radius": ["50%"] * 4}),
    ({"background": "rebeccapurple"}, {"background": "#663399"}),
    ({"color": (51, 102, 153)}, {"color": "#336699"}),
    ({"color": (51, 102, 153, 0.5)}, {"color": "#33669980"}),
    ({"opacity": 0}, {"opacity": 0}),
    ({"shadow": Shadow(offset_y=2, blur=8)}, {"shadow": [ROUND]}),
    ({"shadow": [Shadow(color=None, inset=True), Shadow(offset_y=2, blur=8)]},
     {"shadow": [{"x": 0, "y": 0, "blur": 0, "spread": 0, "inset": "inset"}, ROUND]}),
    ({"font_family": "Inter, 'Segoe UI', sans-serif"},
     {"font_family": 'inter,"Segoe UI",sans-serif'}),
    ({"font_family": ["Open Sans", "serif"]}, {"font_family": '"Open Sans",serif'}),
    ({"font_family": "游ゴシック"}, {"font_family": '"游ゴシック"'}),
    ({"font_size": "8px"}, {"font_size": 8}),
    ({"font_weight": "bold"}, {"font_weight": 700}),
    ({"font_weight": FontWeight.MEDIUM}, {"font_weight": 500}),
    ({"font_style": "italic", "text_align": "end"}, {"font_style": "italic", "text_align": "end"}),
    ({"text_decoration": "underline"}, {"text_decoration": "underline"}),
    ({"text_transform": "uppercase"}, {"text_transform": "uppercase"}),
    ({"letter_spacing": -0.5}, {"letter_spacing": -0.5}),
    ({"line_height": 1.5}, {"line_height": 1.5}),
    ({"line_height": "24px"}, {"line_height": "24px"}),
    ({"max_lines": 2, "text_overflow": "ellipsis"}, {"text_overflow": "ellipsis", "max_lines": 2}),
    ({"white_space": "pre-wrap"}, {"white_space": "pre-wrap"}),
    ({"width": "100%", "height": "Fit-Content"}, {"width": "100%", "height": "fit-content"}),
    ({"min_width": "auto", "max_width": "none"}, {"min_width": "auto", "max_width": "none"}),
    ({"min_height": "calc(100dvh  - 8px)"}, {"min_height": "calc(100dvh - 8px)"}),
    ({"max_height": "var(--tw-panel)"}, {"max_height": "var(--tw-panel)"}),
    ({"aspect_ratio": (16, 9)}, {"aspect_ratio": "16/9"}),
    ({"aspect_ratio": "16 / 9"}, {"aspect_ratio": "16/9"}),
    ({"aspect_ratio": 16 / 9}, {"aspect_ratio": 1.7778}),
    ({"position": "absolute", "top": 0, "left": "auto"},
     {"position": "absolute", "top": 0, "left": "auto"}),
    ({"right": "-50%", "bottom": -1}, {"right": "-50%", "bottom": -1}),
    ({"z_index": 10, "overflow": "auto"}, {"z_index": 10, "overflow": "auto"}),
    ({"cursor": "pointer"}, {"cursor": "pointer"}),
    ({"transform": Transform(rotate=45, scale=2)}, {"transform": {"rotate": 45, "scale": [2, 2]}}),
    ({"transform": Transform(translate=("-50%", 8), skew=(5, 0))},
     {"transform": {"translate": ["-50%", 8], "skew": [5, 0]}}),
    ({"transition": 200},
     {"transition": [{"property": "all", "duration": 200, "curve": "ease-in-out", "delay": 0}]}),
    ({"hover": Style(gap=1)}, {"hover": {"gap": 1}}),
    ({"focus": {"gap": 1}, "active": Style()}, {"focus": {"gap": 1}}),
    ({"gap": None, "padding": None}, {}),
    ({"gap": 1 / 3}, {"gap": 0.3333}),
    ({"gap": 0.00001}, {"gap": 0}),
]  # fmt: skip


@pytest.mark.parametrize(("given", "wire"), ACCEPTED, ids=lambda value: str(value)[:60])
def test_what_is_written_and_what_goes_on_the_wire(
    given: dict[str, Any], wire: dict[str, Any]
) -> None:
    assert Style(**given).wire == wire


def test_gradients_on_the_wire() -> None:
    plain = Gradient.linear("#ffffff", ("black", 0.5), direction="left-right")
    assert plain.wire == {
        "angle": 90,
        "stops": [{"color": "#ffffff"}, {"color": "#000000", "at": 50}],
    }
    assert Gradient.linear("red").wire["stops"] == [{"color": "#ff0000"}] * 2
    listed = Gradient(
        stops=[GradientStop(color="red", position=0), GradientStop(color="blue", position=1)],
        direction=GradientDirection.BOTTOM_TOP,
    )
    assert Style(background=listed).wire["background"]["angle"] == 0
    around = Gradient.radial("red", "blue", shape="circle", center=(0.25, 1))
    assert around.wire == {
        "shape": "circle",
        "center": [25, 100],
        "stops": [{"color": "#ff0000"}, {"color": "#0000ff"}],
    }


def test_transitions_on_the_wire() -> None:
    curve = Transition(duration_ms=1, curve=(0, 0.5, 1, 2), properties=("radius", "z_index"))
    known = {"duration": 1, "curve": "cubic-bezier(0,0.5,1,2)", "delay": 0}
    assert Style(transition=curve).wire == {
        "transition": [{"property": "border-radius", **known}, {"property": "z-index", **known}]
    }


OVERSHOOTING: tuple[Literal["bounce", "elastic"], ...] = ("bounce", "elastic")


def test_curves_of_our_own() -> None:
    assert [Transition(duration_ms=1, curve=name).wire[0]["curve"] for name in OVERSHOOTING] == [
        "cubic-bezier(0.34,1.56,0.64,1)",
        "cubic-bezier(0.68,-0.6,0.32,1.6)",
    ]


def test_values_are_read_in_their_kept_form() -> None:
    style = Style(padding=8, color="teal", border=1, shadow=Shadow())
    assert style.padding is Edge.all(8)
    assert style.border is Border()
    assert style.shadow == (Shadow(),)


def test_merge_puts_the_other_on_top() -> None:
    base = Style(gap=8, color="red", hover=Style(gap=1, color="red"))
    over = Style(color="blue", hover=Style(color="blue"), focus=Style(gap=2))
    merged = Style(gap=8, color="blue", hover=Style(gap=1, color="blue"), focus=Style(gap=2))
    assert base.merge(over) is merged
    assert base | over is merged
    assert base | None is base
    assert None | base is base
    assert base.merge(base) is base


def test_merge_keeps_one_way_to_lay_out_columns() -> None:
    assert Style(columns=2).merge(Style(min_column_width=200)) is Style(min_column_width=200)
    assert Style(min_column_width=200).merge(Style(columns=2)) is Style(columns=2)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"paddding": 8}, "Style has no field 'paddding': did you mean 'padding'?"),
    ({"xyzzy": 8}, "it has active, align, "),
    ({"justify": "centre"}, "Style.justify: 'centre' is not accepted: .* did you mean 'center'"),
    ({"gap": "8"}, "write 8 without quotes for px"),
    ({"gap": True}, "Style.gap: True is not accepted"),
    ({"gap": float("nan")}, "Style.gap: nan is not accepted"),
    ({"gap": -1}, "not negative"),
    ({"gap": "-1px"}, "not negative"),
    ({"gap": (1, 2, 3)}, "between rows, between columns"),
    ({"gap": 10**10}, "Style.gap: 10000000000 is not accepted"),
    ({"padding": "auto"}, "Style.padding: 'auto' is not accepted"),
    ({"padding": (1, 2, 3, 4, 5)}, "one to four distances"),
    ({"padding": (1, "x")}, "Style.padding: Edge.right: 'x' is not accepted"),
    ({"opacity": 1.5}, "a number from 0 to 1"),
    ({"opacity": float("inf")}, "a number from 0 to 1"),
    ({"max_lines": 0}, "a whole number from 1"),
    ({"max_lines": 1.5}, "a whole number from 1"),
    ({"z_index": 0.5}, "a whole number"),
    ({"color": "tael"}, "did you mean 'teal'"),
    ({"color": "#12345"}, "'#12345' is no colour"),
    ({"color": 5}, "expected a Color"),
    ({"color": (1, 2, 999)}, "Color.b: 999 is not accepted"),
    ({"background": "url(x)"}, "CSS names no colour"),
    ({"font_family": "a;b"}, "names of fonts"),
    ({"font_family": "a{}"}, "names of fonts"),
    ({"font_family": '"a'}, "names of fonts"),
    ({"font_family": "a\\"}, "names of fonts"),
    ({"font_family": " "}, "names of fonts"),
    ({"font_family": ["'a"]}, "names of fonts"),
    ({"font_weight": "heavy"}, "expected 1 to 1000 or 'thin'"),
    ({"width": "1px;color:red"}, "Style.width: '1px;color:red' is not accepted"),
    ({"width": "calc(1px"}, "is not accepted"),
    ({"width": "٣px"}, "is not accepted"),
    ({"cursor": "url(x)"}, "Style.cursor"),
    ({"line_height": "1.5"}, "a factor such as 1.5"),
    ({"aspect_ratio": 0}, "is not accepted"),
    ({"aspect_ratio": "wide"}, "'16/9'"),
    ({"columns": 0}, "a whole number from 1"),
    ({"columns": ("wide",)}, "for each column"),
    ({"columns": 2, "min_column_width": 8}, "columns or min_column_width, not both"),
    ({"transition": -1}, "from 0 to 600000"),
    ({"transform": 45}, "Transform\\(rotate=45\\)"),
    ({"shadow": "big"}, "Shadow"),
    ({"shadow": []}, "1 to 16"),
    ({"hover": 1}, "expected a Style"),
    ({"hover": Style(focus=Style(gap=1))}, "can't hold another state \\(focus\\)"),
    ({"hover": {"gap": "wide"}}, "Style.hover: Style.gap: 'wide'"),
    ({"padding": "x" * 1000}, "x…"),
]


@pytest.mark.parametrize(("given", "message"), REFUSED, ids=lambda value: str(value)[:60])
def test_bad_values_name_the_field_the_value_and_what_is_accepted(
    given: dict[str, Any], message: str
) -> None:
    with pytest.raises(StyleError, match=message):
        Style(**given)


def test_parts_refuse_as_clearly() -> None:
    with pytest.raises(StyleError, match=r"Gradient\.stops is missing"):
        Gradient()  # type: ignore[call-arg]
    with pytest.raises(StyleError, match="from 0 to 1"):
        GradientStop(color="red", position=2)
    with pytest.raises(StyleError, match="x from 0 to 1"):
        Transition(duration_ms=1, curve=(2, 0, 0, 0))
    with pytest.raises(StyleError, match="a field of Style or a CSS property"):
        Transition(duration_ms=1, properties="a;b")
    with pytest.raises(StyleError, match="takes keywords only, got 8"):
        Edge(8)  # type: ignore[call-arg]
    with pytest.raises(StyleError, match="expected True or False"):
        Shadow(inset=1)  # type: ignore[arg-type]


def test_a_style_never_changes() -> None:
    style = Style(gap=8)
    with pytest.raises(StyleError, match="model_copy"):
        style.gap = 9  # type: ignore[misc]
    with pytest.raises(StyleError, match="never changes"):
        del style.gap
    assert style is Style(gap=8)


def test_repr_shows_what_is_set() -> None:
    assert repr(Style(gap=8, color="red")) == "Style(gap=8, color=Color(r=255))"


def test_type_checkers_accept_the_friendly_forms_and_report_the_others() -> None:
    """`mypy --strict` runs over this file: an ignore that is not needed is an error there."""
    Style(
        direction="row",
        justify=JustifyContent.CENTER,
        padding=(8, "1rem"),
        border=SideBorder(bottom=1, top=Border(color="red")),
        background=Gradient.linear("red", (Color.token("primary"), 0.5)),
        font_weight=FontWeight.BOLD,
        shadow=[Shadow(), Shadow(inset=True)],
        transition=200,
        columns=[200, "1fr"],
        hover=Style(color=(1, 2, 3)),
    )
    with pytest.raises(StyleError):
        Style(paddding=8)  # type: ignore[call-arg]
    with pytest.raises(StyleError):
        Style(justify="centre")  # type: ignore[arg-type]
    with pytest.raises(StyleError):
        Border(style="wavy")  # type: ignore[arg-type]
