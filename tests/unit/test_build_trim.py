"""The page's copy of our source: shorter, with the same code on the same lines."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import tempestweb_wasm
from tempestweb_wasm.build.trim import trimmed

SOURCES = sorted(Path(tempestweb_wasm.__file__).parent.rglob("*.py"))


def _shape(source: bytes) -> str:
    """The syntax tree with its line numbers, and with every lone string empty."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value = ast.Constant(value="")
    parts = (
        f"{type(node).__name__} {getattr(node, 'lineno', '')}"
        for node in ast.walk(tree)
        if not isinstance(node, (ast.Constant, ast.Expr))
    )
    return ast.dump(tree) + "\n".join(parts)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_each_file_keeps_its_code_and_its_lines(path: Path) -> None:
    source = path.read_bytes()
    short = trimmed(source)
    assert _shape(short) == _shape(source)
    assert len(short.splitlines()) == len(source.splitlines())
    assert trimmed(short) == short


def test_what_only_looks_like_a_comment_stays() -> None:
    source = (
        'x = "# no comment"  # one\n\n\ndef f():\n    """Gone.\n\n    é\n    """; y = 1\n'.encode()
    )
    assert trimmed(source) == b'x = "# no comment"\n\n\ndef f():\n    ""; y = 1\n\n\n\n'
