"""Runs in the interpreter of the page, under Node, when a site is built: see bytecode.mjs.

It takes ``/source`` and leaves ``/out``. Nothing of this package is there to import.
"""

from __future__ import annotations

import ast
import gzip
import importlib.util
import io
import json
import marshal
import zipfile
from pathlib import Path
from typing import Any

# Zip archives can't hold an earlier time; a fixed one makes equal input give equal bytes.
_TIME = (1980, 1, 1, 0, 0, 0)
# What Python calls the flags of a pyc: valid by hash, and the hash is not looked at.
_UNCHECKED = (1).to_bytes(4, "little")
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def run(request: str) -> None:
    """Make ``/out`` of ``/source`` as the JSON *request* says: compiled, packed, or both."""
    wanted: dict[str, Any] = json.loads(request)
    data = Path("/source").read_bytes()
    if "prefix" in wanted:
        data = archive(data, **wanted)
    # No time and no name in it.
    Path("/out").write_bytes(gzip.compress(data, 9, mtime=0))


def archive(
    source: bytes, prefix: str, names: list[str], stubs: dict[str, str], docstrings: bool
) -> bytes:
    """Return a stored zip of *names* in the zip *source*, Python as bytecode.

    ``prefix`` is where the files will lie, for tracebacks; ``stubs`` are modules (paths)
    and the text that takes their place.
    """
    with zipfile.ZipFile(io.BytesIO(source)) as have:
        files = {name: have.read(name) for name in names}
    files |= {name: text.encode() for name, text in stubs.items()}
    return _stored(dict(_compiled(name, files[name], prefix, docstrings) for name in files))


def _compiled(name: str, data: bytes, prefix: str, docstrings: bool) -> tuple[str, bytes]:
    """Return name and content of a file in the archive: of Python its bytecode."""
    if not name.endswith(".py"):
        return name, data
    try:
        tree = ast.parse(data, prefix + name)
        if not docstrings:
            _forget_docstrings(tree)
        code = compile(tree, prefix + name, "exec", dont_inherit=True, optimize=0)
    except (SyntaxError, ValueError):
        # A template, or for another Python: whoever imports it is told what is wrong.
        return name, data
    header = importlib.util.MAGIC_NUMBER + _UNCHECKED + importlib.util.source_hash(data)
    return name + "c", header + marshal.dumps(code)


def _forget_docstrings(tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if not isinstance(node, _DOCUMENTED) or ast.get_docstring(node, clean=False) is None:
            continue
        if len(node.body) > 1 or isinstance(node, ast.Module):
            del node.body[0]
        else:
            node.body[0] = ast.copy_location(ast.Pass(), node.body[0])


def _stored(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as out:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.external_attr = 0o100644 << 16
            out.writestr(entry, files[name])
    return buffer.getvalue()
