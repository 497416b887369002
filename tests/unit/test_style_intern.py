"""Equal styles are one object, named alike in every process, in a cache that is bounded."""

from __future__ import annotations

import copy
import gc
import pickle
import re
import subprocess
import sys
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from tempestweb_wasm.errors import StyleError
from tempestweb_wasm.style import (
    Border,
    Color,
    Corners,
    Edge,
    Gradient,
    Shadow,
    SideBorder,
    Style,
    Transform,
    Transition,
    _intern,
    style_to_css,
)

numbers = st.integers(0, 10_000) | st.floats(0, 10_000, allow_nan=False)
units = st.sampled_from(["px", "rem", "%", "vh"])
lengths = numbers | st.builds(lambda n, unit: f"{n}{unit}", st.integers(0, 999), units)
colors = st.builds(Color, r=st.integers(0, 255), a=st.floats(0, 1)) | st.just("teal")
edges = st.builds(Edge, top=lengths, right=lengths, bottom=lengths, left=lengths)
borders = st.builds(Border, width=lengths, color=st.none() | colors)
gradients = st.builds(
    Gradient,
    stops=st.lists(st.tuples(colors, st.floats(0, 1)) | colors, min_size=1, max_size=4),
    direction=st.integers(0, 360),
    kind=st.sampled_from(["linear", "radial"]),
)
fields: dict[str, st.SearchStrategy[Any]] = {
    "gap": lengths | st.tuples(lengths, lengths),
    "direction": st.sampled_from(["row", "column"]),
    "padding": edges | lengths | st.tuples(lengths, lengths),
    "border": borders | lengths | st.builds(SideBorder, top=borders, left=borders),
    "radius": lengths | st.builds(Corners, top_left=lengths),
    "background": colors | gradients,
    "color": colors,
    "opacity": st.floats(0, 1),
    "shadow": st.builds(Shadow, blur=lengths, color=colors, inset=st.booleans()),
    "font_family": st.sampled_from(["Inter, serif", "'A B'"]),
    "width": lengths,
    "z_index": st.integers(-99, 99),
    "transform": st.builds(Transform, rotate=numbers, translate=st.tuples(lengths, lengths)),
    "transition": st.builds(Transition, duration_ms=st.integers(0, 999)),
}
plain = st.fixed_dictionaries({}, optional=fields)
written = st.fixed_dictionaries(
    {}, optional={**fields, "hover": st.builds(Style), "focus": plain, "disabled": plain}
)


@given(written)
def test_the_same_values_are_the_same_object_in_any_order(values: dict[str, Any]) -> None:
    first = Style(**values)
    assert Style(**dict(reversed(values.items()))) is first
    assert Style(**first.given()) is first


@given(written)
def test_copies_are_the_same_object(values: dict[str, Any]) -> None:
    style = Style(**values)
    assert copy.copy(style) is style
    assert copy.deepcopy([style])[0] is style
    assert pickle.loads(pickle.dumps(style)) is style
    assert style.model_copy() is style
    assert style.model_copy(deep=True) is style
    assert Style.model_validate(style) is style
    assert Style.model_validate(style.model_dump()) is style
    assert Style.model_validate_json(style.model_dump_json()) is style
    assert Style.model_construct(**style.given()) is style


@given(written, written)
def test_equality_identity_hash_and_name_agree(a: dict[str, Any], b: dict[str, Any]) -> None:
    one, two = Style(**a), Style(**b)
    assert (one == two) is (one is two)
    if one == two:
        assert hash(one) == hash(two)
    assert (one.name == two.name) is (one.wire == two.wire)


@given(written)
def test_names_are_classes_and_css_holds_nothing_that_was_dropped(values: dict[str, Any]) -> None:
    style = Style(**values)
    assert re.fullmatch(r"[a-z][a-z0-9]{6}", style.name)
    css = style.css()
    assert css == style_to_css(style.name, style.wire)
    assert css.count("{") == css.count("}")
    assert bool(css) is bool(style.wire)


@given(written, written, written)
def test_merge_is_associative_and_has_a_neutral_element(
    a: dict[str, Any], b: dict[str, Any], c: dict[str, Any]
) -> None:
    x, y, z = Style(**a), Style(**b), Style(**c)
    assert (x | y) | z is x | (y | z)
    assert x | Style() is x
    assert Style() | x is x


def test_names_do_not_depend_on_the_process() -> None:
    style = Style(gap=8, padding=Edge.all(4), hover=Style(color="red"))
    code = (
        "from tempestweb_wasm.style import Style\n"
        "s = Style(hover={'color': '#f00'}, padding=4, gap=8.0)\n"
        "print(s.name, s.hover.name)"
    )
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(filter(None, sys.path))},
        )
        assert done.stdout.split() == [style.name, Style(color="red").name]


def test_a_known_name_stays() -> None:
    """Pages that were rendered by an older version name the same classes."""
    assert Style(gap=8).name == "upknmrk"


def test_arguments_are_remembered_by_their_exact_types() -> None:
    assert Style(opacity=1) is Style(opacity=1.0)
    with pytest.raises(StyleError):
        Style(opacity=True)
    assert Style(padding=(1, 0)) is Style(padding=(1.0, 0.0))
    with pytest.raises(StyleError):
        Style(padding=(True, False))
    assert Edge.all(1) is Edge.all(1.0)
    with pytest.raises(StyleError):
        Edge.all(True)


def test_signed_zeros_are_one() -> None:
    assert Style(top=-0.0) is Style(top=0)
    assert Style(top=-0.0).wire == {"top": 0}


def test_arguments_that_can_not_be_hashed() -> None:
    padding: Any = [1, 2]
    hover: Any = {"gap": 1}
    assert Style(padding=padding) is Style(padding=(1, 2))
    assert Style(hover=hover) is Style(hover=Style(gap=1))


def test_a_remembered_style_costs_no_validation(monkeypatch: pytest.MonkeyPatch) -> None:
    def build() -> Style:
        return Style(gap=8, padding=Edge.all(4), hover=Style(opacity=0.5))

    first = build()

    def never(*args: object, **kwargs: object) -> None:
        raise AssertionError("validated again")

    for model in (Style, Edge):
        monkeypatch.setattr(model, "model_validate", never)
    assert build() is first


def test_the_cache_is_bounded() -> None:
    for width in range(3 * _intern.CACHE_SIZE):
        Style(width=width)
    gc.collect()
    assert _intern.cache_size() == _intern.CACHE_SIZE
    # What is remembered, what it is made of, and what other tests hold.
    assert len(_intern._living) < 2 * _intern.CACHE_SIZE


def test_an_evicted_style_that_lives_on_is_found_again() -> None:
    kept = Style(width=123.25)
    for width in range(2 * _intern.CACHE_SIZE):
        Style(height=width)
    assert Style(width=123.25) is kept


def test_threads_get_the_same_object() -> None:
    made: list[list[Style]] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        made.append([Style(left=-n, top=n) for n in range(300)])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert all(a is b for row in made[1:] for a, b in zip(row, made[0], strict=True))


def test_styles_inside_other_models() -> None:
    class Theme(BaseModel):
        card: Style
        tint: Color

    theme = Theme.model_validate({"card": {"gap": 8}, "tint": {"r": 255}})
    assert theme.card is Style(gap=8)
    assert theme.tint is Color.named("red")
    assert Theme.model_validate_json(theme.model_dump_json()).card is Style(gap=8)
    assert TypeAdapter(list[Edge]).validate_python([{"top": 1}])[0] is Edge(top=1)


def test_what_counts_as_set_does_not_depend_on_who_came_first() -> None:
    Style(gap=7.125, padding=None)
    assert Style(gap=7.125).model_fields_set == {"gap"}
    assert Style(gap=7.125).model_dump(exclude_unset=True) == {"gap": 7.125}


def test_values_of_different_kinds_are_never_equal() -> None:
    assert Edge() != Corners()
    assert Edge() != (0, 0, 0, 0)
    assert Style() != Edge()
