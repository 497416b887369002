"""Lowering: what may cross the wire, and what is refused."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from tempestweb_wasm.core.lower import check_url, lower, lower_attrs
from tempestweb_wasm.core.widget import Semantics
from tempestweb_wasm.errors import PropError, UnsafeValueError


class Word(StrEnum):
    A = "a"


class Number(Enum):
    ONE = 1


class Model(BaseModel):
    a: int = 1
    b: str | None = None
    when: date | None = None


@pytest.mark.parametrize(
    ("value", "low"),
    [
        ("x", "x"),
        (True, True),
        (3, 3),
        (1.5, 1.5),
        (None, None),
        (Word.A, "a"),
        (Number.ONE, 1),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 3, 4), "2026-01-02T03:04:00"),
        (time(3, 4), "03:04:00"),
        (Model(b="x"), {"b": "x"}),
        (Model(when=date(2026, 1, 2)), {"when": "2026-01-02"}),
        (Semantics(label="x"), {"label": "x"}),
        ([1, None, "a"], [1, None, "a"]),
        ((1, 2), [1, 2]),
        ({"a": [1], 2: None}, {"a": [1], "2": None}),
        ({"a": print}, {}),
        (print, None),
    ],
)
def test_values_lower_to_plain_json(value: Any, low: Any) -> None:
    assert lower(value, "Text", "content") == low


@pytest.mark.parametrize("value", [float("nan"), float("-inf"), 2**53, object(), b"x", {1}, 1j])
@pytest.mark.parametrize("wrap", [lambda v: v, lambda v: [v], lambda v: {"k": v}])
def test_what_json_cannot_carry_names_widget_and_prop(value: Any, wrap: Any) -> None:
    with pytest.raises(PropError, match=r"Text\.content"):
        lower(wrap(value), "Text", "content")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "\x01javascript:alert(1)",
        "java\tscript:alert(1)",
        "java\nscript:alert(1)",
        "vbscript:x",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
    ],
)
def test_urls_that_could_run_script_are_refused(url: str) -> None:
    for image in (False, True):
        with pytest.raises(UnsafeValueError):
            check_url(url, "Link", "href", image=image)


@pytest.mark.parametrize(
    "url", ["/a", "a/b?c=d:e", "#x", "", "https://a.b", "//a.b/c", "mailto:a@b.c", "tel:1"]
)
def test_ordinary_urls_pass(url: str) -> None:
    assert check_url(url, "Link", "href", image=False) == url


def test_images_may_be_data_urls_of_pictures_only() -> None:
    check_url("data:image/png;base64,AAAA", "Image", "src", image=True)
    with pytest.raises(UnsafeValueError):
        check_url("data:text/html,x", "Image", "src", image=True)


@pytest.mark.parametrize(
    "name",
    [
        "onclick",
        "ONCLICK",
        "style",
        "class",
        "href",
        "src",
        "srcdoc",
        "formaction",
        "",
        "a b",
        "data-",
    ],
)
def test_attributes_that_could_run_script_are_refused(name: str) -> None:
    if name == "data-":
        assert lower_attrs({name: 1}, "Text") == {name: 1}
        return
    with pytest.raises(UnsafeValueError, match="attrs"):
        lower_attrs({name: "x"}, "Text")


def test_attributes_of_the_list_pass_in_lower_case() -> None:
    assert lower_attrs(
        {"Data-X": 1, "aria-live": "polite", "hidden": True, "id": None}, "Text"
    ) == {
        "data-x": 1,
        "aria-live": "polite",
        "hidden": True,
    }


URLS = json.loads(Path("tests/conformance/urls.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", URLS, ids=[case["url"] for case in URLS])
def test_both_languages_agree_on_urls(case: dict[str, Any]) -> None:
    try:
        check_url(case["url"], "Link", "href", image=case["kind"] == "image")
    except UnsafeValueError:
        assert not case["ok"]
    else:
        assert case["ok"]


@given(st.text(max_size=20))
def test_no_scheme_outside_the_list_gets_through(rest: str) -> None:
    with pytest.raises(UnsafeValueError):
        check_url("javascript:" + rest, "Link", "href", image=False)
