"""docs/compat.md names all that is mapped, and nothing as lacking that there is."""

from __future__ import annotations

import re
from pathlib import Path

from tempestweb_wasm import compat
from tempestweb_wasm.compat import _catalog, _missing

TEXT = (Path(__file__).parents[2] / "docs" / "compat.md").read_text(encoding="utf-8")
SAME, BRIDGED, LACKING = (f"\n## {title}\n" for title in ("The same here", "Bridged", "Lacking"))


def section(heading: str) -> str:
    return TEXT.split(heading)[1].split("\n## ")[0]


def cells(heading: str, column: int) -> set[str]:
    """Return what stands in backticks in a column of the section's table."""
    rows = [line.split(" | ") for line in section(heading).splitlines() if line.startswith("| ")]
    return {name for row in rows for name in re.findall(r"`([\w.]+)`", row[column])}


def test_every_name_that_is_the_same_is_listed_and_no_other() -> None:
    assert cells(SAME, 1) == _catalog.NAMES.keys() - _catalog.substitutes().keys()


def test_every_bridged_name_is_listed_and_no_other() -> None:
    assert cells(BRIDGED, 0) == _catalog.substitutes().keys()


def test_every_module_is_listed_and_no_other() -> None:
    assert cells("\n## Modules\n", 0) == set(_catalog.MODULES)


def test_what_is_called_lacking_is() -> None:
    lacking = set(re.findall(r"`([\w.]+)`", section(LACKING)))
    assert "DataTable" in lacking
    assert lacking & (_catalog.NAMES.keys() | set(_catalog.MODULES)) == {"tempest_core"}


def test_every_function_of_compat_is_described() -> None:
    described = set(re.findall(r"`(\w+)(?:\(\w*\))?`", section("\n## How the names are mapped\n")))
    assert set(compat.__all__) <= described


def test_every_prop_that_has_no_effect_is_named() -> None:
    assert _missing._PROPS.keys() <= set(re.findall(r"`(\w+)`", section(BRIDGED)))
