"""Python source without what only people read: docstrings and comments, line by line.

A visitor's page downloads our package as source; a third of it is text for developers.
Every line keeps its number, so that a traceback points at the right place.
"""

from __future__ import annotations

import ast
import io
import tokenize


def trimmed(source: bytes) -> bytes:
    """Return *source* with docstrings emptied and comments cut; it compiles to the same code.

    Raises ``SyntaxError`` for what is no Python.
    """
    text = source.decode("utf-8")
    lines = text.splitlines(keepends=True)
    for node in sorted(_docstrings(ast.parse(text)), key=lambda n: n.lineno, reverse=True):
        _empty(lines, node)
    return _without_comments("".join(lines)).encode()


def _docstrings(tree: ast.Module) -> list[ast.Constant]:
    """Strings that stand alone as a statement: docstrings, and texts under a constant."""
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    ]


def _empty(lines: list[str], node: ast.Constant) -> None:
    """Put ``""`` in the place of a string, and as many line ends as it had after it."""
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    # Columns count bytes of UTF-8.
    before = lines[first].encode()[: node.col_offset].decode()
    after = lines[last].encode()[node.end_col_offset or 0 :].decode()
    lines[first : last + 1] = [before + '""' + after, *("\n" for _ in range(last - first))]


def _without_comments(text: str) -> str:
    lines = text.splitlines(keepends=True)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip() + "\n"
    return "".join(lines)
