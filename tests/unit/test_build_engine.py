"""Pyodide's script as pages get it makes the same module as the one that came from npm."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tempestweb_wasm.build.engine import page_engine
from tempestweb_wasm.build.interpreter import Interpreter, find_interpreter
from tempestweb_wasm.errors import BuildError
from tests.tools import node

FACTS = Path(__file__).with_name("engine_facts.mjs")
# Of 1,250 KB; what comes back with a new Pyodide is to be seen.
LIMIT = 720_000


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    return find_interpreter()


@pytest.fixture(scope="module")
def stock(interpreter: Interpreter) -> str:
    return interpreter.file("pyodide.asm.mjs").read_text("utf-8")


def facts(interpreter: Interpreter, engine: Path) -> dict[str, Any]:
    line = [node(), str(FACTS), str(interpreter.folder), str(engine)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_it_makes_the_module_that_the_stock_script_makes(
    tmp_path: Path, interpreter: Interpreter, stock: str
) -> None:
    engine = tmp_path / "engine.mjs"
    engine.write_text(page_engine(stock), encoding="utf-8")
    ours = facts(interpreter, engine)
    theirs = facts(interpreter, interpreter.file("pyodide.asm.mjs"))
    assert len(ours["keys"]) > 6000
    for what, found in theirs.items():
        assert ours[what] == found, what
    # Native modules reach every symbol of Python's, and script of theirs every variable.
    assert ours["given"] > 3000
    assert ours["linked"].count(True) > 2500
    assert ours["scope"] == ["function", "function", "function", "object", "object", "undefined"]
    assert ours["unresolved"] == []
    assert (ours["sum"], ours["own"]) == (12, 7)


def test_it_is_little_more_than_half_as_long(stock: str) -> None:
    assert len(page_engine(stock).encode()) <= LIMIT


def test_native_modules_that_are_compiled_already_are_linked_as_they_are(stock: str) -> None:
    made = page_engine(stock)
    assert 'Module["linkedModules"]' not in stock
    assert made.count('Module["linkedModules"]') == 1
    # Where a module takes the place of its bytes.
    assert made.count("binary instanceof WebAssembly.Module") == 3


@pytest.mark.parametrize(
    ("place", "other"),
    [
        ("asyncLoad=async url=>{", "asyncLoad=url=>{"),
        ('_malloc=Module["_malloc"]=wasmExports["malloc"];', "_malloc=wasmExports.malloc;"),
        (
            '_malloc=Module["_malloc"]=wasmExports["malloc"];',
            '_malloc=Module["_m"]=wasmExports["m"];',
        ),
        ("var GOT={};", "var GOT=Object.create(null);"),
        ("let i=Reflect.get(...arguments),s=", "let i=Reflect.get(r,n,r),s="),
        ("var s=eval(UTF8ToString(ptr))", "var s=run(UTF8ToString(ptr))"),
        ("var wasmImports={", "var wasmImports={...more,"),
        ("updateGOT(origExports);", ""),
    ],
)
def test_another_script_is_refused(stock: str, place: str, other: str) -> None:
    assert stock.count(place) == 1
    with pytest.raises(BuildError, match="has no place"):
        page_engine(stock.replace(place, other))
