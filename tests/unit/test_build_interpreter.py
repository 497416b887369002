"""Where the interpreter comes from, and what it says about itself."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from packaging.tags import Tag

from tempestweb_wasm.build import interpreter as module
from tempestweb_wasm.build.cache import cache_folder
from tempestweb_wasm.build.interpreter import FILES, VERSION, find_interpreter, find_tool
from tempestweb_wasm.errors import BuildError, ToolMissingError


def test_it_describes_its_environment() -> None:
    found = find_interpreter()
    assert (found.short_python, found.abi) == ("3.14", "cp314")
    assert found.platform == "pyemscripten_2026_0_wasm32"
    assert found.markers["sys_platform"] == "emscripten"
    assert found.markers["platform_machine"] == "wasm32"
    assert Tag("py3", "none", "any") in found.tags
    assert Tag("cp314", "cp314", found.platform) in found.tags
    assert Tag("cp313", "cp313", found.platform) not in found.tags
    assert all(found.file(name).is_file() for name in FILES)


def test_outside_a_checkout_npm_fetches_it_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = find_interpreter(cache=tmp_path / "cache", checkout=tmp_path)
    assert first.folder == tmp_path / "cache" / "interpreter" / VERSION
    assert all(first.file(name).is_file() for name in FILES)
    assert [path.name for path in first.folder.parent.iterdir()] == [VERSION]
    monkeypatch.setattr(shutil, "which", lambda *args, **options: None)
    assert find_interpreter(cache=tmp_path / "cache", checkout=tmp_path) == first
    # An incomplete copy is not used.
    first.file(FILES[2]).unlink()
    with pytest.raises(ToolMissingError, match=r"npm is needed to fetch Pyodide.*\[node\]"):
        find_interpreter(cache=tmp_path / "cache", checkout=tmp_path)


def test_what_npm_says_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'E404 no such thing' >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setattr(module, "find_tool", lambda name, purpose: str(npm))
    with pytest.raises(BuildError, match="E404 no such thing"):
        find_interpreter(cache=tmp_path / "cache", checkout=tmp_path)


def test_a_tool_beside_the_interpreter_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    with pytest.raises(ToolMissingError, match="node is needed to look"):
        find_tool("node", "to look")
    (tmp_path / "bin").mkdir()
    tool = tmp_path / "bin" / "node"
    tool.write_text("#!/bin/sh\n")
    tool.chmod(0o755)
    assert find_tool("node", "to look") == str(tool)


def test_the_cache_is_where_the_system_keeps_caches(tmp_path: Path) -> None:
    assert cache_folder({"TEMPESTWEB_CACHE": str(tmp_path)}) == tmp_path
    assert cache_folder({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "tempestweb"
    assert cache_folder({}).is_absolute()
