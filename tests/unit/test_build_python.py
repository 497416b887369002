"""What the build adds to Pyodide's own script."""

from __future__ import annotations

from pathlib import Path

import pytest

from tempestweb_wasm.build.interpreter import VERSION, Interpreter, find_interpreter
from tempestweb_wasm.build.python import _linking
from tempestweb_wasm.errors import BuildError


def test_native_modules_that_are_compiled_already_are_linked_as_they_are() -> None:
    interpreter = find_interpreter()
    stock = interpreter.file("pyodide.asm.mjs").read_text("utf-8")
    made = _linking(interpreter)
    assert 'Module["linkedModules"]' not in stock
    assert made.count('Module["linkedModules"]') == 1
    # Where a module takes the place of its bytes.
    assert made.count("binary instanceof WebAssembly.Module") == 3


def test_another_script_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pyodide.asm.mjs").write_text("export default 1", encoding="utf-8")
    with pytest.raises(BuildError, match="is not Pyodide"):
        _linking(Interpreter(tmp_path, VERSION, {}))
