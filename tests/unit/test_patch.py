"""How a client applies patches: the fixtures that the browser client is held to as well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tempestweb_wasm.core.patch import apply_patches
from tempestweb_wasm.errors import FrameError

CASES = json.loads(Path("tests/conformance/patches.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_patches_give_the_tree_that_the_fixture_says(case: dict[str, Any]) -> None:
    assert apply_patches(case["before"], case["patches"]) == case["after"]


@pytest.mark.parametrize(
    "patch",
    [
        {"path": [0], "set_props": {}},
        {"path": [], "index": 1, "node": {"type": "Text"}},
        {"path": [], "index": 0},
        {"path": [], "index": 0, "count": 2},
        {"path": [], "order": [0]},
        {"path": [0], "node": {"type": "Text"}},
        {"path": []},
    ],
)
def test_a_patch_that_does_not_fit_is_refused(patch: dict[str, Any]) -> None:
    with pytest.raises(FrameError):
        apply_patches({"type": "Column", "props": {}}, [patch])
    with pytest.raises(FrameError):
        apply_patches(None, [{**patch, "path": [0]}])
