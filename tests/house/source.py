"""Reads the repository as the tests of the house need it: files, modules, imports."""

from __future__ import annotations

import ast
import io
import subprocess
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "tempestweb_wasm"
NAME = "tempestweb_wasm"

# architecture.md's table, lowest first; what stands in one row may not import each other.
ROWS = (
    ("errors",),
    ("tables", "client_files"),
    ("style",),
    ("core",),
    ("widgets",),
    ("html",),
    ("runtime",),
    ("transports",),
    ("channels", "native"),
    ("compat",),
    ("loader",),
    ("testing",),
    ("browser",),
    ("build",),
    ("server",),
    ("cli",),
)
ROW_OF = {room: row for row, rooms in enumerate(ROWS) for room in rooms}

# What only one room may import.
RESERVED = {
    "browser": {"js", "pyodide", "pyodide_js", "micropip"},
    "server": {"fastapi", "redis"},
}


@dataclass(frozen=True)
class Import:
    """An import statement: who has it, where, and the module that it names."""

    module: str
    line: int
    target: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file that is or would be committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(ROOT / name for name in sorted(set(listed.split("\0"))) if (ROOT / name).is_file())


@cache
def modules() -> dict[str, Path]:
    """Return the package's modules by their dotted names."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def room_of(module: str) -> str:
    """Return the room of a module of ours; the package itself has none."""
    return module.split(".")[1] if "." in module else ""


@cache
def imports() -> tuple[Import, ...]:
    """Return every import in the package, also those inside functions."""
    return tuple(
        found for module, path in modules().items() for found in imports_in(module, parse(path))
    )


def imports_in(module: str, tree: ast.Module, known: frozenset[str] = frozenset()) -> list[Import]:
    """Return the imports of one module, each name resolved to the module that it comes from."""
    names = known or frozenset(modules())
    found: list[Import] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [Import(module, node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = _base(module, node)
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                target = inner if inner in names else base
                found.append(Import(module, node.lineno, target))
    return found


def _base(module: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    path = modules().get(module)
    depth = node.level - (path is not None and path.name == "__init__.py")
    parts = module.split(".")
    return ".".join([*parts[: len(parts) - depth], *filter(None, [node.module])])


@cache
def parse(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield each function with the number of its lines that hold code.

    Blank lines, comments and the docstring don't count, as in ESLint's rule for the JS.
    """
    coded = _lines_of_code(path)
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
            first = node.body[0]
            if ast.get_docstring(node, clean=False) is not None:
                lines -= set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
            yield f"{path.name}:{node.lineno} {node.name}", len(lines & coded)


def _lines_of_code(path: Path) -> set[int]:
    nothing = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    text = path.read_text(encoding="utf-8")
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in nothing:
            lines.update(range(token.start[0], token.end[0] + 1))
    return lines
