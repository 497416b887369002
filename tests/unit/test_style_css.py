"""Canonical style → CSS: the fixture that the browser client's tests read as well."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from tempestweb_wasm import tables
from tempestweb_wasm.errors import StyleError
from tempestweb_wasm.style import STATES, Style, style_to_css

FIXTURE = Path(__file__).parent.parent / "conformance" / "style.json"
CASES: list[dict[str, Any]] = json.loads(FIXTURE.read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["title"]))
def test_fixture(case: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        assert style_to_css(case.get("class", "s0a"), case["style"]) == case["css"]
    assert len(caplog.records) == case.get("dropped", 0)


def test_the_fixture_covers_every_field_and_state() -> None:
    seen = {name for case in CASES if case["css"] for name in case["style"]}
    assert seen >= {*tables.load("style")["fields"], *STATES}


def test_titles_are_unique() -> None:
    assert len({case["title"] for case in CASES}) == len(CASES)


def test_every_field_of_style_has_a_row_in_the_table_and_the_other_way_round() -> None:
    split = {f"border_{side}" for side in ("top", "right", "bottom", "left")} | {"column_widths"}
    assert {*tables.load("style")["fields"]} - split == {*Style.model_fields} - {*STATES}
    assert tuple(tables.load("style")["states"]) == STATES


def test_css_of_a_style_is_for_its_class() -> None:
    style = Style(gap=8, hover=Style(gap=9))
    assert style.css() == style_to_css(style.name, style.wire)
    assert style.css().startswith(f".{style.name}{{gap:8px}}")


def test_css_for_a_selector_of_the_callers() -> None:
    assert Style(gap=8).css("main > .card") == "main > .card{gap:8px}"


@pytest.mark.parametrize("selector", ["", "a{}b", "a;b", "</style>", "a/*"])
def test_a_selector_that_could_end_the_rule_is_refused(selector: str) -> None:
    with pytest.raises(StyleError, match="is no selector"):
        Style(gap=8).css(selector)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_are_none_are_dropped(bad: float) -> None:
    assert style_to_css("s0a", {"gap": bad}) == ""
