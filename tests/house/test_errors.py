"""Every error has a stable code of its own and a section in docs/errors.md."""

from __future__ import annotations

import ast
import re

from tempestweb_wasm import errors
from tests.house.source import ROOT, modules, parse


def classes() -> list[type[errors.TempestError]]:
    found: list[type[errors.TempestError]] = [errors.TempestError]
    for cls in found:
        found.extend(cls.__subclasses__())
    # A room may narrow one of these for itself, under the same code.
    return [cls for cls in found if cls.__module__ == errors.__name__]


def test_each_class_has_a_code_of_its_own() -> None:
    codes = [cls.code for cls in classes()]
    assert sorted(codes) == sorted(set(codes))
    assert [code for code in codes if not re.fullmatch(r"[a-z]+(_[a-z]+)*", code)] == []


def test_each_code_has_a_section_in_the_docs_and_each_section_a_code() -> None:
    text = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    sections = re.findall(r"^#+ `([a-z_]+)`", text, flags=re.MULTILINE)
    assert sorted(sections) == sorted(cls.code for cls in classes())


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = set(re.findall(r"\b([A-Z]\w+Error)\b", errors.__doc__ or ""))
    assert drawn == {cls.__name__ for cls in classes()}


def test_errors_are_defined_in_one_place() -> None:
    strays = [
        f"{module}.{node.name}"
        for module, path in modules().items()
        if module != "tempestweb_wasm.errors"
        for node in ast.walk(parse(path))
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id == "TempestError" for base in node.bases)
    ]
    assert strays == []
